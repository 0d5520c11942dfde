"""How many points so much money can bring: the efficient frontier."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from fundbank.kit.money import round_half_up
from fundbank.proposals.rules.candidates import Aim, Candidate, Limits
from fundbank.proposals.rules.choosing import propose, with_more

POINTS = 20


class Point(NamedTuple):
    """The best set for a sum of money: what it costs in øre, its points and how many it funds."""

    ore: int
    points: int
    funded: int


def frontier(candidates: Sequence[Candidate], limits: Limits, most: int = POINTS) -> list[Point]:
    """Up to ``most`` points, from little money to all that is asked for; the least money for each. The other rules stay as they are.

    Money that the pool does not have is taken to be there from today on. Sums that allow no set, or no better one, are left out. Raises
    NoAnswer.
    """
    all_ore, found = sum(one.asked_ore for one in candidates), list[Point]()
    for number in range(1, most + 1):
        money_ore = all_ore * number // most
        within = with_more(limits, money_ore - limits.money_ore) if money_ore > limits.money_ore else replace(limits, money_ore=money_ore)
        best = propose(candidates, within, Aim.LEAST_MONEY)
        if best is not None and (not found or best.points > found[-1].points):
            found.append(Point(best.ore, best.points, len(best.chosen)))
    return found


def points_per_million(ore: int, points: int) -> int | None:
    """What a million kroner bring, in hundredths of a point; None of no money."""
    return round_half_up(Fraction(points * 100_000_000, ore)) if ore else None
