"""What is paid out but not needed: the rest of an award's reservation is released by two people (domain.md §7)."""

from datetime import datetime

from fundbank.awards.models import Award
from fundbank.awards.queries import award, bound_people, room_to_release_ore, waiting_ore
from fundbank.awards.states import PAID_OUT
from fundbank.errors import InvalidAmount, WrongState
from fundbank.history.steps import record
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Movement, Transfer
from fundbank.ledger.operations import check_first, check_second
from fundbank.ledger.queries import award_balances
from fundbank.ledger.rules import OverReserved
from fundbank.ledger.steps.movements import check_reason, check_waits, register_movement, settle_movement
from fundbank.people.models import User


def check_release(*, actor: User, at: datetime, award: Award, amount_ore: int) -> None:
    """Ask every rule of a release that is about to be registered, and change nothing.

    Raises NotAllowed, FourEyes for who is bound by the award, WrongState unless it is being paid out or realised, InvalidAmount, and
    OverReserved beyond what no payment and no other release waits for.
    """
    check_first(actor, pool=award.application.pool, bound=bound_people(award))
    check_paid_out(award)
    _check_within(amount_ore, room_to_release_ore(award))


def register_release(*, actor: User, at: datetime, award: Award, amount_ore: int, reason: str) -> Movement:
    """Ask for an unspent rest of the reservation to be put back to available; somebody else must approve.

    Raises what ``check_release`` raises, CprNumber, Incomplete without a reason.
    """
    lock(award)
    check_release(actor=actor, at=at, award=award, amount_ore=amount_ore)
    check_reason(reason)
    movement = register_movement(
        actor=actor, at=at, pool_id=award.pool_id, event=Event.RELEASE, amount_ore=amount_ore, reason=reason, award_id=award.id
    )
    record(award, "release_registered", actor_id=actor.id, at=at, reason=reason, amount_ore=amount_ore)
    return movement


def award_of_release(movement: Movement) -> Award:
    """The award whose reservation is to be released."""
    found = award(movement.award_id or 0, municipality_id=movement.pool.municipality_id)
    assert found is not None, "a release belongs to an award"  # noqa: S101  (a CHECK of the table)
    return found


def check_release_approval(*, actor: User, at: datetime, movement: Movement, key: str | None = None) -> None:
    """Ask every rule of the approval, and change nothing. Raises NotAllowed, FourEyes, WrongState, AlreadyPosted, OverReserved."""
    of = award_of_release(movement)
    check_second(actor, first=movement.registered_by, pool=movement.pool, bound=bound_people(of))
    check_paid_out(of)
    check_waits(movement)
    _check_within(movement.amount_ore, award_balances(of.id).reserved_ore - waiting_ore(of))
    ledger.check_post(pool_id=of.pool_id, event=Event.RELEASE, award_id=of.id, amount_ore=movement.amount_ore, at=at, key=key)


def approve_release(*, actor: User, at: datetime, movement: Movement, key: str | None = None) -> Transfer:
    """The second person approves, and the rest is available to others. Raises what ``check_release_approval`` raises."""
    of = award_of_release(movement)
    lock(of)
    lock(movement)
    check_release_approval(actor=actor, at=at, movement=movement, key=key)
    transfer = ledger.post(
        pool_id=of.pool_id, event=Event.RELEASE, award_id=of.id, amount_ore=movement.amount_ore, actor_id=movement.registered_by_id,
        approver_id=actor.id, at=at, text=of.application.title, key=key,
    )  # fmt: skip
    settle_movement(actor=actor, at=at, movement=movement, transfer=transfer)
    record(of, "released", actor_id=actor.id, at=at, reason=movement.reason, amount_ore=movement.amount_ore, transfer=transfer.number)
    return transfer


def check_paid_out(award: Award) -> None:
    """Has money of the award been paid out, and is the award not closed? Raises WrongState."""
    if award.state not in PAID_OUT:
        raise WrongState()


def _check_within(amount_ore: int, left_ore: int) -> None:
    if amount_ore <= 0:
        raise InvalidAmount()
    if amount_ore > left_ore:
        raise OverReserved(amount_ore=amount_ore, limit_ore=max(left_ore, 0))
