"""What a pool can expect, read from the ledger, the awards and their cases: a handful of questions, however many awards it has."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.applications.rules.content import Content
from fundbank.awards.models import Award, Disbursement
from fundbank.awards.queries import waits_for_approval, waits_for_its_day
from fundbank.awards.states import OVER
from fundbank.extensions import db
from fundbank.forecast.rules import Assumptions, Commitment, Forecast, Gains, Loan, Owed, flows_of, forecast, yearly_funding
from fundbank.forecast.rules.promises import gains_by_year, payment_plan
from fundbank.gains.models import GainReport
from fundbank.gains.queries import counts
from fundbank.gains.rules import planned_by_calendar_year
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.models import PerMille, Transfer
from fundbank.ledger.queries import balances, moved_of
from fundbank.pools.models import Pool
from fundbank.repayments.facts import AwardFacts
from fundbank.repayments.queries.facts import facts_of

_WHOLE = (
    joinedload(Award.application).selectinload(Application.versions),
    selectinload(Award.policy_version),  # few: joined, each award would bring and read its rules anew
    selectinload(Award.participants),
)


def forecast_of(
    pool: Pool, today: date, expected: Iterable[Commitment], assumed: Assumptions, chosen: Sequence[Commitment] = ()
) -> Forecast:
    """The pool's coming months, as they look today; ``expected`` are its commitments (``commitments_of``).

    What is ``chosen`` and not promised yet counts as if it were: its sum is reserved today.
    """
    now, promised_ore = balances(pool.id), sum(commitment.reserved_ore for commitment in chosen)
    flows = [flow for commitment in (*expected, *chosen) for flow in flows_of(commitment, today, assumed)]
    if assumed.with_funding:
        flows += yearly_funding(funding_of_rules_ore(pool), today)
    return forecast(
        today=today, available_ore=now.available_ore - promised_ore, reserved_ore=now.reserved_ore + promised_ore, flows=flows
    )  # fmt: skip


def commitments_of(pool: Pool, today: date) -> list[Commitment]:
    """Each award of which something is still to come, the oldest first."""
    open_awards = select(Award).options(*_WHOLE).where(Award.pool_id == pool.id, Award.state.not_in(OVER))
    awards = db.session.scalars(open_awards.order_by(Award.id)).all()
    facts, waiting, paid = facts_of(awards, today), _registered(pool.id), moved_of(award.id for award in awards)
    verified, records = _verified(pool.id), records_of(pool.id)
    found = []
    for award in awards:
        loan_left_ore = award.loan_ore - paid[award.id, Event.DISBURSEMENT, AccountKind.LOAN]
        content, about = award.application.content, facts[award.id]
        loan = _loan(award, content, about, verified[award.id], records) if award.basis else None
        plan = payment_plan(content, award.year_1)
        found.append(Commitment(award.id, about.reserved_ore, tuple(waiting[award.id]), plan, loan_left_ore, loan))
    return found


def awards_named(ids: Collection[int]) -> dict[int, Award]:
    """These awards with what they are called and their terms, without their cases."""
    named = joinedload(Award.application).defer(Application.content_json)
    return {award.id: award for award in db.session.scalars(select(Award).options(named).where(Award.id.in_(ids)))} if ids else {}


def funding_of_rules_ore(pool: Pool) -> int | None:
    """What the pool gets a year by its rules, in øre: a fixed amount, or per mille what it last got so."""
    if pool.policy.funding == "fixed_yearly":
        return pool.policy.yearly_amount_ore
    per_mille = select(Transfer.amount_ore).join(PerMille, PerMille.transfer_id == Transfer.id).where(Transfer.pool_id == pool.id)
    return db.session.scalar(per_mille.order_by(Transfer.number.desc()).limit(1))


def records_of(pool_id: int) -> dict[int, Fraction]:
    """What each department has gained of what it first promised, over all that has been verified: a fraction, by department."""
    query = select(GainReport).where(GainReport.pool_id == pool_id, _is_verified())
    of_award = joinedload(GainReport.award)
    of_application = of_award.joinedload(Award.application)
    query = query.options(of_application.defer(Application.content_json), of_application.selectinload(Application.versions))
    came: dict[int, int] = defaultdict(int)
    promised: dict[int, int] = defaultdict(int)
    first: dict[int, Mapping[tuple[int, int], int]] = {}
    for report in db.session.scalars(query):
        award = report.award
        if award.id not in first:
            first[award.id] = planned_by_calendar_year(award.application.promised, award.year_1, cashable_only=True)
        came[report.department_id] += max(report.cashable_ore, 0)
        promised[report.department_id] += max(first[award.id].get((report.year, report.department_id), 0), 0)
    return {id_: Fraction(came[id_], ore) for id_, ore in promised.items() if ore}


def _loan(award: Award, content: Content, facts: AwardFacts, verified: Gains, records: Mapping[int, Fraction]) -> Loan:
    return Loan(
        basis=award.basis or "",
        share=award.share or Decimal(0),
        first_year=award.year_1,
        years=award.years or 0,
        shortfall=award.shortfall or "",
        due_days=award.policy.claim_due_days,
        department_ids=[part.department_id for part in award.participants],
        planned=gains_by_year(content, award.year_1),
        outstanding_ore=facts.outstanding_ore,
        owed=[Owed(line.year, line.department_id, line.due_on, line.unpaid_ore, line.overpaid_ore) for line in facts.lines],
        claimed_years=facts.claimed_years,
        verified=verified,
        records=records,
    )


def _registered(pool_id: int) -> dict[int, list[tuple[str, date, int]]]:
    waits = or_(waits_for_approval(), waits_for_its_day())
    query = select(Disbursement).where(Disbursement.pool_id == pool_id, waits).order_by(Disbursement.pay_on, Disbursement.id)
    found: dict[int, list[tuple[str, date, int]]] = defaultdict(list)
    for payment in db.session.scalars(query):
        found[payment.award_id].append((payment.part, payment.pay_on, payment.amount_ore))
    return found


def _verified(pool_id: int) -> dict[int, dict[tuple[int, int], int]]:
    found: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for report in db.session.scalars(select(GainReport).where(GainReport.pool_id == pool_id, _is_verified())):
        found[report.award_id][report.year, report.department_id] = report.cashable_ore
    return found


def _is_verified() -> ColumnElement[bool]:
    return counts() & GainReport.verified_at.is_not(None)
