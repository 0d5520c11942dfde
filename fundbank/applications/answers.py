"""What a department has answered, in words, on pages and papers alike."""

from typing import Protocol

from fundbank.applications.rules.gainers import ANSWERED, Answer
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext as _


class Answering(Protocol):
    """A comment: one from before there were answers has none."""

    @property
    def answer(self) -> str | None:
        """The code of an ``Answer``."""

    @property
    def figure_ore(self) -> int | None:
        """What is seen instead, in a full year."""


def answered(comment: Answering | None) -> str:
    """What was answered, with the figure that is seen instead; '' where a comment has no answer."""
    if comment is None:
        return _("has not answered")
    said = _(ANSWERED[Answer(comment.answer)]) if comment.answer else ""
    return said if comment.figure_ore is None else f"{said}, " + _("%(sum)s a year", sum=kroner(comment.figure_ore))
