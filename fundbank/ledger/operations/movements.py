"""Taking a movement of money that waits for its second person off the list (domain.md §7)."""

from datetime import datetime

from fundbank.errors import require
from fundbank.history.steps import record
from fundbank.kit.transaction import lock
from fundbank.ledger.models import Movement
from fundbank.ledger.permissions import can_move_money
from fundbank.ledger.steps.movements import check_reason, check_waits, settle_movement
from fundbank.people.models import User


def check_movement_refusal(*, actor: User, movement: Movement) -> None:
    """May the person take it off the list now? Raises NotAllowed, WrongState, AlreadyPosted."""
    require(can_move_money(actor, movement.pool))
    check_waits(movement)


def refuse_movement(*, actor: User, at: datetime, movement: Movement, reason: str) -> None:
    """Refuse what somebody else registered, or withdraw what one registered oneself; no money moves.

    Raises what ``check_movement_refusal`` raises, CprNumber, Incomplete.
    """
    lock(movement)
    check_movement_refusal(actor=actor, movement=movement)
    check_reason(reason)
    settle_movement(actor=actor, at=at, movement=movement, transfer=None, refusal=reason)
    record(movement.pool, "movement_refused", actor_id=actor.id, at=at, reason=reason, amount_ore=movement.amount_ore)
