"""Long lists a part at a time: the rows after a key, however many there are before and behind."""

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Generic, NamedTuple, TypeVar

Row = TypeVar("Row")

SHOWN = 25  # as much as anybody works through at a time


class Part(NamedTuple, Generic[Row]):
    """Some rows, and the key after which there are more; None at the end of the list."""

    rows: Sequence[Row] = ()
    last: int | None = None


def part_of(found: Sequence[Row], key: Callable[[Row], int], most: int) -> Part[Row]:
    """The first ``most`` rows of what was ``found``, of which one more tells that there are more. Rows of one key stay together: the
    last ones wait for the next part, unless they are all there is room for.
    """
    if len(found) <= most:
        return Part(found)
    cut = key(found[most])
    rows = list(takewhile(lambda row: key(row) != cut, found)) or list(takewhile(lambda row: key(row) == cut, found))
    return Part(rows, key(rows[-1]))
