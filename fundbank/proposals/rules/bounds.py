"""How much a choice can still bring: prices on the rows make a bound that is exact in whole numbers, whatever the prices are.

With a price for what each row uses, every option of a group has a worth of its own, and no choice is worth more than the best options
together and the rows' own worth (Lagrange). An option that falls short of its group's best by more than there is between that bound and a
choice in hand is in no better choice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt

from fundbank.proposals.rules.problem import Chosen, Problem

ROUNDS = 80
WHOLE = 2**32  # what a row's largest number counts while prices are looked for
FINENESS = 10**12  # prices are whole numbers of this part of a hundredth of a point

Values = Sequence[Sequence[int]]  # what is to be as large as possible: by group and option


@dataclass(frozen=True)
class Bound:
    """No choice brings more than ``most``; ``short`` says of each group what each of its options falls short of the best by.

    Both are counted in ``parts`` of one, and so are the ``prices`` of the rows: what a choice leaves of a row, it falls short of too.
    """

    most: int
    short: Sequence[Mapping[int, int]]
    parts: int
    prices: Sequence[int]

    def can_reach(self, problem: Problem, value: int) -> Problem:
        """The problem with only those options that a choice of at least this value can hold."""
        return self.within(problem, self.most - value * self.parts)

    def within(self, problem: Problem, room: int) -> Problem:
        """The problem with only those options that a choice can hold which brings less than the bound by no more than ``room`` parts."""
        kept = [[option for option in options if short[option] <= room] for options, short in zip(problem.allowed, self.short, strict=True)]
        return replace(problem, allowed=kept)


def bound(problem: Problem, values: Values, prices: Sequence[Fraction]) -> Bound:
    """The bound that these prices (0 or more, one a row) give."""
    whole = [int(price * FINENESS) for price in prices]
    most, short = sum(price * at_most for price, at_most in zip(whole, problem.at_most, strict=True)), []
    priced = [(row, price) for row, price in enumerate(whole) if price]
    for number, options in enumerate(problem.allowed):
        worth = {
            option: values[number][option] * FINENESS - sum([price * uses.get(row, 0) for row, price in priced])
            for option, uses in ((option, problem.groups[number][option].uses) for option in options)
        }
        best = max(worth.values(), default=0)
        most += best
        short.append({option: best - of for option, of in worth.items()})
    return Bound(most, short, FINENESS, whole)


def prices_of(problem: Problem, values: Values) -> list[Fraction]:
    """Prices that make the bound low: rows that are used beyond their limit get dearer, rows with room get cheaper, step by step."""
    rows = range(len(problem.at_most))
    scale = [max((abs(option.uses.get(row, 0)) for options in problem.groups for option in options), default=0) or 1 for row in rows]
    limits = [problem.at_most[row] * WHOLE // scale[row] for row in rows]
    groups = [
        [(values[number][option], [(row, use * WHOLE // scale[row]) for row, use in options[option].uses.items()]) for option in allowed]
        for number, (options, allowed) in enumerate(zip(problem.groups, problem.allowed, strict=True))
    ]
    step = max((abs(value) for options in groups for value, _uses in options), default=0) or 1
    prices, best, lowest = [0] * len(rows), [0] * len(rows), None
    for _round in range(ROUNDS):
        most, slack = sum(price * limit for price, limit in zip(prices, limits, strict=True)), list(limits)
        for options in groups:
            worths = [value * WHOLE - sum(prices[row] * use for row, use in uses) for value, uses in options]
            most += (worth := max(worths))
            for row, use in options[worths.index(worth)][1]:
                slack[row] -= use
        if lowest is None or most < lowest:
            lowest, best = most, prices
        else:
            step = step * 4 // 5
        length = isqrt(sum(of * of for of in slack)) or 1
        prices = [max(price - step * of // length, 0) for price, of in zip(prices, slack, strict=True)]
    return [Fraction(price, scale[row]) for row, price in enumerate(best)]


def value_of(values: Values, chosen: Chosen) -> int:
    """What a choice brings."""
    return sum(options[taken] for options, taken in zip(values, chosen, strict=True))
