"""What many tests begin with is built once for each kind of database: later tests get its rows as they were, and objects that hold them.

Building by the operations is what makes it true; copying is what makes it quick.
"""

import pickle
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from psycopg import Connection
from sqlalchemy import select

from fundbank.extensions import Base, db
from fundbank.kit.transaction import commit

SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"

Made = TypeVar("Made")


class Pictures:
    """What has been built in this test process, by its name."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str], tuple[Any, Written]] = {}

    def of(self, name: str, build: Callable[[], Made]) -> Made:
        """What ``build`` makes in an empty database: rows, and objects that hold rows and plain values."""
        kind = db.engine.dialect.name
        take, show = {"sqlite": (_take_sqlite, _show_sqlite), "postgresql": (_take_postgresql, _show_postgresql)}[kind]
        if (kind, name) in self._taken:
            rows, written = self._taken[kind, name]
            _with_driver(lambda driver: show(driver, rows))
        else:
            written = Written(build())
            commit()
            self._taken[kind, name] = (_with_driver(take), written)
        db.session.remove()
        return written.read()  # type: ignore[no-any-return]


class Written:
    """An object as bytes, and the rows that it holds by their kind and number."""

    def __init__(self, made: Any) -> None:
        self._rows: dict[type[Base], set[int]] = defaultdict(set)
        file = BytesIO()
        _Writer(file, self._rows).dump(made)
        self._bytes = file.getvalue()

    def read(self) -> Any:
        """The object again, with rows of the session: asked for once for each kind, and not for each row."""
        rows = {
            (kind, row.id): row
            for kind, numbers in self._rows.items()
            for row in db.session.scalars(select(kind).where(kind.id.in_(numbers)))
        }
        return _Reader(BytesIO(self._bytes), rows).load()


class _Writer(pickle.Pickler):
    def __init__(self, file: BytesIO, rows: dict[type[Base], set[int]]) -> None:
        super().__init__(file)
        self._rows = rows

    def persistent_id(self, thing: Any) -> Any:
        if not isinstance(thing, Base):
            return None
        self._rows[type(thing)].add(thing.id)
        return (type(thing), thing.id)


class _Reader(pickle.Unpickler):
    def __init__(self, file: BytesIO, rows: dict[tuple[type[Base], int], Base]) -> None:
        super().__init__(file)
        self._rows = rows

    def persistent_load(self, name: Any) -> Any:
        return self._rows[name]


def _with_driver(do: Callable[[Any], Any]) -> Any:
    connection = db.engine.raw_connection()
    try:
        return do(connection.driver_connection)
    finally:
        connection.close()


def _take_sqlite(driver: sqlite3.Connection) -> sqlite3.Connection:
    taken = sqlite3.connect(":memory:")
    driver.backup(taken)
    return taken


def _show_sqlite(driver: sqlite3.Connection, taken: sqlite3.Connection) -> None:
    taken.backup(driver)


def _take_postgresql(driver: "Connection[Any]") -> dict[str, bytes]:
    """The rows of each table, and the statement that sets the sequences."""
    taken = {}
    with driver.cursor() as cursor:
        for table in Base.metadata.tables:
            with cursor.copy(f"COPY {table} TO STDOUT".encode()) as copy:
                rows = b"".join(copy)
            if rows:
                taken[f"COPY {table} FROM STDIN"] = rows
        values = cursor.execute(SEQUENCES).fetchall()
    taken["SELECT " + ", ".join(f"setval('{name}', {value})" for name, value in values)] = b""
    driver.commit()
    return taken


def _show_postgresql(driver: "Connection[Any]", taken: dict[str, bytes]) -> None:
    driver.read_only = False  # whatever its last transaction was for
    with driver.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows are whole: no trigger adds to them
        for statement, rows in taken.items():
            if rows:
                with cursor.copy(statement.encode()) as copy:
                    copy.write(rows)
            else:
                cursor.execute(statement.encode())
        cursor.execute("SET session_replication_role = origin")
    driver.commit()
