"""The first of what waits, on a page that has more to show: as many as anybody works through at a time, and a link to all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for

Row = TypeVar("Row")

SHOWN = 25


@dataclass(frozen=True)
class FirstOf(Generic[Row]):
    """What is shown of it, whether there is more, and the address of the page that shows everything (macro ``and_more``)."""

    rows: Sequence[Row] = ()
    has_more: bool = False
    everything: str = ""


def first_of(find: Callable[[int | None], Sequence[Row]]) -> FirstOf[Row]:
    """The SHOWN first rows that ``find`` gives when it is asked for so many (None: all), or all of them if the address asks for all."""
    if request.args.get("show") == "all":
        return FirstOf(find(None))
    rows = find(SHOWN + 1)
    everything = url_for(request.endpoint or "", **(request.view_args or {}), show="all")
    return FirstOf(rows[:SHOWN], len(rows) > SHOWN, everything)
