"""Danish civil registration numbers: they don't belong in any text that is kept here (domain.md §12).

What only looks like one (a P-number, an account, a case) is taken if the writer says so: ``denied``. The history keeps who said it, and of
which field; never the number.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from fundbank.errors import N_, Code, Refusal
from fundbank.kit.text import DASHES, JOINERS, clean

# ddmmyyxxxx, the day perhaps with dots, strokes or spaces in it, and a dash or a space after it. Looked for at every place.
CPR = re.compile(r"(?<!\d)(?=(\d\d)([./-]? ?)(\d\d)\2(\d\d) ?-{0,2} ?(\d{4})(?!\d))")


class CprNumber(Refusal):
    code = Code.CPR_NUMBER
    message = N_("There is a CPR number in the text. It does not belong here: please remove it.")
    status = 422


@dataclass
class Denial:
    """Numbers of which somebody has said that they are no CPR numbers, and in which fields, until the history has it."""

    numbers: frozenset[str] = frozenset()
    fields: list[str] = field(default_factory=list)


_denial: ContextVar[Denial] = ContextVar("denial", default=Denial())  # noqa: B039  # never changed: it has no fields


@contextmanager
def denied(numbers: Iterable[str], fields: Iterable[str]) -> Iterator[None]:
    """Within this block these ``numbers`` (``numbers_in``) are taken; the first line of the history is followed by one about ``fields``."""
    token = _denial.set(Denial(frozenset(numbers), list(fields)))
    try:
        yield
    finally:
        _denial.reset(token)


def take_denied_fields() -> list[str]:
    """The fields that the history must still be told of; it is told once."""
    fields, _denial.get().fields[:] = _denial.get().fields[:], []
    return fields


def check_no_cpr_number(texts: Iterable[str] = (), *, known: Iterable[str] = (), **fields: str) -> None:
    """Raises CprNumber if a text holds a Danish civil registration number: ddmmyy-xxxx, however its parts are put apart, that
    begins with a date, not part of a longer run of digits (domain.md §12). The refusal never repeats the number. A text given
    by the name of its form field is refused there. What stood in the ``known`` texts before has been answered already.
    """
    taken = _denial.get().numbers.union(*map(numbers_in, known))
    for field_name, text in (*((None, text) for text in texts), *fields.items()):
        if numbers_in(text) - taken:
            raise CprNumber(field=field_name)


def numbers_in(text: str) -> frozenset[str]:
    """The CPR numbers of a text, as ten digits each."""
    bare = DASHES.sub("-", JOINERS.sub("", clean(text)))
    found = ((int(day), int(month), int(year), int(rest)) for day, _sign, month, year, rest in CPR.findall(bare))
    return frozenset(f"{day:02}{month:02}{year:02}{rest:04}" for day, month, year, rest in found if _is_date(year, month, day))


def _is_date(year: int, month: int, day: int) -> bool:
    """Is it a day of the calendar, in whichever century?"""
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000 + year, month)[1]
