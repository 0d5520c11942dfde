"""A business case as a page shows it: the arithmetic of each area, the years, and payback and net present value in their four readings."""

from dataclasses import dataclass
from decimal import Decimal

from fundbank.applications.rules import business_case
from fundbank.applications.rules.business_case import AnnualGain, Arithmetic, YearRow
from fundbank.applications.rules.content import Content, GainArea, importance_reasons, project_reasons
from fundbank.applications.rules.spans import CostSpan, GainSpan, cost_spans, gain_spans


@dataclass(frozen=True)
class Measure:
    """Payback in months (None: never) and net present value in øre, for one reading of the case."""

    cashable_only: bool
    with_own_financing: bool
    payback_months: int | None
    npv_ore: int


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
    rate: Decimal
    project_reasons: tuple[str, ...]
    importance_reasons: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.costs or self.gains or self.areas)

    @property
    def all_is_cashable(self) -> bool:
        return self.rows == self.cashable_rows


def case_tables(content: Content, rate: Decimal) -> CaseTables:
    """Gather a case with the policy's discount rate (a fraction); own financing only where there is some (domain.md §6)."""
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
        project_reasons=project_reasons(content),
        importance_reasons=importance_reasons(content),
    )
