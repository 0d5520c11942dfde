"""Rows that come back every year, written once: a cost or a direct gain from one year to another, and a gain split over departments.

An application holds one row a year; people write ``40.000 a year in years 1 to 4``. Years count from the investment (0), amounts are øre.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from fundbank.applications.rules.content import Cost, PlannedGain
from fundbank.errors import N_, Code, Refusal
from fundbank.kit.money import share_of, split


class SharesNotWhole(Refusal):
    """The departments' shares of a gain leave something over, or too little."""

    code = Code.INCOMPLETE
    message = N_("The shares sum to %(total)s%%; they must sum to 100%%.")
    status = 422


@dataclass(frozen=True)
class CostSpan:
    """The same cost in every year from ``first`` to ``last``."""

    first: int
    last: int
    kind: str
    amount_ore: int | None
    text: str
    keys: Mapping[int, str] = field(default_factory=dict, compare=False)  # by year
    hours: Decimal | None = None
    rate_ore: int | None = None
    row: str = field(default="", compare=False)  # of the form

    def costs(self) -> list[Cost]:
        years = range(self.first, self.last + 1)
        said = (self.kind, self.amount_ore, self.text)
        return [Cost(year, *said, self.keys.get(year, ""), self.hours, self.rate_ore, self.row) for year in years]


@dataclass(frozen=True)
class GainSpan:
    """The same direct gain of one department in every year from ``first`` to ``last``."""

    first: int
    last: int
    department_id: int
    amount_ore: int | None
    cashable: bool
    text: str
    keys: Mapping[int, str] = field(default_factory=dict, compare=False)  # by year
    row: str = field(default="", compare=False)  # of the form

    def gains(self) -> list[PlannedGain]:
        years = range(self.first, self.last + 1)
        said = (self.department_id, self.amount_ore, self.cashable, self.text)
        return [PlannedGain(year, *said, self.keys.get(year, ""), self.row) for year in years]


def cost_of_hours(hours: Decimal, rate_ore: int) -> int:
    """What so many hours cost at this rate an hour, half up to the øre (domain.md §6: internal hours × rate)."""
    return share_of(hours, rate_ore)


def cost_spans(costs: Iterable[Cost]) -> list[CostSpan]:
    """Gather equal costs of successive years, in the order in which each begins; ``costs()`` of all gives every row back."""
    runs = _runs((cost.year, cost.key, (cost.kind, cost.amount_ore, cost.text, cost.hours, cost.rate_ore)) for cost in costs)
    return [CostSpan(min(keys), max(keys), kind, ore, text, keys, hours, rate) for keys, (kind, ore, text, hours, rate) in runs]


def gain_spans(gains: Iterable[PlannedGain]) -> list[GainSpan]:
    """Gather equal gains of successive years and one department, as ``cost_spans`` does."""
    runs = _runs((gain.year, gain.key, (gain.department_id, gain.amount_ore, gain.cashable, gain.text)) for gain in gains)
    return [GainSpan(min(keys), max(keys), unit, ore, cashable, text, keys) for keys, (unit, ore, cashable, text) in runs]


def cost_rows(costs: Iterable[Cost]) -> list[CostSpan]:
    """Gather costs by the row of the form in which they were written (row_names.named sees to it that those of a row are alike)."""
    of_rows = _by_row(costs)
    return [replace(span, row=row) for row, of_row in of_rows.items() for span in cost_spans(of_row)]


def gain_rows(gains: Iterable[PlannedGain]) -> list[GainSpan]:
    """Gather gains as ``cost_rows`` does."""
    of_rows = _by_row(gains)
    return [replace(span, row=row) for row, of_row in of_rows.items() for span in gain_spans(of_row)]


def _by_row(items: Iterable[Any]) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {}
    for item in items:
        rows.setdefault(item.row, []).append(item)
    return rows


def split_gain(
    amount_ore: int, shares: Sequence[tuple[int, Decimal]], *, first: int, last: int, cashable: bool, text: str
) -> list[GainSpan]:
    """Split a yearly gain over (department id, share as a fraction) by largest remainder (domain.md §6, §7).

    A department whose part is 0 gets no row. Raises SharesNotWhole unless the shares sum to exactly 1.
    """
    total = sum((share for _department, share in shares), Decimal(0))
    if total != 1:
        raise SharesNotWhole(total=f"{(total * 100).normalize():f}".replace(".", ","))
    scale = 10 ** max(0, *(-int(share.as_tuple().exponent) for _department, share in shares))
    parts = split(amount_ore, [int(share * scale) for _department, share in shares])
    return [
        GainSpan(first, last, department_id, part, cashable, text)
        for (department_id, _share), part in zip(shares, parts, strict=True)
        if part
    ]


def _runs(rows: Iterable[tuple[int, str, tuple[Any, ...]]]) -> list[tuple[dict[int, str], tuple[Any, ...]]]:
    """Gathers (year, key, rest) into (keys by year, rest): a row continues the first run of its kind that ended the year before."""
    runs: list[tuple[dict[int, str], tuple[Any, ...]]] = []
    for year, key, rest in rows:
        keys = next((keys for keys, of_run in runs if of_run == rest and max(keys) == year - 1), None)
        if keys is None:
            runs.append(({year: key}, rest))
        else:
            keys[year] = key
    return runs
