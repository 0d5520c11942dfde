"""An upgrade changes rows past the program, and adds tables and columns: what was well before it is sealed anew after it, and nothing else.

What an upgrade finds changed past the program stays so, and is named afterwards as before. A database from before there were seals is
sealed as it is found.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import inspect, select
from sqlalchemy.engine import Connection

from fundbank.kit.definitions import definitions
from fundbank.kit.seals.chain import HEADS, Line, add, forget_what_is_known, keep_rules, layout_name, layouts
from fundbank.kit.seals.checks import Known, altered_rules, differences, read
from fundbank.kit.seals.owning import owner_column
from fundbank.kit.seals.rows import clause_of, imprint_of, json_columns, name_of

ROWS_IN_A_SEAL = 500


@contextmanager
def kept_through(connection: Connection) -> Iterator[None]:
    """Within this block the tables are changed by migrations."""
    known, off, altered = Known(), set[tuple[str, str]](), dict[str, tuple[str | None, str | None]]()
    if inspect(connection).has_table("seals"):
        known = read(connection)
        off = {(table, key) for table, key, _fault in differences(connection, known)}
        altered = altered_rules(connection, known)
    yield
    forget_what_is_known()
    inspector = inspect(connection)
    if inspector.has_table("seals"):
        keep_rules(connection, _as_they_should_be(definitions(connection), altered))
        _seal_again(connection, known, off)


def _as_they_should_be(rules: dict[str, str], altered: Mapping[str, tuple[str | None, str | None]]) -> dict[str, str]:
    """The rules after an upgrade; of one that had been changed past the program, and that it left so, what it should be."""
    for name, (said, before) in altered.items():
        if rules.get(name) == before:
            rules.pop(name, None)
            if said is not None:
                rules[name] = said
    return rules


def _seal_again(connection: Connection, known: Known, off: set[tuple[str, str]]) -> None:
    as_text = json_columns(connection)
    there = set(inspect(connection).get_table_names())
    waiting: dict[int, list[Line]] = {}
    for name, layout in layouts().items():
        if name not in there:
            continue
        sealed, found = known.rows.get(name, {}), set[str]()
        clause, columns = clause_of(name, layout.columns, as_text.get(name, frozenset()))
        keys = [clause.c[one] for one in layout.key]
        for owner, *row in connection.execute(select(owner_column(name, clause), *keys, *columns).order_by(*keys)).all():
            key, imprint = name_of(row[: len(keys)]), imprint_of(layout.columns, row[len(keys) :])
            found.add(key)
            if (name, key) not in off and sealed.get(key) != (imprint, layout):
                _wait(connection, waiting, owner, Line(name, key, imprint))
    left = {owner: lines for owner, lines in waiting.items() if lines}
    for owner, layout_then in connection.execute(select(HEADS.c.municipality_id, HEADS.c.layout)).all():
        if layout_then != layout_name(connection):
            left.setdefault(owner, [])  # the database's rules are other ones now
    for owner, lines in sorted(left.items()):
        add(connection, owner, lines)


def _wait(connection: Connection, waiting: dict[int, list[Line]], owner: int, line: Line) -> None:
    lines = waiting.setdefault(owner, [])
    lines.append(line)
    if len(lines) == ROWS_IN_A_SEAL:
        add(connection, owner, lines)
        lines.clear()
