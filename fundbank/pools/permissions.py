"""Who may do what with a pool (domain.md §11). Nothing crosses from one municipality to another."""

from fundbank.history.queries import begun_at, role_given_at
from fundbank.people.models import Confirmation, Municipality, User
from fundbank.people.permissions import can_change_person
from fundbank.pools import queries
from fundbank.pools.models import Pool, PoolRole
from fundbank.pools.rights import Right, rights_of, roles_with
from fundbank.pools.roles import Role


def holds(person: User, pool: Pool, *rights: Right) -> bool:
    """Has an active person of the pool's own municipality a role in it that gives any of these rights?"""
    return person.is_active and person.municipality_id == pool.municipality_id and queries.has_role(person, pool.id, *roles_with(*rights))


def is_administrator(person: User, municipality_id: int) -> bool:
    """Does the person administer this municipality?"""
    return person.is_active and person.is_administrator and person.municipality_id == municipality_id


def can_see_pool(person: User, pool: Pool) -> bool:
    """Anybody with a role in the pool, and the municipality's administrators."""
    return holds(person, pool, Right.POOL_READ) or is_administrator(person, pool.municipality_id)


def can_see_pools(person: User) -> bool:
    """Anybody with a role in any pool, and administrators."""
    return person.is_active and (person.is_administrator or bool(queries.roles_of(person)))


def visible_pools(person: User) -> list[Pool]:
    """The pools that the person may see, the oldest first."""
    if is_administrator(person, person.municipality_id):
        return queries.pools_of(person.municipality_id)
    return [pool for pool in queries.pools_with(person) if can_see_pool(person, pool)]


def can_change_policy(person: User, pool: Pool) -> bool:
    """The municipality's administrators, and the pool's."""
    return is_administrator(person, pool.municipality_id) or holds(person, pool, Right.POLICY_CHANGE)


def can_manage_roles(person: User, pool: Pool) -> bool:
    """The municipality's administrators, and the pool's."""
    return is_administrator(person, pool.municipality_id) or holds(person, pool, Right.ROLE_GIVE)


def role_givers(pool: Pool) -> list[User]:
    """Who gives roles in the pool, by name."""
    able = queries.people_who_confirm(pool.municipality_id, roles_with(Right.ROLE_GIVE))
    return [person for person in able if can_manage_roles(person, pool)]


def can_create_pool(person: User, municipality: Municipality) -> bool:
    """The municipality's administrators."""
    return is_administrator(person, municipality.id)


def can_read_people(person: User) -> bool:
    """The municipality's administrators, and the auditors of its pools: what was done with people, and who came in."""
    reads = any(Right.PEOPLE_READ in rights_of(held) for held in queries.roles_of(person).values())
    return person.is_active and (person.is_administrator or reads)


def could_confirm(person: User, confirmation: Confirmation) -> bool:
    """The municipality's administrators; of a role also those who give roles in its pool, and the pool's auditors; of an account the
    auditors of any pool (domain.md §11).
    """
    if is_administrator(person, confirmation.municipality_id):
        return True
    if not person.is_active or person.municipality_id != confirmation.municipality_id:
        return False
    if confirmation.pool_id is None:
        return _audits_for_all(person, confirmation.asked_by_id)
    rights = rights_of(Role(entry.role) for entry in queries.entries_of(person) if entry.pool_id == confirmation.pool_id)
    return Right.PEOPLE_READ in rights or Right.ROLE_GIVE in rights


def _audits_for_all(person: User, asker_id: int, passed: frozenset[int] = frozenset()) -> bool:
    """Is the person an auditor on somebody's word beside the asker's, and so a second person for the accounts of the municipality?

    In a pool without money one person gives every role, and gives others the right to. Whoever makes a pool, or finds one that was never
    used, must not become two by it. So the role counts if the program gave it, if it was given before money came into any pool, or if an
    administrator of the municipality beside the asker gave or confirmed it, or an auditor of whom the same holds (``passed``: those who
    have been asked about).
    """
    entries = [entry for entry in queries.entries_of(person) if Right.PEOPLE_READ in rights_of([Role(entry.role)])]
    return any(_is_on_anothers_word(entry, asker_id, passed | {person.id}) for entry in entries)


def _is_on_anothers_word(entry: PoolRole, asker_id: int, passed: frozenset[int]) -> bool:
    owner = entry.pool.municipality_id
    if entry.given_by_id is None:
        return True
    others = [one for one in queries.givers_of(entry) if one.id != asker_id]
    if any(is_administrator(one, owner) for one in others):
        return True
    if any(_audits_for_all(one, asker_id, passed) for one in others if one.id == entry.confirmed_by_id and one.id not in passed):
        return True
    begun = begun_at(owner)
    given = role_given_at(entry.pool_id, entry.user_id, entry.role)
    return begun is None or (given is not None and given < begun)


def can_confirm(person: User, confirmation: Confirmation) -> bool:
    """Another person than who asked for it, and whom it concerns."""
    return could_confirm(person, confirmation) and person.id not in (confirmation.asked_by_id, confirmation.user_id)


def can_withdraw(person: User, confirmation: Confirmation) -> bool:
    """Who asked for it."""
    return person.is_active and person.id == confirmation.asked_by_id


def can_see_confirmation(person: User, confirmation: Confirmation) -> bool:
    """Whoever may answer it, and who asked for it."""
    return could_confirm(person, confirmation) or can_withdraw(person, confirmation)


def can_see_confirmations(person: User) -> bool:
    """Administrators of the municipality and of its pools, and the auditors of those."""
    answers = {Right.PEOPLE_READ, Right.ROLE_GIVE}
    held = queries.roles_of(person).values()
    return person.is_active and (person.is_administrator or any(not answers.isdisjoint(rights_of(roles)) for roles in held))


def confirmers(confirmation: Confirmation) -> list[User]:
    """Who can be the second person, by name."""
    able = queries.people_who_confirm(confirmation.municipality_id, roles_with(Right.PEOPLE_READ, Right.ROLE_GIVE))
    return [person for person in able if can_confirm(person, confirmation)]


def can_see_person(person: User, other: User) -> bool:
    """Whoever may change the account, and whoever gives roles in a pool or audits one: there they find everybody of the municipality."""
    if can_change_person(person, other):
        return True
    knows = any({Right.ROLE_GIVE, Right.PEOPLE_READ} & rights_of(held) for held in queries.roles_of(person).values())
    return person.is_active and knows and person.municipality_id == other.municipality_id
