"""Two people on one record: whoever saves last without having seen the other's change is told, and keeps what they typed."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import g
from wtforms import Field

from fundbank.errors import StaleVersion
from fundbank.extensions import Base
from fundbank.kit.transaction import compared


class Revised(Protocol):
    """A row that counts its changes."""

    revision: Any


def check_version(field: Field, thing: Revised, *, said: Callable[[], StaleVersion] = StaleVersion) -> None:
    """Compare the revision that the form was opened with to the row's own. Raises StaleVersion.

    After the refusal the field holds the new revision, so that the next save is a decision made knowingly. A row is compared again when an
    operation holds it: two who save at the same instant have both read it as it was. ``said`` is what refuses: where a form holds several
    rows, it says which.
    """

    def refuse() -> None:
        field.data = thing.revision
        raise said()

    if field.data != thing.revision:
        refuse()
    if isinstance(thing, Base):
        compared(thing, refuse)
    g.revision_held = True


def merges() -> None:
    """Declare that the view merges what was sent with what others have written since: to send it again, changed, does no harm."""
    g.revision_held = True
