"""The ledger's own statements, compiled once for each database and given to it as text.

What SQLAlchemy does around a statement of its expression language costs several times what the database does with it, and one posting of
money is measured against bare SQL (tests/benchmarks). The price: values must be what the driver takes (text for dates), and what comes
back is as the driver gives it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.sql import ClauseElement


class Prepared:
    """A statement of SQLAlchemy's, kept as text for each dialect. Each of its values is given a name that stands in it once."""

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        self.columns = columns
        self._compiled: dict[str, tuple[str, Sequence[str] | None]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Run it inside the connection's transaction and return all its rows."""
        name = connection.dialect.name
        text, order = self._compiled.get(name) or self._compile(connection)
        return connection.exec_driver_sql(text, dict(values) if order is None else tuple(values[name] for name in order)).all()

    def _compile(self, connection: Connection) -> tuple[str, Sequence[str] | None]:
        compiled = self.statement.compile(connection, column_keys=self.columns)
        order = getattr(compiled, "positiontup", None)  # the names in their order, where the driver counts them
        made = self._compiled[connection.dialect.name] = compiled.string, order
        return made
