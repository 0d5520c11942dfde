"""The name of each row of the form in which an application is written: its own for good, from before it is first saved.

Two writers mean the same row if they name the same. A new row's name is made with the page that shows it, and says nothing; nothing but
forms knows rows by it (what points to a row from outside points to its key: rules.row_keys). What was written without a form, as from a
scenario file, gets its names here.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from fundbank.applications.rules.content import Content

NAME = re.compile(r"[a-z0-9]{1,16}", re.ASCII)

KINDS: Mapping[str, Callable[[Any], Any] | None] = {
    "costs": lambda cost: (cost.kind, cost.amount_ore, cost.text, cost.hours, cost.rate_ore),
    "gains": lambda gain: (gain.department_id, gain.amount_ore, gain.cashable, gain.text),
    "gain_areas": None,
    "own_financing": None,
    "qualitative_gains": None,
}
"""The lists of the content that are written in rows. Where one row stands for several years: what those have in common."""


def named(content: Content) -> Content:
    """Give each row of the form a name, the same for all its years; one that has its own keeps it. The same content gets the same names."""
    used: set[str] = set()
    made = content.keys_made
    changes: dict[str, Any] = {}
    for kind, alike in KINDS.items():
        items = list(getattr(content, kind))
        for places in _rows(items, alike):
            first = items[places[0]]
            name = next((one for one in (first.row, getattr(first, "key", "")) if one and one not in used), "")
            while not name or name in used:
                made += 1
                name = f"r{made}"
            used.add(name)
            for place in places:
                items[place] = items[place] if items[place].row == name else replace(items[place], row=name)
        changes[kind] = tuple(items)
    return content.replace(**changes, keys_made=made)


def _rows(items: Iterable[Any], alike: Callable[[Any], Any] | None) -> list[list[int]]:
    """The places of the items of each row: a year goes on with the first row of its name that says the same and ends the year before."""
    found: list[tuple[list[int], Any, int]] = []
    for place, item in enumerate(items):
        if alike is None:
            found.append(([place], None, 0))
            continue
        said = item.row, alike(item)
        at = next((at for at, (_places, of_row, last) in enumerate(found) if of_row == said and last == item.year - 1), None)
        if at is None:
            found.append(([place], said, item.year))
        else:
            found[at] = ([*found[at][0], place], said, item.year)
    return [places for places, _said, _last in found]
