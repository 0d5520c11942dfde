"""Rows that were sorted while their names, which are hidden, stayed where they were: which is which. Pure."""

from collections.abc import Hashable, Mapping

Rows = Mapping[str, frozenset[Hashable]]
"""What stands in each row, field by field, by the name beside it."""


def put_back(rows: Rows, written: Rows) -> dict[str, str]:
    """The name that each row has by right, by the name beside it: a row in which stands what was ``written`` in another one is that one.

    The others keep their names; where that is taken, they have one of those that are left, of the row that they are most like.
    """
    names = {name: name for name, said in rows.items() if said == written.get(name)}
    moved: dict[frozenset[Hashable], list[str]] = {}
    for name in sorted(written.keys() - names.keys(), reverse=True):
        moved.setdefault(written[name], []).append(name)
    names |= {name: moved[said].pop() for name, said in rows.items() if name not in names and moved.get(said)}
    taken = set(names.values())
    names |= {name: name for name in rows if name not in names and name not in taken}
    homeless, spare = rows.keys() - names.keys(), rows.keys() - set(names.values())
    pairs = sorted((-len(rows[name] & written.get(other, frozenset())), name, other) for name in homeless for other in spare)
    for _alike, name, other in pairs:
        if name not in names and other in spare:
            names[name] = other
            spare.discard(other)
    return names
