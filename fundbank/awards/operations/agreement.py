"""What was agreed: what is not needed of it is released."""

from datetime import datetime

from fundbank.awards.models import Award
from fundbank.awards.permissions import can_move_money
from fundbank.awards.states import PAID_OUT, State
from fundbank.errors import WrongState, require
from fundbank.history.steps import record
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.people.models import User


def check_releasable(award: Award) -> None:
    """Can anything of the award's reservation be released now? Raises WrongState."""
    if award.state == State.CLOSED:
        raise WrongState()


def check_release(*, actor: User, at: datetime, award: Award, amount_ore: int, key: str | None = None) -> None:
    """Ask every rule of a release, and change nothing. Raises NotAllowed, WrongState, AlreadyPosted, InvalidAmount, OverReserved."""
    require(can_move_money(actor, award.application.pool))
    check_releasable(award)
    ledger.check_post(pool_id=award.pool_id, event=Event.RELEASE, award_id=award.id, amount_ore=amount_ore, at=at, key=key)


def release_reservation(*, actor: User, at: datetime, award: Award, amount_ore: int, key: str | None = None) -> Transfer:
    """Put an unspent part of the reservation back to available. Raises what ``check_release`` raises."""
    lock(award)
    check_release(actor=actor, at=at, award=award, amount_ore=amount_ore, key=key)
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=Event.RELEASE,
        award_id=award.id,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        text=award.application.title,
        key=key,
    )
    record(award, "released", actor_id=actor.id, at=at, amount_ore=amount_ore, transfer=transfer.number)
    return transfer


def check_paid_out(award: Award) -> None:
    """Has money of the award been paid out, and is the award not closed? Raises WrongState."""
    if award.state not in PAID_OUT:
        raise WrongState()
