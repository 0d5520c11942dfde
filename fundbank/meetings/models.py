"""Meetings, agendas, attendance, decisions and the settlement of shortfalls."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.models import Application
from fundbank.applications.rules.content import Content
from fundbank.awards.models import Award
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.meetings.states import ENDED, ON_AWARDS, Action, Kind, Outcome, PendingState, RevisionState, State, Tie
from fundbank.people.models import User
from fundbank.pools.models import Pool


def _one_of_some(name: str, column: str, where: str) -> Index:
    """Of those rows for which ``where`` holds, no two have the same."""
    return Index(name, column, unique=True, sqlite_where=text(where), postgresql_where=text(where))


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


class Meeting(Base):
    """A meeting of the forum. It is open from the chair's word until the chair closes it or its day is over."""

    __tablename__ = "meetings"
    __table_args__ = (
        Index(None, "pool_id", "held_on"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        CheckConstraint("(state = 'cancelled') = (cancelled_because <> '')", name="cancelled_has_reason"),
        CheckConstraint("(minutes_signed_by_id IS NULL) = (minutes_signed_at IS NULL)", name="signature_has_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    held_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(120), default="")
    is_ordinary: Mapped[bool] = mapped_column(default=True, doc="an ordinary meeting has a deadline; one called together by hand has none")
    state: Mapped[str] = mapped_column(String(10), default=State.PLANNED)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    cancelled_because: Mapped[str] = mapped_column(Text, default="", server_default="")
    minutes_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    minutes_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship()
    agenda: Mapped[list["AgendaItem"]] = relationship(back_populates="meeting", order_by="AgendaItem.position, AgendaItem.id")
    attendances: Mapped[list["Attendance"]] = relationship(order_by="Attendance.id")
    decisions: Mapped[list["Decision"]] = relationship(back_populates="meeting", order_by="Decision.id")
    pending: Mapped[list["PendingDecision"]] = relationship(back_populates="meeting", order_by="PendingDecision.id")
    settlements: Mapped[list["Settlement"]] = relationship(back_populates="meeting", order_by="Settlement.id")
    minutes_signed_by: Mapped[User | None] = relationship(foreign_keys=[minutes_signed_by_id])

    __mapper_args__ = {"version_id_col": revision}

    @property
    def municipality_id(self) -> int:
        """Whose it is."""
        return self.pool.municipality_id

    @property
    def present(self) -> list[User]:
        """Who is there, by name."""
        return sorted((attendance.user for attendance in self.attendances), key=lambda user: (user.sort_key, user.id))

    @property
    def decided(self) -> dict[int, "Decision | PendingDecision"]:
        """What it has decided, known already or not, by application."""
        standing = (one for one in self.pending if one.state == PendingState.STANDING and one.outcome not in ON_AWARDS)
        return {**{one.application_id: one for one in self.decisions}, **{one.application_id: one for one in standing}}

    @property
    def ended(self) -> list["PendingDecision"]:
        """What it had decided of applications and what never came to be known: taken back, or lapsed."""
        return [one for one in self.pending if one.is_ended and one.outcome not in ON_AWARDS]

    @property
    def on_awards(self) -> list["PendingDecision"]:
        """What it has decided on awards that there are already, and what is not known, or never came to be."""
        return [one for one in self.pending if one.outcome in ON_AWARDS and one.state != PendingState.RELEASED]

    def is_open(self, today: date) -> bool:
        """Can it decide today? A meeting closes by itself when the date moves on (scenario.md)."""
        return self.state == State.OPEN and self.held_on == today

    def is_to_come(self, today: date) -> bool:
        """Is it planned, for today or a day to come?"""
        return self.state == State.PLANNED and self.held_on >= today

    def is_over(self, today: date) -> bool:
        """Has it been closed or cancelled, or has its day passed?"""
        return self.state in ENDED or self.held_on < today


class AgendaItem(Base):
    """An application on the agenda of a meeting."""

    __tablename__ = "agenda_items"
    __table_args__ = (UniqueConstraint("meeting_id", "application_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    position: Mapped[int]

    meeting: Mapped[Meeting] = relationship(back_populates="agenda")
    application: Mapped[Application] = relationship()


class OtherItem(Base):
    """An item of an agenda that is no application: an IT project without money, a follow-up, something to know."""

    __tablename__ = "other_items"
    __table_args__ = (
        Index(None, "meeting_id"),
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in Kind)})", name="kind"),
        CheckConstraint("title <> ''", name="has_title"),
        CheckConstraint("(outcome = '') = (recorded_at IS NULL) AND (outcome = '') = (recorded_by_id IS NULL)", name="has_recorder"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="", doc="what was decided or noted")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")

    meeting: Mapped[Meeting] = relationship()
    recorded_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}


class CandidatePair(Base):
    """What the coordinator says of two applications on an agenda. A proposal keeps it; the forum chooses as it likes."""

    __tablename__ = "candidate_pairs"
    __table_args__ = (
        UniqueConstraint("meeting_id", "tie", "application_id", "other_id"),
        CheckConstraint(f"tie IN ({', '.join(repr(str(tie)) for tie in Tie)})", name="tie"),
        CheckConstraint("application_id <> other_id", name="two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    tie: Mapped[str] = mapped_column(String(8))
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    meeting: Mapped[Meeting] = relationship()
    application: Mapped[Application] = relationship(foreign_keys=[application_id])
    other: Mapped[Application] = relationship(foreign_keys=[other_id])
    set_by: Mapped[User] = relationship()


class Attendance(Base):
    """A person who was present."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    user: Mapped[User] = relationship()


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
        _one_of_some("uq_pending_decisions_standing", "application_id", f"state = 'standing' AND outcome IN ({_codes(Outcome)})"),
        _one_of_some("uq_pending_decisions_made", "award_id", "outcome = 'approve'"),
        CheckConstraint(f"outcome IN ({_codes((*Outcome, *ON_AWARDS))})", name="outcome"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in PendingState)})", name="state"),
        CheckConstraint("(outcome IN ('reject', 'defer', 'return')) = (award_id IS NULL)", name="has_award"),
        CheckConstraint(f"(outcome IN ({_codes(Action)})) = (amount_ore IS NOT NULL)", name="settlement_has_amount"),
        CheckConstraint("(outcome = 'extend') = (years IS NOT NULL)", name="extension_has_years"),
        CheckConstraint("(state = 'standing') = (ended_at IS NULL)", name="ended_has_date"),
        CheckConstraint("(state = 'taken_back') = (ended_by_id IS NOT NULL AND end_reason <> '')", name="taken_back_has_reason"),
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
    recused_ids: Mapped[list[int]] = mapped_column(JSON, default=list, doc="who was present and left the matter to the others")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(10), default=PendingState.STANDING)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="who took it back")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(Text, default="", server_default="")

    meeting: Mapped[Meeting] = relationship(back_populates="pending")
    application: Mapped[Application] = relationship()
    award: Mapped[Award | None] = relationship()
    decided_by: Mapped[User] = relationship(foreign_keys=[decided_by_id])
    ended_by: Mapped[User | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def is_ended(self) -> bool:
        """Did it never come to be known?"""
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


class CaseRevision(Base):
    """A revised business case that needs the forum's consent (domain.md §6). Until that is known it changes nothing.

    It waits on the agenda of its meeting; the chair grants or refuses it there, and what was decided is carried out when the meeting is
    closed. A newer revision takes its place.
    """

    __tablename__ = "case_revisions"
    __table_args__ = (
        _one_of_some("uq_case_revisions_open", "application_id", "ended_at IS NULL"),
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
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="when it took effect, was refused for all to see, or was replaced")

    application: Mapped[Application] = relationship()
    meeting: Mapped[Meeting] = relationship()
    put_by: Mapped[User] = relationship(foreign_keys=[put_by_id])

    @property
    def content(self) -> Content:
        """What the business case would say."""
        return Content.from_json(self.content_json)
