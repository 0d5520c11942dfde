"""Who may see a pool's ledger, and who may put money in (domain.md §11)."""

from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right


def can_see_ledger(person: User, pool: Pool) -> bool:
    """Finance, auditors, and the forum with its coordinator."""
    return holds(person, pool, Right.LEDGER_READ)


def can_fund(person: User, pool: Pool) -> bool:
    """Finance, and nobody else."""
    return holds(person, pool, Right.MONEY_FUND)
