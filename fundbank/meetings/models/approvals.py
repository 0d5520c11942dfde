"""The word of somebody else on what the forum recommends."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import User


class DeciderWord(Base):
    """A decider's word on one matter that a meeting recommends: approved or not. Until each has its word nothing of it is known (§11).

    Its table is called after the word that most of them are: other triggers and seals know it by that name.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("pending_id"),
        UniqueConstraint("revision_id"),
        CheckConstraint("(pending_id IS NULL) <> (revision_id IS NULL)", name="of_one"),
        CheckConstraint("is_approved OR reason <> ''", name="refusal_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_decisions.id"), doc="the decision that is recommended")
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("case_revisions.id"), doc="the revised case to which consent is recommended")
    is_approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    said_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)

    said_by: Mapped[User] = relationship()
