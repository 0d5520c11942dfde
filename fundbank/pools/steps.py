"""Giving a role, once it has been asked who may."""

from fundbank.extensions import db
from fundbank.people.models import User
from fundbank.pools.models import Pool, PoolRole
from fundbank.pools.roles import Role


def add_role(pool: Pool, user: User, role: Role, *, given_by_id: int | None, confirmed_by_id: int | None = None) -> PoolRole:
    """Let the person have the role from now on."""
    entry = PoolRole(pool=pool, user=user, role=str(role), given_by_id=given_by_id, confirmed_by_id=confirmed_by_id)
    db.session.add(entry)
    db.session.flush()
    return entry
