"""Which rows are a municipality's: each table's way to it, along the foreign keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, MetaData, TableClause, false, select

MUNICIPALITIES = "municipalities"

BY_NUMBER: Mapping[str, tuple[str, str]] = {"answered_requests": ("user_id", "users")}
"""Tables that name a row of another without a foreign key: the column, and the table."""

SHARED: frozenset[str] = frozenset()
"""Tables whose rows are no municipality's: they stay where they are."""


@dataclass(frozen=True, slots=True)
class Way:
    """A table's next step to its municipality. Rows without a value there are the installation's own, and no municipality's."""

    column: str
    to: str
    to_column: str


def ways(metadata: MetaData) -> dict[str, Way]:
    """The way of each table that has one: by columns that always have a value if there are such, and the fewest steps."""
    found: dict[str, Way] = {}
    known = {MUNICIPALITIES}
    while fresh := _one_step(metadata, known, may_be_empty=False) or _one_step(metadata, known, may_be_empty=True):
        found |= fresh
        known |= set(fresh)
    return found


def of_municipality(table: TableClause, number: int, metadata: MetaData, along: Mapping[str, Way]) -> ColumnElement[bool]:
    """The rows of ``table`` that are the municipality's."""
    if table.name == MUNICIPALITIES:
        return table.c.id == number
    way = along.get(table.name)
    if way is None:
        return false()
    there = metadata.tables[way.to]
    return table.c[way.column].in_(select(there.c[way.to_column]).where(of_municipality(there, number, metadata, along)))


def _one_step(metadata: MetaData, known: set[str], *, may_be_empty: bool) -> dict[str, Way]:
    fresh: dict[str, Way] = {}
    for table in metadata.sorted_tables:
        if table.name in known | SHARED:
            continue
        steps = [(key.parent, key.column.table.name, key.column.name) for key in table.foreign_keys]
        if named := BY_NUMBER.get(table.name):
            steps.append((table.c[named[0]], named[1], "id"))
        possible = [(to != MUNICIPALITIES, column.name, to, to_column) for column, to, to_column in steps
                    if to in known and (may_be_empty or not column.nullable)]  # fmt: skip
        if possible:
            _, column_name, to, to_column = min(possible)
            fresh[table.name] = Way(column_name, to, to_column)
    return fresh
