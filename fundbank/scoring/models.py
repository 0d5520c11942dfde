"""Scores, declared interests and consensus levels."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import User


class Score(Base):
    """One member's levels for one application. A revision adds a row and ends the earlier one; nothing is overwritten."""

    __tablename__ = "scores"
    __table_args__ = (
        Index(
            "uq_scores_current",
            "application_id",
            "member_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    version_number: Mapped[int] = mapped_column(doc="the version that the member read")
    scale_size: Mapped[int] = mapped_column(doc="how many levels the policy had: a score on another scale no longer counts")
    levels: Mapped[dict[str, int]] = mapped_column(JSON, doc="criterion → rank from the scale's lowest = 1")
    reasons: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}", doc="criterion → why that level")
    comment: Mapped[str] = mapped_column(Text, default="")
    handed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    member: Mapped[User] = relationship()


class ScoreDraft(Base):
    """A half-done sheet, which only its member sees. Handing in ends it."""

    __tablename__ = "score_drafts"
    __table_args__ = (UniqueConstraint("application_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    version_number: Mapped[int] = mapped_column(server_default="1", doc="the version that was read")
    levels: Mapped[dict[str, int]] = mapped_column(JSON, doc="those that have been chosen")
    reasons: Mapped[dict[str, str]] = mapped_column(JSON)
    comment: Mapped[str] = mapped_column(Text)
    scale_size: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Interest(Base):
    """A conflict of interest that a member or chair declared, or that another chair found. It holds unless a turn says otherwise."""

    __tablename__ = "interests"
    __table_args__ = (
        UniqueConstraint("application_id", "user_id"),
        CheckConstraint("(found_by_id IS NULL) = (reason = '')", name="found_has_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="the chair who found it; None: the person declared it")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="", doc="why the chair found so")

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class InterestTurn(Base):
    """A second word on a conflict of interest: somebody was let in again, or it was declared or found anew. The newest holds."""

    __tablename__ = "interest_turns"
    __table_args__ = (CheckConstraint("reason <> '' OR is_out", name="let_in_has_reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    interest_id: Mapped[int] = mapped_column(ForeignKey("interests.id"), index=True)
    is_out: Mapped[bool] = mapped_column(doc="does the person stay out of it from now on?")
    reason: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Consensus(Base):
    """A level on which the forum agreed in a meeting; the newest one of a version replaces the mean, and both show."""

    __tablename__ = "consensus"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    version_number: Mapped[int] = mapped_column(doc="the version that it was agreed on: a newer submission sets it aside")
    criterion: Mapped[str] = mapped_column(String(20))
    scale_size: Mapped[int]
    level: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScoringPause(Base):
    """A day on which an application is before an open meeting: scores rest (domain.md §5: revised until the meeting opens)."""

    __tablename__ = "scoring_pauses"
    __table_args__ = (UniqueConstraint("application_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    day: Mapped[date]
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime, doc="when the meeting opened: a first score after it came late")
    is_decided: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="has the meeting decided, which is not known yet? Then no first score comes either"
    )
