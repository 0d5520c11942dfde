"""A posting that somebody wants reversed, and what became of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.ledger.models import Transfer
from fundbank.people.models import User
from fundbank.pools.models import Pool


class Reversal(Base):
    """A wrong posting that one person wants reversed and another must approve."""

    __tablename__ = "reversals"
    __table_args__ = (
        CheckConstraint("state IN ('registered', 'approved', 'refused')", name="state"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(state = 'approved') = (reversing_transfer_id IS NOT NULL)", name="approved_has_transfer"),
        CheckConstraint("(state = 'registered') = (settled_by_id IS NULL)", name="settled_has_person"),
        CheckConstraint("settled_by_id <> registered_by_id OR state = 'refused'", name="four_eyes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), index=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfers.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12), default="registered")
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refusal: Mapped[str] = mapped_column(Text, default="", server_default="", doc="why it was refused, or taken back")
    reversing_transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfers.id"))

    pool: Mapped[Pool] = relationship()
    transfer: Mapped[Transfer] = relationship(foreign_keys=[transfer_id])
    registered_by: Mapped[User] = relationship(foreign_keys=[registered_by_id])
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])
