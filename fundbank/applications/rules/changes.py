"""What differs between two versions of an application, field by field (domain.md §4: the forum sees what changed)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fundbank.applications.rules.content import Content
from fundbank.applications.rules.spans import cost_spans, gain_spans
from fundbank.applications.rules.words import FIELDS

SPANS: dict[str, Callable[[Any], Sequence[Any]]] = {"costs": cost_spans, "gains": gain_spans}
ROWS = ("costs", "gains", "gain_areas", "own_financing", "qualitative_gains")


@dataclass(frozen=True)
class Change:
    """One field: its old and new value, or for a list of rows those that went and those that came."""

    field: str
    old: Any
    new: Any

    @property
    def is_rows(self) -> bool:
        return self.field in ROWS


def changes(old: Content, new: Content) -> list[Change]:
    """This function lists the fields in which the two differ, in the order in which an application is read.

    Rows that stand in both, in whatever order, are left out; a title written anew is a change of its own.
    """
    found = []
    for field in FIELDS:
        before, after = getattr(old, field), getattr(new, field)
        if field in ROWS:
            read = SPANS.get(field, tuple)
            change = Change(field, _missing(read(before), read(after)), _missing(read(after), read(before)))
            if change.old or change.new:
                found.append(change)
        elif (before or None) != (after or None):
            found.append(Change(field, before, after))
    return found


def _missing(rows: Sequence[Any], others: Sequence[Any]) -> tuple[Any, ...]:
    """The rows that the others lack, each as often as it is lacking."""
    left = Counter(others)
    lacking = []
    for row in rows:
        if left[row]:
            left[row] -= 1
        else:
            lacking.append(row)
    return tuple(lacking)
