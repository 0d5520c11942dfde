"""Writing history: every operation leaves one line, and every change of state goes through ``move``.

Who may is the operation's question. Who follows the history (kit.transaction) is told of the lines before they are committed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.cpr import take_denied_fields
from fundbank.kit.search import search_text
from fundbank.kit.transaction import happened

NAMED = ("source", "name", "email", "title")  # details by whose words a line is found


class Subject(Protocol):
    """Something with a life of its own: an application, an award, a meeting. It belongs to one municipality."""

    __tablename__: str
    id: Any

    @property
    def municipality_id(self) -> Any: ...


class HasState(Protocol):
    state: Any


class Stateful(Subject, HasState, Protocol):
    """Something that moves from state to state."""


def record(subject: Subject, event: str, *, actor_id: int | None, at: datetime, reason: str = "", **details: Any) -> HistoryEntry:
    """Add a line about ``subject``; ``details`` are plain values (amounts in øre)."""
    return _add(subject, event, actor_id, at, reason, details)


def move(
    subject: Stateful,
    to: str,
    transitions: Mapping[str, frozenset[str]],
    event: str,
    *,
    actor_id: int | None,
    at: datetime,
    reason: str = "",
    **details: Any,
) -> HistoryEntry:
    """Move ``subject`` to the state ``to`` and write the line. Raises WrongState if the table of transitions has no such step."""
    check_move(subject, to, transitions)
    origin, subject.state = subject.state, to
    return _add(subject, event, actor_id, at, reason, details, origin, to)


def check_move(subject: HasState, to: str, transitions: Mapping[str, frozenset[str]]) -> None:
    """Raise WrongState if the table of transitions has no step from where ``subject`` is to the state ``to``."""
    if to not in transitions.get(subject.state, frozenset()):
        raise WrongState()


def _amount_ore(details: Mapping[str, Any]) -> int | None:
    """The sum that a line tells of; of an award that of both its parts."""
    if details.get("amount_ore") is not None:
        return int(details["amount_ore"])
    parts = [details[name] for name in ("loan_ore", "grant_ore") if details.get(name)]
    return sum(parts) if parts else None


def _add(
    subject: Subject,
    event: str,
    actor_id: int | None,
    at: datetime,
    reason: str,
    details: Mapping[str, Any],
    origin: str | None = None,
    to: str | None = None,
) -> HistoryEntry:
    entry = HistoryEntry(
        at=at,
        actor_id=actor_id,
        municipality_id=subject.municipality_id,
        pool_id=getattr(subject, "pool_id", None),
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        event=event,
        from_state=origin,
        to_state=to,
        reason=reason,
        details=dict(details),
        amount_ore=_amount_ore(details),
        search_text=search_text(reason, *(str(details[name]) for name in NAMED if details.get(name))),
    )
    db.session.add(entry)
    db.session.flush()
    happened(entry)
    if fields := take_denied_fields():
        record(subject, "no_cpr_number", actor_id=actor_id, at=at, fields=fields)
    return entry
