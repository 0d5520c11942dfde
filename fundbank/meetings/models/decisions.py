"""What the forum decides of applications and awards: recorded while the meeting is open, a fact when it has been closed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime, index_of_some
from fundbank.meetings.models.agenda import Meeting, MeetingProposal
from fundbank.meetings.states import ON_AWARDS, Action, Outcome, PendingState
from fundbank.people.models import User


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


class Decision(Base):
    """The forum's decision on one application in one meeting, recorded by the chair; it keeps the policy it was made under."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("meeting_id", "application_id"),
        CheckConstraint(f"outcome IN ({', '.join(repr(str(outcome)) for outcome in Outcome)})", name="outcome"),
        CheckConstraint("(outcome = 'approve') = (award_id IS NOT NULL)", name="approval_has_award"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    version_number: Mapped[int]
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    recused_ids: Mapped[list[int]] = mapped_column(JSON, default=list, doc="who stayed out of it for a conflict of interest")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    meeting: Mapped[Meeting] = relationship(back_populates="decisions")
    application: Mapped[Application] = relationship()
    award: Mapped[Award | None] = relationship()
    decided_by: Mapped[User] = relationship()


class PendingDecision(Base):
    """What the chair has recorded in an open meeting, of an application or of its award. When that is closed it is known (domain.md §4).

    Until then the chair may take it back, and another can follow. The award that an approval makes has its money reserved at once; what is
    decided on an award that there is already changes nothing before.
    """

    __tablename__ = "pending_decisions"
    __table_args__ = (
        index_of_some(
            "uq_pending_decisions_standing", "application_id", where=f"state = 'standing' AND outcome IN ({_codes(Outcome)})", unique=True
        ),
        index_of_some("uq_pending_decisions_made", "award_id", where="outcome = 'approve'", unique=True),
        CheckConstraint(f"outcome IN ({_codes((*Outcome, *ON_AWARDS))})", name="outcome"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in PendingState)})", name="state"),
        CheckConstraint("(outcome IN ('reject', 'defer', 'return')) = (award_id IS NULL)", name="has_award"),
        CheckConstraint(f"(outcome IN ({_codes(Action)})) = (amount_ore IS NOT NULL)", name="settlement_has_amount"),
        CheckConstraint("(outcome = 'extend') = (years IS NOT NULL)", name="extension_has_years"),
        CheckConstraint("(state = 'standing') = (ended_at IS NULL)", name="ended_has_date"),
        CheckConstraint("overrides_id IS NULL OR reason <> ''", name="override_has_reason"),
        CheckConstraint(
            "(state IN ('taken_back', 'refused')) = (ended_by_id IS NOT NULL AND end_reason <> '')", name="taken_back_has_reason"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    version_number: Mapped[int]
    policy_version_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("awards.id"), index=True, doc="the one that it makes or is about")
    years: Mapped[int | None]
    amount_ore: Mapped[int | None] = mapped_column(BigInteger, doc="what would be given up; of an extension what is outstanding")
    reason: Mapped[str] = mapped_column(Text, default="")
    overrides_id: Mapped[int | None] = mapped_column(
        ForeignKey("meeting_proposals.id"), doc="the proposal that it goes against, by its reason"
    )
    recused_ids: Mapped[list[int]] = mapped_column(JSON, default=list, doc="who was present and left the matter to the others")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=PendingState.STANDING)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who took it back, or refused it")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    meeting: Mapped[Meeting] = relationship(back_populates="pending")
    application: Mapped[Application] = relationship()
    award: Mapped[Award | None] = relationship()
    decided_by: Mapped[User] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])
    overrides: Mapped[MeetingProposal | None] = relationship()

    @property
    def is_ended(self) -> bool:
        """Did it never come to be known? What a decider refused stands in the minutes as the forum recommended it."""
        return self.state in (PendingState.TAKEN_BACK, PendingState.LAPSED)


class Settlement(Base):
    """The forum's decision on a loan of which something is outstanding, in whole or in part."""

    __tablename__ = "settlements"
    __table_args__ = (
        CheckConstraint(f"action IN ({', '.join(repr(str(action)) for action in Action)})", name="action"),
        CheckConstraint("(action = 'extend') = (years IS NOT NULL)", name="extension_has_years"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    award_id: Mapped[int] = mapped_column(ForeignKey("awards.id"), index=True)
    action: Mapped[str] = mapped_column(String(10))
    years: Mapped[int | None]
    amount_ore: Mapped[int] = mapped_column(
        BigInteger, doc="what was written off or turned into a grant; of an extension what was outstanding"
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    recused_ids: Mapped[list[int]] = mapped_column(
        JSON, default=list, server_default="[]", doc="who had a conflict of interest, and left the matter to the others"
    )
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    meeting: Mapped[Meeting] = relationship(back_populates="settlements")
    award: Mapped[Award] = relationship()
    decided_by: Mapped[User] = relationship()
