"""Every SELECT about pools, their policies and the roles of people in them."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from fundbank.extensions import db
from fundbank.kit.names import name_key
from fundbank.people import queries as people
from fundbank.people.models import User
from fundbank.pools.models import PolicyVersion, Pool, PoolRole
from fundbank.pools.policy import Policy
from fundbank.pools.rights import Right, roles_with
from fundbank.pools.roles import Role

HELD: InstrumentedAttribute[list[PoolRole]] = User.pool_roles  # type: ignore[attr-defined]
WITH_ROLES = joinedload(HELD)


def pool(pool_id: int, *, municipality_id: int | None = None) -> Pool | None:
    """The pool with this id, with its policy in force; None if it is another municipality's than the named one."""
    found = db.session.get(Pool, pool_id)
    return found if found and municipality_id in (None, found.municipality_id) else None


def every_pool() -> list[Pool]:
    """The pools of every municipality, for what is done with each once a day."""
    return list(db.session.scalars(select(Pool).order_by(Pool.id)))


def pools_of(municipality_id: int) -> list[Pool]:
    """A municipality's pools, by name."""
    return list(db.session.scalars(select(Pool).where(Pool.municipality_id == municipality_id).order_by(Pool.sort_key, Pool.id)))


def pool_named(municipality_id: int, name: str) -> Pool | None:
    """The municipality's pool of this name, however it is written."""
    return db.session.scalar(select(Pool).where(Pool.municipality_id == municipality_id, Pool.name_key == name_key(name)))


def policy_versions(pool: Pool) -> list[PolicyVersion]:
    """The pool's versions, the newest first, each with who made it."""
    return list(
        db.session.scalars(
            select(PolicyVersion)
            .where(PolicyVersion.pool_id == pool.id)
            .order_by(PolicyVersion.number.desc())
            .options(joinedload(PolicyVersion.made_by))
        )
    )


def policies_by_id(version_ids: Collection[int]) -> dict[int, Policy]:
    """The rules of these versions."""
    query = select(PolicyVersion).where(PolicyVersion.id.in_(version_ids))
    return {version.id: version.policy for version in db.session.scalars(query)} if version_ids else {}


def policy_version(pool: Pool, number: int) -> PolicyVersion | None:
    """One version of the pool's policy."""
    return db.session.scalars(select(PolicyVersion).where(PolicyVersion.pool_id == pool.id, PolicyVersion.number == number)).one_or_none()


def person_of_session(session_name: str) -> User | None:
    """The person whom a session names (people.queries), with their roles: every page asks for both."""
    return people.person_of_session(session_name, WITH_ROLES)


def entries_of(user: User) -> list[PoolRole]:
    """The lines that give the person roles: the other side of ``PoolRole.user``, read once in a unit of work."""
    held: list[PoolRole] = user.pool_roles  # type: ignore[attr-defined]
    return held


def roles_of(user: User) -> dict[int, frozenset[Role]]:
    """A person's roles by pool id."""
    found: dict[int, set[Role]] = {}
    for entry in entries_of(user):
        found.setdefault(entry.pool_id, set()).add(Role(entry.role))
    return {pool_id: frozenset(roles) for pool_id, roles in found.items()}


def roles_of_people(users: Sequence[User]) -> dict[int, dict[int, frozenset[Role]]]:
    """Each person's roles by pool id, under the person's id, with one question for all of whom they are not known."""
    unknown = [user.id for user in users if HELD.key in inspect(user).unloaded]
    if unknown:
        db.session.scalars(select(User).where(User.id.in_(unknown)).options(selectinload(HELD))).all()
    return {user.id: roles_of(user) for user in users}


def has_role(user: User, pool_id: int, *roles: Role) -> bool:
    """Does the person hold any of ``roles`` in the pool?"""
    return any(entry.pool_id == pool_id and entry.role in roles for entry in entries_of(user))


def givers_of_roles(user: User, pool_id: int) -> frozenset[int]:
    """Who gave the person the roles that they hold in the pool; what the program itself gave, nobody did."""
    return frozenset(entry.given_by_id for entry in entries_of(user) if entry.pool_id == pool_id and entry.given_by_id is not None)


def givers_of(entry: PoolRole) -> list[User]:
    """Who gave the role, and who confirmed it, as far as people did."""
    return list(db.session.scalars(select(User).where(User.id.in_([entry.given_by_id, entry.confirmed_by_id])).order_by(User.id)))


def pools_with(user: User) -> list[Pool]:
    """The pools in which the person holds any role, by name."""
    ids = list(roles_of(user))
    return list(db.session.scalars(select(Pool).where(Pool.id.in_(ids)).order_by(Pool.sort_key, Pool.id))) if ids else []


def people_in(pool: Pool, *roles: Role) -> list[User]:
    """The active people who hold any of ``roles`` in the pool, by name, with their departments."""
    holders = select(PoolRole.user_id).where(PoolRole.pool_id == pool.id, PoolRole.role.in_([str(role) for role in roles]))
    query = select(User).where(User.id.in_(holders), User.is_active).options(joinedload(User.department))
    return list(db.session.scalars(query.order_by(User.sort_key, User.id)))


def holds_anywhere(role: Role) -> ColumnElement[bool]:
    """Does a person hold the role in any pool?"""
    return User.id.in_(select(PoolRole.user_id).where(PoolRole.role == str(role)))


def people_who_confirm(municipality_id: int, roles: Collection[Role]) -> list[User]:
    """The municipality's active administrators, and the active people with any of ``roles`` in any of its pools, by name."""
    holders = (
        select(PoolRole.user_id).join(PoolRole.pool).where(Pool.municipality_id == municipality_id, PoolRole.role.in_(map(str, roles)))
    )
    query = select(User).where(User.municipality_id == municipality_id, User.is_active, or_(User.is_administrator, User.id.in_(holders)))
    return list(db.session.scalars(query.options(selectinload(HELD)).order_by(User.sort_key, User.id)))


def people_with(pool: Pool, *rights: Right) -> list[User]:
    """The active people whose roles in the pool give them any of these rights, by name, with their departments."""
    return people_in(pool, *roles_with(*rights))


def role_list(pool: Pool) -> list[tuple[User, list[Role]]]:
    """Everybody who holds a role in the pool, by name, with department and roles (in the order of domain.md §11)."""
    held: dict[User, set[Role]] = {}
    for entry in db.session.scalars(
        select(PoolRole)
        .join(PoolRole.user)
        .where(PoolRole.pool_id == pool.id)
        .order_by(User.sort_key, User.id)
        .options(joinedload(PoolRole.user).joinedload(User.department))
    ):
        held.setdefault(entry.user, set()).add(Role(entry.role))
    return [(user, [role for role in Role if role in roles]) for user, roles in held.items()]


def role_entry(pool: Pool, user: User, role: Role) -> PoolRole | None:
    """The line that gives the person the role in the pool."""
    return db.session.scalars(
        select(PoolRole).where(PoolRole.pool_id == pool.id, PoolRole.user_id == user.id, PoolRole.role == str(role))
    ).one_or_none()
