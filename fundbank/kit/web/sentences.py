"""Refusals in the language that is being written. Needs no request."""

from datetime import date, datetime
from typing import Any

from fundbank.errors import Refusal, Word
from fundbank.kit import formats
from fundbank.kit.language import gettext as _


def sentence(refusal: Refusal) -> str:
    """The refusal in the reader's language, its amounts and dates in the reader's form."""
    values = {name: _shown(name, value) for name, value in refusal.values.items()}
    return _(refusal.sentence, **values)


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Word):
        return _(value)
    if name.endswith("_ore") and isinstance(value, int):
        return formats.kroner(value)
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    return value
