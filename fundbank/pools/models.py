"""Pools, the versions of their policies, and the roles of people in them."""

from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from fundbank.extensions import Base
from fundbank.kit.clock import local_date
from fundbank.kit.columns import UtcDateTime
from fundbank.kit.names import NamedOnce
from fundbank.people.models import Municipality, User
from fundbank.pools.policy import Policy
from fundbank.pools.roles import CONFIRMED, Role


class Pool(NamedOnce, Base):
    """A fund with its own policy, forum and ledger."""

    __tablename__ = "pools"
    __table_args__ = (
        UniqueConstraint("municipality_id", "name"),
        Index("uq_pools_name_key", "municipality_id", "name_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_day: Mapped[date | None] = mapped_column(
        Date, doc="of a pool that moved in with a past: set by two people (ledger.models.FirstDay)"
    )
    policy_version_id: Mapped[int | None] = mapped_column(ForeignKey("policy_versions.id", use_alter=True))

    pool_id: Mapped[int] = synonym("id")  # a pool's history belongs to the pool itself
    municipality: Mapped[Municipality] = relationship(lazy="joined")
    policy_version: Mapped["PolicyVersion"] = relationship(foreign_keys=[policy_version_id], post_update=True, lazy="joined")

    @property
    def begins_on(self) -> date:
        """The first day that money may count from."""
        return self.first_day or local_date(self.created_at)

    @property
    def policy(self) -> Policy:
        """The rules in force now."""
        return self.policy_version.policy


class PolicyVersion(Base):
    """The rules of a pool from one moment on. Never changed: an edit adds a version (domain.md §3)."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("pool_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    number: Mapped[int]
    preset: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    origins: Mapped[dict[str, str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    made_by: Mapped[User | None] = relationship()

    @cached_property
    def policy(self) -> Policy:
        """The values as rules that code can ask."""
        return Policy.from_values(self.values)


class PoolRole(Base):
    """One role of one person in one pool."""

    __tablename__ = "pool_roles"
    __table_args__ = (
        UniqueConstraint("pool_id", "user_id", "role"),
        CheckConstraint(f"role IN ({', '.join(repr(str(role)) for role in Role)})", name="role"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pools.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="None: the program itself")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), doc="None: no second person was needed, or the server's")

    user: Mapped[User] = relationship(back_populates="pool_roles", foreign_keys=[user_id])
    pool: Mapped[Pool] = relationship()


# A person's lines, read with the person or at first need. Upstream knows nothing of them.
User.pool_roles = relationship(PoolRole, back_populates="user", foreign_keys=[PoolRole.user_id], cascade="all, delete-orphan")
User.holds_confirmed_in_a_pool = property(lambda person: any(entry.role in CONFIRMED for entry in person.pool_roles))  # type: ignore[assignment]
