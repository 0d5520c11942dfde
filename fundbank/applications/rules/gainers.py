"""Which departments gain by what another one applies for: nobody is bound unasked (domain.md §4)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeVar

from fundbank.applications.rules.business_case import annual_gains
from fundbank.applications.rules.content import Content
from fundbank.errors import N_
from fundbank.people.rules import is_in_line, is_within

Said = TypeVar("Said")

COMMENT_LENGTH = 2_000
"""As many characters has a comment at most."""


class Answer(StrEnum):
    """Does a department gain what the business case says?"""

    YES = "yes"
    NO = "no"
    ANOTHER = "another"


ANSWERS = {
    Answer.YES: N_("Yes, we gain what it says"),
    Answer.NO: N_("No, we do not gain by it"),
    Answer.ANOTHER: N_("We see another figure"),
}
"""As who answers reads them."""
ANSWERED = {Answer.YES: N_("yes"), Answer.NO: N_("no"), Answer.ANOTHER: N_("sees another figure")}
"""As others read them, after the department's name."""


def gainers(content: Content, applicant_id: int) -> frozenset[int]:
    """The ids of the departments that the business case names as gaining, but for the one that applies."""
    return frozenset(content.department_ids - {applicant_id})


def full_years(content: Content) -> dict[int, int]:
    """What each department gains in a full year by its id, in øre and at the typical end: what it is asked about."""
    return {
        id_: annual_gains(
            Content(
                gains=tuple(gain for gain in content.gains if gain.department_id == id_),
                gain_areas=tuple(area for area in content.gain_areas if area.department_id == id_),
            )
        ).typical_ore
        for id_ in content.department_ids
    }


def gains(path: str, gaining: Iterable[str]) -> bool:
    """Does the unit at ``path`` gain: is it one of those at ``gaining``, above or below one, as for a conflict of interest?"""
    return any(is_in_line(path, one) for one in gaining)


def spoken_for(path: str, answers: dict[str, Said]) -> Said | None:
    """What was answered for the unit at ``path``, of the answers by the path of the unit that gave each, the newest last: its own, or that
    of a unit above it, whichever came last.
    """
    return next((said for by, said in reversed(answers.items()) if is_within(path, by)), None)
