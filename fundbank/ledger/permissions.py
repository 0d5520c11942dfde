"""Who may see a pool's ledger, who may put money in, and which two people move money together (domain.md §7, §11)."""

from collections.abc import Collection

from fundbank.ledger.rules import are_two
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.queries import givers_of_roles
from fundbank.pools.rights import Right


def can_see_ledger(person: User, pool: Pool) -> bool:
    """Finance, auditors, and the forum with its coordinator."""
    return holds(person, pool, Right.LEDGER_READ)


def can_move_money(person: User, pool: Pool) -> bool:
    """Finance, and nobody else."""
    return holds(person, pool, Right.MONEY_MOVE)


def may_be_first(person: User, pool: Pool, bound: Collection[int] = ()) -> bool:
    """May the person register a movement of money that takes two: finance, and not bound by what the money follows (domain.md §7)?"""
    return can_move_money(person, pool) and person.id not in bound


def may_be_second(person: User, pool: Pool, first: User, bound: Collection[int] = ()) -> bool:
    """May the person approve what ``first`` registered, who is still of finance (domain.md §7, §11)?"""
    return can_move_money(person, pool) and can_move_money(first, pool) and are_four_eyes(first, person, pool, bound)


def are_four_eyes(first: User, second: User, pool: Pool, bound: Collection[int] = ()) -> bool:
    """Are these two people who may move the pool's money together, if both are of finance?"""
    gave_first, gave_second = givers_of_roles(first, pool.id), givers_of_roles(second, pool.id)
    return are_two(first.id, second.id, bound=bound, gave_first=gave_first, gave_second=gave_second)


def can_fund(person: User, pool: Pool) -> bool:
    """Finance, and nobody else."""
    return holds(person, pool, Right.MONEY_FUND)
