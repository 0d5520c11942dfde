"""Every SELECT about pools, their policies and the roles of people in them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, event, select
from sqlalchemy.orm import Session, SessionTransaction, joinedload
from sqlalchemy.orm.util import identity_key

from fundbank.extensions import db
from fundbank.kit.loaded import as_loaded, values_of
from fundbank.kit.prepared import Prepared
from fundbank.kit.text import are_alike
from fundbank.people.models import User
from fundbank.people.queries import READER, named_by, reader_of
from fundbank.pools.models import PolicyVersion, Pool, PoolRole
from fundbank.pools.policy import Policy
from fundbank.pools.rights import Right, roles_with
from fundbank.pools.roles import Role

_ROLES = "fundbank.pools.roles_of"
_READER_WITH_ROLES = Prepared(READER.add_columns(PoolRole.pool_id, PoolRole.role).outerjoin(PoolRole, PoolRole.user_id == User.id))

_NAMED = Pool.id == bindparam("pool", type_=Integer)
_POOL = Prepared(select(*Pool.__table__.c).where(_NAMED))
_POOL_WITH_POLICY = Prepared(
    select(*Pool.__table__.c, *PolicyVersion.__table__.c).join(PolicyVersion, PolicyVersion.id == Pool.policy_version_id).where(_NAMED)
)


def pool(pool_id: int, *, municipality_id: int | None = None, with_policy: bool = True) -> Pool | None:
    """The pool with this id; None if it is another municipality's than the named one.

    Its policy in force comes with it, unless a page has no use for it; whatever else belongs to it is read when it is asked for.
    """
    found = db.session.identity_map.get(identity_key(Pool, pool_id)) or _read_pool(pool_id, with_policy)
    return found if found and municipality_id in (None, found.municipality_id) else None


def _read_pool(pool_id: int, with_policy: bool) -> Pool | None:
    session = db.session()
    rows = (_POOL_WITH_POLICY if with_policy else _POOL).run(session.connection(), {"pool": pool_id})
    if not rows:
        return None
    row = iter(rows[0])
    values = values_of(Pool, row)
    if with_policy:
        values["policy_version"] = as_loaded(session, PolicyVersion, values_of(PolicyVersion, row))
    return as_loaded(session, Pool, values)


def pools_of(municipality_id: int) -> list[Pool]:
    """A municipality's pools, by name."""
    return list(db.session.scalars(select(Pool).where(Pool.municipality_id == municipality_id).order_by(Pool.sort_key, Pool.id)))


def pool_named(municipality_id: int, name: str) -> Pool | None:
    """The municipality's pool of this name, however it is written."""
    return next((pool for pool in pools_of(municipality_id) if are_alike(pool.name, name)), None)


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


def reader_of_session(session_name: str) -> User | None:
    """The person whom a session names, for a page that only reads (people.queries), with their roles: every page asks for both."""
    named = named_by(session_name)
    rows = _READER_WITH_ROLES.run(db.session.connection(), named) if named else []
    if not rows:
        return None
    reader = reader_of(iter(rows[0]))
    _kept_roles()[reader.id] = _by_pool(row[-2:] for row in rows if row[-1] is not None)
    return reader


def roles_of(user: User) -> dict[int, frozenset[Role]]:
    """A person's roles by pool id."""
    kept = _kept_roles().get(user.id)
    return kept if kept is not None else roles_of_people([user])[user.id]


def roles_of_people(users: Sequence[User]) -> dict[int, dict[int, frozenset[Role]]]:
    """This function returns each person's roles by pool id, under the person's id.

    It asks the database once for a person in a unit of work: the answer is kept with the session until a role changes
    or the transaction ends.
    """
    missing = {user.id for user in users} - _kept_roles().keys()
    if missing:
        db.session.flush()
        query = select(PoolRole.user_id, PoolRole.pool_id, PoolRole.role).where(PoolRole.user_id.in_(missing))
        found: dict[int, list[Sequence[Any]]] = {user_id: [] for user_id in missing}
        for user_id, *held in db.session.execute(query):
            found[user_id].append(held)
        _kept_roles().update((user_id, _by_pool(held)) for user_id, held in found.items())
    kept = _kept_roles()
    return {user.id: kept[user.id] for user in users}


def _by_pool(held: Iterable[Sequence[Any]]) -> dict[int, frozenset[Role]]:
    """The roles by pool, of lines that each say a pool and a role."""
    found: dict[int, set[Role]] = {}
    for pool_id, role in held:
        found.setdefault(pool_id, set()).add(Role(role))
    return {pool_id: frozenset(roles) for pool_id, roles in found.items()}


def _kept_roles() -> dict[int, dict[int, frozenset[Role]]]:
    kept: dict[int, dict[int, frozenset[Role]]] = db.session.info.setdefault(_ROLES, {})
    return kept


def has_role(user: User, pool_id: int, *roles: Role) -> bool:
    """Does the person hold any of ``roles`` in the pool?"""
    return not roles_of(user).get(pool_id, frozenset()).isdisjoint(roles)


def pools_with(user: User) -> list[Pool]:
    """The pools in which the person holds any role, by name."""
    ids = list(roles_of(user))
    return list(db.session.scalars(select(Pool).where(Pool.id.in_(ids)).order_by(Pool.sort_key, Pool.id))) if ids else []


def people_in(pool: Pool, *roles: Role) -> list[User]:
    """The active people who hold any of ``roles`` in the pool, by name, with their departments."""
    holders = select(PoolRole.user_id).where(PoolRole.pool_id == pool.id, PoolRole.role.in_([str(role) for role in roles]))
    query = select(User).where(User.id.in_(holders), User.is_active).options(joinedload(User.department))
    return list(db.session.scalars(query.order_by(User.sort_key, User.id)))


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


@event.listens_for(db.session, "after_flush")
def _forget_changed_roles(session: Session, context: Any) -> None:
    if any(isinstance(row, PoolRole) for rows in (session.new, session.dirty, session.deleted) for row in rows):
        session.info.pop(_ROLES, None)


@event.listens_for(db.session, "after_soft_rollback")
def _forget_undone_roles(session: Session, undone: Any) -> None:
    session.info.pop(_ROLES, None)


@event.listens_for(db.session, "after_transaction_end")
def _forget_roles(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(_ROLES, None)
