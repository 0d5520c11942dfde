"""Whose a row is: along the foreign keys to its municipality (kit.belonging)."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.engine import Connection

from fundbank.extensions import Base
from fundbank.kit.belonging import MUNICIPALITIES, Way, ways


@cache
def _ways() -> dict[str, Way]:
    return ways(Base.metadata)


def owner_column(name: str, clause: Any) -> ColumnElement[Any]:
    """The municipality of a row of the table ``name``, as a column of a question about ``clause``, which is that table."""
    if name == MUNICIPALITIES:
        return clause.c.id
    way = _ways()[name]
    if way.to == MUNICIPALITIES:
        return clause.c[way.column]
    there = Base.metadata.tables[way.to].alias()
    return select(owner_column(way.to, there)).where(there.c[way.to_column] == clause.c[way.column]).scalar_subquery()


def owner_of(connection: Connection, name: str, key: Sequence[Any]) -> int | None:
    """The municipality of the row that ``key`` names; None for one that is not there."""
    table = Base.metadata.tables[name]
    found = select(owner_column(name, table)).where(
        *(column == value for column, value in zip(table.primary_key.columns, key, strict=True))
    )
    return connection.scalar(found)
