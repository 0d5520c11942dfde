"""Who may approve a reversal; whoever moves money may ask for one (domain.md §11)."""

from fundbank.awards.permissions import can_move_money
from fundbank.people.models import User
from fundbank.reversals.models import Reversal


def can_approve_reversal(person: User, reversal: Reversal) -> bool:
    """Finance, but not who asked for it."""
    return can_move_money(person, reversal.pool) and person.id != reversal.registered_by_id
