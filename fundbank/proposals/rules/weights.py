"""What other weights of the criteria would do: a question, never stored (domain.md §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import lcm

from fundbank.kit.money import round_half_up
from fundbank.proposals.rules.candidates import Aim, Candidate, Limits
from fundbank.proposals.rules.choosing import NeedsSolver, NoAnswer, Proposal, in_order, no_end, propose
from fundbank.proposals.rules.problem import problem_of
from fundbank.proposals.rules.search import Left

HALF = Fraction(1, 2)

Weights = Mapping[str, Fraction]
Scores = Mapping[int, Mapping[str, Fraction]]  # points from 0 to 100 by candidate and criterion


class NoWeights(Exception):
    """Every weight is 0, so nothing counts."""


@dataclass(frozen=True)
class Stability:
    """In how many settings of the weights each candidate is funded, by its id: of those that were ``asked`` about of all ``settings``."""

    asked: int
    settings: int
    funded: Mapping[int, int]

    @property
    def is_whole(self) -> bool:
        """Was every setting asked about?"""
        return self.asked == self.settings


def total(scores: Mapping[str, Fraction], weights: Weights) -> int:
    """The weighted mean of the criteria, in hundredths of a point, halves up. Raises NoWeights."""
    whole = sum(weights.values(), Fraction(0))
    if whole <= 0:
        raise NoWeights
    return round_half_up(100 * sum((weights[code] * scores.get(code, Fraction(0)) for code in weights), Fraction(0)) / whole)


def weighted(candidates: Sequence[Candidate], scores: Scores, weights: Weights) -> list[Candidate]:
    """The candidates with the points that they have under these weights; one without scores has none. Raises NoWeights."""
    return _Table(candidates, scores).under(weights)


class _Table:
    """The candidates and their scores, as whole numbers of a part that all of them share: so the points of many settings cost little."""

    def __init__(self, candidates: Sequence[Candidate], scores: Scores) -> None:
        self.candidates, of_candidates = candidates, [scores.get(one.id, {}) for one in candidates]
        self.parts = lcm(*(score.denominator for of in of_candidates for score in of.values()))
        self.scores = [{code: int(score * self.parts) for code, score in of.items()} for of in of_candidates]

    def under(self, weights: Weights) -> list[Candidate]:
        """The candidates with their points under these weights. Raises NoWeights."""
        parts = lcm(*(weight.denominator for weight in weights.values()))
        whole = {code: int(weight * parts) for code, weight in weights.items()}
        shared = sum(whole.values()) * self.parts
        if shared <= 0:
            raise NoWeights
        sums = (sum(weight * of.get(code, 0) for code, weight in whole.items()) for of in self.scores)
        return [replace(one, points=round_half_up(Fraction(100 * of, shared))) for one, of in zip(self.candidates, sums, strict=True)]


def settings(weights: Weights) -> list[Weights]:
    """The settings that stand for all weights within half as much and half as much again.

    The weights themselves first; each alone at either end, the others as they are; then each at either end, in every combination. Those
    that come to the same shares count once: 41 of five equal weights.
    """
    ends = [1 - HALF, 1 + HALF]
    steps = [(Fraction(1),) * len(weights)]
    steps += [tuple(end if other == one else Fraction(1) for other in range(len(weights))) for one in range(len(weights)) for end in ends]
    steps += product(ends, repeat=len(weights))
    found: dict[tuple[Fraction, ...], Weights] = {}
    for step in steps:
        moved = {code: weight * by for (code, weight), by in zip(weights.items(), step, strict=True)}
        whole = sum(moved.values(), Fraction(0))
        if whole <= 0:
            raise NoWeights
        found.setdefault(tuple(weight / whole for weight in moved.values()), moved)
    return list(found.values())


def stability(
    candidates: Sequence[Candidate], scores: Scores, limits: Limits, aim: Aim, weights: Weights, found: Proposal, *, left: Left = no_end
) -> Stability:  # fmt: skip
    """How often each candidate is funded over the settings of the weights; ``found`` is what is proposed by the weights themselves.

    As long as ``left`` seconds are left; a setting that has no answer in time is not counted. Raises NoWeights, NeedsSolver.
    """
    every, table = settings(weights), _Table(candidates, scores)
    moved, like = every[1:], problem_of(in_order(candidates), limits, aim)
    sets: list[Proposal | None] = [found]
    while moved and left() > 0:
        try:
            sets.append(propose(table.under(moved.pop(0)), limits, aim, like=like, left=left))
        except NeedsSolver:
            raise
        except NoAnswer:
            continue
    chosen = [set(of.chosen) if of is not None else set() for of in sets]
    return Stability(len(sets), len(every), {one.id: sum(one.id in some for some in chosen) for one in candidates})
