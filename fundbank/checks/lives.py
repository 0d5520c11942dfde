"""What the lines of the history say of something, one after the other: the last word on each column holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.checks.records import HISTORY
from fundbank.checks.same import DIFFERS
from fundbank.history.models import HistoryEntry
from fundbank.kit.seals.checks import Fault

Saying = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]


def differences(connection: Connection, of: Any, columns: Sequence[str], said_of: Saying) -> Iterator[Fault]:
    """Where a row of ``of`` is not what ``said_of`` its lines (an event, its details) comes to. What no line has told says nothing."""
    line, table = aliased(HistoryEntry), str(of.__tablename__)
    query = (
        select(of.id, *(getattr(of, column) for column in columns), line.id.label("line"), line.event, line.details)
        .join(line, and_(line.subject_type == table, line.subject_id == of.id))
        .order_by(of.id, line.id)
    )
    for key, lines in groupby(connection.execute(query), key=attrgetter("id")):
        last: dict[str, tuple[Any, int]] = {}
        for one in lines:
            last |= {column: (value, one.line) for column, value in said_of(one.event, one.details).items()}
            row = one
        for column, (value, told_in) in last.items():
            if getattr(row, column) != value:
                values = {"table": table, "key": key, "other": HISTORY, "row": told_in, "columns": column}
                yield Fault(DIFFERS, values)
