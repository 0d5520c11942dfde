"""What waits, a part at a time, beside other lists of the page: each goes on under a name of its own in the address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request, url_for

from fundbank.kit.keyset import Part
from fundbank.kit.web.addresses import asked_number

Row = TypeVar("Row")


@dataclass(frozen=True)
class Shown(Generic[Row]):
    """The rows that are shown, the address of the beginning if they are not it, and that of more if there is more (macro ``and_more``)."""

    rows: Sequence[Row] = ()
    beginning: str | None = None
    more: str | None = None


def shown(name: str, find: Callable[[int], Part[Row]], **kept: Any) -> Shown[Row]:
    """What ``find`` gives after the key that the address says under ``name``, or after 0. The other parts are at addresses that say what is
    ``kept``, too.
    """
    after = asked_number(name) or 0
    rows, last = find(after)

    def address(**values: Any) -> str:
        return url_for(request.endpoint or "", **(request.view_args or {}), **kept, **values)

    return Shown(rows, address() if after else None, address(**{name: last}) if last is not None else None)
