"""Meetings, what is on their agendas, and who was present."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.models import Application
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.meetings.rules import Rhythm
from fundbank.meetings.states import ENDED, ON_AWARDS, Kind, PendingState, State, Tie
from fundbank.people.models import User
from fundbank.pools.models import Pool

if TYPE_CHECKING:
    from fundbank.meetings.models.decisions import Decision, PendingDecision, Settlement


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
    recommended_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, doc="when what it recommends went to the deciders; None: what it decides is known with its end"
    )
    minutes_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    minutes_signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship()
    agenda: Mapped[list["AgendaItem"]] = relationship(back_populates="meeting", order_by="AgendaItem.position, AgendaItem.id")
    attendances: Mapped[list["Attendance"]] = relationship(
        primaryjoin="and_(Meeting.id == Attendance.meeting_id, Attendance.gone_at.is_(None))", order_by="Attendance.id"
    )
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
        """What it has decided, known already or not, or recommended, by application."""
        kept = (one for one in self.pending if one.state in (PendingState.STANDING, PendingState.REFUSED) and one.outcome not in ON_AWARDS)
        return {**{one.application_id: one for one in self.decisions}, **{one.application_id: one for one in kept}}

    @property
    def ended(self) -> list["PendingDecision"]:
        """What it had decided of applications and what never came to be known: taken back, or lapsed."""
        return [one for one in self.pending if one.is_ended and one.outcome not in ON_AWARDS]

    @property
    def on_awards(self) -> list["PendingDecision"]:
        """What it has decided on awards that there are already, and what is not known, or never came to be; what a decider refused."""
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


class PoolRhythm(Base):
    """The rule by which a pool's forum meets, as it was last planned by: the next year's meetings are proposed from it."""

    __tablename__ = "pool_rhythms"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 4", name="weekday"),
        CheckConstraint("week BETWEEN 1 AND 5", name="week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"), unique=True)
    weekday: Mapped[int] = mapped_column(doc="Monday is 0")
    week: Mapped[int] = mapped_column(doc="of the month; 5 is the last")
    months: Mapped[list[int]] = mapped_column(JSON)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def rhythm(self) -> Rhythm:
        """The rule."""
        return Rhythm(self.weekday, self.week, tuple(self.months))


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


class MeetingProposal(Base):
    """A proposal that was put before a meeting. Whoever then records something else says why; nobody is bound by it.

    One that takes the place of another while the meeting is open has its reason, and no other has one: so the newest without a reason is
    what lay there as the meeting opened, or came first in it.
    """

    __tablename__ = "meeting_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    given: Mapped[list[list[int]]] = mapped_column(JSON, doc="of each application that it chose among: id, loan and grant in øre")
    asked: Mapped[dict[str, list[str]]] = mapped_column(JSON, doc="the money and the weights that it was asked with, as its address says")
    put_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    put_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="", doc="why it took another's place in the open meeting")

    meeting: Mapped[Meeting] = relationship()
    put_by: Mapped[User] = relationship()

    @property
    def sums(self) -> dict[int, int]:
        """What it gives each application that it chose among, in øre."""
        return {id_: loan_ore + grant_ore for id_, loan_ore, grant_ore in self.given}


class Attendance(Base):
    """A person who was present. Who left, or was never there after all, stays on record: they have heard what was said, or may have."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("meeting_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="when the chair said that they are not there (any more)")

    user: Mapped[User] = relationship()
