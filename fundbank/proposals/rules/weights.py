"""What other weights of the criteria would do: a question, never stored (domain.md §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product

from fundbank.kit.money import round_half_up
from fundbank.proposals.rules.candidates import Aim, Candidate, Limits
from fundbank.proposals.rules.choosing import propose

HALF = Fraction(1, 2)

Weights = Mapping[str, Fraction]
Scores = Mapping[int, Mapping[str, Fraction]]  # points from 0 to 100 by candidate and criterion


class NoWeights(Exception):
    """Every weight is 0, so nothing counts."""


@dataclass(frozen=True)
class Stability:
    """Of how many settings of the weights each candidate is funded in, by its id."""

    settings: int
    funded: Mapping[int, int]


def total(scores: Mapping[str, Fraction], weights: Weights) -> int:
    """The weighted mean of the criteria, in hundredths of a point, halves up. Raises NoWeights."""
    whole = sum(weights.values(), Fraction(0))
    if whole <= 0:
        raise NoWeights
    return round_half_up(100 * sum((weights[code] * scores.get(code, Fraction(0)) for code in weights), Fraction(0)) / whole)


def weighted(candidates: Sequence[Candidate], scores: Scores, weights: Weights) -> list[Candidate]:
    """The candidates with the points that they have under these weights; one without scores has none. Raises NoWeights."""
    return [replace(one, points=total(scores.get(one.id, {}), weights)) for one in candidates]


def settings(weights: Weights) -> list[Weights]:
    """The settings that stand for all weights within half as much and half as much again.

    Each weight at either end, in every combination; each alone at either end, the others as they are; and the weights themselves. Those
    that come to the same shares count once: 41 of five equal weights.
    """
    ends = [1 - HALF, 1 + HALF]
    steps = [*product(ends, repeat=len(weights)), (Fraction(1),) * len(weights)]
    steps += [tuple(end if other == one else Fraction(1) for other in range(len(weights))) for one in range(len(weights)) for end in ends]
    found: dict[tuple[Fraction, ...], Weights] = {}
    for step in steps:
        moved = {code: weight * by for (code, weight), by in zip(weights.items(), step, strict=True)}
        whole = sum(moved.values(), Fraction(0))
        if whole <= 0:
            raise NoWeights
        found.setdefault(tuple(weight / whole for weight in moved.values()), moved)
    return list(found.values())


def stability(candidates: Sequence[Candidate], scores: Scores, limits: Limits, aim: Aim, weights: Weights) -> Stability:
    """How often each candidate is funded over the settings of the weights. Raises NoWeights, NoAnswer."""
    funded, moved = dict.fromkeys((one.id for one in candidates), 0), settings(weights)
    for setting in moved:
        best = propose(weighted(candidates, scores, setting), limits, aim)
        for id_ in best.chosen if best is not None else ():
            funded[id_] += 1
    return Stability(len(moved), funded)
