"""Municipalities, departments, people, and the links by which they come in."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym, validates

from fundbank.extensions import Base
from fundbank.kit.columns import UtcDateTime, index_of_some
from fundbank.kit.names import Named, NamedOnce
from fundbank.kit.search import search_text
from fundbank.people.rules import Kind, State, is_in_line, is_within


class Municipality(NamedOnce, Base):
    """The owner of departments, people and pools."""

    __tablename__ = "municipalities"
    __table_args__ = (UniqueConstraint("name"), Index("uq_municipalities_name_key", "name_key", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True)

    municipality_id: Mapped[int] = synonym("id")  # a municipality's history belongs to itself


AT_THE_TOP = text("parent_id IS NULL")


class Department(NamedOnce, Base):
    """A unit in the municipality's tree. ``path`` holds the ids from the top down (``/1/4/``), so that the tree is asked without a walk."""

    __tablename__ = "departments"
    __table_args__ = (
        UniqueConstraint("municipality_id", "parent_id", "name"),
        Index("uq_departments_name_key", "municipality_id", "parent_id", "name_key", unique=True),
        # To the index above each NULL is another parent.
        Index(
            "uq_departments_top_name_key", "municipality_id", "name_key", unique=True, sqlite_where=AT_THE_TOP, postgresql_where=AT_THE_TOP
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    path: Mapped[str] = mapped_column(String(200), default="", index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)

    municipality: Mapped[Municipality] = relationship()
    parent: Mapped["Department | None"] = relationship(remote_side=[id])

    __mapper_args__ = {"version_id_col": revision}

    def is_within(self, other: "Department") -> bool:
        """Is this unit ``other`` itself or below it?"""
        return is_within(self.path, other.path)

    def is_in_line_with(self, other: "Department") -> bool:
        """Is one of the two units the other, above it or below it? (domain.md §4, conflict of interest)"""
        return is_in_line(self.path, other.path)


class User(Named, Base):
    """A person of a municipality. Without a password until an invitation has been used."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email", "municipality_id"), Index(None, "municipality_id", "sort_key", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    search_text: Mapped[str] = mapped_column(String(450), default="", server_default="", doc="the words of name and e-mail (kit.search)")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="da")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    password_was_open: Mapped[bool] = mapped_column(
        default=False, server_default=text("false"), doc="chosen by a link that somebody else may have seen: they may know it"
    )
    session_generation: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)

    municipality: Mapped[Municipality] = relationship()
    department: Mapped[Department] = relationship()

    __mapper_args__ = {"version_id_col": revision}

    @validates("name", "email")
    def follow(self, column: str, value: Any) -> Any:
        """Keep what follows from the name and the e-mail address: the place in lists, and the words to be found by."""
        known = {"name": self.name, "email": self.email, column: value}
        self.search_text = search_text(known["name"], known["email"])
        return super().follow(column, value) if column == "name" else value

    @property
    def holds_confirmed(self) -> bool:
        """Does the person hold a role that two people give (domain.md §11)? Those of pools are told by ``pools.models``."""
        return self.is_administrator or self.holds_confirmed_in_a_pool

    holds_confirmed_in_a_pool = False

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """The session's name for this person; a new password or a closed account makes older sessions void."""
        return f"{self.id}:{self.session_generation}"


class SignInLink(Base):
    """An invitation or a reset: a link that an administrator makes and that works once. Only its hash is kept."""

    __tablename__ = "sign_in_links"
    __table_args__ = (CheckConstraint("purpose IN ('invitation', 'reset')", name="purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    was_shown: Mapped[bool] = mapped_column(default=False, server_default=text("false"), doc="in a page, to who made it")

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class Confirmation(Base):
    """What one administrator wants and another person confirms: a role that could be misused, or a change to the account of who holds one.

    Until then nothing has changed. ``pool_id`` and ``role`` are a role's, ``email`` is a new address (empty: none any more).
    """

    __tablename__ = "confirmations"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(str(kind)) for kind in Kind)})", name="kind"),
        CheckConstraint(f"state IN ({', '.join(repr(str(state)) for state in State)})", name="state"),
        Index(None, "user_id"),
        index_of_some("ix_confirmations_waiting", "municipality_id", "id", where="state = 'waiting'"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str] = mapped_column(String(20))
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("pools.id"))
    role: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(20), default=State.WAITING)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="None: it waits, or was answered on the server")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="", doc="why it was refused or withdrawn")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
