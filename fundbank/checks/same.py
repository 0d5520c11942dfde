"""Comparing the rows of one table with those of another that tell the same.

The database says of each pair of rows which columns differ: it reads whatever somebody has put there. Here it is decided which row goes
with which: one that agrees in everything, or else the one that differs in the fewest columns.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import JSON, ColumnElement, Date, Select, String, Text, cast, select, true
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from fundbank.errors import N_
from fundbank.kit.seals.checks import Fault

DIFFERS = N_("%(table)s, row %(key)s, does not say the same as %(other)s, row %(row)s: %(columns)s.")
UNTOLD = N_("%(table)s, row %(key)s, has nothing in %(other)s that tells the same: %(columns)s.")
LACKS = N_("%(table)s lacks the row of which %(other)s, row %(row)s, tells.")
UNREADABLE = N_("%(table)s cannot be held against %(other)s: %(said)s")


@dataclass(frozen=True)
class Same:
    """What the rows ``of`` one table have in common with the rows ``to`` another, once they go together ``by`` a condition.

    ``columns`` are those of ``of``, each with what the other says of it. ``found_by`` are the columns by which the other is found.
    ``rest`` says which rows of the other have one of ``of`` each; ``shared``: several rows may go with one of the other. Where it is
    ``optional``, a row may have no other: it is compared with what is said then.
    """

    of: Any
    to: Any
    by: ColumnElement[bool]
    columns: Mapping[str, Any]
    other: str
    found_by: tuple[str, ...] = ()
    where: ColumnElement[bool] = field(default_factory=true)
    rest: ColumnElement[bool] | None = None
    shared: bool = False
    optional: bool = False

    @property
    def table(self) -> str:
        """The name of the table whose rows are held."""
        return str(self.of.__tablename__)

    def pairs(self) -> Select[Any]:
        """Each row with each that may go with it, and in which columns they differ."""
        by_column = {attribute.columns[0].name: attribute for attribute in self.of.__mapper__.column_attrs}
        different = [_written(by_column[column].class_attribute, said).is_distinct_from(said) for column, said in self.columns.items()]
        return (
            select(self.of.id, self.to_id, *different)
            .select_from(self.of)
            .outerjoin(self.to, self.by)
            .where(self.where)
            .order_by(self.of.id, self.to_id)
        )

    @property
    def to_id(self) -> Any:
        """What a row of the other is called."""
        return self.to.c.id if hasattr(self.to, "c") else self.to.id


class Pair(NamedTuple):
    """One row, one that may go with it (None: there is none), and the places of the columns in which they differ."""

    key: Any
    row: Any
    off: tuple[int, ...]


def _written(column: Any, said: Any) -> Any:
    """The column as it can be compared: JSON as its text, and a day where it is a text that is said."""
    is_text = isinstance(column.type, Date) and isinstance(getattr(said, "type", None), String)
    return cast(column, Text) if isinstance(column.type, JSON) or is_text else column


def differences(connection: Connection, held: Same) -> Iterator[Fault]:
    """Where the two do not say the same. What the database cannot compare is named too."""
    try:
        with connection.begin_nested():
            matched, off = match((Pair(key, row, _places(said)) for key, row, *said in _rows(connection, held.pairs())), held)
            rest: Iterable[Any] = (
                [] if held.rest is None else connection.execute(select(held.to_id).where(held.rest).order_by(held.to_id)).scalars()
            )
            lacking = [row for row in rest if row not in matched]
    except DBAPIError as error:
        yield Fault(UNREADABLE, {"table": held.table, "other": held.other, "said": error.orig})
        return
    names = list(held.columns)
    for key, row, places in off:
        values = {"table": held.table, "key": key, "other": held.other, "row": row}
        columns = [names[place] for place in places] or held.found_by or names
        yield Fault(UNTOLD if row is None else DIFFERS, values | {"columns": ", ".join(columns)})
    for row in lacking:
        yield Fault(LACKS, {"table": held.table, "other": held.other, "row": row})


def match(pairs: Iterable[Pair], held: Same) -> tuple[set[Any], list[Pair]]:
    """Which rows of the other have found theirs, and what is left: each row with the other that is nearest to it."""
    taken, left = set[Any](), list[list[Pair]]()
    for _key, group in groupby(pairs, key=itemgetter(0)):
        found = list(group)
        fits = next((pair for pair in found if not pair.off and _is_free(pair, taken, held)), None)
        if fits is None:
            left.append(found)
        else:
            taken.add(fits.row)
    off = []
    for found in left:
        free = [pair for pair in found if pair.off and _is_free(pair, taken, held)]
        nearest = min(free, key=lambda pair: len(pair.off), default=Pair(found[0].key, None, ()))
        taken.add(nearest.row)
        off.append(nearest)
    return taken, off


def _is_free(pair: Pair, taken: set[Any], held: Same) -> bool:
    return held.optional if pair.row is None else held.shared or pair.row not in taken


def _places(said: Iterable[Any]) -> tuple[int, ...]:
    return tuple(place for place, differs in enumerate(said) if differs)


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    return iter(connection.execute(query, execution_options={"yield_per": 1_000, "stream_results": True}))
