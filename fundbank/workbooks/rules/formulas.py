"""The figures of a business case as formulas, and the values that stand beside them (domain.md §6). Pure.

They say what applications.rules.business_case says, to the øre: each rounding stands where the rule names it. A cell in which no number
stands counts as the form of a new row would have it, so that a sum never becomes an error.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from fundbank.applications.rules.business_case import annual_gain
from fundbank.applications.rules.content import LAST_YEAR, GainArea
from fundbank.applications.rules.spans import cost_of_hours

FAR = 1_000
"""Beyond every year of a case."""

Cells = Callable[[str], str]
"""The address of a cell of the row, by the code of its column."""
Values = Mapping[str, Any]
"""What the fields of a row say: øre, decimals, texts; None for what is empty."""


class Calculated(NamedTuple):
    """A column that follows from others: what it is called (nothing: it is not shown), its formula, and its value."""

    code: str
    title: str
    formula: Callable[[Cells], str]
    value: Callable[[Values], Decimal | int]


def number(cell: str, otherwise: object = 0) -> str:
    """The number in a cell."""
    return f"IF(ISNUMBER({cell}),{cell},{otherwise})"


def share(cell: str, otherwise: object) -> str:
    """A share as a fraction, whether 0.25 or 25 is written."""
    return f"IF(ISNUMBER({cell}),IF({cell}>1,{cell}/100,{cell}),{otherwise})"


def yes(cell: str, no: str) -> str:
    """1 but for a cell that says no: by the word, or as Excel does."""
    return f'IF(ISLOGICAL({cell}),IF({cell},1,0),IF({cell}="{no}",0,1))'


def of_costs(title: str) -> list[Calculated]:
    def amount(cell: Cells) -> str:
        return f"IF(ISNUMBER({cell('hours')}),ROUND({cell('hours')}*N({cell('rate')}),2),ROUND({number(cell('amount'))},2))"

    return [Calculated("ore", title, amount, lambda said: kroner(_cost(said))), *_years(0)]


def of_gains(no: str) -> list[Calculated]:
    return [
        Calculated("ore", "", lambda cell: f"ROUND({number(cell('amount'))},2)", lambda said: kroner(said.get("amount"))),
        *_years(1),
        _cashable(no),
    ]


def of_own() -> list[Calculated]:
    return [
        Calculated("ore", "", lambda cell: f"ROUND({number(cell('amount'))},2)", lambda said: kroner(said.get("amount"))),
        Calculated("from", "", lambda cell: number(cell("year")), lambda said: said.get("year") or 0),
    ]


def of_areas(low: str, typical: str, high: str, no: str, shares: int) -> list[Calculated]:
    """A full year's gain of an area at its three ends, and what its years take of it. ``shares`` is how many years the phase-in names."""

    def annual(saved: str, cell: Cells) -> str:
        return f"ROUND(({saved})*N({cell('cases')})*{share(cell('affected'), 1)}*N({cell('rate')})/60,2)"

    def end(before: str, after: str) -> Callable[[Cells], str]:
        def formula(cell: Cells) -> str:
            least, most = f"N({cell('before')})", f"N({cell('after')})"
            return annual(f"MAX(0,{number(cell(before), least)}-{number(cell(after), most)})", cell)

        return formula

    def phase(year: int) -> Calculated:
        def formula(cell: Cells) -> str:
            return share(cell(f"phase_in-{year}"), 1 if year == 1 else cell(f"part-{year - 1}"))

        def value(said: Values) -> Decimal:
            parts = said.get("phase_in") or (Decimal(1),)
            return parts[min(year, len(parts)) - 1]

        return Calculated(f"part-{year}", "", formula, value)

    return [
        Calculated("low", low, end("before_low", "after_high"), lambda said: kroner(annual_gain(area_of(said), "low"))),
        Calculated(
            "typical", typical, lambda cell: annual(f"N({cell('before')})-N({cell('after')})", cell),
            lambda said: kroner(annual_gain(area_of(said))),
        ),
        Calculated("high", high, end("before_high", "after_low"), lambda said: kroner(annual_gain(area_of(said), "high"))),
        *map(phase, range(1, shares + 1)),
        Calculated(
            "last", "", lambda cell: f"MIN({number(cell('years'), 4)},{LAST_YEAR})",
            lambda said: min(4 if said.get("years") is None else said["years"], LAST_YEAR),
        ),
        _cashable(no),
    ]  # fmt: skip


def area_of(said: Values) -> GainArea:
    """The gain area that a row says; what is empty counts as the form has it."""
    before, after = said.get("before") or Decimal(0), said.get("after") or Decimal(0)

    def ends(name: str, typical: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        low, high = said.get(f"{name}_low"), said.get(f"{name}_high")
        return (typical if low is None else low, typical, typical if high is None else high)

    affected = said.get("affected")
    return GainArea(
        name="", department_id=0, before=ends("before", before), after=ends("after", after), cases=said.get("cases") or 0,
        affected=Decimal(1) if affected is None else affected, rate_ore=said.get("rate"), phase_in=said.get("phase_in") or (Decimal(1),),
        years=said.get("years") or 0,
    )  # fmt: skip


def kroner(ore: int | None) -> Decimal:
    """Øre as a cell holds them."""
    return Decimal(ore or 0).scaleb(-2)


def in_year(year: str, first: str, last: str, *parts: str) -> str:
    """The sum of what counts from ``first`` to ``last`` in a year: products of columns."""
    return f"SUMPRODUCT(({first}<={year})*({last}>={year})*{'*'.join(parts)})"


def phased(year: str, last: str, part: str, annual: str, *parts: str) -> str:
    """The sum of what gain areas give in a year: each one's part is rounded."""
    return f"SUMPRODUCT(({last}>={year})*{''.join(f'{one}*' for one in parts)}ROUND({part}*{annual},2))"


def first_year(years: str, *invested: str) -> str:
    """The first year in which one of these columns holds something; 0 where none does."""
    nothing = "*".join(f"({one}<=0)" for one in invested)
    return f"MOD(SUMPRODUCT(MIN({years}+{FAR}*({nothing}))),{FAR})"


def first_below(years: str, running: str, begins: str, otherwise: str) -> str:
    """The first year in which what there is to ``begin`` with is used up; ``otherwise`` where there is nothing, or it lasts."""
    left = f"ROUND({running}+{begins},2)"
    return f"IF(OR({begins}=0,SUMPRODUCT(({left}<0)*1)=0),{otherwise},SUMPRODUCT(MIN({years}+{FAR}*({left}>=0))))"


def year_reached(years: str, running: str, first: str, begins: str = "0", *, none: str) -> str:
    """The first year from ``first`` on at whose end the running sum is 0 or more."""
    year = f"SUMPRODUCT(MIN({years}+{FAR}*((({years}<{first})+(ROUND({running}+{begins},2)<0))>0)))"
    return f'IF({year}>={FAR},"{none}",{year})'


def months_until(reached: str, running: str, needs: Sequence[str], begins: str = "0", *, none: str) -> str:
    """In which month of that year the sum reaches 0, linear within the year, counted in whole øre and rounded up."""
    before, after = f"INDEX({running},{reached})+{begins}", f"INDEX({running},{reached}+1)+{begins}"
    within = f"ROUNDUP(12*ROUND(-({before})*100,0)/ROUND(({after}-({before}))*100,0),0)"
    anything = "+".join(f"SUMPRODUCT(({one}<>0)*1)" for one in needs)
    months = f"IF({reached}=0,0,12*({reached}-1)+IF(ROUND({before},2)>=0,0,{within}))"
    return f'IF(ISNUMBER({reached}),IF({anything}=0,"{none}",{months}),"{none}")'


def present_value(gains: str, operation: str, establishment: str, years: str, rate: str) -> str:
    """Net of each year, discounted, and rounded once."""
    return f"ROUND(SUMPRODUCT(({gains}-{operation}-{establishment})/(1+{rate})^{years}),2)"


def largest_year(direct: str, areas: Sequence[str]) -> str:
    """A full year's gain: the year with the largest direct gains, and all areas."""
    return f"ROUND({'+'.join([f'MAX({direct})', *(f'SUM({one})' for one in areas)])},2)"


def _cost(said: Values) -> int | None:
    if said.get("hours") is None:
        return said.get("amount")
    return cost_of_hours(said["hours"], said.get("rate") or 0)


def _years(otherwise: int) -> list[Calculated]:
    def first(said: Values) -> int:
        return otherwise if said.get("first") is None else said["first"]

    return [
        Calculated("from", "", lambda cell: number(cell("first"), otherwise), first),
        Calculated(
            "to", "", lambda cell: number(cell("last"), cell("from")),
            lambda said: first(said) if said.get("last") is None else said["last"],
        ),
    ]  # fmt: skip


def _cashable(no: str) -> Calculated:
    return Calculated("counts", "", lambda cell: yes(cell("cashable"), no), lambda said: 0 if said.get("cashable") is False else 1)
