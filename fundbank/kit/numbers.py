"""Numbers as Danes write them: thousands in groups, a decimal comma. One grammar for kroner, minutes, shares and counts."""

import re
from decimal import Decimal

DECIMALS = 6
LONGEST = 40  # characters; beyond that it is no number, whatever it says

# No-break, thin and the other spaces between figures that word processors and spreadsheets put between groups.
SPACES = dict.fromkeys(map(ord, "\xa0\u2007\u2008\u2009\u200a\u202f"), " ")
DANISH = re.compile(r"(?P<whole>[1-9]\d{0,2}(?P<sign>[. ])\d{3}(?:(?P=sign)\d{3})*|\d+)(?:,(?P<part>\d+))?", re.ASCII)


def is_too_long(text: str) -> bool:
    """Is it longer than any number? Asked before anything else looks at it."""
    return len(text) > LONGEST


def read_number(text: str, *, decimals: int = 0) -> Decimal | None:
    """``6.000``, ``6 000``, ``1250000,5``: the number, 0 or more, with at most so many ``decimals``; None for what is none.

    Groups are of three digits and all parted alike. Neither signs nor exponents, and no decimal dot: ``1.25`` is None.
    """
    if is_too_long(text) or not (match := DANISH.fullmatch(text.translate(SPACES))):
        return None
    whole, part = match["whole"].replace(match["sign"] or " ", ""), match["part"] or ""
    return Decimal(f"{whole}.{part}" if part else whole) if len(part) <= decimals else None


def read_share(text: str) -> Decimal | None:
    """``12,5`` or ``12,5 %``: a share in hundredths, as it was written; None for what is none."""
    return read_number(text.removesuffix("%").strip(), decimals=DECIMALS)
