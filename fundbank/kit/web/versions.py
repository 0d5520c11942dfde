"""Two people on one record: whoever saves last without having seen the other's change is told, and keeps what they typed."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import g
from wtforms import Field

from fundbank.errors import StaleVersion


class Revised(Protocol):
    """A row that counts its changes."""

    revision: Any


def check_version(field: Field, thing: Revised, is_unseen: Callable[[int | None], bool] | None = None) -> None:
    """Compare the revision that the form was opened with to the row's own. Raises StaleVersion.

    A form that writes a part of the row gives ``is_unseen``: has that part been changed since this revision?
    After the refusal the field holds the new revision, so that the next save is a decision made knowingly.
    """
    if field.data != thing.revision and (is_unseen is None or is_unseen(field.data)):
        field.data = thing.revision
        raise StaleVersion()
    g.revision_held = True


def merges() -> None:
    """Declare that the view merges what was sent with what others have written since: to send it again, changed, does no harm."""
    g.revision_held = True
