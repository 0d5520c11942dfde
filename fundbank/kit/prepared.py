"""Statements on the hottest paths, compiled once and run on the driver's own cursor.

SQLAlchemy's work around a statement costs several times what the database does with it. That never matters, except where one posting of
money is measured against bare SQL, and where every page asks the same (tests/benchmarks). The price: values must be what the driver takes
(text for dates), errors are the driver's, and events see nothing. What comes back is what the columns' types say.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine


class _Compiled(NamedTuple):
    """A statement for one dialect: its text, the order of its values, those that stand in it, and the columns that need a converter."""

    text: str
    order: list[str] | None
    own: dict[str, Any]
    converters: Sequence[tuple[int, Callable[[Any], Any]]]


class Prepared:
    """A statement of SQLAlchemy's, kept as text for each dialect."""

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self.statement = statement
        self.columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it inside the connection's transaction and return all its rows."""
        text, order, own, converters = self._for(connection)
        if own:
            values = {**own, **values}
        cursor = connection.connection.cursor()
        try:
            cursor.execute(text, values if order is None else [values[name] for name in order])
            rows = cursor.fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            _give_up_if_lost(connection, cursor, error)
            raise
        finally:
            cursor.close()
        return [_converted(row, converters) for row in rows] if converters else list(rows)

    def text(self, connection: Connection) -> str:
        """The SQL that the connection's database is given."""
        return self._for(connection).text

    def _for(self, connection: Connection) -> _Compiled:
        return self._compiled.get(connection.dialect.name) or self._compile(connection)

    def _compile(self, connection: Connection) -> _Compiled:
        compiled = self.statement.compile(dialect=connection.dialect, column_keys=self.columns)
        assert isinstance(compiled, SQLCompiler)  # noqa: S101  (tells the type checker what every statement compiles to)
        own = {name: value for name, value in compiled.construct_params(_check=False).items() if value is not None}
        columns = getattr(self.statement, "exported_columns", ())
        found = [_converter(column.type, connection.dialect) for column in columns]
        converters = [(place, converter) for place, converter in enumerate(found) if converter is not None]
        made = self._compiled[connection.dialect.name] = _Compiled(compiled.string, compiled.positiontup, own, converters)
        return made


def _converter(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes the driver's value the column's. A list asks for the same days again and again: each is converted once."""
    convert = type_.dialect_impl(dialect).result_processor(dialect, None)
    return lru_cache(maxsize=1024)(convert) if convert is not None and type_.hashable else convert


def _give_up_if_lost(connection: Connection, cursor: Any, error: Any) -> None:
    """A lost connection is used no more, nor are those that were open beside it: as SQLAlchemy does for its own statements."""
    if connection.dialect.is_disconnect(error, cursor.connection, cursor):
        connection.invalidate(error)
        connection.engine.dispose()


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return tuple(values)
