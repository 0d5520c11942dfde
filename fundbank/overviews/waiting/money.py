"""Work on awards: to accept, pay out, report, verify, claim, repay, settle, reverse and close."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Disbursement, Participant
from fundbank.awards.queries import left_to_pay
from fundbank.awards.rules import LONGEST_TERM_YEARS
from fundbank.awards.states import PAID_OUT, PAYABLE, DisbursementState
from fundbank.awards.states import State as AwardState
from fundbank.gains.models import GainReport
from fundbank.ledger.models import Account, Transfer
from fundbank.overviews.waiting.columns import LAST_YEAR, ME, TODAY, Pools, among, own, row
from fundbank.people.models import Department
from fundbank.repayments.models import Claim, ClaimLine, Repayment, Reversal


def _awards(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = row(Award.id, Award.pool_id, Application.title, Department.name, None, Award.loan_ore + Award.grant_ore)
    query = query.join(Application, Application.id == Award.application_id).join(Department, Department.id == Application.department_id)
    return query.where(Award.pool_id.in_(pools), *conditions)


def to_accept(pools: Pools) -> Select[Any]:
    return _awards(pools, Award.state == AwardState.OFFERED, own())


def gains_to_report(pools: Pools) -> Select[Any]:
    """Years that are over without the gain of a department that shares in a loan, while something of it is outstanding."""
    ago = select(literal(0).label("years")).cte("ago", recursive=True)
    ago = ago.union_all(select(ago.c.years + 1).where(ago.c.years < LONGEST_TERM_YEARS))
    year = LAST_YEAR - ago.c.years
    reported = exists().where(
        GainReport.award_id == Award.id,
        GainReport.department_id == Participant.department_id,
        GainReport.year == year,
        GainReport.ended_at.is_(None),
    )
    query = row(Award.id, Award.pool_id, Application.title, Department.name.concat(" · ").concat(cast(year, String)))
    query = query.join(Application, Application.id == Award.application_id).join(Participant, Participant.award_id == Award.id)
    query = query.join(Department, Department.id == Participant.department_id)
    query = query.join(ago, and_(Award.first_year <= year, Award.first_year + Award.years > year))
    return query.where(Award.pool_id.in_(pools), among(Award.state, PAID_OUT), _outstanding(Award) > 0, ~reported, own())


def to_pay_out(pools: Pools) -> Select[Any]:
    """Accepted awards with something reserved that nobody has registered for payment; whoever decided on one does not pay it out."""
    query = row(Award.id, Award.pool_id, Application.title, Department.name, None, left_to_pay())
    query = query.join(Application, Application.id == Award.application_id).join(Department, Department.id == Application.department_id)
    return query.where(Award.pool_id.in_(pools), among(Award.state, PAYABLE), left_to_pay() > 0, Award.decided_by_id != ME)


def to_approve(pools: Pools) -> Select[Any]:
    query = row(
        Disbursement.award_id, Disbursement.pool_id, Application.title, Department.name, Disbursement.pay_on, Disbursement.amount_ore
    )
    query = query.join(Award, Award.id == Disbursement.award_id).join(Application, Application.id == Award.application_id)
    query = query.join(Department, Department.id == Application.department_id)
    return query.where(
        Disbursement.pool_id.in_(pools),
        Disbursement.state == DisbursementState.REGISTERED,
        Disbursement.registered_by_id != ME,
        Award.decided_by_id != ME,
    )


def gains_to_verify(pools: Pools) -> Select[Any]:
    query = row(GainReport.award_id, GainReport.pool_id, Application.title, Department.name, None, GainReport.amount_ore)
    query = query.join(Award, Award.id == GainReport.award_id).join(Application, Application.id == Award.application_id)
    query = query.join(Department, Department.id == GainReport.department_id)
    return query.where(
        GainReport.pool_id.in_(pools),
        GainReport.ended_at.is_(None),
        GainReport.verified_at.is_(None),
        GainReport.reported_by_id != ME,
    )


def claims_to_make(pools: Pools) -> Select[Any]:
    """Years of a loan whose gains are all verified and that nobody has claimed."""
    participants = select(func.count()).where(Participant.award_id == Award.id).scalar_subquery()
    claimed = exists().where(Claim.award_id == Award.id, Claim.year == GainReport.year)
    shares = exists().where(Participant.award_id == Award.id, Participant.department_id == GainReport.department_id)
    query = row(Award.id, Award.pool_id, Application.title, cast(GainReport.year, String))
    query = query.join(Application, Application.id == Award.application_id).join(GainReport, GainReport.award_id == Award.id)
    query = query.where(
        Award.pool_id.in_(pools),
        among(Award.state, PAID_OUT),
        GainReport.ended_at.is_(None),
        GainReport.verified_at.is_not(None),
        GainReport.year >= Award.first_year,
        GainReport.year < Award.first_year + Award.years,
        shares,
        ~claimed,
    )
    return query.group_by(Award.id, Award.pool_id, Application.title, GainReport.year).having(func.count() == participants)


def _lines(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Lines of claims with something unpaid."""
    reversing = aliased(Transfer)
    paid = (
        select(func.coalesce(func.sum(Transfer.amount_ore), 0))
        .join(Repayment, Repayment.transfer_id == Transfer.id)
        .where(Repayment.claim_line_id == ClaimLine.id, ~exists().where(reversing.reverses_id == Transfer.id))
        .correlate(ClaimLine)
        .scalar_subquery()
    )
    unpaid = ClaimLine.due_ore - ClaimLine.waived_ore - paid
    query = row(ClaimLine.claim_id, Claim.pool_id, Application.title, Department.name, Claim.due_on, unpaid)
    query = query.join(Claim, Claim.id == ClaimLine.claim_id).join(Award, Award.id == Claim.award_id)
    query = query.join(Application, Application.id == Award.application_id).join(Department, Department.id == ClaimLine.department_id)
    return query.where(Claim.pool_id.in_(pools), unpaid > 0, *conditions)


def to_repay(pools: Pools) -> Select[Any]:
    return _lines(pools, own(), Claim.due_on >= TODAY)


def overdue_of_own(pools: Pools) -> Select[Any]:
    return _lines(pools, own(), Claim.due_on < TODAY)


def overdue(pools: Pools) -> Select[Any]:
    return _lines(pools, Claim.due_on < TODAY)


def reversals_to_approve(pools: Pools) -> Select[Any]:
    query = row(Reversal.pool_id, Reversal.pool_id, Reversal.reason, None, None, Transfer.amount_ore)
    query = query.join(Transfer, Transfer.id == Reversal.transfer_id)
    return query.where(Reversal.pool_id.in_(pools), Reversal.state == "registered", Reversal.registered_by_id != ME)


def _outstanding(award: Any) -> Any:
    return (
        select(func.coalesce(func.sum(Account.balance_ore), 0))
        .where(Account.award_id == award.id, Account.kind == "loan")
        .correlate(award)
        .scalar_subquery()
    )


def to_settle(pools: Pools) -> Select[Any]:
    """Loans at the end of their term with something outstanding."""
    last_claimed = exists().where(Claim.award_id == Award.id, Claim.year == Award.first_year + Award.years - 1)
    query = row(Award.id, Award.pool_id, Application.title, Department.name, None, _outstanding(Award))
    query = query.join(Application, Application.id == Award.application_id).join(Department, Department.id == Application.department_id)
    return query.where(Award.pool_id.in_(pools), among(Award.state, PAID_OUT), last_claimed, _outstanding(Award) > 0)


def to_close(pools: Pools) -> Select[Any]:
    """Awards with nothing reserved and nothing outstanding."""
    left = exists().where(Account.award_id == Award.id, among(Account.kind, ("reserved", "loan")), Account.balance_ore > 0)
    return _awards(pools, among(Award.state, PAID_OUT), ~left)
