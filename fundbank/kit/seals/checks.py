"""Holding every row against the chain of seals, from its first seal: what was written past the program is named, table, row and column.

Whoever recomputes a chain from some seal to its end lets it agree with itself: that shows only against an end that was noted elsewhere.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json import loads
from typing import Any, NamedTuple

from sqlalchemy import inspect, select
from sqlalchemy.engine import Connection

from fundbank.errors import N_
from fundbank.kit.definitions import definitions
from fundbank.kit.seals.chain import HEADS, SEALS, hash_of, layouts
from fundbank.kit.seals.rows import DIGEST, Layout, changed_columns, digest_of, json_columns, rows_of

CHANGED = N_("%(table)s, row %(key)s, is not as the program wrote it.")
CHANGED_IN = N_("%(table)s, row %(key)s, is not as the program wrote it: %(columns)s.")
ADDED = N_("%(table)s, row %(key)s, was added past the program.")
DELETED = N_("%(table)s, row %(key)s, was deleted past the program.")
Anchors = Mapping[int, Mapping[int, str]]


class Fault(NamedTuple):
    """What is wrong, as a message id with its values."""

    sentence: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return self.sentence % self.values


@dataclass
class Known:
    """What the chains say: of each row its last imprint and how it was made; by municipality, which rules the database should have."""

    rows: dict[str, dict[str, tuple[str, Layout]]] = field(default_factory=dict)
    tables: dict[str, Layout] = field(default_factory=dict)
    rules: dict[int, Mapping[str, str]] = field(default_factory=dict)
    seals: int = 0

    def learn(self, content: Mapping[str, Any], owner: int, dialect: str) -> None:
        """Take in one seal of a municipality."""
        for name, (key, columns) in content.get("layout", {}).items():
            self.tables[name] = Layout(tuple(key), tuple(columns))
        if content.get("dialect") == dialect:
            self.rules[owner] = content["rules"]
        for table, row, imprint in content["rows"]:
            of_table = self.rows.setdefault(table, {})
            if imprint is None:
                of_table.pop(row, None)
            else:
                of_table[row] = str(imprint), self.tables[table]


def check(connection: Connection, anchors: Anchors | None = None) -> list[Fault]:
    """Everything that is not as the program wrote it; ``anchors`` are hashes by municipality and number, as noted elsewhere."""
    known = Known()
    faults = list(_chains(connection, known, anchors or {}))
    faults += [fault for _table, _key, fault in differences(connection, known)]
    return [*faults, *_rules(connection, known)]


def read(connection: Connection) -> Known:
    """What the chains say, whatever is wrong with them."""
    known = Known()
    list(_chains(connection, known, {}))
    return known


def _chains(connection: Connection, known: Known, anchors: Anchors) -> Iterator[Fault]:
    ends = {
        owner: (number, hashed)
        for owner, number, hashed in connection.execute(select(HEADS.c.municipality_id, HEADS.c.number, HEADS.c.hash))
    }
    last: dict[int, tuple[int, str]] = {}
    query = select(SEALS).order_by(SEALS.c.municipality_id, SEALS.c.number)
    for owner, number, content, previous, hashed in connection.execute(query, execution_options={"yield_per": 500, "stream_results": True}):
        values = {"number": number, "owner": owner}
        before = last.get(owner, (0, ""))
        if number != before[0] + 1:
            yield Fault(N_("Seals are missing before number %(number)s of municipality %(owner)s."), values)
        elif previous != before[1]:
            yield Fault(N_("Seal %(number)s of municipality %(owner)s does not continue from the one before it."), values)
        if hash_of(previous, owner, number, content) != hashed:
            yield Fault(N_("Seal %(number)s of municipality %(owner)s is not as it was written: its hash does not fit."), values)
        if anchors.get(owner, {}).get(number, hashed) != hashed:
            yield Fault(N_("Seal %(number)s of municipality %(owner)s is not the one whose hash was noted elsewhere."), values)
        try:
            known.learn(loads(content), owner, connection.dialect.name)
        except (ValueError, TypeError, KeyError, AttributeError):
            yield Fault(N_("Seal %(number)s of municipality %(owner)s cannot be read."), values)
        last[owner] = number, hashed
        known.seals += 1
    for owner in sorted({*ends, *last}):
        if ends.get(owner) != last.get(owner):
            yield Fault(N_("The end of the seals of municipality %(owner)s does not fit the last of them."), {"owner": owner})
    gone = N_("Seal %(number)s of municipality %(owner)s was noted elsewhere, but is not there.")
    for owner, noted in anchors.items():
        yield from (Fault(gone, {"number": number, "owner": owner}) for number in noted if number > last.get(owner, (0, ""))[0])


def differences(connection: Connection, known: Known, tables: Collection[str] | None = None) -> Iterator[tuple[str, str, Fault]]:
    """Rows, of all tables or of these, that are not as their last seal says: the table, the row, and what is wrong."""
    there, as_text = set(inspect(connection).get_table_names()), json_columns(connection)
    for name in sorted(({*known.tables, *layouts()} if tables is None else set(tables)) & there):
        sealed = known.rows.get(name, {})
        by_layout = {layout for _imprint, layout in sealed.values()} or {known.tables.get(name) or layouts()[name]}
        found = set[str]()
        for layout in by_layout:
            yield from _of_table(connection, name, layout, sealed, found, as_text.get(name, frozenset()))
        for key in sorted(set(sealed) - found):
            yield name, key, Fault(DELETED, {"table": name, "key": key})
    for name in sorted((set(known.rows) if tables is None else set(tables)) - there):
        for key in sorted(known.rows[name]):
            yield name, key, Fault(DELETED, {"table": name, "key": key})


def _of_table(
    connection: Connection, name: str, layout: Layout, sealed: Mapping[str, tuple[str, Layout]], found: set[str],
    as_text: frozenset[str],
) -> Iterator[tuple[str, str, Fault]]:  # fmt: skip
    """Rows that were sealed in this layout, or in none."""
    has = {column["name"] for column in inspect(connection).get_columns(name)}
    readable = Layout(layout.key, tuple(column for column in layout.columns if column in has))
    for key, values in rows_of(connection, name, readable, as_text):
        said = sealed.get(key)
        if said is None:
            if key not in found:
                yield name, key, Fault(ADDED, {"table": name, "key": key})
        elif said[1] == layout and readable != layout:
            yield name, key, _changed(name, key, sorted(set(layout.columns) - has))
        elif said[1] == layout and digest_of(layout.columns, values) != said[0][:DIGEST]:
            yield name, key, _changed(name, key, changed_columns(said[0], layout.columns, values))
        found.add(key)


def _changed(table: str, key: str, columns: Sequence[str]) -> Fault:
    values = {"table": table, "key": key, "columns": ", ".join(columns)}
    return Fault(CHANGED_IN if columns else CHANGED, values)


def _rules(connection: Connection, known: Known) -> Iterator[Fault]:
    """The triggers, functions, checks, keys and indexes that are not as the program's upgrade left them."""
    for name, (said, now) in sorted(altered_rules(connection, known).items()):
        if now is None:
            yield Fault(N_("The database has lost a rule: %(name)s."), {"name": name})
        elif said is None:
            yield Fault(N_("The database has a rule that the program did not make: %(name)s."), {"name": name})
        else:
            yield Fault(N_("A rule of the database is not as the program made it: %(name)s."), {"name": name})


def altered_rules(connection: Connection, known: Known) -> dict[str, tuple[str | None, str | None]]:
    """By its name what a rule should be, and what it is, where that is not the same; None: it is not there.

    Each municipality's chain says it. One that was begun after a rule had been changed says so wrongly, and the others rightly.
    """
    if not known.rules:
        return {}
    now, found = definitions(connection), dict[str, tuple[str | None, str | None]]()
    for rules in known.rules.values():
        for name in {*rules, *now}:
            if rules.get(name) != now.get(name):
                found.setdefault(name, (rules.get(name), now.get(name)))
    return found
