"""Column types, indexes and conditions that behave alike on SQLite and PostgreSQL."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Index, String, literal_column, text
from sqlalchemy.types import TypeDecorator

SECRET = "secret"  # noqa: S105  (in a column's info: what stands in it opens a door, and is in no backup)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive datetimes are refused: SQLite would lose the zone without a word."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Ratio(TypeDecorator[Decimal]):
    """An exact decimal (a share, a rate) kept as text: SQLite would store NUMERIC as a float."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: object) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: object) -> Decimal | None:
        return None if value is None else Decimal(value)


def index_of_some(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of those rows alone for which ``where`` holds: of what waits, among very much that is over and done with.

    Where it is ``unique``, no two of them have the same.

    SQLite uses it where a question says the same words, values and all: ``among`` and ``literal_column`` write them into the statement.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def among(column: Any, codes: Iterable[str]) -> ColumnElement[bool]:
    """Is the column one of these codes? They are written into the statement, in their order."""
    return column.in_([literal_column(f"'{code}'") for code in sorted(codes)])
