"""The proposal: the best set under the money and the rules, the same however it is found, and why."""

import random
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec
from itertools import count

import pytest

from fundbank.proposals.rules import (
    OWN,
    Aim,
    Given,
    Limits,
    NeedsSolver,
    NoAnswer,
    NoWeights,
    Rule,
    RuleKind,
    blocks,
    clash,
    frontier,
    halves,
    next_one,
    propose,
    search,
    settings,
    solver,
    stability,
    total,
    weighted,
    why,
    whys,
)
from fundbank.proposals.rules.problem import Option, Problem, problem_of
from tests.choosing import KRONER, a_candidate, a_case, every_set, keeps, with_tight_shares

ASKED, LOWER, NOTHING = Given
CASES = 1_000
WITH_SOLVER = pytest.mark.skipif(find_spec("highspy") is None, reason="needs the extra portfolio")


def money(kroner: int, **values: object) -> Limits:
    return Limits(money_ore=kroner * KRONER, **values)  # type: ignore[arg-type]


def test_best_points_for_the_money_are_taken_though_one_point_is_dearer() -> None:
    # By points per krone 1 comes first, and then neither of the others fits.
    candidates = [a_candidate(1, 6_000, 550_000), a_candidate(2, 5_000, 500_000), a_candidate(3, 5_000, 500_000)]
    best = propose(candidates, money(1_000_000))
    assert best is not None and (best.chosen, best.points, best.ore) == ([2, 3], 10_000, 1_000_000 * KRONER)


@pytest.mark.parametrize("seed", range(10))
def test_the_search_finds_what_looking_at_every_set_finds(seed: int, whole: bool) -> None:
    rng = random.Random(seed)  # noqa: S311 (no secret)
    for _case in range(CASES // 10 if whole else CASES // 100):
        candidates, limits, aim = a_case(rng, rng.randint(1, 8))
        found, best = propose(candidates, limits, aim), every_set(candidates, limits, aim)
        assert (found and dict(found.given)) == best


@WITH_SOLVER
@pytest.mark.parametrize("own", [True, False])
def test_the_solver_finds_the_same(own: bool, whole: bool) -> None:
    rng = random.Random(30)  # noqa: S311 (no secret)
    for _case in range(CASES if whole else CASES // 25):
        candidates, limits, aim = a_case(rng, rng.choice([rng.randint(1, 8), 16]))
        problem = problem_of(candidates, limits, aim)
        assert solver.best(problem, own=own) == search.best(problem)


@WITH_SOLVER
def test_least_shares_that_leave_next_to_nothing_change_no_answer(whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, by_sets, best = random.Random(7), [], blocks.best  # noqa: S311 (no secret)

    def told(*of: object) -> object:
        by_sets.append(best(*of))
        return by_sets[-1]

    monkeypatch.setattr(blocks, "best", told)
    monkeypatch.setattr(blocks, "FEWEST", 1)
    monkeypatch.setattr(blocks, "MANY", (2, 2, 3, 4, 6, 8, 16, 32, 500))
    for _case in range(CASES if whole else CASES // 40):
        candidates, limits, aim = with_tight_shares(rng, a_case(rng, rng.randint(3, 7)))
        found = propose(candidates, limits, aim)
        assert (found and dict(found.given)) == every_set(candidates, limits, aim)
    for _case in range(CASES // 4 if whole else CASES // 50):
        problem = problem_of(*with_tight_shares(rng, a_case(rng, rng.randint(20, 40))))
        assert solver.best(problem) == solver.best(problem, own=False)
    assert sum(found is not None for found in by_sets) > 10


@WITH_SOLVER
def test_where_many_are_as_good_the_second_aim_is_asked_next(whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rng, told = random.Random(8), []  # noqa: S311 (no secret)

    class ManyAsGood(halves.ManyAsGood):
        def __init__(self, one: tuple[int, ...]) -> None:
            told.append(one)
            super().__init__(one)

    for name, value in (("WIDE", 8), ("NEAREST", 6), ("ManyAsGood", ManyAsGood)):
        monkeypatch.setattr(halves, name, value)
    for _case in range(CASES // 4 if whole else CASES // 20):
        candidates, limits, aim = a_case(rng, 24)
        candidates = [replace(one, points=one.points // 1_000 * 1_000, lower_ore=None) for one in candidates]
        problem = problem_of(candidates, replace(limits, floor_ore=None), aim)
        assert solver.best(problem) == solver.best(problem, own=False)
    assert told


@WITH_SOLVER
def test_more_than_the_search_compares_is_compared_by_the_solver() -> None:
    candidates, limits, aim = a_case(random.Random(1), 90)  # noqa: S311 (no secret)
    found = propose(candidates, replace(limits, floor_ore=None), aim)
    assert found is not None and keeps(candidates, replace(limits, floor_ore=None), dict(found.given))


def test_without_the_solver_nothing_is_proposed_of_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.modules", {"highspy": None})
    many = [a_candidate(number, 5_000, 100_000) for number in range(1, OWN + 2)]
    with pytest.raises(NeedsSolver):
        propose(many, money(1_000_000))
    assert propose(many[1:], money(1_000_000)) is not None


def test_what_decides_among_equals() -> None:
    two, one = [a_candidate(2, 3_000, 200, department_id=1), a_candidate(3, 3_000, 200, department_id=1)], a_candidate(4, 6_000, 300)
    candidates = [a_candidate(1, 0, 0, department_id=7), *two, one]
    chosen = {aim: propose(candidates, money(400), aim) for aim in Aim}
    assert {aim: best.chosen for aim, best in chosen.items() if best is not None} == {
        Aim.MOST_PROJECTS: [1, 2, 3],
        Aim.LEAST_MONEY: [1, 4],
        Aim.MOST_DEPARTMENTS: [1, 2, 3],
    }
    alike = [a_candidate(number, 5_000, 100) for number in (3, 1, 2)]
    best = propose(alike, money(200))
    assert best is not None and best.chosen == [1, 2], "the lowest numbers"


def test_a_lower_sum_brings_its_part_of_the_points() -> None:
    candidates = [a_candidate(1, 6_000, 600_000, lower_ore=400_000 * KRONER), a_candidate(2, 3_000, 500_000)]
    best = propose(candidates, money(900_000))
    assert best is not None and (best.given, best.points) == ({1: LOWER, 2: ASKED}, 7_000)
    best = propose(candidates, money(1_100_000))
    assert best is not None and best.given == {1: ASKED, 2: ASKED}, "nobody is given less than there is for them"


def test_rules_bind() -> None:
    candidates = [
        a_candidate(1, 9_000, 300, frame="a"),
        a_candidate(2, 8_000, 300, frame="a"),
        a_candidate(3, 1_000, 300, is_must=True),
        a_candidate(4, 7_000, 300, department_id=2),
    ]

    def chosen(limits: Limits) -> list[int] | None:
        best = propose(candidates, limits)
        return None if best is None else best.chosen

    assert chosen(money(900)) == [1, 2, 3], "the must is in"
    assert chosen(money(900, frames={"a": 300 * KRONER})) == [1, 3, 4]
    assert chosen(money(900, not_both=[(1, 2)])) == [1, 3, 4]
    assert chosen(money(600, only_if=[(1, 2)])) == [2, 3]
    assert chosen(money(900, least_share=Fraction(1, 3))) == [1, 3, 4], "each department a third"
    assert chosen(money(200)) is None
    assert chosen(money(900, only_if=[(1, 99)])) == [2, 3, 4], "what it needs is no candidate"
    assert chosen(money(900, only_if=[(1, 99)], given={99})) == [1, 2, 3], "and has been approved already"
    assert chosen(money(900, not_both=[(1, 99)])) == [1, 2, 3]
    assert chosen(money(900, not_both=[(1, 99)], given={99})) == [2, 3, 4]


def test_no_month_ends_below_the_floor() -> None:
    # Both fit the money of today; the second gives nothing back before the pool runs dry.
    candidates = [
        a_candidate(1, 5_000, 300, months=[-300 * KRONER, 0]),
        a_candidate(2, 9_000, 300, months=[-300 * KRONER, -300 * KRONER]),
    ]
    limits = money(600, low_line=[600 * KRONER, 200 * KRONER])
    for floor_ore, chosen in ((None, [1, 2]), (0, [1]), (-100 * KRONER, [1, 2])):
        best = propose(candidates, replace(limits, floor_ore=floor_ore))
        assert best is not None and best.chosen == chosen
    assert propose(candidates, replace(limits, floor_ore=300 * KRONER)) is None, "it ends lower without any"
    assert clash(candidates, replace(limits, floor_ore=300 * KRONER), Aim.LEAST_MONEY) == [Rule(RuleKind.FLOOR)]


def test_why_is_what_the_other_way_round_would_cost() -> None:
    candidates = [a_candidate(1, 6_000, 550_000), a_candidate(2, 5_000, 500_000), a_candidate(3, 4_000, 500_000)]
    limits = money(1_000_000)
    best = propose(candidates, limits)
    assert best is not None and best.chosen == [2, 3]
    out = why(candidates, limits, Aim.LEAST_MONEY, best, 1)
    assert (out.is_in, out.lost, out.leaves) == (False, 3_000, [2, 3])
    inside = why(candidates, limits, Aim.LEAST_MONEY, best, 3)
    assert (inside.is_in, inside.lost, inside.comes, inside.leaves) == (True, 3_000, [1], [2])
    following = next_one(candidates, limits, Aim.LEAST_MONEY, best)
    assert following is not None and following.more_ore == 50_000 * KRONER
    assert (following.comes, following.leaves) == ([1], [3])
    too_dear = why(
        [*candidates, a_candidate(4, 9_000, 2_000_000)], limits, Aim.LEAST_MONEY, replace(best, given={**best.given, 4: NOTHING}), 4
    )
    assert too_dear.instead is None
    everything = propose(candidates, money(2_000_000))
    assert everything is not None and next_one(candidates, money(2_000_000), Aim.LEAST_MONEY, everything) is None


def test_money_that_a_month_lacks_is_asked_for_too() -> None:
    candidates = [a_candidate(1, 5_000, 300, months=[-300 * KRONER])]
    limits = money(1_000, low_line=[200 * KRONER], floor_ore=0)
    best = propose(candidates, limits)
    assert best is not None and best.chosen == []
    following = next_one(candidates, limits, Aim.LEAST_MONEY, best)
    assert following is not None and (following.more_ore, following.comes) == (100 * KRONER, [1])


def test_rules_that_clash_are_named_and_none_beside_them() -> None:
    candidates = [a_candidate(1, 5_000, 300, is_must=True), a_candidate(2, 5_000, 300, is_must=True), a_candidate(3, 5_000, 300)]
    both = money(1_000, not_both=[(1, 2), (2, 3)], frames={"a": 0})
    assert set(clash(candidates, both, Aim.LEAST_MONEY)) == {
        Rule(RuleKind.MUST, (1,)),
        Rule(RuleKind.MUST, (2,)),
        Rule(RuleKind.NOT_BOTH, (1, 2)),
    }
    assert set(clash(candidates, money(500), Aim.LEAST_MONEY)) == {
        Rule(RuleKind.MUST, (1,)),
        Rule(RuleKind.MUST, (2,)),
        Rule(RuleKind.MONEY),
    }
    assert clash(candidates, money(600), Aim.LEAST_MONEY) == []


def test_each_of_the_rules_that_clash_is_needed(whole: bool) -> None:
    rng = random.Random(3)  # noqa: S311 (no secret)
    for _case in range(200 if whole else 40):
        candidates, limits, aim = a_case(rng, rng.randint(1, 6))
        rules = clash(candidates, limits, aim)
        assert bool(rules) == (propose(candidates, limits, aim) is None)


def test_the_frontier_rises_and_holds_the_proposal() -> None:
    candidates = [a_candidate(number, 1_000 * number, 100) for number in range(1, 6)]
    best = propose(candidates, money(300))
    found = frontier(candidates, money(300), best)
    assert [(one.ore // KRONER, one.points) for one in found.points] == [
        (0, 0), (100, 5_000), (200, 9_000), (300, 12_000), (400, 14_000), (500, 15_000),
    ]  # fmt: skip
    assert found.is_whole and best is not None and (best.ore, best.points) in found.points
    assert [one.ore for one in frontier([], money(300)).points] == [0]


def test_the_frontier_of_many_ends_in_time_and_each_of_its_points_is_exact() -> None:
    pytest.importorskip("highspy")
    rng = random.Random(5)  # noqa: S311 (no secret)
    candidates = [a_candidate(number, rng.randint(0, 10_000), rng.randint(50, 2_000)) for number in range(1, 201)]
    limits = money(40_000)
    best = propose(candidates, limits)
    asked = count()
    found = frontier(candidates, limits, best, left=lambda: 60.0 - next(asked))
    assert not found.is_whole and len(found.points) > 3 and best is not None and (best.ore, best.points) in found.points
    for one in found.points:
        exact = propose(candidates, replace(limits, money_ore=one.ore))
        assert exact is not None and exact.points == one.points


def test_the_frontier_leaves_out_what_allows_no_set() -> None:
    candidates = [a_candidate(1, 5_000, 300, is_must=True), a_candidate(2, 5_000, 100)]
    found = frontier(candidates, money(400), propose(candidates, money(400)))
    assert [(one.ore // KRONER, one.points) for one in found.points] == [(300, 5_000), (400, 10_000)]


def test_weights_moved_move_the_points() -> None:
    equal = {code: Fraction(1) for code in "abcde"}
    scores = {1: {"a": Fraction(100)}, 2: {"b": Fraction(50), "c": Fraction(50)}}
    candidates = weighted([a_candidate(1, 0, 100), a_candidate(2, 0, 100)], scores, equal)
    assert [one.points for one in candidates] == [2_000, 2_000]
    assert total(scores[1], {**equal, "a": Fraction(2)}) == 3_333
    with pytest.raises(NoWeights):
        total(scores[1], dict.fromkeys("abcde", Fraction(0)))
    with pytest.raises(NoWeights):
        settings(dict.fromkeys("abcde", Fraction(0)))


def test_how_often_each_stays_funded() -> None:
    equal = {code: Fraction(1) for code in "abcde"}
    assert len(settings(equal)) == 41
    level = dict.fromkeys("abcde", Fraction(60))
    scores = {1: level, 2: {**level, "a": Fraction(100), "b": Fraction(30)}, 3: dict.fromkeys("abcde", Fraction(10))}
    candidates = weighted([a_candidate(number, 0, 100) for number in scores], scores, equal)
    best = propose(candidates, money(100))
    assert best is not None
    found = stability(candidates, scores, money(100), Aim.LEAST_MONEY, equal, best)
    assert found.is_whole and found.settings == 41 and sum(found.funded.values()) == 41
    assert found.funded[3] == 0 and 0 < found.funded[1] < 41
    assert found == stability(candidates, scores, money(100), Aim.LEAST_MONEY, equal, best), "nothing of it is random"


def test_how_firm_it_is_is_told_of_the_settings_that_there_was_time_for() -> None:
    equal = {code: Fraction(1) for code in "abcde"}
    scores = {number: {code: Fraction(10 * number) for code in "abcde"} for number in range(1, 9)}
    candidates = weighted([a_candidate(number, 0, 100) for number in scores], scores, equal)
    best = propose(candidates, money(300))
    assert best is not None
    asked = count()
    found = stability(candidates, scores, money(300), Aim.LEAST_MONEY, equal, best, left=lambda: 50 - next(asked))
    assert 1 < found.asked < found.settings and not found.is_whole
    assert [found.funded[number] for number in (6, 7, 8, 1)] == [found.asked] * 3 + [0]
    none = stability(candidates, scores, money(300), Aim.LEAST_MONEY, equal, best, left=lambda: 0.0)
    assert (none.asked, none.funded[8]) == (1, 1), "what is proposed is known"


def test_why_is_told_of_those_that_there_was_time_for() -> None:
    candidates = [a_candidate(number, 1_000 * number, 100) for number in range(1, 9)]
    best = propose(candidates, money(300))
    assert best is not None
    whole = whys(candidates, money(300), Aim.LEAST_MONEY, best)
    assert list(whole) == list(range(1, 9)) and whole[1].lost == 5_000
    asked = count()
    some = whys(candidates, money(300), Aim.LEAST_MONEY, best, left=lambda: 13 - next(asked))
    assert 0 < len(some) < 8 and all(whole[id_] == of for id_, of in some.items())


def test_more_money_that_was_not_halved_to_the_end_still_brings_the_points_that_are_told() -> None:
    candidates = [a_candidate(number, 1_000 * number, 100 + number) for number in range(1, 9)]
    best = propose(candidates, money(300))
    assert best is not None
    least = next_one(candidates, money(300), Aim.LEAST_MONEY, best)
    asked = count()
    some = next_one(candidates, money(300), Aim.LEAST_MONEY, best, left=lambda: 11 - next(asked))
    assert least is not None and some is not None and least.is_least and not some.is_least
    assert some.more_ore > least.more_ore and some.proposal == propose(candidates, money(300 + some.more_ore // KRONER))
    with pytest.raises(NoAnswer):
        next_one(candidates, money(300), Aim.LEAST_MONEY, best, left=lambda: 0.0)


def test_nothing_to_choose_and_nothing_to_choose_with() -> None:
    nobody = propose([], money(100))
    assert nobody is not None and (nobody.chosen, nobody.ore, nobody.points) == ([], 0, 0)
    dear = propose([a_candidate(1, 9_000, 100)], money(0))
    assert dear is not None and dear.chosen == []


def test_where_no_set_keeps_the_rows_none_is_found() -> None:
    problem = Problem([[Option(0, 0, {0: 1}), Option(5, 0, {0: 2})]], [[0, 1]], [0], 1)
    assert halves.best(problem, [Fraction(9)], None, search.Effort(100)) is None
