"""Rows as text, the same from either database: a line of JSON a row, its values in the order of the table's columns.

Whole numbers (øre) are numbers, moments and dates ISO text in UTC, papers Base64. A JSON column's text stands as it is stored: what a hash
was made of comes back sign for sign. What a column is (its kind) stands with the rows, so that later models can read them.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from json import JSONEncoder, loads
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator, UserDefinedType

from fundbank.backup import Unusable

ROWS_AT_A_TIME = 500  # few enough for rows that carry a paper
OF_FILES: Mapping[str, int] = {"file_pieces": 8}
"""Tables whose rows are large, and how many of them are held at once."""

ORDERS: Mapping[str, Sequence[str]] = {"transfers": ("pool_id", "number")}
"""Tables whose rows follow from one another, in the order in which they did; others stand in the order of their key."""

_written = JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class JsonText(UserDefinedType[str]):
    """A JSON column, written as the text that it holds."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSON"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column holds: its type in a statement, and its values as JSON has them."""

    type: sa.types.TypeEngine[Any]
    written: Callable[[Any], Any] | None = None
    read: Callable[[Any], Any] | None = None


KINDS: Mapping[str, Kind] = {
    "integer": Kind(sa.BigInteger()),
    "boolean": Kind(sa.Boolean()),
    "text": Kind(sa.Text()),
    "json": Kind(JsonText()),
    "moment": Kind(sa.DateTime(), partial(datetime.isoformat, timespec="microseconds"), datetime.fromisoformat),
    "date": Kind(sa.Date(), date.isoformat, date.fromisoformat),
    "bytes": Kind(sa.LargeBinary(), lambda held: b64encode(held).decode("ascii"), b64decode),
}

# A kind's types: the first that fits.
_TYPES: Sequence[tuple[type[sa.types.TypeEngine[Any]], str]] = (
    (sa.Boolean, "boolean"), (sa.Integer, "integer"), (sa.JSON, "json"), (sa.String, "text"), (sa.DateTime, "moment"), (sa.Date, "date"),
    (sa.LargeBinary, "bytes"),
)  # fmt: skip


class UnknownKind(TypeError):
    """A column of a type that no archive has a place for."""


class UnreadableRow(Unusable):
    """A row holds what its column cannot: somebody has written into the database past the program."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as it is written: its columns with their kinds, and the order of its rows."""

    table: str
    columns: tuple[tuple[str, str], ...]
    order: tuple[str, ...]

    @classmethod
    def of(cls, table: sa.Table) -> "Rows":
        columns = tuple((column.name, kind_of(column.type)) for column in table.columns)
        return cls(table.name, columns, tuple(ORDERS.get(table.name, [column.name for column in table.primary_key])))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)

    @property
    def clause(self) -> sa.TableClause:
        """The table in a statement, as it was when it was written."""
        return sa.table(self.table, *(sa.column(name, KINDS[kind].type) for name, kind in self.columns))

    def lines(
        self, connection: Connection, table: sa.TableClause, where: sa.ColumnElement[bool], hidden: frozenset[str] = frozenset()
    ) -> Iterator[bytes]:
        """The line of each row of ``table`` (a ``clause``) as the database has it now, without holding more than some hundred of them.

        The columns that are ``hidden`` are left empty.
        """
        kinds = dict(self.columns)
        held = [sa.cast(table.c[name], sa.Text) if kind == "json" else table.c[name] for name, kind in self.columns]
        chosen = [sa.null() if name in hidden else column for name, column in zip(self.names, held, strict=True)]
        by_signs = connection.dialect.name == "postgresql"  # a server's locale has another order of words
        order = [table.c[name].collate("C") if by_signs and kinds[name] == "text" else table.c[name] for name in self.order]
        query = sa.select(*chosen).select_from(table).where(where).order_by(*order)
        writing = [(place, KINDS[kind].written) for place, (_, kind) in enumerate(self.columns)]
        changing = [(place, written) for place, written in writing if written is not None]
        try:
            for row in connection.execute(
                query, execution_options={"yield_per": OF_FILES.get(self.table, ROWS_AT_A_TIME), "stream_results": True}
            ):
                values = list(row)
                for place, written in changing:
                    if values[place] is not None:
                        values[place] = written(values[place])
                yield line_of(values)
        except (ValueError, TypeError) as error:
            raise UnreadableRow(f"a row of the table {self.table} cannot be read: {error}") from error

    def values(self, line: bytes) -> dict[str, Any]:
        """A line's values, as the database takes them."""
        values = {}
        for (name, kind), value in zip(self.columns, loads(line), strict=True):
            read = KINDS[kind].read
            values[name] = value if read is None or value is None else read(value)
        return values


def line_of(values: Sequence[Any]) -> bytes:
    """A row's line."""
    return _written(values).encode() + b"\n"


def kind_of(type_: sa.types.TypeEngine[Any]) -> str:
    """The kind of a column of this type. Raises UnknownKind."""
    stored = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    for known, kind in _TYPES:
        if isinstance(stored, known):
            return kind
    raise UnknownKind(f"{type_!r} has no place in an archive: give it one in fundbank.backup.rows")
