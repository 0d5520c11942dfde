"""Calls for development needs, and what departments answer."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.ideas.rules import Answers, is_late
from fundbank.ideas.states import CallState
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool

if TYPE_CHECKING:
    from fundbank.ideas.models import Idea


class Call(Base):
    """What the coordinator asks every department once a year, and by when."""

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "pool_id", "id"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in CallState)})", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_a_moment"),
        CheckConstraint("closed_by_id IS NULL OR state = 'closed'", name="closed_by_somebody"),
        CheckConstraint("title <> ''", name="has_title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    state: Mapped[str] = mapped_column(String(10), default=CallState.OPEN)
    title: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(Text)
    questions: Mapped[dict[str, str]] = mapped_column(JSON, doc="in the call's own words, by the codes of rules.STANDARD")
    due_on: Mapped[date] = mapped_column(doc="the last day on which departments answer")
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="nobody, where its day ended it")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship()
    opened_by: Mapped[User] = relationship(foreign_keys=[opened_by_id])

    __mapper_args__ = {"version_id_col": revision}

    @property
    def municipality_id(self) -> int:
        """Whose it is."""
        return self.pool.municipality_id

    @property
    def is_open(self) -> bool:
        """Has nobody, and no day, closed it?"""
        return self.state == CallState.OPEN

    @property
    def is_closed(self) -> bool:
        """Has it ended with what departments have answered?"""
        return self.state == CallState.CLOSED

    @property
    def is_withdrawn(self) -> bool:
        """Was it taken back, as one that was opened by mistake?"""
        return self.state == CallState.WITHDRAWN


class Need(Base):
    """What an idea answers to a call. Until it is sent only its department knows of it."""

    __tablename__ = "needs"
    __table_args__ = (
        CheckConstraint("(sent_at IS NULL) = (sent_by_id IS NULL)", name="sent_by_somebody"),
        CheckConstraint("importance BETWEEN 1 AND 5", name="importance"),
        CheckConstraint("development_ore >= 0 AND operation_ore >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("ideas.id"), unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    texts: Mapped[dict[str, str]] = mapped_column(
        JSON, doc="answers in words, by the codes of rules.TEXTS; the need is the idea's own text"
    )
    development_ore: Mapped[int | None] = mapped_column(BigInteger)
    operation_ore: Mapped[int | None] = mapped_column(BigInteger, doc="a year")
    importance: Mapped[int | None] = mapped_column(doc="1 to 5, 5 is the most: as the department rates it itself")
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    idea: Mapped["Idea"] = relationship(back_populates="need")
    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)

    @property
    def answers(self) -> Answers:
        """All that it says."""
        return Answers(
            need=self.idea.text, **self.texts, development_ore=self.development_ore, operation_ore=self.operation_ore
        )  # fmt: skip

    @property
    def late(self) -> str:
        """Was it sent after the call was over ("sent"), or changed since ("changed")? Otherwise empty."""
        if self.sent_at is not None and is_late(self.sent_at, self.call.due_on, self.call.closed_at):
            return "sent"
        return "changed" if self.sent_at is not None and is_late(self.idea.changed_at, self.call.due_on, self.call.closed_at) else ""

    @property
    def invested_ore(self) -> int:
        """What it is expected to take: to develop it, and to run it for a year."""
        return (self.development_ore or 0) + (self.operation_ore or 0)


class NoNeeds(Base):
    """A department says that it has no needs this time, or takes that back: what it said last counts. What it sends counts all the same."""

    __tablename__ = "no_needs"
    __table_args__ = (Index(None, "call_id", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    has_none: Mapped[bool] = mapped_column(doc="not so: it takes back that it has none")
    said_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LetIn(Base):
    """A department may answer after the deadline, by a day of its own. The last one said counts; one that is over takes it back."""

    __tablename__ = "let_in"
    __table_args__ = (Index(None, "call_id", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    until: Mapped[date]
    let_in_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    let_in_at: Mapped[datetime] = mapped_column(UtcDateTime)

    call: Mapped[Call] = relationship()
    department: Mapped[Department] = relationship()
