"""Revised business cases that need the forum's consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.models import Application
from fundbank.applications.rules.content import Content
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime, index_of_some
from fundbank.meetings.models.agenda import Meeting
from fundbank.meetings.states import RevisionState
from fundbank.people.models import User


class CaseRevision(Base):
    """A revised business case that needs the forum's consent (domain.md §6). Until that is known it changes nothing.

    It waits on the agenda of its meeting; the chair grants or refuses it there, and what was decided is carried out when the meeting is
    closed. A newer revision takes its place; what the forum said of it stays (``is_replaced``), though nothing comes of it.
    """

    __tablename__ = "case_revisions"
    __table_args__ = (
        index_of_some("uq_case_revisions_open", "application_id", where="ended_at IS NULL", unique=True),
        Index(None, "meeting_id"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in RevisionState)})", name="state"),
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint(
            "state NOT IN ('granted', 'refused') OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL)", name="has_decider"
        ),
        CheckConstraint("state <> 'replaced' OR ended_at IS NOT NULL", name="replaced_is_over"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), doc="where it waits, or was decided")
    content_json: Mapped[dict[str, Any]] = mapped_column("content", JSON)
    reason: Mapped[str] = mapped_column(Text)
    put_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    put_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=RevisionState.WAITING)
    decision_reason: Mapped[str] = mapped_column(Text, default="")
    recused_ids: Mapped[list[int]] = mapped_column(JSON, default=list, doc="who stayed out of it for a conflict of interest")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_replaced: Mapped[bool] = mapped_column(server_default=false(), default=False, doc="a newer one took its place")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="when it took effect, was refused for all to see, or was replaced")

    application: Mapped[Application] = relationship()
    meeting: Mapped[Meeting] = relationship()
    put_by: Mapped[User] = relationship(foreign_keys=[put_by_id])

    @property
    def content(self) -> Content:
        """What the business case would say."""
        return Content.from_json(self.content_json)
