"""The exact search for very many candidates of which few leave a real choice: near the bound, half by half.

Prices say what each option falls short of the bound by. A choice that brings nearly what the bound says holds only options that fall short
of little, and leaves little of what has a price: so of thousands of candidates some dozens are left to compare. They are split into two
halves, every choice within each half that falls short of little is made, and two fit together where they use up nearly all of the dearest
row. The first step in which a choice is found holds every choice as good.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, inf
from operator import itemgetter

from fundbank.proposals.rules.bounds import Bound, bound, value_of
from fundbank.proposals.rules.problem import Chosen, Problem, core_of
from fundbank.proposals.rules.search import Effort, Left, TooManyToCompare, Trail, in_one_number, ranked

FIRST, STEP = 12, 4  # groups that leave a choice at first, and how many more step by step
WIDE, NEAREST = 60, 20  # of more groups than that, a choice is looked for among so many before all are compared
SHELF = 512  # choices within a half that are looked at together


Part = tuple[int, int, int, Trail]
"""A choice within a half: what it uses of the rows, what it brings in all aims, what it falls short of by, and the options taken."""


class ManyAsGood(TooManyToCompare):
    """No choice brings more points than ``one``, but very many may bring as many."""

    def __init__(self, one: Chosen) -> None:
        super().__init__()
        self.one = one


def best(problem: Problem, prices: Sequence[Fraction], known: int | None, effort: Effort, left: Left = lambda: inf) -> Chosen | None:
    """The best choice: most points, then most of the second aim, then the lowest numbers; None if no choice keeps the rows.

    ``prices`` make the bound, ``known`` are points that a choice is known to bring. Raises TooManyToCompare.
    """
    limit, before = bound(problem, points_of(problem), prices), -1
    part = _part(problem) * limit.parts
    for room in _rooms(problem, limit, part, known):
        if left() <= 0:
            raise TooManyToCompare
        within = limit.within(problem, room)
        if room - before <= part and len(within.free) > WIDE:
            one = _within(_nearest(within, limit), prices, limit.most - room, effort)
            if one is not None:
                raise ManyAsGood(one)
        found = _within(within, prices, limit.most - room, effort)
        if found is not None:
            return found
        before = room
    return None


def points_of(problem: Problem) -> list[list[int]]:
    """What is to be as large as possible before anything else."""
    return [[option.points for option in options] for options in problem.groups]


def _part(problem: Problem) -> int:
    """What all points share (of coarse levels they do): a choice brings no sum in between."""
    points = [[options[option].points for option in of] for options, of in zip(problem.groups, problem.allowed, strict=True)]
    return gcd(*(one - of[0] for of in points for one in of)) or 1


def _rooms(problem: Problem, limit: Bound, part: int, known: int | None) -> Iterator[int]:
    """How far below the bound a choice is looked for, step by step: with so many groups more that leave a choice, until none is left out.

    A step ends at a sum that a choice can bring.
    """
    least = sum(min(options[option].points for option in of) for options, of in zip(problem.groups, problem.allowed, strict=True))
    whole = limit.most - (least if known is None else known) * limit.parts
    if whole < 0:
        return
    choices = [sorted(of.values())[1:] for of in limit.short[: problem.candidates] if len(of) > 1]
    shorts = sorted(short for of in choices for short in of)
    first = (limit.most - least * limit.parts) % part
    last = -1
    for room in shorts[FIRST :: STEP - 1 + len(shorts) // max(len(choices), 1)]:
        ends = first + (room - first) // part * part
        if last < ends < whole and ends >= 0:
            last = ends
            yield ends
    yield whole


def _nearest(problem: Problem, limit: Bound) -> Problem:
    """The problem with a choice for those groups only that fall short of least."""
    free = [number for number in problem.free if number < problem.candidates]
    nearest = set(sorted(free, key=lambda number: sorted(limit.short[number].values())[1])[:NEAREST])
    allowed = [
        options if number in nearest or number >= problem.candidates else [min(options, key=limit.short[number].__getitem__)]
        for number, options in enumerate(problem.allowed)
    ]
    return replace(problem, allowed=allowed)


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
    """What leaves a choice, and how far below the bound one is looked for: as changes of the options that fall short of nothing.

    What a choice uses of the rows beyond their limits is kept in one whole number, ``width`` bits a row, the dearest row in the first
    ones: so two halves are put together, and held against all rows, at once.
    """

    def __init__(self, problem: Problem, limit: Bound, room: int, effort: Effort) -> None:
        self.problem, self.limit, self.room, self.effort = problem, limit, room, effort
        self.values, self.points = in_one_number(ranked(problem)), points_of(problem)
        self.near = [min(of, key=short.__getitem__) for of, short in zip(problem.allowed, limit.short, strict=True)]
        self.near[problem.candidates :] = [of[-1] for of in problem.allowed[problem.candidates :]]
        most = [0] * len(problem.at_most)
        for options in problem.groups:
            for row in {row for option in options for row in option.uses}:
                most[row] += max(abs(option.uses.get(row, 0)) for option in options)
        self.width = max((use + abs(of) for use, of in zip(most, problem.at_most, strict=True)), default=0).bit_length() + 1
        self.order = sorted(range(len(most)), key=lambda row: limit.prices[row] * most[row])
        self.signs = sum(1 << (self.width * place + self.width - 1) for place in range(len(most)))

    def best(self) -> Chosen | None:
        """The best choice; None if there is none so near to the bound. Raises TooManyToCompare."""
        numbers = sorted(range(self.problem.candidates), key=lambda number: -sorted(self.limit.short[number].values())[1])
        begun = self._packed(dict(enumerate(self.problem.used(tuple(self.near))))) - self._packed(dict(enumerate(self.problem.at_most)))
        return self._fitted(self._half(numbers[::2], begun), self._half(numbers[1::2], 0))

    def _packed(self, uses: Mapping[int, int]) -> int:
        return sum(uses.get(row, 0) << (self.width * place) for place, row in enumerate(self.order))

    def _of_dearest(self, packed: int) -> int:
        """What of the dearest row is used."""
        first = self.width * (len(self.order) - 1)
        return ((packed + self.signs) >> first) - (1 << (self.width - 1)) if self.order else 0

    def _half(self, numbers: Sequence[int], begun: int) -> list[Part]:
        """Every choice for these groups that falls short by no more than there is room; of those that use the rows alike, the best."""
        found: dict[int, Part] = {begun: (begun, 0, 0, None)}
        for number in numbers:
            so_far = list(found.values())
            for option, more, brings, change in self._changes(number):
                room = self.room - more
                for uses, value, lost, trail in [part for part in so_far if part[2] <= room]:
                    after = uses + change
                    known = found.get(after)
                    if known is None or value + brings > known[1]:
                        found[after] = (after, value + brings, lost + more, (trail, number, option))
            self.effort.look(len(found) - len(so_far))
        return list(found.values())

    def _changes(self, number: int) -> Iterator[tuple[int, int, int, int]]:
        """The other options of a group: what each falls short of by, and what it changes in value and uses."""
        options, values, near = self.problem.groups[number], self.values[number], self.near[number]
        for option in self.problem.allowed[number]:
            if option != near:
                change = self._packed(options[option].uses) - self._packed(options[near].uses)
                yield option, self.limit.short[number][option], values[option] - values[near], change

    def _fitted(self, one: Sequence[Part], other: Sequence[Part]) -> Chosen | None:
        """The best choice of those that two halves make together.

        Of the dearest row, a choice leaves no more than what it may still fall short of is worth: that leaves few of the other half to
        look at.
        """
        price, signs = self.limit.prices[self.order[-1]] if self.order else 0, self.signs
        fitted, most = None, -inf
        shelves = list(self._shelves(other))
        for uses, _value, lost, trail in one:
            rest = -self._of_dearest(uses)
            for least, used, parts in shelves:
                free = self.room - lost - least
                if free < 0:
                    break
                first, last = bisect_left(used, rest - free // price) if price else 0, bisect_right(used, rest)
                self.effort.look((last - first) // 8)
                for more, _brings, _lost, changes in parts[first:last]:
                    if (signs - uses - more) & signs == signs:
                        chosen = self._whole((trail, changes))
                        if self._is_near(chosen) and (brings := value_of(self.values, chosen)) > most:
                            fitted, most = chosen, brings
        return fitted

    def _shelves(self, parts: Sequence[Part]) -> Iterator[tuple[int, list[int], list[Part]]]:
        """Those that fall short of alike together, the least first, each shelf by what it uses of the dearest row."""
        ordered = sorted(parts, key=itemgetter(2))
        for first in range(0, len(ordered), SHELF):
            shelf = sorted(ordered[first : first + SHELF], key=itemgetter(0))  # the dearest row stands first in it
            yield ordered[first][2], [self._of_dearest(part[0]) for part in shelf], shelf

    def _is_near(self, chosen: Chosen) -> bool:
        """Does it fall short by no more than there is room?"""
        return self.limit.most - value_of(self.points, chosen) * self.limit.parts <= self.room

    def _whole(self, trails: Sequence[Trail]) -> Chosen:
        """The choice with these changes; of what counts others, the first option that keeps the rows."""
        taken, counting = list(self.near), range(self.problem.candidates, len(self.near))
        for trail in trails:
            while trail is not None:
                trail, number, option = trail
                taken[number] = option
        used = self.problem.used(tuple(taken)) if counting else []
        for number in counting:
            for option in self.problem.allowed[number]:
                uses = self.problem.groups[number][option].uses
                if all(used[row] + use <= self.problem.at_most[row] for row, use in uses.items()):
                    taken[number] = option
                    break
        return tuple(taken)
