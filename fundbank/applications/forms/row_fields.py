"""Fields that rows alone have: a share for each year, and the name that a row carries along."""

from collections.abc import Sequence
from decimal import Decimal

import wtforms

from fundbank.applications.rules.content import LAST_YEAR
from fundbank.applications.rules.row_names import NAME
from fundbank.errors import N_
from fundbank.kit.numbers import read_number
from fundbank.kit.web.forms import InvalidNumber, ReadField


class SharesField(ReadField):
    """Shares of year 1, 2, 3 … in per cent, ``50; 100``; ``data`` is a tuple of exact fractions.

    ``50,75`` could be one share or two, so that it is refused: a comma parts decimals only where a semicolon or the sign % stands too.
    """

    longest = 600

    def read(self, text: str) -> tuple[Decimal, ...]:
        parts = [part.strip() for part in text.split(";") if part.strip()]
        if not parts or len(parts) > LAST_YEAR:
            raise InvalidNumber(N_("Write a share in per cent for each year, for example 50; 100."))
        if any(_is_ambiguous(part, ";" in text) for part in parts):
            raise InvalidNumber(N_("Write a semicolon between the years, for example 50; 100."))
        shares = [read_number(part.removesuffix("%").strip(), decimals=4) for part in parts]
        if None in shares:
            raise InvalidNumber(N_("Write a share in per cent for each year, for example 50; 100."))
        fractions = tuple(share / 100 for share in shares if share is not None)
        if max(fractions) > 1:
            raise InvalidNumber(N_("Write shares from 0 to 100 per cent."))
        return fractions

    def show(self, value: Sequence[Decimal]) -> str:
        shown = [f"{(share * 100).normalize():f}".replace(".", ",") for share in value]
        return "; ".join(f"{share} %" if _is_ambiguous(share, len(shown) > 1) else share for share in shown)


def _is_ambiguous(part: str, is_parted: bool) -> bool:
    """Could the comma stand between two shares?"""
    _whole, _comma, decimals = part.partition(",")
    return not part.endswith("%") and len(decimals) > (2 if is_parted else 1)


class RowField(wtforms.HiddenField):
    """The name of the row, which its page carries along. What no name looks like is none."""

    kind = "hidden"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist and NAME.fullmatch(valuelist[0]) else None
