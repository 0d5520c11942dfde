"""The chain: adding a seal at its end, and reading it.

A seal's content is JSON: ``rows`` are table, key and imprint (``rows.imprint_of``; none: deleted). Where the tables have changed since the
seal before, ``layout`` says how rows are digested from here on, and ``rules`` what the database's own rules are (kit.definitions).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from json import dumps
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select, text, tuple_, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from fundbank.extensions import Base
from fundbank.kit.definitions import definitions
from fundbank.kit.seals.cover import columns_of, key_of, sealed_tables
from fundbank.kit.seals.models import Seal, SealHead
from fundbank.kit.seals.noting import NOTED, Noted
from fundbank.kit.seals.owning import owner_column
from fundbank.kit.seals.rows import Layout, clause_of, imprint_of, json_columns, name_of

BEGIN = text("INSERT INTO seal_heads (municipality_id, number, hash, layout) VALUES (:owner, 0, '', '') ON CONFLICT DO NOTHING")
RULES = "rules"
REVISION = text("SELECT version_num FROM alembic_version")
HEADS, SEALS = Base.metadata.tables[SealHead.__tablename__], Base.metadata.tables[Seal.__tablename__]
HEAD = select(HEADS.c.number, HEADS.c.hash, HEADS.c.layout).where(HEADS.c.municipality_id == bindparam("owner")).with_for_update()
MOVE = update(HEADS).where(HEADS.c.municipality_id == bindparam("owner"))

_known: dict[tuple[str, str], Any] = {}  # what is asked of a database once in a process: by its address


class Line(NamedTuple):
    """What became of one row: its imprint, None if it was deleted."""

    table: str
    key: str
    imprint: str | None


@cache
def layouts() -> Mapping[str, Layout]:
    """How the program digests the rows of each table that is covered."""
    return {table.name: Layout(tuple(key_of(table)), tuple(columns_of(table))) for table in sealed_tables(Base.metadata)}


def hash_of(previous: str, owner: int, number: int, content: str) -> str:
    """What a seal is known by: it stands on the one before."""
    return sha256(f"{previous}\n{owner}\n{number}\n{content}".encode("utf-8", "surrogatepass")).hexdigest()


def seal(session: Session) -> None:
    """Seal what the unit of work has written. Its last step before it is committed: the chain's end is locked no longer than that."""
    noted: Noted | None = session.info.pop(NOTED, None)
    if noted is None or not noted.written:
        return
    connection = session.connection()
    by_owner: dict[int, list[Line]] = {}
    for table, keys in sorted(noted.written.items()):
        found = set[str]()
        for owner, named, imprint in _imprints(connection, table, list(keys)):
            by_owner.setdefault(owner, []).append(Line(table, named, imprint))
            found.add(named)
        for key in keys:
            if name_of(key) not in found and (table, key) in noted.deleted:
                by_owner.setdefault(noted.deleted[table, key], []).append(Line(table, name_of(key), None))
    for owner, lines in sorted(by_owner.items()):
        add(connection, owner, sorted(lines, key=lambda line: line[:2]))


def add(connection: Connection, owner: int, lines: Sequence[Line]) -> None:
    """Add a seal at the end of a municipality's chain."""
    head = connection.execute(HEAD, {"owner": owner}).one_or_none()
    if head is None:
        connection.execute(BEGIN, {"owner": owner})
        head = connection.execute(HEAD, {"owner": owner}).one()
    number, previous, layout = head.number + 1, head.hash, layout_name(connection)
    said: dict[str, Any] = {"rows": lines}
    if layout != head.layout:
        said |= {"layout": layouts(), "dialect": connection.dialect.name, "rules": _once(connection, RULES, definitions)}
    content = dumps(said, separators=(",", ":"), ensure_ascii=False)
    hashed = hash_of(previous, owner, number, content)
    connection.execute(
        insert(SEALS), {"municipality_id": owner, "number": number, "content": content, "previous_hash": previous, "hash": hashed}
    )
    connection.execute(MOVE.values(number=number, hash=hashed, layout=layout), {"owner": owner})


def layout_name(connection: Connection) -> str:
    """What the tables of the program, and the rules that its migrations made, are known by on this database."""
    return _layout_name(connection.dialect.name, _revision(connection))


@cache
def _layout_name(dialect: str, revision: str) -> str:
    return sha256(dumps([dialect, revision, layouts()], sort_keys=True).encode()).hexdigest()


def _revision(connection: Connection) -> str:
    return str(_once(connection, "revision", lambda connection: connection.scalar(REVISION)))


def forget_what_is_known() -> None:
    """The database has been changed: ask it anew."""
    _known.clear()


def keep_rules(connection: Connection, rules: Mapping[str, str]) -> None:
    """Let the next seals say that these are the rules of the database."""
    _known[connection.engine.url.render_as_string(), RULES] = rules


def _once(connection: Connection, what: str, ask: Any) -> Any:
    where = connection.engine.url.render_as_string(), what
    if where not in _known:
        _known[where] = ask(connection)
    return _known[where]


def _imprints(connection: Connection, table: str, keys: list[tuple[Any, ...]]) -> Iterator[tuple[int, str, str]]:
    """Whose each of these rows is, its name, and its imprint, as the database has it now."""
    layout = layouts()[table]
    as_text = _once(connection, "json", json_columns).get(table, frozenset())
    query, width = _question(table, as_text), len(layout.key)
    asked = [key[0] for key in keys] if width == 1 else keys
    for owner, *row in connection.execute(query, {"keys": asked}):
        yield owner, name_of(row[:width]), imprint_of(layout.columns, row[width:])


@cache
def _question(table: str, as_text: frozenset[str]) -> Any:
    layout = layouts()[table]
    clause, columns = clause_of(table, layout.columns, as_text)
    keys = [clause.c[one] for one in layout.key]
    named = keys[0] if len(keys) == 1 else tuple_(*keys)
    owner = owner_column(table, clause)
    return select(owner.label("owner"), *keys, *columns).select_from(clause).where(named.in_(bindparam("keys", expanding=True)))
