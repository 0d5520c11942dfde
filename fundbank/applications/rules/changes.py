"""What differs between two versions of an application, field by field and figure by figure (domain.md §4: the forum sees what changed)."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fundbank.applications.rules import business_case
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.row_keys import KINDS
from fundbank.applications.rules.spans import CostSpan, GainSpan, cost_spans, gain_spans
from fundbank.applications.rules.words import FIELDS, FIGURES

SPANS: dict[str, Callable[[Any], Sequence[Any]]] = {"costs": cost_spans, "gains": gain_spans}
ROWS = (*KINDS, "own_financing", "qualitative_gains")

Pair = tuple[Any, Any]


@dataclass(frozen=True)
class Change:
    """One field: its old and new value; for a list of rows, each row that differs as it was and as it is, None where there is none."""

    field: str
    pairs: tuple[Pair, ...]

    @property
    def is_rows(self) -> bool:
        return self.field in ROWS


def changes(old: Content, new: Content) -> list[Change]:
    """List the fields in which the two differ, in the order in which an application is read.

    A row is known by its key, whatever it is called and wherever it stands. Rows without one, and rows that were taken out and written
    again as they were, are left out if they stand in both; a title written anew is a change of its own.
    """
    found = []
    for field in FIELDS:
        before, after = getattr(old, field), getattr(new, field)
        if field in ROWS:
            read = SPANS.get(field, tuple)
            if pairs := _pairs(read(before), read(after)):
                found.append(Change(field, pairs))
        elif (before or None) != (after or None):
            found.append(Change(field, ((before, after),)))
    return found


@dataclass(frozen=True)
class MovedAnnexes:
    """What only the earlier of two versions was handed in with, and what only the later one."""

    gone: tuple[Any, ...] = ()
    come: tuple[Any, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.gone or self.come)


def moved_annexes(old: Sequence[Any], new: Sequence[Any]) -> MovedAnnexes:
    """Compare the files of two versions, each known by its id: one that replaces another of the same name is another."""
    before, after = ({file.id for file in files} for files in (old, new))
    return MovedAnnexes(tuple(file for file in old if file.id not in after), tuple(file for file in new if file.id not in before))


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that is worked out of what the two say: in øre where its name ends so, else in months (None: never within the case)."""

    figure: str
    before: int | None
    after: int | None

    @property
    def is_money(self) -> bool:
        return self.figure.endswith("_ore")


def changed_figures(old: Content, new: Content, rate: Decimal) -> list[ChangedFigure]:
    """List what the two come to where it is not the same, in the order of ``words.FIGURES``; ``rate`` discounts both (a fraction)."""
    before, after = _figures(old, rate), _figures(new, rate)
    return [ChangedFigure(name, before[name], after[name]) for name in FIGURES if before[name] != after[name]]


def _figures(content: Content, rate: Decimal) -> dict[str, int | None]:
    annual = business_case.annual_gains(content)
    rows = business_case.yearly(content)
    return {
        "requested_ore": content.requested_ore,
        "establishment_ore": sum(row.establishment_ore for row in rows),
        "operation_ore": sum(row.operation_ore for row in rows),
        "own_financing_ore": content.own_ore,
        "low_gain_ore": annual.low_ore,
        "typical_gain_ore": annual.typical_ore,
        "high_gain_ore": annual.high_ore,
        "all_gains_ore": sum(business_case.planned_gains(content).values()),
        "cashable_gains_ore": sum(business_case.planned_gains(content, cashable_only=True).values()),
        "payback_months": business_case.payback_months(content),
        "cashable_payback_months": business_case.payback_months(content, cashable_only=True),
        "loan_payback_months": business_case.loan_payback_months(content) if content.loan_ore else None,
        "npv_ore": business_case.npv_ore(content, rate),
        "cashable_npv_ore": business_case.npv_ore(content, rate, cashable_only=True),
    }


def _pairs(before: Sequence[Any], after: Sequence[Any]) -> tuple[Pair, ...]:
    """The rows that differ: those that changed, then those that went, then those that came."""
    places = {key: place for place, row in enumerate(after) for key in _keys(row)}
    changed, gone, left = [], [], dict(enumerate(after))
    for row in before:
        place = next((places[key] for key in _keys(row) if places.get(key) in left), None)
        if place is None:
            gone.append(row)
        elif row != (now := left.pop(place)):
            changed.append((row, now))
    come = list(left.values())
    return (*changed, *((row, None) for row in _missing(gone, come)), *((None, row) for row in _missing(come, gone)))


def _keys(row: Any) -> list[str]:
    """The keys that a row has: one a year, or one, or none."""
    keys = row.keys.values() if isinstance(row, CostSpan | GainSpan) else [getattr(row, "key", "")]
    return [key for key in keys if key]


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
