"""Candidates with a row of their own, such as a department's least share, taken together: each set of them is one option of a group.

What a set leaves of its row costs the row's price, so few sets of a department are near the bound, though very many choices of a few
candidates from each department are. And the other rows can be priced closer by whole sets than by candidates that are taken in part.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf
from operator import itemgetter
from statistics import median_low
from typing import NamedTuple

from fundbank.proposals.rules import halves
from fundbank.proposals.rules.bounds import FINENESS, Bound, Values, bound
from fundbank.proposals.rules.halves import points_of
from fundbank.proposals.rules.problem import Chosen, Option, Problem
from fundbank.proposals.rules.search import Effort, Left, TooManyToCompare, Trail, ranked

MANY = (12, 12, 24, 48, 96, 192)  # sets of a block, try by try; the first are there for their prices only
LOOKS = 500_000  # what is looked at before the solver is asked
FEWEST = 4  # blocks: the halves of fewer hold whole blocks
FIRST = 4  # groups of a block that leave a choice at first
HALVED = 8  # times that prices are taken back halfway
COARSE = FINENESS // 1_000  # a thousandth of a hundredth of a point
NO_LIMIT = 10**18

Prices = Sequence[Fraction]
Priced = Callable[[Problem, Values], Prices | None]  # the rows' prices where options can be taken in part; None if even so none can be kept
Taken = Mapping[int, int]  # the options taken, by group


class Block(NamedTuple):
    """A row, and the groups that use it."""

    row: int
    numbers: Sequence[int]


class Change(NamedTuple):
    """Another option of a group: what it falls short by, and what it uses more of the block's row."""

    short: int
    use: int
    option: int | None


KEPT = Change(0, 0, None)


def best(
    problem: Problem, prices: Prices, priced: Priced, blocks: Sequence[Block], left: Left = lambda: inf
) -> Chosen | None:  # fmt: skip
    """The best choice, found among sets of the blocks; None if no choice keeps the rows. Raises TooManyToCompare, ManyAsGood.

    Each time there are more sets, and ``prices`` by those of the time before. A choice that brings what every set within reach could is
    the best of all.
    """
    effort, points = Effort(LOOKS), points_of(problem)
    limit = bound(problem, points, prices)
    for turn, many in enumerate(MANY):
        if left() <= 0:
            raise TooManyToCompare
        sets = [Sets(problem, limit, block, effort, many) for block in blocks]
        if not all(of.parts for of in sets):
            return None
        is_whole = all(of.is_whole for of in sets)
        joined = _near(problem, limit, sets) if turn and not is_whole else _joined(ranked(problem) if is_whole else problem, sets)
        of_sets = priced(joined.problem, points_of(joined.problem))
        if of_sets is not None and (turn or is_whole):
            try:
                found = halves.best(joined.problem, of_sets, joined.least, effort, left)
            except halves.ManyAsGood as many_as_good:
                raise halves.ManyAsGood(joined.apart(many_as_good.one)) from many_as_good
            if found is not None:
                return joined.apart(found)
        if is_whole:
            return None
        if of_sets is not None:
            prices, limit = _anew(problem, blocks, priced, (prices, limit, sum(of.least for of in sets)), of_sets)
    raise TooManyToCompare


def blocks_of(problem: Problem, prices: Prices) -> list[Block]:
    """Rows that only ask for something, each of a few groups of its own; none if none of them has a price."""
    users: list[list[int]] = [[] for _row in prices]
    for number, options in enumerate(problem.groups):
        for row in {row for option in problem.allowed[number] for row in options[option].uses}:
            users[row].append(number)
    found, within = list[Block](), set[int]()
    for row, numbers in enumerate(users):
        asks = all(problem.groups[number][option].uses.get(row, 0) <= 0 for number in numbers for option in problem.allowed[number])
        if asks and 2 < len(numbers) <= problem.candidates // FEWEST and within.isdisjoint(numbers):
            found.append(Block(row, numbers))
            within.update(numbers)
    return found if any(prices[block.row] for block in found) else []


def _anew(
    problem: Problem, blocks: Sequence[Block], priced: Priced, before: tuple[Prices, Bound, int], of_sets: Prices
) -> tuple[Prices, Bound]:  # fmt: skip
    """The prices that the other rows have for sets, with those of the blocks' own rows to them, and the bound that they make.

    Of few sets the prices can be wild: as long as the bound gets looser by more than the sets made it closer, they go back halfway.
    """
    prices, limit, closer = before
    own = {block.row for block in blocks}
    others = [Fraction(0) if row in own else price for row, price in enumerate(of_sets)]
    short = bound(problem, points_of(problem), others).short
    values = [[-of.get(option, 0) // COARSE for option in range(len(options))] for of, options in zip(short, problem.groups, strict=True)]
    only = replace(problem, at_most=[most if row in own else NO_LIMIT for row, most in enumerate(problem.at_most)])
    of_blocks = priced(only, values)
    if of_blocks is None:
        return prices, limit
    fresh: Prices = [of_blocks[row] * COARSE / FINENESS if row in own else price for row, price in enumerate(others)]
    for _time in range(HALVED):
        after = bound(problem, points_of(problem), fresh)
        if after.most <= limit.most + closer:
            return fresh, after
        fresh = [(old + new) / 2 for old, new in zip(prices, fresh, strict=True)]
    return prices, limit


@dataclass(frozen=True)
class Joined:
    """The problem with a group for each block, after them those that are in none.

    ``taken`` says what each option stands for; each choice that brings ``least`` points, or each at all, is one of these options.
    """

    problem: Problem
    taken: Sequence[Sequence[Taken]]
    least: int | None = None

    def apart(self, chosen: Chosen) -> Chosen:
        """The choice that a choice of sets stands for."""
        whole = {number: option for of, taken in zip(chosen, self.taken, strict=True) for number, option in taken[of].items()}
        return tuple(whole[number] for number in sorted(whole))


def _near(problem: Problem, limit: Bound, sets: Sequence["Sets"]) -> Joined:
    """Each block's sets as far beyond its nearest as the block in the middle has them, and as near options of the other groups."""
    more = median_low(of.room - of.least for of in sets)
    for of in sets:
        of.reach(of.least + more)
    rooms = {number: of.room for of in sets for number in of.near}
    allowed = [
        [option for option in options if short[option] <= rooms.get(number, more)]
        for number, (options, short) in enumerate(zip(problem.allowed, limit.short, strict=True))
    ]
    joined = _joined(ranked(replace(problem, allowed=allowed)), sets)
    return replace(joined, least=-((sum(of.least for of in sets) + more - limit.most) // limit.parts))


def _joined(problem: Problem, sets: Sequence["Sets"]) -> Joined:
    within = {number for of in sets for number in of.near}
    others = [number for number in range(len(problem.groups)) if number not in within]
    options = [of.options(problem) for of in sets]
    options += [[(problem.groups[number][option], {number: option}) for option in problem.allowed[number]] for number in others]
    groups = [[option for option, _taken in of] for of in options]
    counting, own = len(problem.groups) - problem.candidates, {of.row for of in sets}
    at_most = [0 if row in own else most for row, most in enumerate(problem.at_most)]
    joined = Problem(groups, [range(len(of)) for of in groups], at_most, len(groups) - counting)
    return Joined(joined, [[taken for _option, taken in of] for of in options])


class Sets:
    """The sets of a block that are near to the bound, as changes of the options that fall short of nothing.

    ``parts`` are what each falls short by, with what it leaves of the row, and the options changed: the nearest first, all within ``room``.
    """

    def __init__(self, problem: Problem, limit: Bound, block: Block, effort: Effort, many: int) -> None:
        """Some ``many`` of them, or all that there are. Raises TooManyToCompare."""
        self.row, self.price, self.effort = block.row, limit.prices[block.row], effort
        self.near = {number: min(problem.allowed[number], key=limit.short[number].__getitem__) for number in block.numbers}
        self.over, self.changes = -problem.at_most[self.row], list[tuple[int, list[Change]]]()
        for number, near in self.near.items():
            group, short = problem.groups[number], limit.short[number]
            use = group[near].uses.get(self.row, 0)
            self.over += use
            changes = [
                Change(short[option], group[option].uses.get(self.row, 0) - use, option)
                for option in problem.allowed[number]
                if option != near
            ]
            if changes:
                self.changes.append((number, sorted(changes)))
        self.changes.sort(key=lambda one: one[1][0].short)
        least = self.over + sum(min(0, *(change.use for change in changes), 0) for _number, changes in self.changes)
        self.whole = sum(changes[-1].short for _number, changes in self.changes) + self.price * max(-least, 0)
        self.reach(min([self.whole, *(changes[0].short for _number, changes in self.changes[FIRST:])]))
        while len(self.parts) < many and not self.is_whole:
            self.reach(min(self.room * 3 // 2 + 1, self.whole))

    @property
    def is_whole(self) -> bool:
        """Are these all that keep the row?"""
        return self.room >= self.whole

    @property
    def least(self) -> int:
        """What the nearest falls short by."""
        return self.parts[0][0]

    def reach(self, room: int) -> None:
        """Those that fall short by no more than ``room``. Raises TooManyToCompare."""
        self.room, price = room, self.price
        changing = [(number, changes) for number, changes in self.changes if changes[0].short <= room]
        still = [(0, 0)]  # the least and the most that the groups to come change the row by
        for _number, changes in reversed(changing):
            moves = [0, *(change.use for change in changes)]
            still.append((still[-1][0] + min(moves), still[-1][1] + max(moves)))
        parts: list[tuple[int, int, Trail]] = [(0, self.over, None)]
        for (number, changes), (least, most) in zip(changing, still[-2::-1], strict=True):
            following = []
            for lost, over, trail in parts:
                for short, use, option in (KEPT, *changes):
                    then, now = lost + short, over + use
                    if now + least <= 0 and then + price * max(-now - most, 0) <= room:
                        following.append((then, now, trail if option is None else (trail, number, option)))
            parts = following
            self.effort.look(len(parts) // 4)
        ended = [(lost - price * over, trail) for lost, over, trail in parts if over <= 0 and lost - price * over <= room]
        self.parts = sorted(ended, key=itemgetter(0))

    def options(self, problem: Problem) -> list[tuple[Option, Taken]]:
        """The sets as options of one group, without the row; of those that use the other rows alike, the best."""
        found: dict[tuple[tuple[int, int], ...], tuple[Option, Taken]] = {}
        near = _sum(problem.groups[number][option] for number, option in self.near.items())
        for _lost, trail in self.parts:
            taken, uses, points, aim = dict(self.near), dict(near.uses), near.points, near.aim
            while trail is not None:
                trail, number, option = trail
                now, then = problem.groups[number][taken[number]], problem.groups[number][option]
                for row in {*now.uses, *then.uses}:
                    uses[row] = uses.get(row, 0) + then.uses.get(row, 0) - now.uses.get(row, 0)
                points, aim, taken[number] = points + then.points - now.points, aim + then.aim - now.aim, option
            key = tuple(sorted((row, use) for row, use in uses.items() if use and row != self.row))
            if key not in found or (points, aim) > found[key][0][:2]:
                found[key] = Option(points, aim, dict(key)), taken
        return list(found.values())


def _sum(options: Iterable[Option]) -> Option:
    points, aim, uses = 0, 0, dict[int, int]()
    for option in options:
        points, aim = points + option.points, aim + option.aim
        for row, use in option.uses.items():
            uses[row] = uses.get(row, 0) + use
    return Option(points, aim, uses)
