"""A line of a claim as a value: what one department is due for one year of a loan, and what is paid of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Line:
    """``due_ore`` is what is owed after every credit and correction, ``paid_ore`` what is paid after every set-off and refund.

    ``due_on`` is the day by which it is to be paid, where that matters.
    """

    id: int
    year: int
    department_id: int
    due_ore: int
    paid_ore: int = 0
    due_on: date | None = None

    @property
    def unpaid_ore(self) -> int:
        """What is still to be paid."""
        return max(self.due_ore - self.paid_ore, 0)

    @property
    def overpaid_ore(self) -> int:
        """What has been paid too much."""
        return max(self.paid_ore - self.due_ore, 0)


def unpaid_ore(lines: Iterable[Line]) -> int:
    """What is still to be paid on these lines."""
    return sum(line.unpaid_ore for line in lines)


def overpaid_ore(lines: Iterable[Line]) -> int:
    """What has been paid too much on these lines."""
    return sum(line.overpaid_ore for line in lines)
