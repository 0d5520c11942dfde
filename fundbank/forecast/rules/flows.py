"""What is expected of awards and of those who put money into the pool, as flows. Amounts in whole øre."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fundbank.forecast.rules.loans import Loan, expected_claims, years_to_claim
from fundbank.forecast.rules.months import Cause, Ends, Flow
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
    payments, nothing, cause = payments_of(commitment, today), Ends(), Cause.PAYMENT
    id_, loan = commitment.award_id, commitment.loan
    flows = [Flow(day, cause, nothing, ore, id_, None, None, None, spread) for _part, day, ore, spread in payments]
    if loan is None or id_ in assumed.as_grants:
        return flows
    for line in loan.owed:
        if line.unpaid_ore:
            adds = Ends(line.unpaid_ore, line.unpaid_ore, line.unpaid_ore)
            flows.append(Flow(line.due_on, Cause.UNPAID, adds, 0, id_, line.department_id, line.year))
    years = years_to_claim(loan, today, [(day, ore) for part, day, ore, _spread in payments if part == "loan"])
    cause = Cause.CLAIM
    for year, department_id, paid_on, gain, adds in expected_claims(loan, years, assumed.failing):
        if adds != nothing:
            flows.append(Flow(paid_on, cause, adds, 0, id_, department_id, year, gain, True))
    return flows


def payments_of(commitment: Commitment, today: date) -> list[tuple[str, date, int, bool]]:
    """What is paid out of the award: part, day, øre, and whether the day is only spread. First the loan part, then the grant part."""
    registered = [(part, max(day, today), ore, False) for part, day, ore in commitment.registered]
    rest_ore = max(commitment.reserved_ore - sum(ore for _part, _day, ore, _spread in registered), 0)
    loan_ore = min(rest_ore, max(commitment.loan_left_ore - sum(ore for part, _d, ore, _s in registered if part == "loan"), 0))
    ahead, spread = _ahead(commitment.plan or {}, today), []
    for part, whole_ore in (("loan", loan_ore), ("grant", rest_ore - loan_ore)):
        for (_weight, months), year_ore in zip(ahead, split(whole_ore, [weight for weight, _months in ahead]), strict=True):
            ores = split(year_ore, [1] * len(months)) if year_ore else ()
            spread += [(part, first, ore, True) for first, ore in zip(months, ores, strict=False) if ore]
    return registered + spread


def _ahead(plan: Mapping[int, int], today: date) -> list[tuple[int, list[date]]]:
    """The years of the plan that are left: what each is to pay, and its months, each by its first day.

    Of a plan that lies behind, all is taken to be paid over what is left of this year.
    """
    ahead = [(year, ore) for year, ore in sorted(plan.items()) if year >= today.year and ore > 0] or [(today.year, 1)]
    return [(ore, [date(year, month, 1) for month in range(today.month if year == today.year else 1, 13)]) for year, ore in ahead]


def yearly_funding(yearly_ore: int | None, today: date, years: int = 5) -> list[Flow]:
    """What the pool's rules put in at the beginning of each year to come: nobody has decided those budgets yet."""
    if not yearly_ore:
        return []
    adds = Ends(yearly_ore, yearly_ore, yearly_ore)
    return [Flow(date(today.year + number, 1, 1), Cause.FUNDING, adds, is_assumed=True) for number in range(1, years + 1)]
