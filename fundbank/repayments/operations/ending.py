"""What comes back of an award unspent, and its end: both concern what has been claimed of it (domain.md §4, §7, §8)."""

from datetime import date, datetime

from fundbank.applications.steps import end_matter
from fundbank.awards.models import Award
from fundbank.awards.operations import check_paid_out
from fundbank.awards.permissions import can_close_award
from fundbank.awards.rules import can_be_closed
from fundbank.awards.states import TRANSITIONS, State
from fundbank.errors import N_, Incomplete, WrongState, require
from fundbank.history.steps import move, record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_move_money
from fundbank.ledger.queries import award_balances
from fundbank.ledger.rules import described, value_date
from fundbank.people.models import User
from fundbank.repayments.queries import lines_of
from fundbank.repayments.steps.entries import credit_claims


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
    *, actor: User, at: datetime, award: Award, part: str, amount_ore: int, reference: str = "", value_on: date | None = None,
    key: str | None = None,
) -> Transfer:  # fmt: skip
    """Take back money that was paid out and not spent; it counts from ``value_on``, today unless told.

    Claims become smaller by what is then due beyond the principal. ``reference`` is its voucher.

    Raises what ``check_return`` raises, CprNumber.
    """
    lock(award)
    day = check_return(actor=actor, at=at, award=award, part=part, amount_ore=amount_ore, value_on=value_on, key=key)
    check_no_cpr_number(reference=reference)
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=Event.RETURN,
        award_id=award.id,
        part=part,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        text=described(award.application.title, reference),
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
    credit_claims(actor=actor, at=at, award=award, transfer=transfer)
    return transfer


def check_closable(award: Award) -> None:
    """Has the award been paid out, is nothing reserved or outstanding, and is every claim paid to the øre? Raises WrongState."""
    held = award_balances(award.id)
    if not can_be_closed(award.state, reserved_ore=held.reserved_ore, outstanding_ore=held.loan_ore):
        raise WrongState(N_("An award can be closed when it has been paid out and nothing is reserved or outstanding."))
    if any(line.due_ore != line.paid_ore for line in lines_of(award)):
        raise WrongState(N_("An award can be closed when each of its claims is paid to the øre, neither less nor more."))


def close_award(*, actor: User, at: datetime, award: Award, report: str = "") -> None:
    """End the award once nothing is reserved or outstanding, and every claim is paid.

    Raises NotAllowed, WrongState, Incomplete where the policy requires a knowledge-sharing report (Rudersdal).
    """
    require(can_close_award(actor, award))
    lock(award.application)
    lock(award)
    check_closable(award)
    check_no_cpr_number(report=report)
    if award.policy.knowledge_report == "required" and not report.strip():
        raise Incomplete(N_("The knowledge-sharing report is missing."), field="report")
    end_matter(award.application)
    award.report = report
    award.closed_at = at
    move(award, State.CLOSED, TRANSITIONS, "closed", actor_id=actor.id, at=at)
