"""How a connection behaves: SQLite's pragmas, locks and small letters, so that both databases keep the same promises.

On SQLite a unit of work that may write takes the write lock at its start (BEGIN IMMEDIATE): two writers queue instead of failing half-way.
Reading stays deferred, so that pages never wait for a writer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

_reading: ContextVar[bool] = ContextVar("reading", default=False)

BUSY_TIMEOUT_MS = 30_000


@contextmanager
def reading_only() -> Iterator[None]:
    """Promise that what follows writes nothing; SQLite then takes no write lock."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def expect_reading(reading: bool) -> None:
    """Set the promise for the rest of this context (a web request)."""
    _reading.set(reading)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(dbapi_connection: Any, record: Any) -> None:
    if "sqlite" not in type(dbapi_connection).__module__:
        return
    # SQLite's own lower() knows A to Z only: "Ældre" and "ældre" would be two names, and no search for "økonomi" would find "Økonomi".
    dbapi_connection.create_function("lower", 1, _lower, deterministic=True)
    dbapi_connection.isolation_level = None  # SQLAlchemy's "begin" event below says BEGIN, not the driver
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # Said to the driver itself: every request begins here, and SQLAlchemy's part would cost more than SQLite's.
        connection.connection.driver_connection.execute("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")  # type: ignore[union-attr]  # begun
