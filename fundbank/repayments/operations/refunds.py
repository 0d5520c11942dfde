"""What a department has paid too much is handed back, under four eyes (domain.md §8)."""

from datetime import datetime
from typing import Any

from fundbank.awards.operations import check_known, check_paid_out
from fundbank.awards.queries import bound_people
from fundbank.errors import N_, InvalidAmount, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger import operations as four_eyes
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_move_money
from fundbank.ledger.rules import OverOutstanding
from fundbank.ledger.steps.movements import check_reason, check_waits
from fundbank.people.models import User
from fundbank.repayments.models import ClaimLine, Refund
from fundbank.repayments.queries import lines_now, refund_waiting_ore
from fundbank.repayments.states import RefundState
from fundbank.repayments.steps.entries import add_refund

MORE_THAN_TOO_MUCH = N_("Only %(limit_ore)s has been paid too much on this claim, which is less than %(amount_ore)s.")


def check_refund(*, actor: User, at: datetime, line: ClaimLine, amount_ore: int, reference: str = "") -> None:
    """Ask every rule of a refund that is about to be registered, and change nothing.

    Raises NotAllowed, FourEyes for who is bound by the award, WrongState, AwaitsClosing, CprNumber, InvalidAmount, OverOutstanding beyond
    what was paid too much and is not registered already, OverAvailable.
    """
    award = line.claim.award
    four_eyes.check_first(actor, pool=award.application.pool, bound=bound_people(award))
    check_paid_out(award)
    check_known(award)
    check_no_cpr_number(reference=reference)
    _check_within(at, line, amount_ore, waiting_ore=refund_waiting_ore(line))


def register_refund(*, actor: User, at: datetime, line: ClaimLine, amount_ore: int, reference: str = "") -> Refund:
    """Ask for money to be handed back; somebody else must approve. Raises what ``check_refund`` raises."""
    award = line.claim.award
    lock(award)
    check_refund(actor=actor, at=at, line=line, amount_ore=amount_ore, reference=reference)
    refund = Refund(
        line=line, pool_id=award.pool_id, amount_ore=amount_ore, reference=reference, state=RefundState.REGISTERED,
        registered_by=actor, registered_at=at,
    )  # fmt: skip
    db.session.add(refund)
    db.session.flush()
    record(award, "refund_registered", actor_id=actor.id, at=at, **_details(refund))
    return refund


def check_refund_approval(*, actor: User, at: datetime, refund: Refund, key: str | None = None) -> None:
    """Ask every rule of the approval of a refund, and change nothing.

    Raises NotAllowed, FourEyes, WrongState, AlreadyPosted, AwaitsClosing, OverOutstanding where it has been set off meanwhile,
    OverAvailable.
    """
    award = refund.award
    four_eyes.check_second(actor, first=refund.registered_by, pool=award.application.pool, bound=bound_people(award))
    check_waits(refund)
    check_paid_out(award)
    check_known(award)
    _check_within(at, refund.line, refund.amount_ore, key=key)


def approve_refund(*, actor: User, at: datetime, refund: Refund, key: str | None = None) -> Transfer:
    """The second person approves, and the money is handed back. Raises what ``check_refund_approval`` raises."""
    award = refund.award
    lock(award)
    lock(refund)
    check_refund_approval(actor=actor, at=at, refund=refund, key=key)
    line = refund.line
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=Event.REFUND,
        award_id=award.id,
        amount_ore=refund.amount_ore,
        actor_id=refund.registered_by_id,
        approver_id=actor.id,
        at=at,
        text=" · ".join(filter(None, (award.application.title, line.department.name, str(line.claim.year), refund.reference))),
        key=key,
    )
    refund.state, refund.transfer_id, refund.settled_by_id, refund.settled_at = RefundState.APPROVED, transfer.id, actor.id, at
    add_refund(actor=actor, at=at, refund=refund, transfer=transfer)
    record(award, "refunded", actor_id=actor.id, at=at, transfer=transfer.number, **_details(refund))
    return transfer


def check_refund_refusal(*, actor: User, refund: Refund) -> None:
    """May the person take the refund off the list now? Raises NotAllowed, WrongState, AlreadyPosted."""
    require(can_move_money(actor, refund.pool))
    check_waits(refund)


def refuse_refund(*, actor: User, at: datetime, refund: Refund, reason: str) -> None:
    """Take a refund off the list; no money moves. Raises what ``check_refund_refusal`` raises, CprNumber, Incomplete."""
    lock(refund)
    check_refund_refusal(actor=actor, refund=refund)
    check_reason(reason)
    refund.refusal = reason
    refund.state, refund.settled_by_id, refund.settled_at = RefundState.REFUSED, actor.id, at
    db.session.flush()
    record(refund.award, "refund_refused", actor_id=actor.id, at=at, reason=reason, **_details(refund))


def _check_within(at: datetime, line: ClaimLine, amount_ore: int, *, waiting_ore: int = 0, key: str | None = None) -> None:
    award = line.claim.award
    if amount_ore <= 0:
        raise InvalidAmount()
    limit_ore = max(lines_now([line])[line.id].overpaid_ore - waiting_ore, 0)
    if amount_ore > limit_ore:
        raise OverOutstanding(MORE_THAN_TOO_MUCH, amount_ore=amount_ore, limit_ore=limit_ore)
    ledger.check_post(pool_id=award.pool_id, event=Event.REFUND, award_id=award.id, amount_ore=amount_ore, at=at, key=key)


def _details(refund: Refund) -> dict[str, Any]:
    line = refund.line
    return {"department_id": line.department_id, "year": line.claim.year, "amount_ore": refund.amount_ore}
