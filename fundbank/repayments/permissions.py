"""Who may see claims, make them, post repayments and reverse (domain.md §11)."""

from fundbank.awards.permissions import can_move_money, can_see_award, can_see_awards
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim, Reversal


def can_see_claims(person: User, pool: Pool) -> bool:
    """Those who see awards; each sees the claims of the awards that they see."""
    return can_see_awards(person, pool)


def can_see_claim(person: User, claim: Claim) -> bool:
    """Whoever sees its award: the departments that owe are among them."""
    return can_see_award(person, claim.award)


def can_approve_reversal(person: User, reversal: Reversal) -> bool:
    """Finance, but not who asked for it."""
    return can_move_money(person, reversal.pool) and person.id != reversal.registered_by_id
