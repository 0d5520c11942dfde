"""What an application comes to as it stands: its sums, its gains, and how the pool's own rules would have a loan repaid. Amounts in øre."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from fundbank.applications.rules.business_case import (
    ENDS,
    AnnualGain,
    annual_gain,
    annual_gains,
    npv_ore,
    payback_months,
    planned_gains,
)
from fundbank.applications.rules.case_chart import CaseChart, case_chart
from fundbank.applications.rules.case_tables import PaybackLimit, payback_limit
from fundbank.applications.rules.content import Content, StatedPayback
from fundbank.applications.rules.stated_payback import lacks_reason
from fundbank.awards.rules import Terms
from fundbank.meetings.rules import ExpectedYear, expected_repayments, terms_by_rules
from fundbank.pools.policy import Policy


class Repaid(NamedTuple):
    """What one department repays for one year at each end of the gains."""

    year: int
    department_id: int
    low_ore: int
    typical_ore: int
    high_ore: int


@dataclass(frozen=True)
class Repayment:
    """A loan and its terms, and how it is repaid on them, year by year, at each end of the gains (domain.md §8)."""

    loan_ore: int
    terms: Terms
    low: Sequence[ExpectedYear]
    typical: Sequence[ExpectedYear]
    high: Sequence[ExpectedYear]

    @property
    def last_year(self) -> int:
        return self.terms.first_year + self.terms.years - 1

    @property
    def has_ends(self) -> bool:
        """Do the gains have a low and a high end, and does it matter to what is claimed?"""
        return not self.low == self.typical == self.high

    @property
    def rows(self) -> list[Repaid]:
        """Each department's part of each year, where there is one."""
        found = [
            Repaid(years[0].year, id_, *(year.by_department.get(id_, 0) for year in years))
            for years in zip(self.low, self.typical, self.high, strict=True)
            for id_ in self.terms.department_ids
        ]
        return [row for row in found if row.low_ore or row.typical_ore or row.high_ore]


def repayment(content: Content, terms: Terms, loan_ore: int) -> Repayment:
    """How a loan on these terms is repaid by what the case plans: by the rule by which claims are made."""
    return Repayment(loan_ore, terms, *(expected_repayments(content, terms, loan_ore, end) for end in ENDS))


def home_in(years: Sequence[ExpectedYear]) -> int | None:
    """The first year after which nothing is outstanding, None if something always is."""
    return next((year.year for year in years if not year.outstanding_ore), None)


@dataclass(frozen=True)
class Results:
    """What an application comes to with this loan and grant.

    ``months`` is the payback of all gains (None: never, or nothing to count), ``rate`` a fraction. ``repayment`` is
    None without a loan, and while no cashable gain is there to repay it.
    """

    establishment_ore: int
    loan_ore: int
    grant_ore: int
    own_ore: int
    annual: AnnualGain
    areas: Sequence[tuple[str, AnnualGain]]
    has_gains: bool
    has_words: bool
    months: int | None
    stated: StatedPayback | None
    needs_reason: bool
    limit: PaybackLimit | None
    net_value_ore: int
    rate: Decimal
    chart: CaseChart | None
    repayment: Repayment | None

    @property
    def sum_ore(self) -> int:
        """The loan and the grant together: asked for, or given."""
        return self.loan_ore + self.grant_ore


def if_granted(content: Content, policy: Policy, *, department_id: int, first_year: int) -> Results:
    """What an application comes to if it gets what it asks for, on the terms that the pool's rules lead to.

    ``first_year`` is the calendar year that is then its year 1.
    """
    loan_ore = content.loan_ore or 0
    terms = terms_by_rules(policy, content, loan_ore=loan_ore, first_year=first_year, department_id=department_id)
    found = _results(content, policy.discount_rate, loan_ore, content.grant_ore or 0, terms)
    return replace(found, limit=payback_limit(content, policy))


def as_decided(content: Content, policy: Policy, *, loan_ore: int, grant_ore: int, terms: Terms | None) -> Results:
    """What an application comes to with what it got, on the terms that were decided."""
    return _results(content, policy.discount_rate, loan_ore, grant_ore, terms)


def _results(content: Content, rate: Decimal, loan_ore: int, grant_ore: int, terms: Terms | None) -> Results:
    is_repaid = loan_ore > 0 and any(ore > 0 for ore in planned_gains(content, cashable_only=True).values())
    return Results(
        establishment_ore=content.establishment_ore,
        loan_ore=loan_ore,
        grant_ore=grant_ore,
        own_ore=content.own_ore,
        annual=annual_gains(content),
        areas=[(area.name, AnnualGain(*(annual_gain(area, end) for end in ENDS))) for area in content.gain_areas],
        has_gains=bool(content.gains or content.gain_areas),
        has_words=bool(content.qualitative_gains),
        months=payback_months(content),
        stated=content.stated_payback,
        needs_reason=lacks_reason(content),
        limit=None,
        net_value_ore=npv_ore(content, rate),
        rate=rate,
        chart=case_chart(content),
        repayment=repayment(content, terms, loan_ore) if terms and is_repaid else None,
    )
