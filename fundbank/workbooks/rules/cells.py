"""What stands in a cell, as it would be typed in a form. Pure.

A spreadsheet keeps numbers as floats of some sixteen digits; what people write has fewer, so that each comes back as it was written.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from fundbank.kit.money import round_half_up
from fundbank.kit.numbers import DECIMALS

LONGEST = 32_767  # characters: more fit in no cell
SHOWN = 60  # characters of what stands in a cell that a sentence repeats


class Kind(StrEnum):
    """What is asked for in a cell."""

    TEXT = "text"
    MONEY = "money"
    WHOLE = "whole"
    DECIMAL = "decimal"
    SHARE = "share"
    SHARES = "shares"
    """One of several shares that a form takes as one text."""
    CHOICE = "choice"
    YES_NO = "yes_no"


class Cell(NamedTuple):
    """Where something stands: the sheet as it is called, ``C7``, and what stands there as people see it."""

    sheet: str
    address: str
    shown: str

    @property
    def place(self) -> tuple[int, int, str]:
        """Where on its sheet it stands, to order cells by: row by row, and in a row by the letters of the columns."""
        column = self.address.rstrip("0123456789")
        return int(self.address[len(column) :]), len(column), column


def number_as_typed(value: float, kind: Kind, show: Callable[[Any], str]) -> str:
    """A number as the field shows it: kroner rounded to the øre, half up; a share of at most 1 is a fraction (0,25 is 25 %), a larger one
    stands in per cent. What the field would not take stays a number that it can refuse.
    """
    if not math.isfinite(value):
        return str(value)
    number = Decimal(repr(value))
    if number < 0:
        return _plain(number)
    if kind == Kind.MONEY:
        return show(round_half_up(number * 100))
    if kind == Kind.WHOLE:
        return show(int(number)) if number == int(number) else _plain(number)
    if kind == Kind.SHARE:
        return show(as_fraction(number))
    if kind == Kind.SHARES:
        return show((as_fraction(number),))
    return show(_rounded(number)) if kind == Kind.DECIMAL else _plain(number)


def shares_as_typed(values: Sequence[float], show: Callable[[Any], str]) -> str:
    """Shares of several years, all of them numbers, as the field shows them together."""
    return show(tuple(as_fraction(Decimal(repr(value))) for value in values))


def as_fraction(number: Decimal) -> Decimal:
    """A share as a fraction, whether it is written as 0.25 or as 25."""
    return _rounded(number if number <= 1 else number / 100, DECIMALS + 2)


def said_in(value: Any) -> str:
    """What stands in a cell, as text."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _plain(Decimal(repr(value))) if math.isfinite(value) else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def shown_in(value: Any) -> str:
    """The same, short enough for a sentence."""
    text = " ".join(said_in(value).split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _rounded(number: Decimal, decimals: int = DECIMALS) -> Decimal:
    return Decimal(round_half_up(number.scaleb(decimals))).scaleb(-decimals)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")
