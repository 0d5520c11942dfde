"""The proposal: the set of candidates with the highest weighted score under the money and the rules, exact and the same everywhere."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from fundbank.proposals.rules import search, solver
from fundbank.proposals.rules.candidates import Aim, Candidate, Given, Limits, Rule
from fundbank.proposals.rules.problem import Chosen, Problem, problem_of
from fundbank.proposals.rules.search import Left

OWN = 30  # as many candidates are compared without the solver


def no_end() -> float:
    """As long as it takes: the solver has its own end, and so has the search."""
    return inf


class NoAnswer(Exception):
    """So many choices are nearly alike that none can be shown to be the best."""


class NeedsSolver(NoAnswer):
    """There are more candidates than can be compared without the solver (the extra ``portfolio``)."""


@dataclass(frozen=True)
class Proposal:
    """A set: what it gives each candidate, by the candidate's id in the order of the numbers, what it costs in øre and its points."""

    given: Mapping[int, Given]
    ore: int
    points: int

    @property
    def chosen(self) -> list[int]:
        """The ids of those that are in."""
        return [id_ for id_, given in self.given.items() if given is not Given.NOTHING]


def propose(
    candidates: Sequence[Candidate],
    limits: Limits,
    aim: Aim = Aim.LEAST_MONEY,
    *,
    pinned: Mapping[int, Collection[Given]] | None = None,
    without: Collection[Rule] = (),
    like: Problem | None = None,
    left: Left = no_end,
) -> Proposal | None:
    """The best set: most points, among equals most of the aim, then the lowest numbers. None if no set keeps the rules.

    ``pinned`` says of some candidates, by their ids, what they may be given; ``without`` leaves rules out, ``like`` is the problem of
    the same candidates with other points. Raises NoAnswer, also when no time is ``left``, NeedsSolver.
    """
    ordered = in_order(candidates)
    problem = problem_of(ordered, limits, aim, without) if like is None else like.with_points(_points(ordered))
    for number, one in enumerate(ordered):
        if pinned and one.id in pinned:
            problem = problem.holding(number, [option for option, given in enumerate(one.sums) if given in pinned[one.id]])
    return _as_proposal(ordered, _best(problem, left=left))


def one_of_the_best(candidates: Sequence[Candidate], limits: Limits, left: Left = no_end) -> Proposal | None:
    """A set with the most points, whichever it is; None if no set keeps the rules. Raises NoAnswer, also when no time is ``left``."""
    ordered = in_order(candidates)
    return _as_proposal(ordered, _best(problem_of(ordered, limits, Aim.LEAST_MONEY), left=left, any_of_them=True))


def in_order(candidates: Sequence[Candidate]) -> list[Candidate]:
    """By their numbers."""
    return sorted(candidates, key=lambda one: one.number)


def _points(ordered: Sequence[Candidate]) -> Iterator[list[int]]:
    return ([one.counts(given) for given in one.sums] for one in ordered)


def _as_proposal(ordered: Sequence[Candidate], chosen: Chosen | None) -> Proposal | None:
    if chosen is None:
        return None
    return proposal_of(ordered, {one.id: one.sums[taken] for one, taken in zip(ordered, chosen, strict=False)})


def proposal_of(candidates: Sequence[Candidate], given: Mapping[int, Given]) -> Proposal:
    """Any set as a proposal: what it costs, and its points."""
    return Proposal(
        given, ore=sum(one.ore(given[one.id]) for one in candidates), points=sum(one.counts(given[one.id]) for one in candidates)
    )


def with_more(limits: Limits, more_ore: int) -> Limits:
    """The same limits if the pool had so much more money from today on."""
    return replace(limits, money_ore=limits.money_ore + more_ore, low_line=[ore + more_ore for ore in limits.low_line])


def _best(problem: Problem, *, left: Left, any_of_them: bool = False) -> Chosen | None:
    """By the solver if it is there; without it, by a search of our own where there are few."""
    if any(not options for options in problem.allowed):
        return None
    try:
        if solver.is_installed():
            return solver.best(problem, left=left, any_of_them=any_of_them)
        if problem.candidates > OWN:
            raise NeedsSolver
        return search.best(problem, left=left)
    except (search.TooManyToCompare, solver.Unsolved) as error:
        raise NoAnswer from error
