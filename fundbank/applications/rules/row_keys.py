"""The key of each cost, planned gain and gain area: short, made when the row is first written, its own for good.

Nobody chooses a key. It lives with its row through edits, versions and revisions of the business case; it says nothing about where the
row stands, and is never given again in the application. What points to a row (a gain report) points to its key.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from fundbank.applications.rules.content import Content

KINDS: Mapping[str, tuple[str, Callable[[Any], tuple[Any, ...]]]] = {
    "costs": ("c", lambda cost: (cost.year, cost.kind, cost.text)),
    "gains": ("g", lambda gain: (gain.year, gain.department_id, gain.text)),
    "gain_areas": ("a", lambda area: (area.name, area.department_id)),
}
"""The lists whose rows have keys: the letter that a key begins with, and what makes two rows without keys plainly the same."""


def keyed(content: Content, before: Content) -> Content:
    """Give each row of ``content`` its key; ``before`` is what the application said until now.

    A row keeps the key that it came with if ``before`` has that key in the same list; of two rows that came with one key, the first does.
    A row that came without, as from a scenario file, takes the key of the first row of ``before`` that it plainly is. Any other is new.
    """
    made = before.keys_made
    changes: dict[str, Any] = {}
    for name, (letter, same) in KINDS.items():
        rows, free = getattr(content, name), {row.key: row for row in getattr(before, name) if row.key}
        own = [row.key if free.pop(row.key, None) else "" for row in rows]
        waiting: dict[tuple[Any, ...], list[str]] = {}
        for key, row in free.items():
            waiting.setdefault(same(row), []).append(key)
        for place, row in enumerate(rows):
            if not own[place] and (left := waiting.get(same(row))):
                own[place] = left.pop(0)
            elif not own[place]:
                made += 1
                own[place] = f"{letter}{made}"
        changes[name] = tuple(row if row.key == key else replace(row, key=key) for row, key in zip(rows, own, strict=True))
    return content.replace(**changes, keys_made=made)


def of_years(keys: Mapping[int, str], first: int, last: int) -> dict[int, str]:
    """Return the key of each year of a row that was written for ``keys``' years and now stands for ``first`` to ``last``.

    A row that moved as a whole takes its keys along, in order; one that got longer or shorter keeps those of the years that it still has.
    """
    years = range(first, last + 1)
    if len(keys) == len(years):
        return dict(zip(years, (keys[year] for year in sorted(keys)), strict=True))
    return {year: keys[year] for year in years if year in keys}
