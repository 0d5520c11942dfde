"""Repaying from gains, written from domain.md §7 and §8 alone: what a loan's claims come to, without a line of the program's own rules.

It is slow and plain on purpose. Amounts are whole øre, departments and years stand in their order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction


def half_up(amount: Fraction) -> int:
    """To the øre."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def split(ore: int, weights: Sequence[int]) -> list[int]:
    """Largest remainder to the øre; ties to the earlier one in the list."""
    whole = sum(weights)
    exact = [Fraction(ore * weight, whole) for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    nearest = sorted(range(len(weights)), key=lambda place: (parts[place] - exact[place], place))
    for place in nearest[: ore - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass
class Part:
    """What one department owes for one year."""

    due: int
    paid: int = 0

    @property
    def unpaid(self) -> int:
        return max(self.due - self.paid, 0)

    @property
    def too_much(self) -> int:
        return max(self.paid - self.due, 0)


@dataclass
class Loan:
    """A loan with its terms; ``planned`` is the gain of each department in each year of the term, as far as the business case names one."""

    share: Fraction
    first_year: int
    years: int
    departments: Sequence[int]
    planned: Mapping[tuple[int, int], int]
    follows_plan: bool = False
    department_pays: bool = False
    paid_out: int = 0
    lowered: int = 0  # returned, written off, turned into a grant; a payment reversed is taken from ``paid_out``
    gains: dict[tuple[int, int], int] = field(default_factory=dict)
    claims: dict[int, dict[int, Part]] = field(default_factory=dict)

    @property
    def principal(self) -> int:
        return self.paid_out - self.lowered

    @property
    def outstanding(self) -> int:
        return self.principal - sum(part.paid for part in self._parts())

    @property
    def last_year(self) -> int:
        return self.first_year + self.years - 1

    @property
    def room(self) -> int:
        return self.principal - sum(part.due for part in self._parts())

    def claim(self, year: int) -> None:
        """Made in the order of the years; what a department has paid too much pays it at once."""
        self.claims[year] = {unit: Part(due) for unit, due in zip(self.departments, self._dues(year, self.room), strict=True)}
        self._set_off()

    def correct(self, unit: int, year: int, gain: int) -> None:
        """The year's claim is made again; so is a last year that takes what is left open."""
        self.gains[unit, year] = gain
        if year not in self.claims or self.follows_plan:
            return
        again = [year, self.last_year] if self.department_pays and self.last_year in self.claims else [year]
        for one in dict.fromkeys(again):
            held = sum(part.due for part in self.claims[one].values())
            for part, due in zip(self.claims[one].values(), self._dues(one, self.room + held), strict=True):
                part.due = due
        self._set_off()

    def may_repay(self, unit: int, year: int, ore: int) -> bool:
        return 0 < ore <= min(self.claims[year][unit].unpaid, self.outstanding)

    def repay(self, unit: int, year: int, ore: int) -> None:
        self.claims[year][unit].paid += ore

    def may_refund(self, unit: int, year: int, ore: int) -> bool:
        return 0 < ore <= self.claims[year][unit].too_much

    def refund(self, unit: int, year: int, ore: int) -> None:
        self.claims[year][unit].paid -= ore

    def may_take_back(self, unit: int, ore: int) -> bool:
        return ore <= sum(parts[unit].paid for parts in self.claims.values())

    def take_back(self, unit: int, year: int, ore: int) -> None:
        """A repayment was a mistake: from its own line first, then from the department's others, the latest year first."""
        for one in (year, *sorted((other for other in self.claims if other != year), reverse=True)):
            taken = min(ore, self.claims[one][unit].paid)
            self.claims[one][unit].paid -= taken
            ore -= taken
        self._set_off()

    def lower(self, ore: int) -> None:
        """Less is owed; never more is due than the principal: a credit, the latest year first, within the year by what is unpaid."""
        self.lowered += ore
        self._credit()

    def unpay(self, ore: int) -> None:
        """A payment of the loan is reversed."""
        self.paid_out -= ore
        self._credit()

    def _parts(self) -> Iterable[Part]:
        return [part for parts in self.claims.values() for part in parts.values()]

    def _dues(self, year: int, room: int) -> list[int]:
        gains = self.planned if self.follows_plan else self.gains
        dues = [half_up(self.share * max(gains.get((unit, year), 0), 0)) for unit in self.departments]
        if sum(dues) > room:
            return split(room, dues)
        if self.department_pays and year == self.last_year:
            term = range(self.first_year, self.last_year + 1)
            promised = [sum(self.planned.get((unit, one), 0) for one in term) for unit in self.departments]
            left = split(room - sum(dues), promised if sum(promised) else [1] * len(promised))
            return [due + more for due, more in zip(dues, left, strict=True)]
        return dues

    def _credit(self) -> None:
        for year in sorted(self.claims, reverse=True):
            parts = list(self.claims[year].values())
            unpaid = [part.unpaid for part in parts]
            less = min(max(-self.room, 0), sum(unpaid))
            if less:
                for part, ore in zip(parts, split(less, unpaid), strict=True):
                    part.due -= ore

    def _set_off(self) -> None:
        for unit in self.departments:
            lines = [self.claims[year][unit] for year in sorted(self.claims)]
            for giving in lines:
                for taking in lines:
                    moved = min(giving.too_much, taking.unpaid)
                    giving.paid -= moved
                    taking.paid += moved
