"""The history's one table."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime


class HistoryEntry(Base):
    """One line: a person did ``event`` to a subject at a moment, perhaps moving it from one state to another."""

    __tablename__ = "history_entries"
    __table_args__ = (
        Index(None, "subject_type", "subject_id", "id"),
        Index(None, "pool_id", "id"),
        Index(None, "municipality_id", "subject_type", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("pools.id"))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    event: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
