"""What many tests begin with is built once for each kind of database: later tests get its rows as they were, and objects that hold them.

Building by the operations is what makes it true; copying is what makes it quick.
"""

import pickle
import sqlite3
from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from psycopg import Connection

from fundbank.extensions import Base, db
from fundbank.kit.transaction import commit

SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"

Made = TypeVar("Made")


class Pictures:
    """What has been built in this test process, by its name."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, str], tuple[Any, bytes]] = {}

    def of(self, name: str, build: Callable[[], Made]) -> Made:
        """What ``build`` makes in an empty database: rows, and objects that hold rows and plain values."""
        kind = db.engine.dialect.name
        take, show = {"sqlite": (_take_sqlite, _show_sqlite), "postgresql": (_take_postgresql, _show_postgresql)}[kind]
        if (kind, name) in self._taken:
            rows, written = self._taken[kind, name]
            _with_driver(lambda driver: show(driver, rows))
        else:
            written = _written(build())
            commit()
            self._taken[kind, name] = (_with_driver(take), written)
        db.session.remove()
        return _Reader(BytesIO(written)).load()  # type: ignore[no-any-return]


class _Writer(pickle.Pickler):
    def persistent_id(self, thing: Any) -> Any:
        return (type(thing), thing.id) if isinstance(thing, Base) else None


class _Reader(pickle.Unpickler):
    def persistent_load(self, name: Any) -> Any:
        return db.session.get_one(*name)


def _written(made: Any) -> bytes:
    file = BytesIO()
    _Writer(file).dump(made)
    return file.getvalue()


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
