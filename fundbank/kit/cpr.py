"""Danish civil registration numbers: they don't belong in any text that is kept here (domain.md §12)."""

import re
from calendar import monthrange
from collections.abc import Iterable

from fundbank.errors import N_, Code, Refusal

CPR = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)[ \xa0]?[-\u2010-\u2013]?[ \xa0]?\d{4}(?!\d)")


class CprNumber(Refusal):
    code = Code.CPR_NUMBER
    message = N_("There is a CPR number in the text. It does not belong here: please remove it.")
    status = 422


def check_no_cpr_number(texts: Iterable[str] = (), **fields: str) -> None:
    """Raises CprNumber if a text holds a Danish civil registration number: ddmmyy-xxxx, ddmmyyxxxx or ddmmyy xxxx
    that begins with a date, not part of a longer run of digits (domain.md §12). The refusal never repeats the number. A text given
    by the name of its form field is refused there.
    """
    for field, text in (*((None, text) for text in texts), *fields.items()):
        for day, month, year in CPR.findall(text):
            if _is_date(int(year), int(month), int(day)):
                raise CprNumber(field=field)


def _is_date(year: int, month: int, day: int) -> bool:
    """Is it a day of the calendar, in whichever century?"""
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]
