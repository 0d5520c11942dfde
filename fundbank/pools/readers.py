"""How one value of a policy is read, checked and written down again. Pure; a policy's fields name their reader.

``read`` takes what a form, a preset or a scenario file says and returns the value that rules work with; a senseless one
raises ValueError with an English message id. ``plain`` turns the value into what JSON and TOML can hold.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, count
from typing import Any

from fundbank.errors import N_
from fundbank.kit.money import LIMIT_ORE
from fundbank.pools.criteria import CODES

MOST_FRAMES = 8

_DECIMAL = re.compile(r"-?\d{1,9}(?:\.\d{1,9})?")
_LEVEL_CODE = re.compile(r"[\w.-]{1,20}")
_FRAME_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Frame:
    """A part of the pool kept for one area. Without an amount it sorts applications and binds nobody (domain.md §3)."""

    code: str
    name: str
    amount_ore: int | None = None


def frame_code(name: str, taken: Collection[str] = ()) -> str:
    """This function makes a code for a new budget frame out of its name, unlike those that are ``taken``."""
    ascii_name = name.lower().translate({ord("æ"): "ae", ord("ø"): "oe", ord("å"): "aa"})
    stem = re.sub(r"[^a-z0-9]+", "_", ascii_name).strip("_")[:30].rstrip("_")
    stem = stem if stem[:1].isalpha() else f"frame_{stem}".rstrip("_")
    return next(code for code in chain((stem,), (f"{stem}_{number}" for number in count(2))) if code not in taken)


class Reader:
    """What every reader can do."""

    optional = False

    def read(self, value: Any) -> Any:
        """This function returns the value that rules work with. Raises ValueError with a message id."""
        raise NotImplementedError

    def plain(self, value: Any) -> Any:
        """This function returns the value as JSON holds it."""
        return value


@dataclass(frozen=True)
class Text(Reader):
    """Words, without blanks around them."""

    longest: int
    required: bool = False

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(N_("Write this as text."))
        value = value.strip()
        if self.required and not value:
            raise ValueError(N_("Fill this in."))
        if len(value) > self.longest:
            raise ValueError(N_("This text is too long."))
        return value


@dataclass(frozen=True)
class YesNo(Reader):
    """Yes or no."""

    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(N_("Answer yes or no."))
        return value


@dataclass(frozen=True)
class Choice(Reader):
    """One of a few codes."""

    options: tuple[str, ...]

    def read(self, value: Any) -> str:
        if value not in self.options:
            raise ValueError(N_("Choose one of the options."))
        return str(value)


@dataclass(frozen=True)
class Several(Reader):
    """Any of a few codes, in the order in which the options stand."""

    options: tuple[str, ...]
    required: bool = False

    def read(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or any(code not in self.options for code in value):
            raise ValueError(N_("Choose among the options."))
        if self.required and not value:
            raise ValueError(N_("Choose at least one."))
        return tuple(code for code in self.options if code in value)

    def plain(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


@dataclass(frozen=True)
class Levels(Reader):
    """The levels of a scale, lowest first."""

    def read(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or any(not isinstance(code, str) or not _LEVEL_CODE.fullmatch(code) for code in value):
            raise ValueError(N_("Write the levels from the lowest to the highest."))
        if len(value) < 2:
            raise ValueError(N_("A scale needs at least two levels."))
        if len(value) > 10:
            raise ValueError(N_("A scale has at most ten levels."))
        if len(set(value)) < len(value):
            raise ValueError(N_("Each level stands only once."))
        return tuple(value)

    def plain(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


@dataclass(frozen=True)
class Whole(Reader):
    """A whole number within limits; perhaps none."""

    lowest: int
    highest: int
    optional: bool = False

    def read(self, value: Any) -> int | None:
        if value is None and self.optional:
            return None
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(N_("Write a whole number."))
        if value < self.lowest:
            raise ValueError(N_("This number is too small."))
        if value > self.highest:
            raise ValueError(N_("This number is too large."))
        return value


@dataclass(frozen=True)
class Ratio(Reader):
    """An exact decimal within limits, as a fraction (0.50 is 50 %)."""

    lowest: Decimal
    highest: Decimal
    fault: str
    above: bool = False  # the lowest value itself is refused

    def read(self, value: Any) -> Decimal:
        number = exact(value)
        if number is None or not self.lowest <= number <= self.highest or (self.above and number == self.lowest):
            raise ValueError(self.fault)
        return number

    def plain(self, value: Decimal) -> str:
        return format(value, "f")


@dataclass(frozen=True)
class Weights(Reader):
    """A weight for each criterion; one left out weighs nothing (domain.md §5)."""

    def read(self, value: Any) -> dict[str, Decimal]:
        if not isinstance(value, Mapping):
            raise ValueError(N_("Write a weight for each criterion."))
        if set(value) - set(CODES):
            raise ValueError(N_("There is no such criterion."))
        weights: dict[str, Decimal] = {}
        for criterion in CODES:
            weight = exact(value.get(criterion, 0))
            if weight is None:
                raise ValueError(N_("Write each weight as a number."))
            if weight < 0:
                raise ValueError(N_("A weight cannot be negative."))
            weights[criterion] = weight
        if sum(weights.values()) != 1:
            raise ValueError(N_("The weights must sum to 100 %."))
        return weights

    def plain(self, value: Mapping[str, Decimal]) -> dict[str, str]:
        return {criterion: format(value[criterion], "f") for criterion in CODES}


@dataclass(frozen=True)
class Frames(Reader):
    """Budget frames, each with a code of its own, a name, and an amount or none."""

    def read(self, value: Any) -> tuple[Frame, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(N_("Write the budget frames as a list."))
        if len(value) > MOST_FRAMES:
            raise ValueError(N_("A pool has at most eight budget frames."))
        frames = tuple(self._read_one(one) for one in value)
        if len({frame.code for frame in frames}) < len(frames) or len({frame.name for frame in frames}) < len(frames):
            raise ValueError(N_("Two budget frames have the same name or code."))
        return frames

    @staticmethod
    def _read_one(value: Any) -> Frame:
        if isinstance(value, Frame):
            value = {"code": value.code, "name": value.name, "amount_ore": value.amount_ore}
        if not isinstance(value, Mapping) or set(value) - {"code", "name", "amount_ore"}:
            raise ValueError(N_("A budget frame has a code, a name and perhaps an amount."))
        code, name, amount_ore = value.get("code"), value.get("name"), value.get("amount_ore")
        if not isinstance(code, str) or not _FRAME_CODE.fullmatch(code):
            raise ValueError(N_("The code of a budget frame is a short word of small letters."))
        if not isinstance(name, str) or not 0 < len(name.strip()) <= 120:
            raise ValueError(N_("A budget frame needs a name."))
        if amount_ore is not None:
            if isinstance(amount_ore, bool) or not isinstance(amount_ore, int):
                raise ValueError(N_("Write the amount of a budget frame in kroner."))
            if amount_ore < 0:
                raise ValueError(N_("The amount of a budget frame cannot be negative."))
            if amount_ore >= LIMIT_ORE:
                raise ValueError(N_("The amount of a budget frame is too large."))
        return Frame(code, name.strip(), amount_ore)

    def plain(self, value: tuple[Frame, ...]) -> list[dict[str, Any]]:
        return [{"code": frame.code, "name": frame.name, "amount_ore": frame.amount_ore} for frame in value]


def exact(value: Any) -> Decimal | None:
    """This function reads a plain decimal exactly; None for anything else (exponents, NaN, more than nine decimals)."""
    if isinstance(value, bool):
        return None
    text = format(value, "f") if isinstance(value, Decimal) and value.is_finite() else str(value).strip()
    return Decimal(text) if _DECIMAL.fullmatch(text) else None
