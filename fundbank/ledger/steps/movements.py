"""A movement of money that waits for its second person. Who may, and whether the money is there, operations ask."""

from datetime import date, datetime
from typing import Protocol

from fundbank.errors import N_, AlreadyPosted, Incomplete, WrongState
from fundbank.extensions import db
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Movement, Transfer
from fundbank.people.models import User


class Registered(Protocol):
    """What one person has registered and another approves or refuses: a movement, a refund, a reversal."""

    @property
    def state(self) -> str: ...


def check_reason(reason: str) -> None:
    """Raise CprNumber, and Incomplete without a reason."""
    check_no_cpr_number(reason=reason)
    if not reason.strip():
        raise Incomplete(N_("Write the reason."), field="reason")


def register_movement(
    *, actor: User, at: datetime, pool_id: int, event: Event, amount_ore: int, reason: str, award_id: int | None = None, source: str = "",
    value_on: date | None = None,
) -> Movement:  # fmt: skip
    """Write down what somebody wants moved. Nothing is posted yet."""
    movement = Movement(
        pool_id=pool_id, event=event, award_id=award_id, source=source, amount_ore=amount_ore, value_on=value_on, reason=reason,
        registered_by_id=actor.id, registered_by=actor, registered_at=at, state="registered",
    )  # fmt: skip
    db.session.add(movement)
    db.session.flush()
    return movement


def check_waits(registered: Registered) -> None:
    """Does it wait for its second person? Raises WrongState, AlreadyPosted."""
    if registered.state == "refused":
        raise WrongState()
    if registered.state == "approved":
        raise AlreadyPosted()


def settle_movement(*, actor: User, at: datetime, movement: Movement, transfer: Transfer | None, refusal: str = "") -> None:
    """What became of it: posted, or refused and why."""
    movement.state, movement.transfer_id = ("approved", transfer.id) if transfer is not None else ("refused", None)
    movement.refusal = refusal
    movement.settled_by_id, movement.settled_at = actor.id, at
    db.session.flush()
