"""From levels to points, totals and ranks (domain.md §5). Points run from 0 to 100 and stay exact fractions until
they are shown.

A level is a rank on the policy's scale, its lowest = 1; a sheet of scores is a level per criterion.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from math import lcm
from typing import Any, Generic, TypeVar

from fundbank.errors import N_, Incomplete
from fundbank.kit.money import round_half_up
from fundbank.people.rules import is_in_line
from fundbank.pools.criteria import CODES

Key = TypeVar("Key", bound=Hashable)

DISCUSS_FROM = 2  # levels between the highest and the lowest


@dataclass(frozen=True)
class CriterionScore:
    """One criterion over all members. A consensus replaces the mean in ``points``; both are kept."""

    code: str
    mean: Fraction
    lowest: int
    highest: int
    consensus_level: int | None
    consensus_points: Fraction | None

    @property
    def points(self) -> Fraction:
        return self.mean if self.consensus_points is None else self.consensus_points

    @property
    def spread(self) -> int:
        return self.highest - self.lowest

    @property
    def discuss(self) -> bool:
        return self.spread >= DISCUSS_FROM


@dataclass(frozen=True)
class Assessment:
    """An application's scores: per criterion in the order of the five, and the weighted total."""

    criteria: dict[str, CriterionScore]
    total: Fraction
    members: int


def check_levels(levels: Mapping[str, Any], scale_size: int) -> None:
    """Raises Incomplete unless there is a level for exactly the five criteria, each a whole number in 1..scale_size."""
    if set(levels) != set(CODES):
        raise Incomplete(N_("Give a level for each of the five criteria."), field="levels")
    for code in CODES:
        if type(levels[code]) is not int or not 1 <= levels[code] <= scale_size:
            raise Incomplete(N_("Choose a level on the scale of this pool."), field=code)


def check_reasons(levels: Mapping[str, int], reasons: Mapping[str, str], scale_size: int) -> None:
    """Raises Incomplete where the lowest or the highest level stands without a reason, as a policy can ask."""
    for code in CODES:
        if levels[code] in (1, scale_size) and not reasons.get(code, "").strip():
            raise Incomplete(N_("Write why you chose the lowest or the highest level."), field=f"reason_{code}")


def own_order(person_id: int, ids: Iterable[int]) -> list[int]:
    """The ids in an order that is the person's own and stays the same: not every member tires at the same application."""
    return sorted(ids, key=lambda id_: sha256(f"{person_id}:{id_}".encode()).digest())


def counts(*, scale_size: int, member_path: str, unit_path: str, policy_scale_size: int, is_decided: bool) -> bool:
    """Does a score that was handed in count, in the total and for the fewest scores before a decision (domain.md §5)?

    It counts on the scale of the rules, and while its member may score the application as it is now: the two units (by their paths) don't
    stand in line. Whoever declares an interest has no score any more. What has been decided keeps the scores that it was decided on.
    """
    return scale_size == policy_scale_size and (is_decided or not _in_line(member_path, unit_path))


def consensus_counts(*, scale_size: int, version_number: int, policy_scale_size: int, submitted_version: int) -> bool:
    """Does a consensus count? It belongs to the version that it was agreed on: a new submission sets it aside (domain.md §5)."""
    return scale_size == policy_scale_size and version_number == submitted_version


def moved_level(level: int, from_size: int, to_size: int) -> int:
    """The level at the same place on another scale, halves up: 2 of 3 is 3 of 5 (scenario.md). One outside its own scale stays outside."""
    if not 1 <= level <= from_size:
        return 0
    return 1 + round_half_up(Fraction((level - 1) * (to_size - 1), from_size - 1))


def points(level: int, scale_size: int) -> Fraction:
    """Turns a level into points: (level − lowest) / (highest − lowest) × 100 (domain.md §5)."""
    return Fraction((level - 1) * 100, scale_size - 1)


def member_total(levels: Mapping[str, int], weights: Mapping[str, Decimal], scale_size: int) -> Fraction:
    """One member's total: the weighted mean of the five points."""
    return _weighted({code: points(levels[code], scale_size) for code in CODES}, weights)


def assess(
    levels_by_member: Sequence[Mapping[str, int]],
    consensus: Mapping[str, int],
    weights: Mapping[str, Decimal],
    scale_size: int,
) -> Assessment | None:
    """An application's assessment, or None before the first score.

    Per criterion it is the mean over the members, or the consensus level where the forum has set one; the total is
    the weighted mean of those (domain.md §5).
    """
    if not levels_by_member:
        return None
    criteria = {}
    for code in CODES:
        levels = [sheet[code] for sheet in levels_by_member]
        agreed = consensus.get(code)
        criteria[code] = CriterionScore(
            code=code,
            mean=sum((points(level, scale_size) for level in levels), Fraction(0)) / len(levels),
            lowest=min(levels),
            highest=max(levels),
            consensus_level=agreed,
            consensus_points=None if agreed is None else points(agreed, scale_size),
        )
    sums = {code: sum(sheet[code] for sheet in levels_by_member) for code in CODES}
    return Assessment(criteria, total_of(sums, len(levels_by_member), consensus, weights, scale_size), len(levels_by_member))


def total_of(
    sums: Mapping[str, int], members: int, consensus: Mapping[str, int], weights: Mapping[str, Decimal], scale_size: int
) -> Fraction:
    """Returns the weighted total of an application that ``members`` have scored, by the sum of their levels per criterion.

    Per criterion the mean counts, or the consensus level (domain.md §5). It is worked out in whole numbers, for rankings of very many.
    """
    whole, parts = _in_whole_numbers(tuple(weights[code] for code in CODES))
    ranks = (members * consensus[code] if code in consensus else sums[code] for code in CODES)
    above = sum(part * (rank - members) for part, rank in zip(parts, ranks, strict=True))
    return Fraction(100 * above, members * (scale_size - 1) * whole)


def shown(value: Fraction) -> Decimal:
    """Rounds points for the eye: two decimals, half up (domain.md §5)."""
    return Decimal(round_half_up(value * 100)).scaleb(-2)


def rank(entries: Iterable[tuple[Key, Fraction, Any]]) -> dict[Key, int]:
    """Ranks (key, total, order of submission) as 1, 2, 3 …, the highest total first; ties keep the earlier submission
    first (domain.md §5). The result is in order of rank.
    """
    entries = list(entries)
    heights = {total: height for height, total in enumerate(sorted({total for _key, total, _order in entries}, reverse=True))}
    ordered = sorted(entries, key=lambda entry: (heights[entry[1]], entry[2]))
    return {key: place for place, (key, _total, _order) in enumerate(ordered, start=1)}


def within(amounts_ore: Iterable[int], available_ore: int) -> int:
    """How many of ``amounts_ore`` (in øre, the best application first) can be paid one after the other before
    the money ends.
    """
    paid = 0
    for amount_ore in amounts_ore:
        available_ore -= amount_ore
        if available_ore < 0:
            break
        paid += 1
    return paid


_in_line = lru_cache(maxsize=10_000)(is_in_line)  # a ranking asks it of very many scores, and of few units


@lru_cache
def _in_whole_numbers(weights: tuple[Decimal, ...]) -> tuple[int, tuple[int, ...]]:
    """Weights as whole numbers of their smallest part, with their sum before them."""
    shares = [Fraction(weight) for weight in weights]
    parts = tuple(int(share * lcm(*(other.denominator for other in shares))) for share in shares)
    return sum(parts), parts


def _weighted(values: Mapping[str, Fraction], weights: Mapping[str, Decimal]) -> Fraction:
    shares = {code: Fraction(weights[code]) for code in CODES}
    return sum((shares[code] * values[code] for code in CODES), Fraction(0)) / sum(shares.values())


@dataclass(frozen=True)
class Leaning(Generic[Key]):
    """How far a member's points lie from the mean of the others who scored the same applications: positive is higher.

    Per criterion, and ``overall`` as the mean of the five; over ``applications`` that somebody else has scored too.
    """

    member: Key
    applications: int
    criteria: dict[str, Fraction]
    overall: Fraction


def leanings(sheets: Iterable[tuple[Mapping[Key, Mapping[str, int]], int]]) -> list[Leaning[Key]]:
    """Compare each member with the others: ``sheets`` holds, per application, each member's levels and the size of their scale."""
    apart: dict[Key, list[dict[str, Fraction]]] = {}
    for levels, scale_size in sheets:
        if len(levels) < 2:
            continue
        given = {member: {code: points(own[code], scale_size) for code in CODES} for member, own in levels.items()}
        sums = {code: sum(own[code] for own in given.values()) for code in CODES}
        for member, own in given.items():
            others = len(given) - 1
            apart.setdefault(member, []).append({code: own[code] - (sums[code] - own[code]) / others for code in CODES})
    found = []
    for member, rows in apart.items():
        criteria = {code: sum((row[code] for row in rows), Fraction(0)) / len(rows) for code in CODES}
        found.append(Leaning(member, len(rows), criteria, sum(criteria.values(), Fraction(0)) / len(CODES)))
    return found
