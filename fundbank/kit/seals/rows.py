"""Rows as they are stored, and their digests: the same on SQLite and PostgreSQL, and whatever the models say of them.

On SQLite a value is what stands in the file; on PostgreSQL it is written as SQLite would hold it. Whatever somebody has put into a column
can be read so.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from json import dumps
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, cast, column, select, table, text, true
from sqlalchemy.engine import Connection

ROWS_AT_A_TIME = 1_000
DIGEST, SIGNS = 64, 4  # the length of a row's digest, and of what is kept of each of its columns
JSON_COLUMNS = text(
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = current_schema() AND data_type IN ('json', 'jsonb')"
)


class Layout(NamedTuple):
    """How a table's rows were digested: the columns that name a row, and all that its digest is made of."""

    key: tuple[str, ...]
    columns: tuple[str, ...]


def digest_of(columns: Sequence[str], values: Sequence[Any]) -> str:
    """The digest of a row: of its columns' names and values."""
    written = dumps([columns, [_written(value) for value in values]], ensure_ascii=False, separators=(",", ":"))
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def imprint_of(columns: Sequence[str], values: Sequence[Any]) -> str:
    """What a seal keeps of a row: its digest, which proves it, and of each column a few signs more, which tell where a row was changed.

    The signs are made with the row's digest: alike values in two rows do not look alike.
    """
    digest = digest_of(columns, values)
    return digest + "".join(_signs(digest, column, value) for column, value in zip(columns, values, strict=True))


def changed_columns(imprint: str, columns: Sequence[str], values: Sequence[Any]) -> list[str]:
    """The columns whose values are not those of the imprint. None where it was made before columns had signs."""
    digest, signs = imprint[:DIGEST], imprint[DIGEST:]
    if len(signs) != SIGNS * len(columns):
        return []
    return [
        column
        for place, (column, value) in enumerate(zip(columns, values, strict=True))
        if _signs(digest, column, value) != signs[SIGNS * place : SIGNS * (place + 1)]
    ]


def _signs(digest: str, column: str, value: Any) -> str:
    written = dumps([digest, column, _written(value)], ensure_ascii=False, separators=(",", ":"))
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:SIGNS]


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    return value if value is None or isinstance(value, int | str) else repr(value)


def name_of(key: Sequence[Any]) -> str:
    """What a row is called in a seal: its key."""
    return "/".join(map(str, key))


@cache
def clause_of(name: str, columns: tuple[str, ...], as_text: frozenset[str] = frozenset()) -> tuple[Any, list[ColumnElement[Any]]]:
    """The table in a statement, and its columns without a type: as the driver gives them, JSON as its text."""
    clause = table(name, *map(column, columns))
    return clause, [cast(clause.c[one], Text) if one in as_text else clause.c[one] for one in columns]


def json_columns(connection: Connection) -> dict[str, frozenset[str]]:
    """By table the columns that PostgreSQL would read as JSON; on SQLite they are text as they stand."""
    if connection.dialect.name != "postgresql":
        return {}
    found: dict[str, set[str]] = {}
    for table_name, column_name in connection.execute(JSON_COLUMNS):
        found.setdefault(table_name, set()).add(column_name)
    return {name: frozenset(columns) for name, columns in found.items()}


def reading(name: str, layout: Layout, as_text: frozenset[str], where: ColumnElement[bool] | None = None) -> Select[Any]:
    """The question for rows' keys and values."""
    clause, columns = clause_of(name, layout.columns, as_text)
    keys = [clause.c[one] for one in layout.key]
    return select(*keys, *columns).select_from(clause).where(true() if where is None else where)


def rows_of(connection: Connection, name: str, layout: Layout, as_text: frozenset[str]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Every row of a table: what it is called, and its values, a good many at a time."""
    query = reading(name, layout, as_text)
    width = len(layout.key)
    for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_A_TIME, "stream_results": True}):
        yield name_of(row[:width]), row[width:]
