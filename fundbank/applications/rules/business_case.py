"""The figures of a business case: gains per year and department, net, payback, net present value (domain.md §6).

Exact from end to end: fractions inside, whole øre outside, and each rounding stands where the rule names it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Literal

from fundbank.applications.rules.content import LAST_YEAR, Content, GainArea
from fundbank.kit.money import round_half_up, share_of

End = Literal["low", "typical", "high"]
ENDS: tuple[End, ...] = ("low", "typical", "high")


@dataclass(frozen=True)
class YearRow:
    """One year of the case; ``running_ore`` is the sum of net up to and with it."""

    year: int
    gains_ore: int
    operation_ore: int
    establishment_ore: int
    net_ore: int
    running_ore: int


@dataclass(frozen=True)
class AnnualGain:
    """A full year's gain, phased in to 100 %, at its three ends."""

    low_ore: int
    typical_ore: int
    high_ore: int


@dataclass(frozen=True)
class ArithmeticLine:
    """``saved / 60 × cases × affected × rate = annual`` at one end; ``saved`` is ``before − after`` in minutes, not
    below 0 at the ends.
    """

    end: End
    before: Decimal
    after: Decimal
    saved: Decimal
    annual_ore: int


@dataclass(frozen=True)
class PhasedYear:
    """One year's part of an area's typical annual gain."""

    year: int
    phase_in: Decimal
    amount_ore: int


@dataclass(frozen=True)
class PhasedSpan:
    """Successive years with the same part of an area's typical annual gain: that of each of them."""

    first: int
    last: int
    phase_in: Decimal
    amount_ore: int


@dataclass(frozen=True)
class Arithmetic:
    """How a gain area's figures come about, so that a page can show the arithmetic and not only its result."""

    cases: int
    affected: Decimal
    rate_ore: int
    low: ArithmeticLine
    typical: ArithmeticLine
    high: ArithmeticLine
    years: tuple[PhasedYear, ...]

    @property
    def spans(self) -> list[PhasedSpan]:
        """The years, with those that are alike and follow each other as one."""
        runs = [list(run) for _alike, run in groupby(self.years, key=attrgetter("phase_in", "amount_ore"))]
        return [PhasedSpan(run[0].year, run[-1].year, run[0].phase_in, run[0].amount_ore) for run in runs]


@dataclass(frozen=True)
class Figures:
    """The figures of a whole case: months and øre, for all gains and for the cashable ones alone."""

    rows: tuple[YearRow, ...]
    cashable_rows: tuple[YearRow, ...]
    annual: AnnualGain
    payback_months: int | None
    cashable_payback_months: int | None
    payback_months_with_own_financing: int | None
    npv_ore: int
    cashable_npv_ore: int


def figures(content: Content, rate: Decimal) -> Figures:
    """Computes everything that a page shows about a case, with the policy's discount rate (a fraction)."""
    return Figures(
        rows=tuple(yearly(content)),
        cashable_rows=tuple(yearly(content, cashable_only=True)),
        annual=annual_gains(content),
        payback_months=payback_months(content),
        cashable_payback_months=payback_months(content, cashable_only=True),
        payback_months_with_own_financing=payback_months(content, with_own_financing=True),
        npv_ore=npv_ore(content, rate),
        cashable_npv_ore=npv_ore(content, rate, cashable_only=True),
    )


def annual_gain(area: GainArea, end: End = "typical") -> int:
    """A full year's gain of an area in øre: ``(before − after)/60 × cases × affected × rate``, half up.

    The low end takes before.low − after.high, the high end before.high − after.low, each not below 0 (domain.md §6).
    A typical case that takes longer afterwards is a negative gain.
    """
    before, after = _minutes(area, end)
    return _annual(area, _saved(before, after, end))


def arithmetic(area: GainArea) -> Arithmetic:
    """An area's arithmetic line by line, in minutes, fractions and øre (domain.md §6: show it)."""
    low, typical, high = (_line(area, end) for end in ENDS)
    return Arithmetic(area.cases, area.affected, area.rate_ore or 0, low, typical, high, _phased(area, "typical"))


def planned_gains(content: Content, *, cashable_only: bool = False, end: End = "typical") -> dict[tuple[int, int], int]:
    """Sums the planned gains in øre per (year, department id), direct amounts and areas, in order of year."""
    sums: dict[tuple[int, int], int] = {}
    for gain in content.gains:
        if gain.cashable or not cashable_only:
            key = (gain.year, gain.department_id)
            sums[key] = sums.get(key, 0) + (gain.amount_ore or 0)
    for area in content.gain_areas:
        if area.cashable or not cashable_only:
            for part in _phased(area, end):
                key = (part.year, area.department_id)
                sums[key] = sums.get(key, 0) + part.amount_ore
    return dict(sorted(sums.items()))


def yearly(content: Content, cashable_only: bool = False, end: End = "typical") -> list[YearRow]:
    """The case year by year, from 0 to the last year with a cost or a gain, at most LAST_YEAR: net = gains −
    operation − establishment (domain.md §6). A year outside these does not count; it is refused at submission.
    """
    gains: dict[int, int] = {}
    planned = planned_gains(content, end=end)
    for (year, _department), ore in (planned_gains(content, cashable_only=True, end=end) if cashable_only else planned).items():
        gains[year] = gains.get(year, 0) + ore
    costs: dict[tuple[int, str], int] = {}
    for cost in content.costs:
        costs[cost.year, cost.kind] = costs.get((cost.year, cost.kind), 0) + (cost.amount_ore or 0)

    rows, running = [], 0
    last = max([0, *(year for year, _kind in costs), *(year for year, _department in planned)])
    for year in range(min(last, LAST_YEAR) + 1):
        gain, operation = gains.get(year, 0), costs.get((year, "operation"), 0)
        establishment = costs.get((year, "establishment"), 0)
        net = gain - operation - establishment
        running += net
        rows.append(YearRow(year, gain, operation, establishment, net, running))
    return rows


def payback_months(content: Content, cashable_only: bool = False, with_own_financing: bool = False, granted_ore: int = 0) -> int | None:
    """After how many months the investment has come home, or None if it never does (domain.md §6).

    ``granted_ore`` of it need not come home: the running sum starts with it, and from when it is used up something is awaited.

    That is the first moment from the first investment on at which the running sum of net reaches 0, linear within the
    year, counted from the start of year 1 and rounded up; 0 if year 0 already pays for itself. With neither
    investment nor gains nothing can come home: None.
    """
    rows = yearly(content, cashable_only)
    net = {row.year: row.net_ore for row in rows}
    invested = {row.year for row in rows if row.establishment_ore > 0}
    if with_own_financing:
        for own in content.own_financing:
            net[own.year] = net.get(own.year, 0) - (own.amount_ore or 0)
            if (own.amount_ore or 0) > 0:
                invested.add(own.year)
    if not invested and not any(row.gains_ore for row in rows):
        return None

    sums, running = [], granted_ore
    for year in sorted(net):
        before, running = running, running + net[year]
        sums.append((year, before, running))
    first = min(invested, default=0)
    if granted_ore:
        first = next((year for year, _before, running in sums if running < 0), first)
    for year, before, running in sums:
        if year >= first and running >= 0:
            return _months_within(year, before, running - before)
    return None


def loan_payback_months(content: Content) -> int | None:
    """What the payback limit guards: after how many months the loan has come home out of cashable gains, or None (domain.md §6)."""
    return payback_months(content, cashable_only=True, granted_ore=content.grant_ore or 0)


def npv_ore(content: Content, rate: Decimal, cashable_only: bool = False, with_own_financing: bool = False) -> int:
    """Σ net_t / (1 + rate)^t in øre; the rate is a fraction; exact, and rounded once (domain.md §6)."""
    growth = 1 + Fraction(rate)
    parts = [row.net_ore / growth**row.year for row in yearly(content, cashable_only)]
    if with_own_financing:
        parts += [-(own.amount_ore or 0) / growth**own.year for own in content.own_financing if own.year >= 0]
    return round_half_up(sum(parts, Fraction(0)))


def annual_gains(content: Content) -> AnnualGain:
    """A full year's gains in øre: areas phased in to 100 %, and the year with the largest sum of direct amounts, cashable or not."""
    direct: dict[int, int] = defaultdict(int)
    for gain in content.gains:
        direct[gain.year] += gain.amount_ore or 0
    return AnnualGain(*(max(direct.values(), default=0) + sum(annual_gain(area, end) for area in content.gain_areas) for end in ENDS))


@dataclass(frozen=True)
class ChangedPromise:
    """What a department's cashable gains of a year of the case were promised to be and would become, in øre."""

    year: int
    department_id: int
    old_ore: int
    new_ore: int


@dataclass(frozen=True)
class Promise:
    """A department's cashable gain of a year of the case: as it was promised first, as it stands, and as it would become, in øre."""

    year: int
    department_id: int
    first_ore: int
    old_ore: int
    new_ore: int


def promises(first: Content, now: Content, new: Content) -> list[Promise]:
    """Lay a new business case beside the one in force and the first promise, per year and department."""
    sums = [planned_gains(content, cashable_only=True) for content in (first, now, new)]
    return [Promise(*key, *(one.get(key, 0) for one in sums)) for key in sorted(set().union(*sums))]


def asks_consent(old: Content, new: Content, own: Collection[int]) -> list[ChangedPromise]:
    """What in ``new`` needs a reason and the forum's consent (domain.md §6): wherever a department's cashable gains of a year fall, and
    wherever those of a department that the writer does not write for change at all. ``own`` are the ids of those that they write for.
    """
    before, after = planned_gains(old, cashable_only=True), planned_gains(new, cashable_only=True)
    changed = [ChangedPromise(*key, before.get(key, 0), after.get(key, 0)) for key in sorted({*before, *after})]
    return [one for one in changed if one.new_ore < one.old_ore or (one.new_ore != one.old_ore and one.department_id not in own)]


def _minutes(area: GainArea, end: End) -> tuple[Decimal, Decimal]:
    here = ENDS.index(end)
    return area.before[here], area.after[2 - here]  # the least before against the most after, and the other way about


def _saved(before: Decimal, after: Decimal, end: End) -> Decimal:
    return before - after if end == "typical" else max(before - after, Decimal(0))


def _annual(area: GainArea, saved: Decimal) -> int:
    minutes, whole = saved.as_integer_ratio()
    part, of_all = area.affected.as_integer_ratio()
    return share_of(Fraction(minutes * part, 60 * whole * of_all), area.cases * (area.rate_ore or 0))


def _line(area: GainArea, end: End) -> ArithmeticLine:
    before, after = _minutes(area, end)
    saved = _saved(before, after, end)
    return ArithmeticLine(end, before, after, saved, _annual(area, saved))


@lru_cache(maxsize=1024)
def _phased(area: GainArea, end: End) -> tuple[PhasedYear, ...]:
    """Gives each year its part of the annual gain, rounded again; the last phase-in value holds for the rest.

    One page asks this of the same area a dozen times.
    """
    annual = annual_gain(area, end)
    phase_in = area.phase_in or (Decimal(1),)
    parts = [(year, phase_in[min(year, len(phase_in)) - 1]) for year in range(1, min(area.years, LAST_YEAR) + 1)]
    return tuple([PhasedYear(year, part, share_of(part, annual)) for year, part in parts])


def _months_within(year: int, before_ore: int, net_ore: int) -> int:
    """The month in which a running sum of ``before_ore`` reaches 0 in a year of ``net_ore``."""
    if year <= 0:
        return 0
    missing = max(-before_ore, 0)
    return 12 * (year - 1) + (-(-12 * missing // net_ore) if missing else 0)
