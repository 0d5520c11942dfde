"""The exact search that needs nothing but Python: branch, merge and bound, for as many candidates as an ordinary meeting has.

Group after group, every choice so far is carried on with each option of the next. Of two that use the rows alike, the better stays; one
that can no longer keep a row, or be as good as a choice in hand, goes. The order of the numbers is part of the value, so that one choice is
best.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from typing import NamedTuple

from fundbank.proposals.rules.bounds import Bound, Values, bound, prices_of, value_of
from fundbank.proposals.rules.problem import Chosen, Problem, core_of

WIDTHS = (60, 2_000, 60_000)  # choices carried side by side: a narrow search has a good one in hand soon, which makes the next one short
SPENT = -(10**40)  # what a row is taken to use that can't be used up any more

Trail = tuple["Trail", int, int] | None
Left = Callable[[], float]  # how many seconds an answer may still take


class Carried(NamedTuple):
    """A choice for the groups so far: what it brings, what it falls short of the bound by, and the options taken, the last first."""

    value: int
    lost: int
    trail: Trail


class TooManyToCompare(Exception):
    """So many choices are nearly alike that this search does not end."""


class Effort:
    """How many choices of some groups, and pairs of them, are looked at in all: what takes more is left to the solver."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def look(self, many: int) -> None:
        """Raises TooManyToCompare when that was too much."""
        self.looks -= many
        if self.looks < 0:
            raise TooManyToCompare


def best(problem: Problem, widths: Sequence[int] = WIDTHS, left: Left = lambda: inf) -> Chosen | None:
    """The best choice: most points, then most of the second aim, then the lowest numbers; None if no choice keeps the rows.

    ``widths`` say how many choices are carried side by side, try by try, ``left`` how many seconds there still are.
    Raises TooManyToCompare.
    """
    found: Chosen | None = None
    for width in widths:
        core, numbers, _rows = core_of(problem)
        core = ranked(core)
        values = in_one_number(core)
        limit = bound(core, values, prices_of(core, values))
        in_hand = None if found is None else tuple(found[number] for number in numbers)
        if in_hand is not None:
            core = limit.can_reach(core, value_of(values, in_hand))
        of_core, is_whole = _carry(core, values, limit, in_hand, width, left)
        taken, allowed = [options[0] for options in problem.allowed], list(problem.allowed)
        for number, options, option in zip(numbers, core.allowed, of_core or in_hand or (), strict=False):
            taken[number], allowed[number] = option, options
        if of_core is not None:
            found, problem = tuple(taken), replace(problem, allowed=allowed)
        if is_whole:
            return found
    raise TooManyToCompare


def ranked(problem: Problem) -> Problem:
    """The same with the order of the numbers below the second aim, in one whole number: no two choices of candidates are equal in it."""
    free = [number for number in problem.free if number < problem.candidates]
    base = max((len(options) for options in problem.groups), default=1)
    place = {number: base ** (len(free) - 1 - order) for order, number in enumerate(free)}
    numbers = base ** len(free)
    groups = [
        [
            option._replace(aim=option.aim * numbers + (len(options) - 1 - order) * place.get(number, 0))
            for order, option in enumerate(options)
        ]
        for number, options in enumerate(problem.groups)
    ]
    return replace(problem, groups=groups)


def in_one_number(problem: Problem) -> Values:
    """The points and the second aim as one whole number for each option, in which no sum of the aim can turn round that of the points."""
    aims = 2 * sum(max(abs(option.aim) for option in options) for options in problem.groups) + 1
    return [[option.points * aims + option.aim for option in options] for options in problem.groups]


def _carry(
    problem: Problem, values: Values, of_prices: Bound, in_hand: Chosen | None, width: int, left: Left
) -> tuple[Chosen | None, bool]:  # fmt: skip
    """The best choice among those carried, at most ``width`` side by side, and whether none was left out for that.

    What falls short of the bound by more than the choice in hand does is dropped.
    """
    if not problem.groups and min(problem.at_most, default=0) < 0:
        return None, True
    room = None if in_hand is None else of_prices.most - value_of(values, in_hand) * of_prices.parts
    order = sorted(range(len(problem.groups)), key=lambda number: _urgency(problem, of_prices, number))
    least, most = _still_to_come(problem, order)
    carried: dict[tuple[int, ...], Carried] = {(0,) * len(problem.at_most): Carried(0, 0, None)}
    is_whole = True
    for step, number in enumerate(order):
        if left() <= 0:
            raise TooManyToCompare
        options, group, short = problem.allowed[number], problem.groups[number], of_prices.short[number]
        rows = sorted({row for option in options for row in group[option].uses}) if step else range(len(problem.at_most))
        following: dict[tuple[int, ...], Carried] = {}
        for used, (value, lost, trail) in carried.items():
            for option in options:
                now = lost + short[option]
                if room is not None and now > room:
                    continue
                uses, after = group[option].uses, list(used)
                for row in rows:
                    after[row] += uses.get(row, 0)
                    if after[row] + least[step][row] > problem.at_most[row]:
                        break
                    if after[row] + most[step][row] <= problem.at_most[row]:
                        after[row] = SPENT
                else:
                    key, brings = tuple(after), value + values[number][option]
                    known = following.get(key)
                    if known is None or brings > known.value:
                        following[key] = Carried(brings, now, (trail, number, option))
        if len(following) > width:
            is_whole = False
            following = dict(sorted(following.items(), key=lambda one: one[1].lost)[:width])
        carried = following
    end = max(carried.values(), key=lambda one: one.value, default=None)
    return (None if end is None else _choice(end.trail, len(problem.groups))), is_whole


def _urgency(problem: Problem, of_prices: Bound, number: int) -> tuple[bool, int]:
    """What is all but certain comes first, so that few choices are carried far; what counts others comes after them."""
    short = of_prices.short[number]
    others = sorted(short[option] for option in problem.allowed[number])[1:]
    return number >= problem.candidates, -others[0] if others else -(10**100)


def _still_to_come(problem: Problem, order: Sequence[int]) -> tuple[list[list[int]], list[list[int]]]:
    """For each step, the least and the most that the groups after it use of each row."""
    least, most = [[0] * len(problem.at_most)], [[0] * len(problem.at_most)]
    for number in reversed(order[1:]):
        uses = [problem.groups[number][option].uses for option in problem.allowed[number]]
        for sums, pick in ((least, min), (most, max)):
            sums.append([of + pick((use.get(row, 0) for use in uses), default=0) for row, of in enumerate(sums[-1])])
    return least[::-1], most[::-1]


def _choice(trail: Trail, groups: int) -> Chosen:
    taken = [0] * groups
    while trail is not None:
        trail, number, option = trail
        taken[number] = option
    return tuple(taken)
