"""Who may approve a reversal; whoever moves money may ask for one (domain.md §11)."""

from fundbank.awards.operations import award_of_release
from fundbank.awards.queries import bound_people
from fundbank.ledger.models import Movement
from fundbank.ledger.permissions import may_be_second
from fundbank.people.models import User
from fundbank.reversals.models import Reversal


def can_approve_reversal(person: User, reversal: Reversal) -> bool:
    """Finance, but not who asked for it, nor anybody who could not be its second person (domain.md §7, §11)."""
    return may_be_second(person, reversal.pool, reversal.registered_by)


def can_approve_movement(person: User, movement: Movement) -> bool:
    """Finance, but not who registered it, nor anybody who could not be its second person (domain.md §7, §11)."""
    bound = bound_people(award_of_release(movement)) if movement.award_id is not None else ()
    return may_be_second(person, movement.pool, movement.registered_by, bound)
