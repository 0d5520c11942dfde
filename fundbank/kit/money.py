"""Money is whole øre. This module reads, rounds and splits amounts; it never sees a float (domain.md §7)."""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from fundbank.errors import N_, InvalidAmount
from fundbank.kit.numbers import is_too_long, read_number

LIMIT_ORE = 10**14  # 1,000,000,000,000 kr.: above any municipality's budget, far inside a BigInteger
TOO_LARGE = N_("The amount is too large: it must be below 1,000,000,000,000 kroner.")

PLAIN = re.compile(r"-?\d+(?:\.\d{1,2})?", re.ASCII)
DECORATION = re.compile(r"^(?:kr\.?|dkk)\s*|\s*(?:kr\.?|dkk|,-)$", re.IGNORECASE)


def parse_kroner(text: str) -> int:
    """Read an amount as Danes write it: ``1.250.000``, ``1 250 000``, ``1250000,50``, ``kr. 500``. Returns øre, 0 or
    more.

    Raises InvalidAmount for signs, exponents, English separators, groups that are not of three digits, more than two
    decimals and amounts of 10^12 kroner or more.
    """
    if is_too_long(text):
        raise InvalidAmount(TOO_LARGE)
    kroner = read_number(DECORATION.sub("", DECORATION.sub("", text.strip())), decimals=2)
    if kroner is None:
        raise InvalidAmount()
    return _bounded(kroner)


def parse_plain(text: str) -> int:
    """Read the scenario file's form: digits, a dot, at most two decimals; a leading minus is understood. Returns
    øre.
    """
    if is_too_long(text):
        raise InvalidAmount(TOO_LARGE)
    if not PLAIN.fullmatch(text):
        raise InvalidAmount()
    return _bounded(Decimal(text))


def _bounded(kroner: Decimal) -> int:
    if abs(ore := int(kroner * 100)) >= LIMIT_ORE:
        raise InvalidAmount(TOO_LARGE)
    return ore


def plain(ore: int) -> str:
    """Print øre as ``1234.50``: the form of scenario files, statements and CSV."""
    sign, ore = ("-", -ore) if ore < 0 else ("", ore)
    return f"{sign}{ore // 100}.{ore % 100:02d}"


def round_half_up(value: Fraction | Decimal | int) -> int:
    """Round to a whole number, halves away from zero."""
    return _half_up(*value.as_integer_ratio())


def share_of(share: Decimal | Fraction | int, ore: int) -> int:
    """A share of an amount, half up to the øre (domain.md §8)."""
    return shares_of(share, (ore,))[0]


def shares_of(share: Decimal | Fraction | int, ores: Sequence[int]) -> list[int]:
    """The same share of each amount."""
    numerator, denominator = share.as_integer_ratio()
    return [_half_up(numerator * ore, denominator) for ore in ores]


def _half_up(numerator: int, denominator: int) -> int:
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -magnitude if numerator < 0 else magnitude


def split(ore: int, weights: Sequence[int]) -> list[int]:
    """Split ``ore`` over ``weights`` by largest remainder; a tie goes to the earlier part; the parts sum to ``ore``
    (domain.md §7).

    Without any weight the parts are equal. Raises ValueError for no parts or a negative weight.
    """
    if not weights or min(weights) < 0:
        raise ValueError("a split needs parts, none of them negative")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    floors = [ore * weight // whole for weight in weights]
    if missing := ore - sum(floors):
        remainders = [ore * weight % whole for weight in weights]
        for index in sorted(range(len(weights)), key=remainders.__getitem__, reverse=True)[:missing]:  # equal ones keep their order
            floors[index] += 1
    return floors
