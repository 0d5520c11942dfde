"""The choice as arithmetic: one option of each group, whole numbers, and rows that may not grow above their limits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from fundbank.proposals.rules.candidates import Aim, Candidate, Given, Limits, Rule, RuleKind

Chosen = tuple[int, ...]  # the number of the option taken, by group


class Option(NamedTuple):
    """One way to treat a group: what it brings in points, in the second aim, and what it uses of each row (by the row's number)."""

    points: int
    aim: int
    uses: Mapping[int, int]


@dataclass(frozen=True)
class Problem:
    """Groups of options, of which one each is taken: the candidates by their numbers, then what the second aim counts.

    ``allowed`` are the options of each group that may be taken. A choice uses of no row more than ``at_most``.
    """

    groups: Sequence[Sequence[Option]]
    allowed: Sequence[Sequence[int]]
    at_most: Sequence[int]
    candidates: int

    @property
    def free(self) -> list[int]:
        """The groups that leave a choice."""
        return [number for number, options in enumerate(self.allowed) if len(options) > 1]

    def used(self, chosen: Chosen) -> list[int]:
        """What a choice uses of each row."""
        found = [0] * len(self.at_most)
        for options, taken in zip(self.groups, chosen, strict=True):
            for row, use in options[taken].uses.items():
                found[row] += use
        return found

    def keeps(self, chosen: Chosen) -> bool:
        """Does a choice keep every row?"""
        return all(use <= most for use, most in zip(self.used(chosen), self.at_most, strict=True))

    def points(self, chosen: Chosen) -> int:
        """The points of a choice."""
        return sum(options[taken].points for options, taken in zip(self.groups, chosen, strict=True))

    def holding(self, number: int, options: Collection[int]) -> "Problem":
        """The same with other options allowed to one group."""
        allowed = list(self.allowed)
        allowed[number] = sorted(options)
        return replace(self, allowed=allowed)

    def with_points(self, points: Iterable[Sequence[int]]) -> "Problem":
        """The same where the candidates' options bring other points."""
        groups = [
            [option._replace(points=brings) for option, brings in zip(options, of, strict=True)]
            for options, of in zip(self.groups, points, strict=False)
        ]
        return replace(self, groups=[*groups, *self.groups[self.candidates :]])

    def with_row(self, uses: Iterable[Mapping[int, int]], at_most: int) -> "Problem":
        """The same with one row more; ``uses`` say of each group what its options use of it."""
        row = len(self.at_most)

        def with_use(option: Option, use: int) -> Option:
            return option._replace(uses={**option.uses, row: use}) if use else option

        groups = [
            [with_use(option, use.get(number, 0)) for number, option in enumerate(options)]
            for options, use in zip(self.groups, uses, strict=True)
        ]
        return replace(self, groups=groups, at_most=[*self.at_most, at_most])

    def by_aim(self) -> "Problem":
        """The same where the second aim stands for the points."""
        return replace(self, groups=[[option._replace(points=option.aim, aim=0) for option in options] for options in self.groups])


def core_of(problem: Problem) -> tuple[Problem, list[int], list[int]]:
    """What is left of a problem, and by their numbers the groups that leave a choice and the rows that can bind (broken ones too)."""
    free = problem.free
    fixed = problem.used(tuple(options[0] for options in problem.allowed))
    uses = {number: problem.groups[number][problem.allowed[number][0]].uses for number in free}
    room = [most - use for most, use in zip(problem.at_most, fixed, strict=True)]
    most = [0] * len(room)
    for number in free:
        for row, use in uses[number].items():
            room[row] += use
        options = [problem.groups[number][option].uses for option in problem.allowed[number]]
        for row in {row for of in options for row in of}:
            most[row] += max(of.get(row, 0) for of in options)
    rows = {row: place for place, row in enumerate(row for row in range(len(room)) if most[row] > room[row])}
    groups = [
        [option._replace(uses={rows[row]: use for row, use in option.uses.items() if row in rows}) for option in problem.groups[number]]
        for number in free
    ]
    allowed = [problem.allowed[number] for number in free]
    core = Problem(groups, allowed, [room[row] for row in rows], sum(number < problem.candidates for number in free))
    return core, free, list(rows)


@dataclass
class _Rows:
    at_most: list[int] = field(default_factory=list)
    uses: dict[tuple[int, Given], dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, at_most: int, uses: Mapping[tuple[int, Given], int]) -> None:
        """A row more, if it can bind."""
        most: dict[int, int] = {}
        for (number, _given), use in uses.items():
            most[number] = max(most.get(number, 0), use)
        if sum(most.values()) <= at_most:
            return
        for key, use in uses.items():
            if use:
                self.uses[key][len(self.at_most)] = use
        self.at_most.append(at_most)


def problem_of(candidates: Sequence[Candidate], limits: Limits, aim: Aim, without: Collection[Rule] = ()) -> Problem:
    """The problem of choosing among the candidates (in the order of their numbers), without the rules named."""
    rows, given = _Rows(), [(number, sum_) for number, one in enumerate(candidates) for sum_ in one.sums]
    place = {one.id: number for number, one in enumerate(candidates)}
    for rule, at_most, uses in _rules(candidates, limits, given, place):
        if rule not in without:
            rows.add(at_most, uses)
    groups: list[list[Option]] = []
    allowed: list[list[int]] = []
    for number, one in enumerate(candidates):
        groups.append([Option(one.counts(sum_), _aim(aim, one, sum_), rows.uses[number, sum_]) for sum_ in one.sums])
        is_in = one.is_must and Rule(RuleKind.MUST, (one.id,)) not in without
        allowed.append([option for option, sum_ in enumerate(one.sums) if not is_in or sum_ is not Given.NOTHING])
    problem = Problem(groups, allowed, rows.at_most, len(candidates))
    return _counting_departments(problem, candidates) if aim is Aim.MOST_DEPARTMENTS else problem


def _rules(
    candidates: Sequence[Candidate], limits: Limits, given: Sequence[tuple[int, Given]], place: Mapping[int, int]
) -> Iterable[tuple[Rule, int, dict[tuple[int, Given], int]]]:
    ore = {key: candidates[key[0]].ore(key[1]) for key in given}
    is_in = {key: int(key[1] is not Given.NOTHING) for key in given}
    yield Rule(RuleKind.MONEY), limits.money_ore, ore
    for frame, left_ore in sorted(limits.frames.items()):
        yield Rule(RuleKind.FRAME, (frame,)), left_ore, {key: use for key, use in ore.items() if candidates[key[0]].frame == frame}
    for one, other in limits.not_both:
        pair = [place[id_] for id_ in (one, other) if id_ in place]
        there = sum(id_ in limits.given for id_ in (one, other))
        if len(pair) + there == 2:
            yield Rule(RuleKind.NOT_BOTH, (one, other)), 1 - there, {key: is_in[key] for key in given if key[0] in pair}
    for one, needed in limits.only_if:
        if one in place and needed not in limits.given:
            uses = {key: is_in[key] for key in given if key[0] == place[one]}
            if needed in place:
                uses |= {key: -is_in[key] for key in given if key[0] == place[needed]}
            yield Rule(RuleKind.ONLY_IF, (one, needed)), 0, uses
    if limits.least_share:
        for department_id in sorted({one.department_id for one in candidates}):
            of_department = {key: -use for key, use in ore.items() if candidates[key[0]].department_id == department_id}
            asked_ore = sum(one.asked_ore for one in candidates if one.department_id == department_id)
            least_ore = min(asked_ore, int(limits.least_share * limits.money_ore))
            yield Rule(RuleKind.LEAST_SHARE, (department_id,)), -least_ore, of_department
    if limits.floor_ore is not None:
        yield from _floor(candidates, limits, given)


def _floor(
    candidates: Sequence[Candidate], limits: Limits, given: Sequence[tuple[int, Given]]
) -> Iterable[tuple[Rule, int, dict[tuple[int, Given], int]]]:
    """A row for each month; of months in which every candidate does the same, the scarcest."""
    scarcest: dict[tuple[int, ...], int] = {}
    moves = [candidates[number].moves(sum_) for number, sum_ in given]
    for month, available_ore in enumerate(limits.low_line):
        uses = tuple(-of[month] if month < len(of) else 0 for of in moves)
        room_ore = available_ore - (limits.floor_ore or 0)
        scarcest[uses] = min(scarcest.get(uses, room_ore), room_ore)
    for uses, room_ore in scarcest.items():
        yield Rule(RuleKind.FLOOR), room_ore, dict(zip(given, uses, strict=True))


def _aim(aim: Aim, one: Candidate, given: Given) -> int:
    if aim is Aim.LEAST_MONEY:
        return -one.ore(given)
    return int(aim is Aim.MOST_PROJECTS and given is not Given.NOTHING)


def _counting_departments(problem: Problem, candidates: Sequence[Candidate]) -> Problem:
    """A group more for each department: it counts as reached only if one of its candidates is in."""
    for department_id in sorted({one.department_id for one in candidates}):
        uses: list[dict[int, int]] = [{} for _group in problem.groups]
        for number, one in enumerate(candidates):
            if one.department_id == department_id:
                uses[number] = {option: -1 for option, given in enumerate(one.sums) if given is not Given.NOTHING}
        reached = [Option(0, 1, {}), Option(0, 0, {})]
        problem = replace(problem, groups=[*problem.groups, reached], allowed=[*problem.allowed, [0, 1]])
        problem = problem.with_row([*uses, {0: 1}], 0)
    return problem
