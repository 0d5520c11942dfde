"""The exact search for very many candidates of which few leave a real choice: near the bound, half by half.

Prices say what each option falls short of the bound by. A choice that brings nearly what the bound says holds only options that fall short
of little, and leaves little of what has a price: so of thousands of candidates some dozens are left to compare. They are split into two
halves, every choice within each half that falls short of little is made, and two fit together where they use up nearly all of the dearest
row. The first step in which a choice is found holds every choice as good.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import gcd, inf
from operator import add, le
from typing import NamedTuple

from fundbank.proposals.rules.bounds import Bound, bound, value_of
from fundbank.proposals.rules.problem import Chosen, Problem, core_of
from fundbank.proposals.rules.search import TooManyToCompare, Trail, in_one_number

STEP = 8  # groups more, step by step
SHELF = 512  # choices within a half that are looked at together


class Effort:
    """How many choices within halves, and pairs of them, are looked at in all: what takes more is left to the solver."""

    def __init__(self, candidates: int) -> None:
        self.looks = 50_000 + 75 * candidates

    def look(self, many: int) -> None:
        """Raises TooManyToCompare when that was too much."""
        self.looks -= many
        if self.looks < 0:
            raise TooManyToCompare


class Part(NamedTuple):
    """A choice within a half: what it uses of each row, what it brings in all aims, what it falls short of by, and the options taken."""

    uses: tuple[int, ...]
    value: int
    lost: int
    trail: Trail


def best(problem: Problem, prices: Sequence[Fraction], near: Chosen | None, left: Callable[[], float] = lambda: inf) -> Chosen | None:
    """The best choice: most points, then most of the second aim, then the lowest numbers; None if no choice keeps the rows.

    ``prices`` make the bound, ``near`` is a choice that is known. Raises TooManyToCompare.
    """
    points = points_of(problem)
    limit, effort = bound(problem, points, prices), Effort(problem.candidates)
    for room in _rooms(problem, limit, None if near is None else value_of(points, near)):
        if left() <= 0:
            raise TooManyToCompare
        found = _within(limit.within(problem, room), prices, limit.most - room, effort)
        if found is not None:
            return found
    return None


def points_of(problem: Problem) -> list[list[int]]:
    """What is to be as large as possible before anything else."""
    return [[option.points for option in options] for options in problem.groups]


def _rooms(problem: Problem, limit: Bound, near: int | None) -> Iterator[int]:
    """How far below the bound a choice is looked for, step by step: with so many groups more that leave a choice, until none is left out.

    Points that share a part (of coarse levels they do) leave few sums that a choice can bring: a step ends at such a sum.
    """
    points = [[options[option].points for option in of] for options, of in zip(problem.groups, problem.allowed, strict=True)]
    least = sum(min(of) for of in points)
    part = gcd(*(one - min(of) for of in points for one in of)) or 1
    whole = limit.most - (least if near is None else near) * limit.parts
    shorts = sorted(sorted(short.values())[1] for short in limit.short[: problem.candidates] if len(short) > 1)
    first = (limit.most - least * limit.parts) % (part * limit.parts)
    last = -1
    for room in shorts[STEP::STEP]:
        ends = first + (room - first) // (part * limit.parts) * part * limit.parts
        if last < ends < whole and ends >= 0:
            last = ends
            yield ends
    yield whole


def _within(problem: Problem, prices: Sequence[Fraction], least: int, effort: Effort) -> Chosen | None:
    """The best choice that brings ``least`` parts of a point; None if there is none."""
    core, numbers, rows = core_of(problem)
    limit = bound(core, points_of(core), [prices[row] for row in rows])
    fixed = sum(options[of[0]].points for options, of in zip(problem.groups, problem.allowed, strict=True) if len(of) == 1)
    found = _Core(core, limit, limit.most + fixed * limit.parts - least, effort).best()
    if found is None:
        return None
    taken = [of[0] for of in problem.allowed]
    for number, option in zip(numbers, found, strict=True):
        taken[number] = option
    return tuple(taken)


class _Core:
    """What leaves a choice, and how far below the bound one is looked for: as changes of the options that fall short of nothing."""

    def __init__(self, problem: Problem, limit: Bound, room: int, effort: Effort) -> None:
        self.problem, self.limit, self.room, self.effort = problem, limit, room, effort
        self.values, self.points = in_one_number(problem), points_of(problem)
        self.near = [min(of, key=short.__getitem__) for of, short in zip(problem.allowed, limit.short, strict=True)]
        self.near[problem.candidates :] = [of[-1] for of in problem.allowed[problem.candidates :]]
        self.rows = range(len(problem.at_most))

    def best(self) -> Chosen | None:
        """The best choice; None if there is none so near to the bound. Raises TooManyToCompare."""
        numbers = sorted(range(self.problem.candidates), key=lambda number: -sorted(self.limit.short[number].values())[1])
        return self._fitted(self._half(numbers[::2], self.problem.used(tuple(self.near))), self._half(numbers[1::2], (0,) * len(self.rows)))

    def _half(self, numbers: Sequence[int], uses: Sequence[int]) -> list[Part]:
        """Every choice for these groups that falls short by no more than there is room; of those that use the rows alike, the best."""
        found = {tuple(uses): Part(tuple(uses), 0, 0, None)}
        for number in numbers:
            so_far = list(found.values())
            for option, more, brings, change in self._changes(number):
                for uses, value, lost, trail in so_far:
                    if lost + more <= self.room:
                        after = tuple(map(add, uses, change))
                        known = found.get(after)
                        if known is None or value + brings > known.value:
                            found[after] = Part(after, value + brings, lost + more, (trail, number, option))
            self.effort.look(len(found) - len(so_far))
        return list(found.values())

    def _changes(self, number: int) -> Iterator[tuple[int, int, int, list[int]]]:
        """The other options of a group: what each falls short of by, and what it changes in value and uses."""
        options, values, near = self.problem.groups[number], self.values[number], self.near[number]
        for option in self.problem.allowed[number]:
            if option != near:
                now, then = options[near].uses, options[option].uses
                change = [then.get(row, 0) - now.get(row, 0) for row in self.rows]
                yield option, self.limit.short[number][option], values[option] - values[near], change

    def _fitted(self, one: Sequence[Part], other: Sequence[Part]) -> Chosen | None:
        """The best choice of those that two halves make together.

        Of the dearest row, a choice leaves no more than what it may still fall short of is worth: that leaves few of the other half to
        look at.
        """
        prices, at_most = self.limit.prices, self.problem.at_most
        row = max(self.rows, key=lambda row: prices[row] * _spread(other, row), default=None)
        fitted, most = None, -inf
        shelves = list(_shelves(other, row))
        for uses, _value, lost, trail in one:
            price, rest = (0, 0) if row is None else (prices[row], at_most[row] - uses[row])
            for least, used, parts in shelves:
                free = self.room - lost - least
                if free < 0:
                    break
                places = range(bisect_left(used, rest - free // price) if price else 0, bisect_right(used, rest))
                self.effort.look(len(places))
                for place in places:
                    part = parts[place]
                    if part.lost - least + price * (rest - used[place]) <= free and all(map(le, map(add, uses, part.uses), at_most)):
                        chosen = self._whole((trail, part.trail))
                        if self._is_near(chosen) and (brings := value_of(self.values, chosen)) > most:
                            fitted, most = chosen, brings
        return fitted

    def _is_near(self, chosen: Chosen) -> bool:
        """Does it fall short by no more than there is room?"""
        return self.limit.most - value_of(self.points, chosen) * self.limit.parts <= self.room

    def _whole(self, trails: Sequence[Trail]) -> Chosen:
        """The choice with these changes; of what counts others, the first option that keeps the rows."""
        taken = list(self.near)
        for trail in trails:
            while trail is not None:
                trail, number, option = trail
                taken[number] = option
        used = self.problem.used(tuple(taken))
        for number in range(self.problem.candidates, len(taken)):
            for option in self.problem.allowed[number]:
                uses = self.problem.groups[number][option].uses
                if all(used[row] + use <= self.problem.at_most[row] for row, use in uses.items()):
                    taken[number] = option
                    break
        return tuple(taken)


def _shelves(parts: Sequence[Part], row: int | None) -> Iterator[tuple[int, list[int], list[Part]]]:
    """Those that fall short of alike together, the least first, each shelf by what it uses of a row."""
    ordered, size = sorted(parts, key=lambda part: part.lost), SHELF
    for first in range(0, len(ordered), size):
        shelf = sorted(ordered[first : first + size], key=lambda part: part.uses[row] if row is not None else 0)
        yield ordered[first].lost, [part.uses[row] if row is not None else 0 for part in shelf], shelf


def _spread(parts: Sequence[Part], row: int) -> int:
    uses = [part.uses[row] for part in parts]
    return max(uses) - min(uses)
