"""The history of what was done; and the access log: who came in, was refused, or took a file away."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fundbank.extensions import Base
from fundbank.history.events import ACCESS
from fundbank.kit.columns import UtcDateTime, index_of_some


class HistoryEntry(Base):
    """One line: a person did ``event`` to a subject at a moment, perhaps moving it from one state to another."""

    __tablename__ = "history_entries"
    __table_args__ = (
        Index(None, "subject_type", "subject_id", "id"),
        Index(None, "pool_id", "id"),
        Index(None, "municipality_id", "subject_type", "id"),
        # By what they are searched.
        Index(None, "pool_id", "at", "id"),
        Index(None, "pool_id", "actor_id"),
        index_of_some("ix_history_entries_amount", "pool_id", "amount_ore", where="amount_ore IS NOT NULL"),
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
    amount_ore: Mapped[int | None] = mapped_column(BigInteger, doc="the sum that the details tell of")
    search_text: Mapped[str] = mapped_column(
        String(450), default="", server_default="", doc="the words of the reason and of what the details name (kit.search)"
    )  # fmt: skip


class AccessLine(Base):
    """One line: a person (None: nobody that is known) did ``kind`` of thing at a moment, from an address.

    ``what`` is the method and the address of the page, with the ids that it names and no other value; ``code`` the refusal's. A line with
    ``more`` stands for that many further ones of the person, or of guests at its address. ``number`` is the request's, as the program's log
    has it.
    """

    __tablename__ = "access_lines"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in ACCESS)})", name="kind"),
        Index(None, "municipality_id", "id"),
        Index(None, "municipality_id", "kind", "id"),
        Index(None, "user_id", "id"),
        Index(None, "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipalities.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(45))
    number: Mapped[str] = mapped_column(String(64))
    more: Mapped[int]
