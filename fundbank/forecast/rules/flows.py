"""What is expected of awards and of those who put money into the pool, as flows. Amounts in whole øre."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from fundbank.applications.rules.business_case import ENDS
from fundbank.forecast.rules.loans import Loan, expected_claims, years_to_claim
from fundbank.forecast.rules.months import Cause, Ends, Flow, first_days
from fundbank.kit.money import split


@dataclass(frozen=True)
class Assumptions:
    """What is taken to be so, beside what the pool's rules and awards say: changed on the page, stored nowhere.

    ``failing`` is the fraction of the gains not yet measured that do not come; ``as_grants`` are awards whose loan is turned into a grant.
    """

    with_funding: bool = True
    failing: Fraction = Fraction(0)
    as_grants: Collection[int] = ()


@dataclass(frozen=True)
class Commitment:
    """An award with something to come: what it holds reserved and is registered to be paid (part, day, øre), and its loan if it has one.

    ``plan`` says how much of the case is paid in which calendar year; by it, what is reserved and not registered is spread.
    ``loan_left_ore`` is what may still be paid out of its loan part.
    """

    award_id: int
    reserved_ore: int
    registered: tuple[tuple[str, date, int], ...] = ()
    plan: Mapping[int, int] | None = None
    loan_left_ore: int = 0
    loan: Loan | None = None


def flows_of(commitment: Commitment, today: date, assumed: Assumptions) -> list[Flow]:
    """What an award pays out and brings back."""
    payments = payments_of(commitment, today)
    id_ = commitment.award_id
    flows = [Flow(day, Cause.PAYMENT, pays_ore=ore, award_id=id_, is_assumed=spread) for _part, day, ore, spread in payments]
    if commitment.loan is None or id_ in assumed.as_grants:
        return flows
    loan = replace(commitment.loan, payments=[(day, ore) for part, day, ore, _spread in payments if part == "loan"])
    for line in loan.owed:
        if line.unpaid_ore:
            adds = Ends(line.unpaid_ore, line.unpaid_ore, line.unpaid_ore)
            flows.append(Flow(line.due_on, Cause.UNPAID, adds, 0, id_, line.department_id, line.year))
    years = years_to_claim(loan, today)
    expected = (expected_claims(loan, end, today, assumed.failing, years) for end in ENDS)
    for low, typical, high in zip(*expected, strict=True):
        adds = Ends(low.paid_ore, typical.paid_ore, high.paid_ore)
        if adds != Ends():
            gain = Ends(low.gain_ore, typical.gain_ore, high.gain_ore)
            flows.append(Flow(typical.paid_on, Cause.CLAIM, adds, 0, id_, typical.department_id, typical.year, gain, is_assumed=True))
    return flows


def payments_of(commitment: Commitment, today: date) -> list[tuple[str, date, int, bool]]:
    """What is paid out of the award: part, day, øre, and whether the day is only spread. First the loan part, then the grant part."""
    registered = [(part, max(day, today), ore, False) for part, day, ore in commitment.registered]
    rest_ore = max(commitment.reserved_ore - sum(ore for _part, _day, ore, _spread in registered), 0)
    loan_ore = min(rest_ore, max(commitment.loan_left_ore - sum(ore for part, _d, ore, _s in registered if part == "loan"), 0))
    parts = [("loan", loan_ore), ("grant", rest_ore - loan_ore)]
    return [*registered, *((part, day, ore, True) for part, whole in parts for day, ore in _spread(whole, commitment.plan or {}, today))]


def _spread(whole_ore: int, plan: Mapping[int, int], today: date) -> list[tuple[date, int]]:
    """An amount over the months of the plan that are left: by its years, and evenly within each. A month is named by its first day.

    Of a plan that lies behind, all is taken to be paid over what is left of this year.
    """
    ahead = {year: ore for year, ore in sorted(plan.items()) if year >= today.year and ore > 0} or {today.year: 1}
    found: list[tuple[date, int]] = []
    for year, of_year_ore in zip(ahead, split(whole_ore, list(ahead.values())), strict=True):
        months = list(first_days(max(today, date(year, 1, 1)), 12 if year > today.year else 13 - today.month))
        found += zip(months, split(of_year_ore, [1] * len(months)), strict=True)
    return [(first, ore) for first, ore in found if ore]


def yearly_funding(yearly_ore: int | None, today: date, years: int = 5) -> list[Flow]:
    """What the pool's rules put in at the beginning of each year to come: nobody has decided those budgets yet."""
    if not yearly_ore:
        return []
    adds = Ends(yearly_ore, yearly_ore, yearly_ore)
    return [Flow(date(today.year + number, 1, 1), Cause.FUNDING, adds, is_assumed=True) for number in range(1, years + 1)]
