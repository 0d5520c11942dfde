"""Every write to an award that people ask for: accepted, paid out under four eyes, released, returned, closed."""

from datetime import date, datetime
from typing import Any

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.permissions import can_accept_award, can_close_award, can_move_money
from fundbank.awards.queries import room_ore, room_to_register_ore
from fundbank.awards.rules import can_be_closed
from fundbank.awards.states import DISBURSEMENT_TRANSITIONS, PAID_OUT, PAYABLE, TRANSITIONS, DisbursementState, State
from fundbank.errors import N_, AlreadyPosted, FourEyes, Incomplete, InvalidAmount, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import check_move, move, record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.queries import award_balances
from fundbank.ledger.rules import OverReserved, value_date
from fundbank.people.models import User


def check_accept(*, actor: User, award: Award) -> None:
    """May the person accept the award now? Raises NotAllowed, WrongState."""
    require(can_accept_award(actor, award))
    check_move(award, State.AGREED, TRANSITIONS)


def accept_award(*, actor: User, at: datetime, award: Award) -> None:
    """The department's leader accepts the award with its terms. Raises what ``check_accept`` raises."""
    lock(award)
    check_accept(actor=actor, award=award)
    award.accepted_by_id, award.accepted_at = actor.id, at
    move(award, State.AGREED, TRANSITIONS, "accepted", actor_id=actor.id, at=at)


def check_payable(award: Award) -> None:
    """Can the award be paid out now? Raises WrongState."""
    if award.state not in PAYABLE:
        raise WrongState()


def check_disbursement(*, actor: User, award: Award, part: str, amount_ore: int, text: str = "") -> None:
    """Ask every rule of a payment that is about to be registered, and change nothing.

    Raises NotAllowed, FourEyes for who decided the award, WrongState, CprNumber, InvalidAmount, OverReserved beyond the part or the
    reservation.
    """
    require(can_move_money(actor, award.application.pool))
    check_not_decider(actor, award)
    check_payable(award)
    check_no_cpr_number(text=text)
    _check_within(amount_ore, room_to_register_ore(award, part))


def register_disbursement(
    *, actor: User, at: datetime, award: Award, part: str, amount_ore: int, text: str = "", pay_on: date | None = None
) -> Disbursement:
    """Register a payment that somebody else must approve. Nothing is posted yet. Raises what ``check_disbursement`` raises."""
    lock(award)
    check_disbursement(actor=actor, award=award, part=part, amount_ore=amount_ore, text=text)
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
    )
    return disbursement


def check_pair(*, registrar: User, approver: User, award: Award) -> None:
    """Raise NotAllowed unless both are of finance, FourEyes if they are one person or either decided the award (domain.md §7)."""
    for person in (registrar, approver):
        require(can_move_money(person, award.application.pool))
    for person in (registrar, approver):
        check_not_decider(person, award)
    if registrar.id == approver.id:
        raise FourEyes()


def check_approver(actor: User, disbursement: Disbursement) -> None:
    """Raise NotAllowed unless the person is of finance, FourEyes if the same person registered it or decided the award."""
    require(can_move_money(actor, disbursement.award.application.pool))
    check_not_decider(actor, disbursement.award)
    if actor.id == disbursement.registered_by_id:
        raise FourEyes()


def check_awaits_approval(disbursement: Disbursement) -> None:
    """Does the payment wait for its second person? Raises WrongState, AlreadyPosted."""
    if disbursement.state == DisbursementState.REFUSED:
        raise WrongState()
    if disbursement.state == DisbursementState.APPROVED:
        raise AlreadyPosted()


def check_approval(*, actor: User, disbursement: Disbursement) -> None:
    """Ask every rule of an approval, and change nothing. Raises NotAllowed, FourEyes, WrongState, AlreadyPosted, OverReserved."""
    check_approver(actor, disbursement)
    check_payable(disbursement.award)
    check_awaits_approval(disbursement)
    _check_within(disbursement.amount_ore, room_ore(disbursement.award, disbursement.part))


def approve_disbursement(*, actor: User, at: datetime, disbursement: Disbursement, key: str | None = None) -> Transfer:
    """The second person approves, and the money is posted; the award's first payment makes it active.

    Raises what ``check_approval`` raises.
    """
    award = disbursement.award
    lock(award)
    lock(disbursement)
    check_approval(actor=actor, disbursement=disbursement)
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=Event.DISBURSEMENT,
        award_id=award.id,
        part=disbursement.part,
        amount_ore=disbursement.amount_ore,
        actor_id=disbursement.registered_by_id,
        approver_id=actor.id,
        at=at,
        text=disbursement.text or award.application.title,
        key=key,
    )
    disbursement.state, disbursement.transfer_id = DisbursementState.APPROVED, transfer.id
    disbursement.settled_by_id, disbursement.settled_at = actor.id, at
    details: dict[str, Any] = {"part": disbursement.part, "amount_ore": disbursement.amount_ore, "transfer": transfer.number}
    if award.state == State.AGREED:
        move(award, State.ACTIVE, TRANSITIONS, "disbursed", actor_id=actor.id, at=at, **details)
    else:
        record(award, "disbursed", actor_id=actor.id, at=at, **details)
    return transfer


def check_refusable(*, actor: User, disbursement: Disbursement) -> None:
    """May the person take the payment off the list now? Raises NotAllowed, WrongState."""
    require(can_move_money(actor, disbursement.award.application.pool))
    check_move(disbursement, DisbursementState.REFUSED, DISBURSEMENT_TRANSITIONS)


def refuse_disbursement(*, actor: User, at: datetime, disbursement: Disbursement, reason: str) -> None:
    """Take a registered payment off the list, with a reason; who registered it may do so too.

    Raises NotAllowed, WrongState, CprNumber, Incomplete.
    """
    lock(disbursement)
    check_refusable(actor=actor, disbursement=disbursement)
    check_no_cpr_number(reason=reason)
    if not reason.strip():
        raise Incomplete(N_("Write the reason."), field="reason")
    disbursement.state = DisbursementState.REFUSED
    disbursement.settled_by_id, disbursement.settled_at = actor.id, at
    record(
        disbursement.award,
        "disbursement_refused",
        actor_id=actor.id,
        at=at,
        reason=reason,
        part=disbursement.part,
        amount_ore=disbursement.amount_ore,
    )


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


def check_return(
    *, actor: User, at: datetime, award: Award, part: str, amount_ore: int, value_on: date | None = None, key: str | None = None
) -> date:
    """Ask every rule of money that comes back unspent, and change nothing; returns the day that it counts from.

    Raises NotAllowed, WrongState, InvalidDate before the award was decided or for a day to come, AlreadyPosted, InvalidAmount,
    OverOutstanding.
    """
    require(can_move_money(actor, award.application.pool))
    check_paid_out(award)
    day = value_date(value_on, first=local_date(award.decided_at), today=local_date(at))
    ledger.check_post(
        pool_id=award.pool_id,
        event=Event.RETURN,
        award_id=award.id,
        part=part,
        amount_ore=amount_ore,
        at=at,
        value_date=day,
        key=key,
    )
    return day


def return_unspent(
    *, actor: User, at: datetime, award: Award, part: str, amount_ore: int, value_on: date | None = None, key: str | None = None
) -> Transfer:
    """Take back money that was paid out and not spent; it counts from ``value_on``, today unless told.

    Raises what ``check_return`` raises.
    """
    lock(award)
    day = check_return(actor=actor, at=at, award=award, part=part, amount_ore=amount_ore, value_on=value_on, key=key)
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=Event.RETURN,
        award_id=award.id,
        part=part,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        text=award.application.title,
        value_date=day,
        key=key,
    )
    record(
        award,
        "returned_unspent",
        actor_id=actor.id,
        at=at,
        part=part,
        amount_ore=amount_ore,
        transfer=transfer.number,
        value_on=transfer.value_date.isoformat(),
    )
    return transfer


def check_closable(award: Award) -> None:
    """Has the award been paid out, and is nothing reserved or outstanding? Raises WrongState."""
    held = award_balances(award.id)
    if not can_be_closed(award.state, reserved_ore=held.reserved_ore, outstanding_ore=held.loan_ore):
        raise WrongState(N_("An award can be closed when it has been paid out and nothing is reserved or outstanding."))


def close_award(*, actor: User, at: datetime, award: Award, report: str = "") -> None:
    """End the award once nothing is reserved or outstanding.

    Raises NotAllowed, WrongState, Incomplete where the policy requires a knowledge-sharing report (Rudersdal).
    """
    require(can_close_award(actor, award))
    lock(award)
    check_closable(award)
    check_no_cpr_number(report=report)
    if award.policy.knowledge_report == "required" and not report.strip():
        raise Incomplete(N_("The knowledge-sharing report is missing."), field="report")
    award.report = report
    award.closed_at = at
    move(award, State.CLOSED, TRANSITIONS, "closed", actor_id=actor.id, at=at)


def check_not_decider(actor: User, award: Award) -> None:
    """Raise FourEyes if the person decided the award (domain.md §7)."""
    if actor.id == award.decided_by_id:
        raise FourEyes()


def _check_within(amount_ore: int, left_ore: int) -> None:
    if amount_ore <= 0:
        raise InvalidAmount()
    if amount_ore > left_ore:
        raise OverReserved(amount_ore=amount_ore, limit_ore=left_ore)
