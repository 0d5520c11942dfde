"""Giving and taking roles. One that could be misused waits for a second person (domain.md §11)."""

from datetime import datetime

from fundbank.errors import N_, AlreadyPosted, NotAllowed, WrongState, require
from fundbank.extensions import db
from fundbank.history.queries import has_begun
from fundbank.history.steps import record
from fundbank.kit.transaction import lock
from fundbank.people.models import Confirmation, User
from fundbank.people.operations import forget_open_password
from fundbank.people.rules import Kind
from fundbank.people.steps import ask
from fundbank.pools import permissions, queries
from fundbank.pools.models import Pool, PoolRole
from fundbank.pools.roles import CONFIRMED, Role
from fundbank.pools.steps import add_role


def give_role(*, actor: User | None, at: datetime, pool: Pool, user: User, role: Role) -> PoolRole | Confirmation:
    """Give a person a role in the pool; one of ``CONFIRMED`` waits until another person has confirmed it, once the pool has money.

    Raises NotAllowed, also for a person of another municipality, and AlreadyPosted if the person already has the role or awaits it.
    """
    require(actor is None or permissions.can_manage_roles(actor, pool))
    if user.municipality_id != pool.municipality_id:
        raise NotAllowed(N_("A person of another municipality cannot have a role here."), field="user")
    lock(pool)
    if queries.role_entry(pool, user, role):
        raise AlreadyPosted(N_("This person already has that role."), field="role")
    if actor is not None and role in CONFIRMED and has_begun(pool.municipality_id, pool.id):
        return ask(user, Kind.ROLE, actor=actor, at=at, subject=pool, pool_id=pool.id, role=str(role))
    entry = add_role(pool, user, role, given_by_id=actor.id if actor else None)
    if role in CONFIRMED:
        forget_open_password(user, at=at)
    record(pool, "role_given", actor_id=actor.id if actor else None, at=at, user_id=user.id, role=str(role))
    return entry


def take_role(*, actor: User | None, at: datetime, pool: Pool, user: User, role: Role) -> None:
    """Take a role in the pool from a person. Raises NotAllowed, and WrongState if it isn't there."""
    require(actor is None or permissions.can_manage_roles(actor, pool))
    lock(pool)
    entry = queries.role_entry(pool, user, role)
    if entry is None:
        raise WrongState(N_("This person does not have that role."))
    queries.entries_of(user).remove(entry)
    db.session.flush()
    record(pool, "role_taken", actor_id=actor.id if actor else None, at=at, user_id=user.id, role=str(role))
