"""An award paid out under four eyes: a payment is registered by one and approved or refused by another."""

from datetime import date, datetime

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.operations.payments import check_known, check_room, check_within, post_payment
from fundbank.awards.queries import bound_people, room_to_register_ore
from fundbank.awards.states import DISBURSEMENT_TRANSITIONS, PAYABLE, DisbursementState
from fundbank.awards.steps import hold_payment, withdraw_payment
from fundbank.errors import N_, AlreadyPosted, InvalidDate, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import check_move, record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger import operations as four_eyes
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_move_money
from fundbank.ledger.steps.movements import check_reason
from fundbank.people.models import User


def check_payable(award: Award) -> None:
    """Can the award be paid out now? Raises WrongState, AwaitsClosing."""
    if award.state not in PAYABLE:
        raise WrongState()
    check_known(award)


def check_disbursement(*, actor: User, award: Award, part: str, amount_ore: int, text: str = "") -> None:
    """Ask every rule of a payment that is about to be registered, and change nothing.

    Raises NotAllowed, FourEyes for who is bound by the award, WrongState, AwaitsClosing, CprNumber, InvalidAmount, OverReserved beyond the
    part or the reservation.
    """
    four_eyes.check_first(actor, pool=award.application.pool, bound=bound_people(award))
    check_payable(award)
    check_no_cpr_number(text=text)
    check_within(amount_ore, room_to_register_ore(award, part))


def register_disbursement(
    *, actor: User, at: datetime, award: Award, part: str, amount_ore: int, text: str = "", pay_on: date | None = None
) -> Disbursement:
    """Register a payment that somebody else must approve. Nothing is posted yet.

    Raises what ``check_disbursement`` raises, InvalidDate for a day of payment before the decision.
    """
    lock(award)
    check_disbursement(actor=actor, award=award, part=part, amount_ore=amount_ore, text=text)
    if pay_on is not None and pay_on < (first := local_date(award.decided_at)):
        raise InvalidDate(N_("The day of payment must not be before the decision, %(first)s."), field="pay_on", first=first)
    disbursement = Disbursement(
        award=award,
        pool_id=award.pool_id,
        part=part,
        amount_ore=amount_ore,
        text=text,
        pay_on=pay_on or local_date(at),
        registered_by_id=actor.id,
        registered_at=at,
        state=DisbursementState.REGISTERED,
    )
    db.session.add(disbursement)
    db.session.flush()
    record(
        award,
        "disbursement_registered",
        actor_id=actor.id,
        at=at,
        part=part,
        amount_ore=amount_ore,
        disbursement_id=disbursement.id,
        pay_on=disbursement.pay_on.isoformat(),
    )
    return disbursement


def check_approver(actor: User, disbursement: Disbursement) -> None:
    """Raise NotAllowed unless the person is of finance, FourEyes unless they may approve what somebody else registered."""
    award = disbursement.award
    four_eyes.check_second(actor, first=disbursement.registered_by, pool=award.application.pool, bound=bound_people(award))


def check_awaits_approval(disbursement: Disbursement) -> None:
    """Does the payment wait for its second person? Raises WrongState, AlreadyPosted."""
    if disbursement.state in (DisbursementState.REFUSED, DisbursementState.WITHDRAWN):
        raise WrongState()
    if disbursement.state in (DisbursementState.APPROVED, DisbursementState.PAID):
        raise AlreadyPosted()


def check_approval(*, actor: User, disbursement: Disbursement) -> None:
    """Ask every rule of an approval, and change nothing.

    Raises NotAllowed, FourEyes, WrongState, AwaitsClosing, AlreadyPosted, OverReserved.
    """
    check_approver(actor, disbursement)
    check_payable(disbursement.award)
    check_awaits_approval(disbursement)
    check_room(disbursement)


def approve_disbursement(*, actor: User, at: datetime, disbursement: Disbursement, key: str | None = None) -> Transfer | None:
    """The second person approves: what is for a day to come waits for it, all else is posted at once.

    Raises what ``check_approval`` raises.
    """
    award = disbursement.award
    hold_payment(disbursement)
    check_approval(actor=actor, disbursement=disbursement)
    if disbursement.pay_on <= local_date(at):
        return post_payment(disbursement=disbursement, at=at, approver_id=actor.id, actor_id=actor.id, key=key)
    disbursement.state, disbursement.settled_by_id, disbursement.settled_at = DisbursementState.APPROVED, actor.id, at
    record(
        award, "disbursement_approved", actor_id=actor.id, at=at, part=disbursement.part, amount_ore=disbursement.amount_ore,
        pay_on=disbursement.pay_on.isoformat(),
    )  # fmt: skip
    return None


def check_refusable(*, actor: User, disbursement: Disbursement) -> None:
    """May the person take the payment off the list now? Raises NotAllowed, WrongState."""
    require(can_move_money(actor, disbursement.award.application.pool))
    check_move(disbursement, DisbursementState.REFUSED, DISBURSEMENT_TRANSITIONS)


def refuse_disbursement(*, actor: User, at: datetime, disbursement: Disbursement, reason: str) -> None:
    """Take a registered payment off the list, with a reason; who registered it may do so too.

    Raises NotAllowed, WrongState, CprNumber, Incomplete.
    """
    hold_payment(disbursement)
    check_refusable(actor=actor, disbursement=disbursement)
    check_reason(reason)
    withdraw_payment(actor=actor, at=at, payment=disbursement, reason=reason)
