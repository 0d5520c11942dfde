"""Who may see a pool's ledger, and who may put money in (domain.md §11)."""

from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import has_role
from fundbank.pools.roles import Role


def can_see_ledger(person: User, pool: Pool) -> bool:
    """Finance, auditors, and the forum with its coordinator."""
    return has_role(person, pool, Role.FINANCE, Role.AUDITOR, Role.MEMBER, Role.CHAIR, Role.COORDINATOR)


def can_fund(person: User, pool: Pool) -> bool:
    """Finance, and nobody else."""
    return has_role(person, pool, Role.FINANCE)
