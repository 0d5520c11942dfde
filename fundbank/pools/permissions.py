"""Who may do what with a pool (domain.md §11). Nothing crosses from one municipality to another."""

from fundbank.people.models import Municipality, User
from fundbank.pools import queries
from fundbank.pools.models import Pool
from fundbank.pools.roles import Role


def has_role(person: User, pool: Pool, *roles: Role) -> bool:
    """Does an active person of the pool's own municipality hold any of ``roles`` in it?"""
    return person.is_active and person.municipality_id == pool.municipality_id and queries.has_role(person, pool.id, *roles)


def is_administrator(person: User, municipality_id: int) -> bool:
    """Does the person administer this municipality?"""
    return person.is_active and person.is_administrator and person.municipality_id == municipality_id


def can_see_pool(person: User, pool: Pool) -> bool:
    """Anybody with a role in the pool, and the municipality's administrators."""
    return has_role(person, pool, *Role) or is_administrator(person, pool.municipality_id)


def can_see_pools(person: User) -> bool:
    """Anybody with a role in any pool, and administrators."""
    return person.is_active and (person.is_administrator or bool(queries.roles_of(person)))


def visible_pools(person: User) -> list[Pool]:
    """This function returns the pools that the person may see, the oldest first."""
    if is_administrator(person, person.municipality_id):
        return queries.pools_of(person.municipality_id)
    return [pool for pool in queries.pools_with(person) if can_see_pool(person, pool)]


def can_change_policy(person: User, pool: Pool) -> bool:
    """The municipality's administrators, and the pool's."""
    return is_administrator(person, pool.municipality_id) or has_role(person, pool, Role.ADMINISTRATOR)


def can_manage_roles(person: User, pool: Pool) -> bool:
    """The municipality's administrators, and the pool's."""
    return can_change_policy(person, pool)


def can_create_pool(person: User, municipality: Municipality) -> bool:
    """The municipality's administrators."""
    return is_administrator(person, municipality.id)
