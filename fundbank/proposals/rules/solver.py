"""The exact search for very many candidates, by the solver HiGHS (the extra ``portfolio``).

The solver reckons with floating point; here it only proposes. Each of its answers is held against the rows in whole numbers, what can't be
part of a choice as good is left out by exact bounds, and what is left over is searched in whole numbers: the answer is the one that any
other exact search finds, whatever the solver's version.
"""

from collections.abc import Sequence
from fractions import Fraction
from importlib.util import find_spec
from itertools import accumulate
from math import gcd, inf
from typing import Any, NamedTuple

from fundbank.proposals.rules import blocks, halves
from fundbank.proposals.rules.bounds import Bound, Values, bound
from fundbank.proposals.rules.halves import points_of
from fundbank.proposals.rules.problem import Chosen, Problem
from fundbank.proposals.rules.search import Effort, Left, TooManyToCompare

BLOCK = 12  # candidates whose order the solver compares at once: more, and its tolerances would count
TRIES = 50  # answers that turn out to break a row in whole numbers
LOOKS, LOOKS_EACH = 50_000, 75  # what is looked at before the solver is asked, in all and for each candidate
SECONDS = 20.0
SETTINGS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.5,  # values are whole numbers
    "mip_feasibility_tolerance": 1e-7,  # a smaller one made it miss better choices; what breaks a row is found out here
}


class Unsolved(Exception):
    """The solver found no answer in its time."""


def is_installed() -> bool:
    """Is the solver there?"""
    return find_spec("highspy") is not None


class Most(NamedTuple):
    """A choice with the most points, whether it is also the best of those with as many, and the problem of choosing among these."""

    chosen: Chosen
    is_best: bool
    others: Problem


def best(problem: Problem, *, own: bool = True, left: Left = lambda: inf, any_of_them: bool = False) -> Chosen | None:
    """The best choice: most points, then most of the second aim, then the lowest numbers; None if no choice keeps the rows.

    ``own`` says that what is near to the bound is compared here first, ``left`` how many seconds there still are, ``any_of_them`` that a
    choice with the most points will do. Raises Unsolved.
    """
    first = _most(problem, None, own, left)
    if first is None or first.is_best or any_of_them:
        return first and first.chosen
    second = _most(first.others.by_aim(), first.chosen, own, left)
    if second is None or second.is_best:
        return second and second.chosen
    return _lowest_numbers(second.others, second.chosen, left)


def _most(problem: Problem, known: Chosen | None, own: bool, left: Left) -> Most | None:
    """A choice with the most points; None if no choice keeps the rows."""
    points, chosen = points_of(problem), None
    relaxed = _Model(problem, points, left).relaxed()
    if relaxed is None:
        return None
    limit = bound(problem, points, relaxed[0])
    near = known or _filled(problem, limit, relaxed[1])
    if own:
        try:
            compared = _compared(problem, relaxed[0], None if near is None else problem.points(near), left)
            return None if compared is None else Most(compared, True, problem)
        except halves.ManyAsGood as many:
            chosen = many.one
        except TooManyToCompare:
            pass
    if chosen is None:
        chosen = _Model(problem if near is None else limit.can_reach(problem, problem.points(near)), points, left).choice()
    if chosen is None:
        return None
    most, brings = problem.points(chosen), [{option: -of for option, of in enumerate(options)} for options in points]
    return Most(chosen, False, limit.can_reach(problem, most).with_row(brings, -most))


def _compared(problem: Problem, prices: Sequence[Fraction], known: int | None, left: Left) -> Chosen | None:
    """The best choice, found in whole numbers; ``known`` are points that a choice brings. Raises TooManyToCompare, ManyAsGood."""
    own = blocks.blocks_of(problem, prices)
    if not own:
        return halves.best(problem, prices, known, Effort(LOOKS + LOOKS_EACH * problem.candidates), left)

    def priced(of: Problem, values: Values) -> list[Fraction] | None:
        relaxed = _Model(of, values, left).relaxed()
        return relaxed and relaxed[0]

    return blocks.best(problem, prices, priced, own, left)


def _lowest_numbers(problem: Problem, chosen: Chosen, left: Left) -> Chosen:
    """Of all choices that are left, as good as each other, the one with the lowest numbers: mostly there is but one."""
    nothing = [[0] * len(options) for options in problem.groups]
    while block := [number for number in problem.free if number < problem.candidates][:BLOCK]:
        if _Model(problem, nothing, left, but=chosen).choice() is None:
            break
        values = list(nothing)
        for order, number in enumerate(block):
            values[number] = [(len(values[number]) - 1 - option) * 3 ** (BLOCK - 1 - order) for option in range(len(values[number]))]
        chosen = _Model(problem, values, left).choice() or chosen
        for number in block:
            problem = problem.holding(number, [chosen[number]])
    return chosen


def _filled(problem: Problem, limit: Bound, near: Sequence[int | None]) -> Chosen | None:
    """A choice near to one with broken numbers: what is whole there, then what falls least short, as long as the rows are kept.

    None if there is no such choice so easily.
    """
    taken = [option if option is not None else options[-1] for option, options in zip(near, problem.allowed, strict=True)]
    used = problem.used(tuple(taken))
    wanting = [(short, number, option) for number, of in enumerate(limit.short) for option, short in of.items() if option < taken[number]]
    for _short, number, option in sorted(wanting):
        now, then = problem.groups[number][taken[number]].uses, problem.groups[number][option].uses
        change = {row: then.get(row, 0) - now.get(row, 0) for row in {*now, *then}}
        if option < taken[number] and all(used[row] + more <= problem.at_most[row] for row, more in change.items()):
            taken[number] = option
            for row, more in change.items():
                used[row] += more
    return tuple(taken) if problem.keeps(tuple(taken)) else None


class _Model:
    """The problem in the solver's terms: a column for each option but a group's last, which is what the others are held against."""

    def __init__(
        self, problem: Problem, values: Values, left: Left, but: Chosen | None = None
    ) -> None:  # fmt: skip
        self.problem, self.values, self.left = problem, values, left
        self.columns = [(number, option) for number in problem.free for option in problem.allowed[number][:-1]]
        last = tuple(options[-1] for options in problem.allowed)
        self.last, self.room = last, [most - use for most, use in zip(problem.at_most, problem.used(last), strict=True)]
        self.rows: list[dict[int, int]] = [{} for _row in problem.at_most]
        for column, (number, option) in enumerate(self.columns):
            uses, unless = problem.groups[number][option].uses, problem.groups[number][last[number]].uses
            for row in {*uses, *unless}:
                self.rows[row][column] = uses.get(row, 0) - unless.get(row, 0)
        self.parts = [gcd(*row.values()) or 1 for row in self.rows]  # what a row's numbers share
        self.cuts: list[tuple[dict[int, int], int]] = []
        of_group: dict[int, list[int]] = {}
        for column, (number, _option) in enumerate(self.columns):
            of_group.setdefault(number, []).append(column)
        self.cuts += [(dict.fromkeys(columns, 1), 1) for columns in of_group.values() if len(columns) > 1]
        if but is not None:
            self._leave_out(but)

    def relaxed(self) -> tuple[list[Fraction], list[int | None]] | None:
        """The rows' prices where options can be taken in part, and the options that are whole there; None if even so no row can be kept."""
        if not self.columns:
            return ([Fraction(0)] * len(self.rows), list(self.last)) if self.problem.keeps(self.last) else None
        solver = self._solved(is_whole=False)
        if solver is None:
            return None
        solution = solver.getSolution()
        prices = [Fraction(abs(dual)) / part for dual, part in zip(solution.row_dual, self.parts, strict=False)]
        taken = self._taken(solution.col_value)
        return prices, [None if 0.001 < most < 0.999 else option for most, option in taken]

    def choice(self) -> Chosen | None:
        """A choice with the highest value; None if no choice keeps the rows. Raises Unsolved."""
        if not self.columns:
            return self.last if self.problem.keeps(self.last) else None
        for _try in range(TRIES):
            solver = self._solved(is_whole=True)
            if solver is None:
                return None
            chosen = tuple(option for _most, option in self._taken(solver.getSolution().col_value))
            if self.problem.keeps(chosen):
                return chosen
            self._leave_out(chosen)
        raise Unsolved

    def _leave_out(self, chosen: Chosen) -> None:
        ones = {column: 1 if chosen[number] == option else -1 for column, (number, option) in enumerate(self.columns)}
        self.cuts.append((ones, sum(one for one in ones.values() if one > 0) - 1))

    def _taken(self, values: Sequence[float]) -> list[tuple[float, int]]:
        """Of each group the option that is most taken, and how much of it is."""
        shares: list[dict[int, float]] = [{option: 1.0} for option in self.last]
        for (number, option), share in zip(self.columns, values, strict=True):
            shares[number][option] = share
            shares[number][self.last[number]] -= share
        return [max((share, option) for option, share in of.items()) for of in shares]

    def _solved(self, *, is_whole: bool) -> Any:
        """The solver with its answer; None if there is none. One thread and a fixed seed. Raises Unsolved."""
        import highspy

        seconds = min(self.left(), SECONDS)
        if seconds <= 0:
            raise Unsolved
        whole = zip(self.rows, self.room, self.parts, strict=True)
        rows = [({column: use // part for column, use in row.items()}, room // part) for row, room, part in whole]
        rows += self.cuts
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.columns), len(rows)
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = [float(self.values[number][option] - self.values[number][self.last[number]]) for number, option in self.columns]
        model.col_lower_, model.col_upper_ = [0.0] * len(self.columns), [1.0] * len(self.columns)
        model.row_lower_, model.row_upper_ = [-highspy.kHighsInf] * len(rows), [float(room) for _row, room in rows]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = list(accumulate((len(row) for row, _room in rows), initial=0))
        model.a_matrix_.index_ = [column for row, _room in rows for column in row]
        model.a_matrix_.value_ = [float(use) for row, _room in rows for use in row.values()]
        if is_whole:
            model.integrality_ = [highspy.HighsVarType.kInteger] * len(self.columns)
        solver = highspy.Highs()
        for name, setting in SETTINGS.items():
            solver.setOptionValue(name, setting)
        solver.setOptionValue("time_limit", seconds)
        solver.passModel(model)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unsolved
        return solver
