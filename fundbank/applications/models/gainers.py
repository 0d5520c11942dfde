"""The departments that gain by an application of another one, and what they say of it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.applications.rules.gainers import COMMENT_LENGTH
from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import Department, User


class Gainer(Base):
    """A department that a version names as gaining, beside the one that applies: its people may read the application while that version, or
    one that it was revised from, is in force (queries.gainers).
    """

    __tablename__ = "gainers"
    __table_args__ = (
        UniqueConstraint("version_id", "department_id"),
        Index(None, "application_id", "department_id"),
        Index(None, "department_id", "application_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("application_versions.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))

    department: Mapped[Department] = relationship(lazy="joined")


class Consulted(Base):
    """A department that a revised business case concerns while it waits for the forum: one that would gain by it, or gains by what stands.

    The rows go when the revision has been decided, replaced or left.
    """

    __tablename__ = "consulted"
    __table_args__ = (UniqueConstraint("application_id", "department_id"), Index(None, "department_id", "application_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))

    department: Mapped[Department] = relationship(lazy="joined")


class Comment(Base):
    """What a department that gains thinks of a version, and whether it gains what that says. It stays as it was written: who thinks
    otherwise later writes another one. What was written before there were answers has none.
    """

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint("text <> '' OR coalesce(answer, '') IN ('yes', 'another')", name="text"),
        CheckConstraint(f"length(text) <= {COMMENT_LENGTH}", name="length"),
        CheckConstraint("answer IN ('yes', 'no', 'another')", name="answer"),
        CheckConstraint("(figure_ore IS NOT NULL) = (coalesce(answer, '') = 'another') AND figure_ore >= 0", name="figure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    version_number: Mapped[int]
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), doc="the author's, as they wrote it")
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str | None] = mapped_column(String(10))
    figure_ore: Mapped[int | None] = mapped_column(BigInteger, doc="what the department sees instead, in a full year")
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    department: Mapped[Department] = relationship(lazy="joined")
    author: Mapped[User] = relationship(lazy="joined")
