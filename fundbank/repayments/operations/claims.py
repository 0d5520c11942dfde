"""Claiming a year's share of the gains, and posting what is repaid (domain.md §8)."""

from datetime import date, datetime

from fundbank.applications.rules.business_case import planned_gains
from fundbank.awards.models import Award
from fundbank.awards.operations import check_known, check_paid_out
from fundbank.awards.steps import start_realising
from fundbank.errors import N_, AlreadyPosted, Incomplete, InvalidAmount, InvalidDate, WrongState, require
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.gains.queries import current_reports
from fundbank.gains.steps import keep_claim
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger import steps as ledger
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_move_money
from fundbank.ledger.queries import award_balances
from fundbank.ledger.rules import OverOutstanding, described, value_date
from fundbank.people.models import User
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.repayments.queries import lines_now
from fundbank.repayments.queries.facts import facts_of_award
from fundbank.repayments.rules import Due, claim_lines, day_of_payment
from fundbank.repayments.steps.entries import add_repayment, set_off

NOT_OVER = N_("A realised gain is claimed when its year is over, and %(year)s is not over yet.")
NOT_BEGUN = N_("A planned gain is claimed when its year has begun, and %(year)s has not begun yet.")
MORE_THAN_UNPAID = N_("Only %(limit_ore)s of the claim is unpaid, which is less than %(amount_ore)s.")


def work_out_claim(*, award: Award, year: int, today: date) -> tuple[int, list[Due]]:
    """The cap of a year's claim, in øre, and what each participating department would owe.

    Raises WrongState outside the term, AwaitsClosing, AlreadyPosted, InvalidDate before the year is over (of basis ``planned``: has begun),
    and Incomplete while an earlier year is not claimed or a gain of that year is not verified.
    """
    check_paid_out(award)
    check_known(award)
    facts = facts_of_award(award, today)
    if award.share is None:
        raise WrongState()
    if year not in facts.term:
        raise WrongState(N_("The year is outside the term of the loan."))
    if year in facts.claimed_years:
        raise AlreadyPosted()
    if not facts.has_come(year):
        raise InvalidDate(NOT_OVER if facts.follows_reports else NOT_BEGUN, field="year", year=str(year))
    if (earlier := facts.next_year) is not None and earlier < year:
        raise Incomplete(N_("The claim for %(year)s is made first: claims follow the order of the years."), field="year", year=str(earlier))
    if lacking := facts.lacking(year):
        raise Incomplete(
            N_("The gain of %(year)s is not yet verified for: %(departments)s."),
            field="year",
            year=str(year),
            departments=", ".join(unit.name for unit in lacking),
        )
    cap_ore = facts.room_ore
    dues = claim_lines(
        gains=gains_of(award, year),
        share=award.share,
        claimable_ore=cap_ore,
        last_year_rest=pays_the_rest(award, year),
        planned_weights=planned_of_term(award),
    )
    return cap_ore, dues


def make_claim(*, actor: User, at: datetime, award: Award, year: int) -> Claim:
    """Claim what each participating department owes for a calendar year of the loan.

    What a department has paid too much before pays it at once. Raises NotAllowed and what ``work_out_claim`` raises.
    """
    require(can_move_money(actor, award.application.pool))
    lock(award)
    cap_ore, dues = work_out_claim(award=award, year=year, today=local_date(at))
    claim = Claim(
        award=award,
        pool_id=award.pool_id,
        year=year,
        cap_ore=cap_ore,
        due_on=due_on(award, local_date(at)),
        made_by_id=actor.id,
        made_at=at,
    )
    claim.lines = [
        ClaimLine(
            department_id=due.department_id,
            position=place,
            gain_ore=due.gain_ore,
            share_due_ore=due.share_due_ore,
            shortfall_ore=due.shortfall_ore,
            due_ore=due.due_ore,
        )
        for place, due in enumerate(dues)
    ]
    db.session.add(claim)
    db.session.flush()
    if award.basis == "realised":
        keep_claim(verified_gains(award, year), claim.id)
    start_realising(actor=actor, at=at, award=award)
    record(
        award, "claimed", actor_id=actor.id, at=at, year=year, amount_ore=sum(due.due_ore for due in dues), cap_ore=cap_ore,
        due_on=claim.due_on.isoformat(),
    )  # fmt: skip
    set_off(actor=actor, at=at, award=award)
    return claim


def due_on(award: Award, today: date) -> date:
    """When a claim of today is to be paid."""
    return day_of_payment(today, award.policy.claim_due_days)


def check_repayment(
    *, actor: User, at: datetime, line: ClaimLine, amount_ore: int, value_on: date | None = None, key: str | None = None
) -> date:
    """Ask every rule of a repayment, and change nothing; returns the day that it counts from.

    Raises NotAllowed, WrongState, InvalidAmount, OverOutstanding above the unpaid part of the claim or what is outstanding, InvalidDate
    for a day before the claim or to come, AlreadyPosted.
    """
    award = line.claim.award
    require(can_move_money(actor, award.application.pool))
    check_paid_out(award)
    if amount_ore <= 0:
        raise InvalidAmount()
    left_ore, outstanding_ore = lines_now([line])[line.id].unpaid_ore, award_balances(award.id).loan_ore
    if amount_ore > (limit_ore := min(left_ore, outstanding_ore)):
        raise OverOutstanding(MORE_THAN_UNPAID if left_ore <= outstanding_ore else None, amount_ore=amount_ore, limit_ore=limit_ore)
    day = value_date(value_on, first=local_date(line.claim.made_at), today=local_date(at))
    ledger.check_post(
        pool_id=award.pool_id, event=Event.REPAYMENT, award_id=award.id, amount_ore=amount_ore, at=at, value_date=day, key=key
    )
    return day


def post_repayment(
    *, actor: User, at: datetime, line: ClaimLine, amount_ore: int, reference: str = "", value_on: date | None = None,
    key: str | None = None,
) -> Transfer:  # fmt: skip
    """Post money from a department on what it owes for one year, in full or in part; it counts from ``value_on``, today unless told.

    ``reference`` is its voucher. Raises what ``check_repayment`` raises, CprNumber.
    """
    award = line.claim.award
    lock(award)
    day = check_repayment(actor=actor, at=at, line=line, amount_ore=amount_ore, value_on=value_on, key=key)
    check_no_cpr_number(reference=reference)
    transfer = ledger.post(
        pool_id=award.pool_id,
        event=Event.REPAYMENT,
        award_id=award.id,
        amount_ore=amount_ore,
        actor_id=actor.id,
        at=at,
        text=described(award.application.title, line.department.name, str(line.claim.year), reference),
        value_date=day,
        key=key,
    )
    add_repayment(actor=actor, at=at, line=line, transfer=transfer)
    record(
        award,
        "repaid",
        actor_id=actor.id,
        at=at,
        department_id=line.department_id,
        year=line.claim.year,
        amount_ore=amount_ore,
        transfer=transfer.number,
        value_on=transfer.value_date.isoformat(),
    )
    return transfer


def verified_gains(award: Award, year: int) -> list[GainReport]:
    """The verified gains of the departments that share in the loan: what a claim of the year follows."""
    sharing = {participant.department_id for participant in award.participants}
    return [report for report in current_reports(award, year) if report.is_verified and report.department_id in sharing]


def gains_of(award: Award, year: int, *, instead: GainReport | None = None) -> list[tuple[int, int]]:
    """The gain of each participating department that the claim follows, in the order of the terms.

    ``instead`` is a correction that is about to be verified: it counts for the gain that it corrects.
    """
    departments = [participant.department_id for participant in award.participants]
    if award.basis == "planned":
        planned = planned_gains(award.application.content, cashable_only=True)
        return [(id_, planned.get((year - (award.first_year or year) + 1, id_), 0)) for id_ in departments]
    verified = {report.department_id: report.cashable_ore for report in verified_gains(award, year)}
    if instead is not None and instead.year == year:
        verified[instead.department_id] = instead.cashable_ore
    return [(id_, verified[id_]) for id_ in departments]


def pays_the_rest(award: Award, year: int) -> bool:
    """Does the claim of this year add what then remains of the loan?"""
    return award.shortfall == "department_pays" and year == award.last_year


def planned_of_term(award: Award) -> list[int]:
    """Each participating department's planned cashable gains of the whole term, in øre."""
    planned = planned_gains(award.application.content, cashable_only=True)
    years = range(1, (award.years or 0) + 1)
    return [sum(max(planned.get((year, part.department_id), 0), 0) for year in years) for part in award.participants]
