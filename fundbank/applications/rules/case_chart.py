"""The picture of a business case: costs and gains of each year, the running sum at its three ends, and where it has come home."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fundbank.applications.rules.business_case import ENDS, YearRow, payback_months, yearly
from fundbank.applications.rules.content import Content
from fundbank.kit.charts import BarsAndLines, Frame, bars_and_lines

WIDE, NARROW = Frame(720, 320, left=56, below=44, above=28), Frame(340, 260, left=48, below=44, above=28)
MOST_MARKS = 10


@dataclass(frozen=True)
class CaseChart:
    """The years at the three ends of the gains, typical ones drawn as bars. ``payback_months`` is None where it never comes home."""

    low: Sequence[YearRow]
    typical: Sequence[YearRow]
    high: Sequence[YearRow]
    payback_months: int | None

    @property
    def has_ends(self) -> bool:
        return not self.low == self.typical == self.high

    @property
    def wide(self) -> BarsAndLines:
        return self._drawn(WIDE)

    @property
    def narrow(self) -> BarsAndLines:
        return self._drawn(NARROW)

    def _drawn(self, frame: Frame) -> BarsAndLines:
        return bars_and_lines(frame, **self.values)

    @property
    def values(self) -> dict[str, Any]:
        """What is drawn, by the names of ``kit.charts.bars_and_lines``."""
        every = -(-len(self.typical) // MOST_MARKS)
        return {
            "up": [row.gains_ore for row in self.typical],
            "down": [row.establishment_ore + row.operation_ore for row in self.typical],
            "low": [row.running_ore for row in self.low],
            "middle": [row.running_ore for row in self.typical],
            "high": [row.running_ore for row in self.high],
            "marks": [(place, str(row.year)) for place, row in enumerate(self.typical) if place % every == 0],
            "crossing": None if self.payback_months is None else (self.payback_months, 12 * self.typical[-1].year),
        }


def case_chart(content: Content) -> CaseChart | None:
    """The picture of a case; None while it has no cost or no gain, or no year after the investment."""
    low, typical, high = (yearly(content, end=end) for end in ENDS)
    gains = [row.gains_ore for row in typical]
    costs = [row.establishment_ore + row.operation_ore for row in typical]
    return CaseChart(low, typical, high, payback_months(content)) if len(typical) > 1 and any(gains) and any(costs) else None
