"""Answering a wrong posting with a counter-movement, under four eyes. The posting itself stays (domain.md §7)."""

from datetime import datetime

from fundbank.awards.models import Award
from fundbank.awards.operations import approve_release, check_known, check_release_approval
from fundbank.awards.states import OVER
from fundbank.errors import N_, AlreadyPosted, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import REVERSIBLE, Event
from fundbank.ledger.models import Movement, Transfer
from fundbank.ledger.operations import approve_return_funding, check_return_approval, check_second
from fundbank.ledger.permissions import can_move_money
from fundbank.ledger.queries import is_reversed
from fundbank.ledger.steps.movements import check_reason, check_waits
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.repayments.queries import line_repaid_by
from fundbank.repayments.steps.entries import check_take_back, credit_claims, take_back_repayment
from fundbank.reversals.models import Reversal
from fundbank.reversals.queries import open_reversal_of


def check_reversal(*, actor: User, transfer: Transfer) -> None:
    """May the person ask for this posting to be reversed now?

    Raises NotAllowed, WrongState for a posting of another kind or of a closed award, AwaitsClosing, AlreadyPosted, also while somebody has
    asked.
    """
    require(can_move_money(actor, db.session.get_one(Pool, transfer.pool_id)))
    check_reversible(transfer)
    if open_reversal_of(transfer) is not None:
        raise AlreadyPosted()


def register_reversal(*, actor: User, at: datetime, transfer: Transfer, reason: str) -> Reversal:
    """Ask for a wrong posting to be reversed; somebody else must approve.

    Raises what ``check_reversal`` raises, CprNumber, Incomplete without a reason.
    """
    pool = db.session.get_one(Pool, transfer.pool_id)
    lock(pool)
    if (award := award_of(transfer)) is not None:
        lock(award)
    check_reversal(actor=actor, transfer=transfer)
    check_reason(reason)
    reversal = Reversal(
        pool_id=pool.id,
        transfer=transfer,
        reason=reason,
        state="registered",
        registered_by_id=actor.id,
        registered_at=at,
    )
    db.session.add(reversal)
    db.session.flush()
    record(
        _subject(transfer, pool),
        "reversal_registered",
        actor_id=actor.id,
        at=at,
        reason=reason,
        transfer=transfer.number,
    )
    return reversal


def check_reversal_approver(actor: User, reversal: Reversal) -> None:
    """Raise NotAllowed unless the person is of finance, FourEyes unless they may approve what somebody else asked for."""
    check_second(actor, first=reversal.registered_by, pool=reversal.pool)


def check_reversal_approval(*, actor: User, at: datetime, reversal: Reversal, key: str | None = None) -> None:
    """Ask every rule of the approval of a reversal, and change nothing.

    Raises NotAllowed, FourEyes, WrongState, AlreadyPosted, AwaitsClosing, OverAvailable or OverOutstanding where the counter-movement meets
    a limit, and OverOutstanding where what was repaid has been refunded.
    """
    check_reversal_approver(actor, reversal)
    check_waits(reversal)
    check_reversible(reversal.transfer)
    ledger.check_reverse(transfer=reversal.transfer, at=at, key=key)
    check_take_back(reversal.transfer)


def approve_reversal(*, actor: User, at: datetime, reversal: Reversal, key: str | None = None) -> Transfer:
    """The second person approves, and the counter-movement is posted; states stay, and claims follow.

    Raises what ``check_reversal_approval`` raises.
    """
    lock(reversal)
    transfer = reversal.transfer
    if (award := award_of(transfer)) is not None:
        lock(award)
    check_reversal_approval(actor=actor, at=at, reversal=reversal, key=key)
    counter = ledger.reverse(
        transfer=transfer,
        actor_id=reversal.registered_by_id,
        approver_id=actor.id,
        at=at,
        text=reversal.reason,
        key=key,
    )
    reversal.state, reversal.reversing_transfer_id = "approved", counter.id
    reversal.settled_by_id, reversal.settled_at = actor.id, at
    pool, line = reversal.pool, line_repaid_by(transfer)
    repaid = {"department_id": line.department_id, "year": line.claim.year} if line else {}
    record(
        _subject(transfer, pool),
        "reversed",
        actor_id=actor.id,
        at=at,
        reason=reversal.reason,
        reversed_event=transfer.event,
        amount_ore=transfer.amount_ore,
        transfer=counter.number,
        **repaid,
    )
    if award is not None and transfer.event == Event.REPAYMENT:
        take_back_repayment(actor=actor, at=at, award=award, repayment=transfer, counter=counter)
    elif award is not None and transfer.event == Event.DISBURSEMENT:
        credit_claims(actor=actor, at=at, award=award, transfer=counter)
    return counter


def check_reversal_refusal(*, actor: User, reversal: Reversal) -> None:
    """May the person take it off the list now? Raises NotAllowed, WrongState, AlreadyPosted."""
    require(can_move_money(actor, reversal.pool))
    check_waits(reversal)


def refuse_reversal(*, actor: User, at: datetime, reversal: Reversal, reason: str) -> None:
    """Refuse a reversal, or take back one's own, without posting it.

    Raises what ``check_reversal_refusal`` raises, CprNumber, Incomplete.
    """
    lock(reversal)
    check_reversal_refusal(actor=actor, reversal=reversal)
    check_reason(reason)
    reversal.refusal = reason
    reversal.state, reversal.settled_by_id, reversal.settled_at = "refused", actor.id, at
    pool = reversal.pool
    record(
        _subject(reversal.transfer, pool),
        "reversal_refused",
        actor_id=actor.id,
        at=at,
        reason=reason,
        transfer=reversal.transfer.number,
    )


def check_reversible(transfer: Transfer) -> None:
    """Raise WrongState for a posting that is not reversed this way, AlreadyPosted the second time, AwaitsClosing."""
    award = award_of(transfer)
    if transfer.event not in REVERSIBLE:
        raise WrongState(N_("A posting of this kind is not reversed: it follows a decision, or is a reversal itself."))
    if award is not None and award.state in OVER:
        raise WrongState(N_("The award is over, so its postings stand."))
    if is_reversed(transfer.id):
        raise AlreadyPosted()
    if award is not None:
        check_known(award)


def award_of(transfer: Transfer) -> Award | None:
    """The award whose money was moved; None for money in from a source."""
    award_id = transfer.debit_account.award_id or transfer.credit_account.award_id
    return db.session.get_one(Award, award_id) if award_id else None


def _subject(transfer: Transfer, pool: Pool) -> Award | Pool:
    """Whose history the reversal belongs to: the award's, or the pool's."""
    return award_of(transfer) or pool


def check_movement_approval(*, actor: User, at: datetime, movement: Movement, key: str | None = None) -> None:
    """Ask every rule of the approval of a release or a return of funding, each its own; and change nothing."""
    check = check_return_approval if movement.award_id is None else check_release_approval
    check(actor=actor, at=at, movement=movement, key=key)


def approve_movement(*, actor: User, at: datetime, movement: Movement, key: str | None = None) -> Transfer:
    """The second person approves a release or a return of funding, and it is posted. Raises what ``check_movement_approval`` raises."""
    approve = approve_return_funding if movement.award_id is None else approve_release
    return approve(actor=actor, at=at, movement=movement, key=key)
