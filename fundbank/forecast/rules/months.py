"""The pool's money month by month: what is there, and what is expected to move it. Nothing of it is random or hidden."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from fundbank.applications.rules.business_case import ENDS, End

MONTHS = 60


class Cause(StrEnum):
    """Why money moves."""

    PAYMENT = "payment"
    UNPAID = "unpaid"
    CLAIM = "claim"
    FUNDING = "funding"


class Ends(NamedTuple):
    """One figure in øre if gains come in low, as is typical, or high."""

    low: int = 0
    typical: int = 0
    high: int = 0

    def __add__(self, other: object) -> "Ends":
        """Each end with its own. Not the tuples in a row."""
        if not isinstance(other, Ends):
            return NotImplemented
        return Ends(self.low + other.low, self.typical + other.typical, self.high + other.high)

    def at(self, end: End) -> int:
        """The figure at one end."""
        return int(getattr(self, end))


class Flow(NamedTuple):
    """Something that is expected on a day: what it adds to the available money, or what it pays out of what is reserved, in øre.

    ``is_assumed`` says that nobody has decided it yet. ``year`` is the year of the gain behind a claim, ``gain`` what it is taken to be.
    """

    on: date
    cause: Cause
    adds: Ends = Ends()
    pays_ore: int = 0
    award_id: int | None = None
    department_id: int | None = None
    year: int | None = None
    gain: Ends | None = None
    is_assumed: bool = False


_IN_ORDER = attrgetter("on", "cause", "award_id", "year", "department_id")  # one cause's flows all have them, or none has


@dataclass(frozen=True)
class Month:
    """What happens in a month, and what there then is at its end: available, and still reserved, in øre."""

    first: date
    flows: Sequence[Flow]
    available: Ends
    reserved_ore: int

    def added(self, *causes: Cause) -> Ends:
        """What these causes add in the month; without any, all of them."""
        return sum((flow.adds for flow in self.flows if not causes or flow.cause in causes), Ends())

    @property
    def paid_ore(self) -> int:
        """What is paid out of what was reserved."""
        return sum(flow.pays_ore for flow in self.flows)


@dataclass(frozen=True)
class Forecast:
    """The months to come, the one of today first; ``available_ore`` is what the ledger holds available today."""

    available_ore: int
    reserved_ore: int
    months: Sequence[Month]

    def first_below_0(self, end: End) -> Month | None:
        """The first month that ends with less than nothing."""
        return next((month for month in self.months if month.available.at(end) < 0), None)


def forecast(*, today: date, available_ore: int, reserved_ore: int, flows: Iterable[Flow], months: int = MONTHS) -> Forecast:
    """Lay what is expected over the months. What should have happened by now is expected this month; what lies beyond them is left out."""
    of_month: dict[tuple[int, int], list[Flow]] = defaultdict(list)
    for flow in sorted(flows, key=_IN_ORDER):
        day = max(flow.on, today)
        of_month[day.year, day.month].append(flow)
    available, reserved, found = Ends(available_ore, available_ore, available_ore), reserved_ore, []
    for first in first_days(today, months):
        of_first = of_month[first.year, first.month]
        available = Ends(*map(sum, zip(available, *[flow.adds for flow in of_first if not flow.pays_ore], strict=True)))
        reserved -= sum([flow.pays_ore for flow in of_first])
        found.append(Month(first, of_first, available, reserved))
    return Forecast(available_ore, reserved_ore, found)


def first_days(today: date, months: int) -> Iterator[date]:
    """The first days of so many months, beginning with the month of ``today``."""
    for number in range(today.month - 1, today.month - 1 + months):
        yield date(today.year + number // 12, number % 12 + 1, 1)


__all__ = ["ENDS", "MONTHS", "Cause", "End", "Ends", "Flow", "Forecast", "Month", "first_days", "forecast"]
