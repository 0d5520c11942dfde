"""A business case as a page shows it: the arithmetic of each area, the years, and payback and net present value in their four readings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fundbank.applications.rules import business_case
from fundbank.applications.rules.business_case import AnnualGain, Arithmetic, YearRow
from fundbank.applications.rules.case_chart import CaseChart, case_chart
from fundbank.applications.rules.content import Content, GainArea, importance_reasons, project_reasons
from fundbank.applications.rules.spans import CostSpan, GainSpan, cost_spans, gain_spans

if TYPE_CHECKING:
    from decimal import Decimal

    from fundbank.pools.policy import Policy


@dataclass(frozen=True)
class Measure:
    """Payback in months (None: never) and net present value in øre, for one reading of the case."""

    cashable_only: bool
    with_own_financing: bool
    payback_months: int | None
    npv_ore: int


@dataclass(frozen=True)
class PaybackLimit:
    """The policy's longest payback in years beside what it measures, in months (None: never). It binds loans; for a grant it is a mark."""

    years: int
    months: int | None
    binds: bool

    @property
    def is_kept(self) -> bool:
        return self.months is not None and self.months <= self.years * 12


def payback_limit(content: Content, policy: "Policy") -> PaybackLimit | None:
    """What is asked for beside the limit: the loan, or the whole case of a grant (domain.md §6). None where no loans are offered."""
    if not policy.offers_loans:
        return None
    lends = bool(content.loan_ore)
    months = business_case.loan_payback_months(content) if lends else business_case.payback_months(content)
    return PaybackLimit(policy.payback_limit_years, months, lends)


@dataclass(frozen=True)
class CaseTables:
    """Everything in the order in which it is read."""

    costs: list[CostSpan]
    gains: list[GainSpan]
    areas: list[tuple[GainArea, Arithmetic]]
    annual: AnnualGain
    rows: list[YearRow]
    cashable_rows: list[YearRow]
    measures: list[Measure]
    rate: "Decimal"
    limit: PaybackLimit | None
    chart: CaseChart | None
    project_reasons: tuple[str, ...]
    importance_reasons: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.costs or self.gains or self.areas)

    @property
    def all_is_cashable(self) -> bool:
        return self.rows == self.cashable_rows


def case_tables(content: Content, policy: "Policy") -> CaseTables:
    """Gather a case with the policy's discount rate and limit; own financing only where there is some (domain.md §6)."""
    rate = policy.discount_rate
    own = (False, True) if any(one.amount_ore for one in content.own_financing) else (False,)
    measures = [
        Measure(
            cashable_only,
            with_own,
            business_case.payback_months(content, cashable_only, with_own),
            business_case.npv_ore(content, rate, cashable_only, with_own),
        )
        for with_own in own
        for cashable_only in (False, True)
    ]
    return CaseTables(
        costs=cost_spans(content.costs),
        gains=gain_spans(content.gains),
        areas=[(area, business_case.arithmetic(area)) for area in content.gain_areas],
        annual=business_case.annual_gains(content),
        rows=business_case.yearly(content),
        cashable_rows=business_case.yearly(content, cashable_only=True),
        measures=measures,
        rate=rate,
        limit=payback_limit(content, policy),
        chart=case_chart(content),
        project_reasons=project_reasons(content),
        importance_reasons=importance_reasons(content),
    )
