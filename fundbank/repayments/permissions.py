"""Who may see claims, and the claims of an award (domain.md §11)."""

from fundbank.awards.permissions import can_see_award, can_see_awards
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim


def can_see_claims(person: User, pool: Pool) -> bool:
    """Those who see awards; each sees the claims of the awards that they see."""
    return can_see_awards(person, pool)


def can_see_claim(person: User, claim: Claim) -> bool:
    """Whoever sees its award: the departments that owe are among them."""
    return can_see_award(person, claim.award)
