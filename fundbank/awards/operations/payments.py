"""An approved payment waits for its day, and is posted then: by the day's work, or by finance (domain.md §7).

Two people have seen it, so its posting asks nobody but the ledger. Until then it can be withdrawn, and what it takes is spoken for.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.queries import bound_people, room_for_ore
from fundbank.awards.rules import AwaitsClosing
from fundbank.awards.states import DISBURSEMENT_TRANSITIONS, PAYABLE, TRANSITIONS, DisbursementState, State
from fundbank.awards.steps import hold_payment, withdraw_payment
from fundbank.errors import N_, AlreadyPosted, FourEyes, InvalidAmount, InvalidDate, Refusal, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import check_move, move, record
from fundbank.kit.clock import local_date
from fundbank.kit.language import speaking
from fundbank.kit.web.sentences import sentence
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.operations import check_first
from fundbank.ledger.permissions import are_four_eyes, can_move_money
from fundbank.ledger.rules import OverReserved
from fundbank.ledger.steps.movements import check_reason
from fundbank.ledger.steps.postings import Wanted
from fundbank.people.models import User

APPROVED_BY_SOMEBODY = "what is approved has been approved by somebody"


def check_known(award: Award) -> None:
    """Is all known that was decided on the award? Otherwise finance would undo it first. Raises AwaitsClosing."""
    if award.awaits_closing:
        raise AwaitsClosing()


def check_room(disbursement: Disbursement) -> None:
    """Is the award one that is paid out, and has it the money? Raises WrongState, InvalidAmount, OverReserved."""
    if disbursement.award.state not in PAYABLE:
        raise WrongState()
    check_within(disbursement.amount_ore, room_for_ore(disbursement))


def check_within(amount_ore: int, left_ore: int) -> None:
    """Raise InvalidAmount, OverReserved for more than is left."""
    if amount_ore <= 0:
        raise InvalidAmount()
    if amount_ore > left_ore:
        raise OverReserved(amount_ore=amount_ore, limit_ore=left_ore)


def check_due(*, at: datetime, disbursement: Disbursement) -> None:
    """Can the approved payment be posted now, with its day as value date, in the names of the two who have seen it?

    Raises WrongState, AlreadyPosted, InvalidDate before its day, FourEyes where one of the two may move no money any more, and what its
    posting would raise; and last, so that all else is as it was, AwaitsClosing while an open meeting has decided on the award.
    """
    check_awaits_its_day(disbursement)
    if disbursement.pay_on > local_date(at):
        raise InvalidDate(N_("The payment waits for its day, %(day)s."), day=disbursement.pay_on)
    check_names(disbursement)
    check_room(disbursement)
    ledger.check_post(**_posting(disbursement, at, f"disbursement:{disbursement.id}"))
    check_known(disbursement.award)


def check_names(disbursement: Disbursement) -> None:
    """May those who registered and approved the payment still move the money together? Raises FourEyes."""
    pool, first, second = disbursement.award.application.pool, disbursement.registered_by, disbursement.settled_by
    assert second is not None, APPROVED_BY_SOMEBODY  # noqa: S101  (a CHECK of the table)
    for person in (first, second):
        if not can_move_money(person, pool):
            raise FourEyes(
                N_("%(name)s, who registered or approved this payment, is no longer in finance. Withdraw it, and register it anew."),
                name=person.name,
            )
    if not are_four_eyes(first, second, pool, bound_people(disbursement.award)):
        raise FourEyes()


def check_awaits_its_day(disbursement: Disbursement) -> None:
    """Is the payment approved, and neither posted nor withdrawn? Raises WrongState, AlreadyPosted."""
    if disbursement.state == DisbursementState.PAID:
        raise AlreadyPosted()
    if disbursement.state != DisbursementState.APPROVED:
        raise WrongState()


def held_up(disbursements: Iterable[Disbursement], *, at: datetime, in_the_room: bool) -> dict[int, str]:
    """Why approved payments whose day has come can't be posted now, in the reader's words, by their ids.

    That an open meeting has decided on the award is said in the forum's room alone (domain.md §4).
    """
    found = {}
    for disbursement in disbursements:
        if disbursement.state == DisbursementState.APPROVED and disbursement.pay_on <= local_date(at):
            try:
                check_due(at=at, disbursement=disbursement)
            except AwaitsClosing as refusal:
                if in_the_room:
                    found[disbursement.id] = sentence(refusal)
            except Refusal as refusal:
                found[disbursement.id] = sentence(refusal)
    return found


def check_payment(*, actor: User, at: datetime, disbursement: Disbursement) -> None:
    """May the person post it now? Raises NotAllowed, FourEyes for who is bound by the award, and what ``check_due`` raises."""
    award = disbursement.award
    check_first(actor, pool=award.application.pool, bound=bound_people(award))
    check_due(at=at, disbursement=disbursement)


def pay_disbursement(*, actor: User, at: datetime, disbursement: Disbursement) -> Transfer:
    """Finance posts an approved payment whose day has come. Raises what ``check_payment`` raises."""
    hold_payment(disbursement)
    check_payment(actor=actor, at=at, disbursement=disbursement)
    return _pay_approved(disbursement, at, actor.id)


def pay_what_is_due(*, at: datetime, disbursement_id: int) -> None:
    """Post an approved payment whose day has come: a job. What is paid or withdrawn meanwhile is left alone.

    What the ledger refuses stays approved, with the reason, and finance is told, once of each reason; it is tried again the next day.
    What waits for the end of a meeting waits in silence: the award's history is read outside the room too.
    """
    disbursement = db.session.get_one(Disbursement, disbursement_id)
    hold_payment(disbursement)
    if disbursement.state != DisbursementState.APPROVED:
        return
    try:
        check_due(at=at, disbursement=disbursement)
    except AwaitsClosing:
        return
    except Refusal as refusal:
        with speaking("da"):
            reason = sentence(refusal)
        if disbursement.reason != reason:
            disbursement.reason = reason
            record(disbursement.award, "payment_held_up", actor_id=None, at=at, reason=reason, **_told(disbursement))
        return
    _pay_approved(disbursement, at, None)


def post_payment(*, disbursement: Disbursement, at: datetime, approver_id: int, actor_id: int | None, key: str | None) -> Transfer:
    """Post a payment that two people have seen, and all has been asked of; the award's first payment makes it active."""
    award, was_approved = disbursement.award, disbursement.state == DisbursementState.APPROVED
    transfer = ledger.post(
        **_posting(disbursement, at, key), actor_id=disbursement.registered_by_id, approver_id=approver_id,
        text=disbursement.text or award.application.title,
    )  # fmt: skip
    disbursement.state, disbursement.transfer, disbursement.reason = DisbursementState.PAID, transfer, ""
    if not was_approved:
        disbursement.settled_by_id, disbursement.settled_at = approver_id, at
    event = "paid_on_its_day" if was_approved else "disbursed"
    details = {**_told(disbursement), "transfer": transfer.number}
    if award.state == State.AGREED:
        move(award, State.ACTIVE, TRANSITIONS, event, actor_id=actor_id, at=at, **details)
    else:
        record(award, event, actor_id=actor_id, at=at, **details)
    return transfer


def check_withdrawal(*, actor: User, disbursement: Disbursement) -> None:
    """May the person take the approved payment back before it is posted? Raises NotAllowed, WrongState."""
    require(can_move_money(actor, disbursement.award.application.pool))
    check_move(disbursement, DisbursementState.WITHDRAWN, DISBURSEMENT_TRANSITIONS)


def withdraw_disbursement(*, actor: User, at: datetime, disbursement: Disbursement, reason: str) -> None:
    """Take an approved payment back; the money stays reserved. Raises what ``check_withdrawal`` raises, CprNumber, Incomplete."""
    hold_payment(disbursement)
    check_withdrawal(actor=actor, disbursement=disbursement)
    check_reason(reason)
    withdraw_payment(actor=actor, at=at, payment=disbursement, reason=reason)


def _pay_approved(disbursement: Disbursement, at: datetime, actor_id: int | None) -> Transfer:
    approver_id, key = disbursement.settled_by_id, f"disbursement:{disbursement.id}"
    assert approver_id is not None, APPROVED_BY_SOMEBODY  # noqa: S101  (a CHECK of the table)
    return post_payment(disbursement=disbursement, at=at, approver_id=approver_id, actor_id=actor_id, key=key)


def _posting(disbursement: Disbursement, at: datetime, key: str | None) -> Wanted:
    """What was approved for a day counts from it, also when it is posted later; all else from the day on which it is posted."""
    return {
        "pool_id": disbursement.pool_id, "event": Event.DISBURSEMENT, "award_id": disbursement.award_id, "part": disbursement.part,
        "amount_ore": disbursement.amount_ore, "at": at, "key": key,
        "value_date": disbursement.pay_on if disbursement.state == DisbursementState.APPROVED else None,
    }  # fmt: skip


def _told(disbursement: Disbursement) -> dict[str, Any]:
    return {"part": disbursement.part, "amount_ore": disbursement.amount_ore, "pay_on": disbursement.pay_on.isoformat()}
