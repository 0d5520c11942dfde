"""What an application would do to the coming months if it were awarded: the same as an award, out of its own case. Amounts in whole øre."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from fundbank.applications.rules.business_case import ENDS, End, planned_gains
from fundbank.applications.rules.content import Content
from fundbank.awards.rules import Terms
from fundbank.forecast.rules.flows import Commitment
from fundbank.forecast.rules.loans import Gains, Loan


def if_awarded(
    content: Content, *, loan_ore: int, grant_ore: int, terms: Terms | None, year_1: int, due_days: int, records: Mapping[int, Fraction]
) -> Commitment:
    """The commitment that an award of so much would be, with these terms for its loan; ``year_1`` is year 1 of the case.

    It belongs to no award yet: its number is 0.
    """
    loan = None
    if terms is not None and loan_ore:
        loan = Loan(
            basis=terms.basis,
            share=terms.share,
            first_year=terms.first_year,
            years=terms.years,
            shortfall=terms.shortfall,
            due_days=due_days,
            department_ids=terms.department_ids,
            planned=gains_by_year(content, year_1),
            outstanding_ore=0,
            records=records,
        )
    return Commitment(0, loan_ore + grant_ore, (), payment_plan(content, year_1), loan_ore, loan)


def gains_by_year(content: Content, year_1: int) -> dict[End, Gains]:
    """The cashable gains of the case at each end, by calendar year and department."""
    before = year_1 - 1
    return {
        end: {(before + year, id_): ore for (year, id_), ore in planned_gains(content, cashable_only=True, end=end).items()} for end in ENDS
    }


def payment_plan(content: Content, year_1: int) -> dict[int, int]:
    """What the case says to establish the project in each calendar year, in øre."""
    plan: dict[int, int] = defaultdict(int)
    for cost in content.costs:
        if cost.kind == "establishment":
            plan[year_1 - 1 + cost.year] += cost.amount_ore or 0
    return dict(plan)
