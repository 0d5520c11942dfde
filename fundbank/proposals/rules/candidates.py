"""What the forum chooses among, and within which limits. Amounts in whole øre, points in whole hundredths (domain.md §5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from fundbank.kit.money import share_of


class Given(StrEnum):
    """What a set gives a candidate: the sum that it asks for, the lower one that it could do with, or nothing."""

    ASKED = "asked"
    LOWER = "lower"
    NOTHING = "nothing"


class Aim(StrEnum):
    """What decides among sets with equally many points."""

    MOST_PROJECTS = "most_projects"
    LEAST_MONEY = "least_money"
    MOST_DEPARTMENTS = "most_departments"


class RuleKind(StrEnum):
    """The rules that a set keeps."""

    MONEY = "money"
    FRAME = "frame"
    MUST = "must"
    NOT_BOTH = "not_both"
    ONLY_IF = "only_if"
    LEAST_SHARE = "least_share"
    FLOOR = "floor"


class Rule(NamedTuple):
    """A rule by its name: which frame, which candidates or which department it is about."""

    kind: RuleKind
    of: tuple[int | str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """An application that could be funded.

    ``lower_ore`` is the one lower sum that the applicant named. ``months`` say what it does to the low line of the pool's available money
    by the end of each month to come if it gets what it asks for, ``months_lower`` the same of the lower sum.
    """

    id: int
    number: int
    points: int
    asked_ore: int
    lower_ore: int | None = None
    frame: str = ""
    department_id: int = 0
    is_must: bool = False
    months: Sequence[int] = ()
    months_lower: Sequence[int] = ()

    @property
    def sums(self) -> list[Given]:
        """What it can be given."""
        is_lower = self.lower_ore is not None and 0 < self.lower_ore < self.asked_ore
        return [Given.ASKED, Given.LOWER, Given.NOTHING] if is_lower else [Given.ASKED, Given.NOTHING]

    def ore(self, given: Given) -> int:
        """What it then gets."""
        return {Given.ASKED: self.asked_ore, Given.LOWER: self.lower_ore or 0, Given.NOTHING: 0}[given]

    def counts(self, given: Given) -> int:
        """The points that it then brings: a lower sum brings as large a part of the points as it is of what is asked."""
        if given is Given.LOWER:
            return share_of(Fraction(self.lower_ore or 0, self.asked_ore), self.points)
        return self.points if given is Given.ASKED else 0

    def moves(self, given: Given) -> Sequence[int]:
        """What that does to the low line."""
        return {Given.ASKED: self.months, Given.LOWER: self.months_lower, Given.NOTHING: ()}[given]


@dataclass(frozen=True)
class Limits:
    """The money that there is to choose with, and the rules that a set keeps.

    ``frames`` say what each frame has left; ``not_both`` and ``only_if`` pair candidates by their ids, the second of ``only_if`` being the
    one that the first needs; ``given`` are those that have been approved already. Each department with candidates gets ``least_share`` of
    the money, or all that it asks for if that is less. ``low_line`` is the forecast's without the candidates; with them it ends no month
    below ``floor_ore``.
    """

    money_ore: int
    frames: Mapping[str, int] = field(default_factory=dict)
    not_both: Sequence[tuple[int, int]] = ()
    only_if: Sequence[tuple[int, int]] = ()
    given: Collection[int] = ()
    least_share: Fraction | None = None
    low_line: Sequence[int] = ()
    floor_ore: int | None = None
