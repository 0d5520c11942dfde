"""Candidates at random, with every kind of rule, and the search that leaves nothing out."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

from fundbank.proposals.rules import Aim, Candidate, Given, Limits

KRONER = 100


def a_candidate(number: int, points: int, asked: int, **values: object) -> Candidate:
    """A candidate whose id is its number; ``asked`` in kroner."""
    return Candidate(id=number, number=number, points=points, asked_ore=asked * KRONER, **values)  # type: ignore[arg-type]


def a_case(rng: random.Random, count: int) -> tuple[list[Candidate], Limits, Aim]:
    """So many candidates with money, frames, musts, pairs, lower sums, least shares and months that may bind; round sums half the time."""
    is_round, candidates = rng.random() < 0.5, []
    for number in range(1, count + 1):
        asked_ore = rng.randint(1, 20) * 5_000_000 if is_round else rng.randint(1, 99_999_999)
        lower_ore = rng.choice([None, None, asked_ore * rng.randint(3, 9) // 10])
        back, lower_back = (rng.randint(0, ore) for ore in (asked_ore, lower_ore or 0))
        candidates.append(
            Candidate(
                id=number + 100,
                number=number,
                points=rng.choice([rng.randint(0, 10_000), rng.choice([0, 2_500, 5_000, 7_500, 10_000])]),
                asked_ore=asked_ore,
                lower_ore=lower_ore,
                frame=rng.choice(["", "a", "b"]),
                department_id=rng.randint(1, 3),
                is_must=rng.random() < 0.08,
                months=[-asked_ore] * 2 + [back - asked_ore] * 2,
                months_lower=[-(lower_ore or 0)] * 2 + [lower_back - (lower_ore or 0)] * 2,
            )
        )
    all_ore, ids = sum(one.asked_ore for one in candidates), [one.id for one in candidates]
    money_ore = all_ore * rng.randint(1, 90) // 100
    limits = Limits(
        money_ore=money_ore,
        frames={"a": all_ore * rng.randint(5, 40) // 100} if rng.random() < 0.5 else {},
        not_both=_pairs(rng, ids),
        only_if=_pairs(rng, ids),
        least_share=Fraction(rng.randint(5, 20), 100) if rng.random() < 0.25 else None,
        low_line=[money_ore + rng.randint(-all_ore // 10, all_ore // 10) for _month in range(4)],
        floor_ore=rng.choice([None, None, 0, -all_ore // 10]),
    )
    return candidates, limits, rng.choice(list(Aim))


def with_tight_shares(rng: random.Random, case: tuple[list[Candidate], Limits, Aim]) -> tuple[list[Candidate], Limits, Aim]:
    """The same where the departments' least shares reserve half to all of the money; with coarse points half the time."""
    candidates, limits, aim = case
    step, departments = rng.choice([1, 250]), rng.randint(2, 4)
    candidates = [
        replace(one, points=one.points // step * step, department_id=rng.randint(1, departments), is_must=False) for one in candidates
    ]
    money_ore = max(limits.money_ore, sum(one.asked_ore for one in candidates) * rng.randint(2, 6) // 10)
    reserved = Fraction(rng.choice([50, 80, 92, 97, 100]), 100 * departments)
    return candidates, replace(limits, money_ore=money_ore, least_share=reserved, frames={}, floor_ore=None), aim


def _pairs(rng: random.Random, ids: list[int]) -> list[tuple[int, int]]:
    found = [rng.sample(ids, 2) for _pair in range(rng.randint(0, 2)) if len(ids) > 1 and rng.random() < 0.5]
    return [(one, other) for one, other in found]


def every_set(candidates: list[Candidate], limits: Limits, aim: Aim) -> dict[int, Given] | None:
    """The best set, found by looking at each: the rules as sentences, and no arithmetic shared with the search."""
    best: tuple[tuple[int, int, list[int]], dict[int, Given]] | None = None
    for sums in product(*(one.sums for one in candidates)):
        given = {one.id: sum_ for one, sum_ in zip(candidates, sums, strict=True)}
        if keeps(candidates, limits, given):
            worth = (sum(one.counts(given[one.id]) for one in candidates), _second(candidates, given, aim), [_place(sum_) for sum_ in sums])
            if best is None or worth > best[0]:
                best = (worth, given)
    return None if best is None else best[1]


def keeps(candidates: list[Candidate], limits: Limits, given: dict[int, Given]) -> bool:
    """Does a set keep every rule?"""
    chosen = {one.id: one for one in candidates if given[one.id] is not Given.NOTHING}
    ore = {id_: one.ore(given[id_]) for id_, one in chosen.items()}
    in_frame = {frame: sum(ore[id_] for id_, one in chosen.items() if one.frame == frame) for frame in limits.frames}
    months = (line + sum(one.moves(given[id_])[month] for id_, one in chosen.items()) for month, line in enumerate(limits.low_line))
    return (
        sum(ore.values()) <= limits.money_ore
        and all(used <= limits.frames[frame] for frame, used in in_frame.items())
        and all(one.id in chosen for one in candidates if one.is_must)
        and not any(one in chosen and other in chosen for one, other in limits.not_both)
        and all(one not in chosen or needed in chosen for one, needed in limits.only_if)
        and all(_has_its_share(candidates, limits, ore, unit) for unit in {one.department_id for one in candidates})
        and (limits.floor_ore is None or min(months) >= limits.floor_ore)
    )


def _has_its_share(candidates: list[Candidate], limits: Limits, ore: dict[int, int], unit: int) -> bool:
    of_unit = [one for one in candidates if one.department_id == unit]
    least = min((limits.least_share or 0) * limits.money_ore, sum(one.asked_ore for one in of_unit))
    return sum(ore.get(one.id, 0) for one in of_unit) >= int(least)


def _second(candidates: list[Candidate], given: dict[int, Given], aim: Aim) -> int:
    chosen = [one for one in candidates if given[one.id] is not Given.NOTHING]
    if aim is Aim.LEAST_MONEY:
        return -sum(one.ore(given[one.id]) for one in chosen)
    return len(chosen) if aim is Aim.MOST_PROJECTS else len({one.department_id for one in chosen})


def _place(given: Given) -> int:
    return [Given.NOTHING, Given.LOWER, Given.ASKED].index(given)
