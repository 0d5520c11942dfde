"""Statements on the hottest path, compiled once and run on the driver's own cursor.

SQLAlchemy's work around a statement costs several times what the database does with it. That never matters, except
where one posting of money is measured against bare SQL (tests/benchmarks/test_ledger_speed.py). The price: values must
be what the driver takes (text for dates), errors are the driver's, and events see nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """A statement of SQLAlchemy's, kept as text for each dialect."""

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        self.columns = columns
        self._texts: dict[str, tuple[str, list[str] | None, dict[str, Any]]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it inside the connection's transaction and return all its rows."""
        text, order, own = self._compiled(connection)
        if own:
            values = {**own, **values}
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, values if order is None else [values[name] for name in order])
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def text(self, connection: Connection) -> str:
        """The SQL that the connection's database is given."""
        return self._compiled(connection)[0]

    def _compiled(self, connection: Connection) -> tuple[str, list[str] | None, dict[str, Any]]:
        return self._texts.get(connection.dialect.name) or self._compile(connection)

    def _compile(self, connection: Connection) -> tuple[str, list[str] | None, dict[str, Any]]:
        """The text, the order of its values, and the values that stand in the statement itself."""
        compiled = self.statement.compile(dialect=connection.dialect, column_keys=self.columns)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  (tells the type checker what every statement compiles to)
        own = {name: value for name, value in compiled.construct_params(_check=False).items() if value is not None}
        made = self._texts[connection.dialect.name] = (compiled.string, compiled.positiontup, own)
        return made
