"""Every SELECT of the history. It knows ids; who they are is asked of the people, once for a whole page."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from fundbank.extensions import db
from fundbank.history.models import HistoryEntry

PAGE_SIZE = 50


def entries(subject_type: str, subject_id: int) -> Sequence[HistoryEntry]:
    """The whole history of one subject (a table's name and an id), the earliest first."""
    query = select(HistoryEntry).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    return db.session.scalars(query.order_by(HistoryEntry.id)).all()


def newest_entry(subject_type: str, subject_id: int, to_state: str | None = None) -> HistoryEntry | None:
    """What was last done to a subject, or what last brought it to ``to_state``."""
    query = select(HistoryEntry).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    if to_state is not None:
        query = query.where(HistoryEntry.to_state == to_state)
    return db.session.scalars(query.order_by(HistoryEntry.id.desc()).limit(1)).one_or_none()


def page_of_pool(pool_id: int, before_id: int | None = None, *, limit: int = PAGE_SIZE) -> Sequence[HistoryEntry]:
    """Up to ``limit`` + 1 lines of everything that happened in a pool, newest first, before ``before_id`` (keyset)."""
    query = select(HistoryEntry).where(HistoryEntry.pool_id == pool_id)
    if before_id is not None:
        query = query.where(HistoryEntry.id < before_id)
    return db.session.scalars(query.order_by(HistoryEntry.id.desc()).limit(limit + 1)).all()


def actor_ids(lines: Iterable[HistoryEntry]) -> set[int]:
    """The ids of the people behind these lines, for one question about their names."""
    return {line.actor_id for line in lines if line.actor_id is not None}
