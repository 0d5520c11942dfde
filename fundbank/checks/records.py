"""The two records that tell of most things: the history's lines and the ledger's postings, as the comparisons ask for them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, select
from sqlalchemy.orm import aliased

from fundbank.history.models import HistoryEntry
from fundbank.ledger.models import Account, Transfer

HISTORY, TRANSFERS = HistoryEntry.__tablename__, Transfer.__tablename__


def line() -> Any:
    """The history, to be compared with once."""
    return aliased(HistoryEntry)


def about(line: Any, subject: str, key: Any, *events: str) -> ColumnElement[bool]:
    """Is the line about this one, and of such an event?"""
    return and_(line.subject_type == subject, line.subject_id == key, line.event.in_(events))


def told(line: Any, subject: str, *events: str) -> ColumnElement[bool]:
    """Is the line about one of these, and of such an event? Each has its row."""
    return and_(line.subject_type == subject, line.event.in_(events))


def number(line: Any, key: str) -> Any:
    """A whole number among the details of a line: øre do not fit into the database's small ones."""
    return cast(line.details[key].as_string(), BigInteger)


def word(line: Any, key: str) -> Any:
    """A text among the details of a line."""
    return line.details[key].as_string()


def state_after(subject: str, first: Any) -> tuple[Any, Any]:
    """The last line of each that moved it from state to state, and the state that it is in then: ``first`` before it was ever moved."""
    entry = aliased(HistoryEntry)
    newest = select(func.max(entry.id)).where(entry.subject_type == subject, entry.to_state.is_not(None)).group_by(entry.subject_id)
    moved = select(HistoryEntry.id, HistoryEntry.subject_id, HistoryEntry.to_state).where(HistoryEntry.id.in_(newest)).subquery()
    return moved, func.coalesce(moved.c.to_state, first)


def newest_told(subject: str, *events: str) -> Any:
    """The last line of each of these with such an event."""
    entry = aliased(HistoryEntry)
    newest = select(func.max(entry.id)).where(entry.subject_type == subject, entry.event.in_(events)).group_by(entry.subject_id)
    return aliased(HistoryEntry, select(HistoryEntry).where(HistoryEntry.id.in_(newest)).subquery())


def postings() -> Any:
    """The transfers with what their accounts are of."""
    debit, credit = aliased(Account), aliased(Account)
    return (
        select(
            Transfer.id,
            Transfer.pool_id,
            Transfer.number,
            Transfer.event,
            Transfer.amount_ore,
            Transfer.value_date,
            Transfer.recorded_at,
            Transfer.actor_id,
            Transfer.approver_id,
            Transfer.text,
            Transfer.reverses_id,
            debit.kind.label("debit"),
            debit.holder.label("holder"),
            func.coalesce(debit.award_id, credit.award_id).label("award_id"),
        )
        .join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .subquery()
    )


def named(value: Any, names: Mapping[Any, str]) -> Any:
    """What an event, or an outcome, is called on the other side."""
    return case({str(name): str(meant) for name, meant in names.items()}, value=value)
