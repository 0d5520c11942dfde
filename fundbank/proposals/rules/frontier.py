"""How many points so much money can bring: the efficient frontier."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf
from typing import NamedTuple

from fundbank.kit.money import round_half_up
from fundbank.proposals.rules.candidates import Candidate, Limits
from fundbank.proposals.rules.choosing import NeedsSolver, NoAnswer, Proposal, no_end, one_of_the_best, with_more
from fundbank.proposals.rules.search import Left

SUMS = 20


class Point(NamedTuple):
    """A sum of money in øre, and the most points that it can bring: exactly."""

    ore: int
    points: int


@dataclass(frozen=True)
class Frontier:
    """The curve as far as it was asked for: where it rises, and whether every sum that it could rise at was asked about."""

    points: Sequence[Point]
    is_whole: bool


def frontier(candidates: Sequence[Candidate], limits: Limits, found: Proposal | None = None, *, left: Left = no_end) -> Frontier:
    """The most points for up to ``SUMS`` sums, evenly apart, from no money to all that is asked for, and for what ``found`` costs.

    It asks first where the curve rises most, as long as ``left`` seconds are left, and takes no more than half of them for one sum. Of a
    sum between two that bring equally much nothing need be asked. The other rules stay as they are; money that the pool does not have is
    taken to be there from today on. Sums that allow no set are left out. Raises NeedsSolver.
    """
    all_ore = sum(one.asked_ore for one in candidates)
    known: dict[int, int] = {}
    unknown: set[int] = set()
    near = found.ore * SUMS // all_ore if found and all_ore else SUMS // 2
    sums = list(dict.fromkeys((0, near, SUMS)))
    while sums and left() > 0:
        number = sums.pop(0)
        try:
            known[number] = _points(candidates, limits, all_ore * number // SUMS, left)
        except NeedsSolver:
            raise
        except NoAnswer:
            unknown.add(number)
        sums = sums or _widest(known, unknown)
    points = {all_ore * number // SUMS: most for number, most in known.items() if most >= 0}
    if found is not None:
        points[found.ore] = found.points
    return Frontier(_rising(points), is_whole=not sums and not unknown)


def _points(candidates: Sequence[Candidate], limits: Limits, money_ore: int, left: Left) -> int:
    """The most points for a sum; -1 if it allows no set. It takes no more than half of the time."""
    more_ore, half = money_ore - limits.money_ore, left() / 2
    of_sum = with_more(limits, more_ore) if more_ore > 0 else replace(limits, money_ore=money_ore)
    found = one_of_the_best(candidates, of_sum, lambda: left() - half if half < inf else inf)
    return -1 if found is None else found.points


def _widest(known: dict[int, int], unknown: set[int]) -> list[int]:
    """The middle of the step that rises most, of those that can be halved."""
    numbers = sorted(known)
    steps = [
        (known[last] - known[first], (first + last) // 2) for first, last in zip(numbers, numbers[1:], strict=False) if last - first > 1
    ]
    rise, middle = max((step for step in steps if step[1] not in unknown), default=(0, 0))
    return [middle] if rise > 0 else []


def _rising(points: dict[int, int]) -> list[Point]:
    """The sums at which the curve rises."""
    kept: list[Point] = []
    for ore, most in sorted(points.items()):
        if not kept or most > kept[-1].points:
            kept.append(Point(ore, most))
    return kept


def points_per_million(ore: int, points: int) -> int | None:
    """What a million kroner bring, in hundredths of a point; None of no money."""
    return round_half_up(Fraction(points * 100_000_000, ore)) if ore else None
