"""How a connection behaves, so that both databases keep the same promises; and how trouble with the database is told from a fault.

Reading sees one moment. On SQLite that is what WAL gives; on PostgreSQL a unit of work that only reads runs under REPEATABLE READ READ
ONLY. On SQLite a unit of work that may write takes the write lock at its start (BEGIN IMMEDIATE): two writers queue instead of failing
half-way. Reading stays deferred, so that pages never wait for a writer.

No wait is without an end: for a lock, a connection or a server that doesn't answer, after ``WAIT_SECONDS`` the unit of work fails.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

_reading: ContextVar[bool] = ContextVar("reading", default=False)

WAIT_SECONDS = 5
SCHEMA = "fundbank_schema"  # among an engine's execution options

# SQLite's primary result codes that say that the database can't be used now: busy, locked, read-only, failed on the disk, full, not to be
# opened, another's lock protocol, no database. Whatever else it says is a fault of the program.
_SQLITE_TROUBLE = frozenset({5, 6, 8, 10, 13, 14, 15, 26})


class ReplacedFile(sqlite3.OperationalError):
    """The embedded database's file is not the one that the program opened: what is written would be in nothing that anybody finds again."""


@contextmanager
def reading_only() -> Iterator[None]:
    """Promise that what follows writes nothing: it sees one moment, and on SQLite takes no write lock."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def expect_reading(reading: bool) -> None:
    """Set the promise for the rest of this context (a web request)."""
    _reading.set(reading)


def engine_options(url: str, schema: str | None = None) -> dict[str, Any]:
    """What SQLAlchemy is told beside the address. What people wrote (a statement's values) stands in no log and no error.

    On PostgreSQL every transaction then works in ``schema``, and in no other. It says so itself, and how long it waits for a lock, and
    nothing is prepared on the server: between the program and a server with many schemas stands a pooler, which hands its connections on
    between two transactions, and takes no options for one.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        options["pool_timeout"] = WAIT_SECONDS
        waits: dict[str, Any] = {"connect_timeout": WAIT_SECONDS}
        if schema is None:
            waits["options"] = f"-c lock_timeout={WAIT_SECONDS}s"
        else:
            waits["prepare_threshold"] = None
            options["execution_options"] = {SCHEMA: schema}
        options["connect_args"] = {name: value for name, value in waits.items() if name not in parsed.query}  # unless the address says
    return options


def schema_of(engine: Engine) -> str | None:
    """The schema in which the engine's transactions work; None for the database's own."""
    schema: str | None = engine.get_execution_options().get(SCHEMA)
    return schema


def is_trouble(error: BaseException) -> bool:
    """Is it the database that can't be used now (locked, full, down, gone), and not the program that is at fault?"""
    if isinstance(error, NoConnectionFree):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (error.orig is not None and is_trouble(error.orig))
    if isinstance(error, ReplacedFile):
        return True
    if isinstance(error, sqlite3.Error):
        return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _SQLITE_TROUBLE
    # A table that is not there: the schema has been renamed or dropped under the running program.
    return isinstance(error, psycopg.OperationalError | psycopg.errors.ReadOnlySqlTransaction | psycopg.errors.UndefinedTable)


def reason_of(error: BaseException) -> str:
    """What the database itself says of an error, in one line."""
    return str(getattr(error, "orig", None) or error).strip().partition("\n")[0]


def keep_to_the_file(engine: Engine) -> None:
    """Let a program that serves an embedded database use the file that it began with, and no other.

    A file that is deleted, or another one put in its place, is not written to any more: the connections that are open would go on writing
    into the old one, which nobody finds again. Once the same file is back all is well.
    """
    file = Path(engine.url.database or "")
    began_with = _identity(file)

    def refuse_another(*_: Any) -> None:
        if _identity(file) != began_with:
            raise ReplacedFile(f"{file} has been moved, deleted or replaced since the program started")

    event.listen(engine, "do_connect", lambda dialect, record, args, kwargs: refuse_another())
    event.listen(engine, "begin", refuse_another)
    event.listen(engine, "commit", refuse_another)


def fold(engine: Engine) -> bool:
    """Close every connection to an embedded database, and bring what its -wal file holds into the file: a copy of that is then whole.

    False if another program works on it, so that the -wal file stays.
    """
    engine.dispose()
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    engine.dispose()
    return not is_busy


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # SQLite's own lower() knows A to Z only: "Ældre" and "ældre" would be two names, and no search for "økonomi" would find "Økonomi".
    connection.create_function("lower", 1, _lower, deterministic=True)
    connection.isolation_level = None  # SQLAlchemy's "begin" event below says BEGIN, not the driver
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.execute("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        # Said before the driver's own BEGIN, which then carries it.
        driver.read_only = _reading.get()
        driver.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ if _reading.get() else psycopg.IsolationLevel.READ_COMMITTED
        if schema := connection.get_execution_options().get(SCHEMA):
            # Through SQLAlchemy, which learns from it that a server has gone away, and trusts no connection to it any more.
            quoted = connection.dialect.identifier_preparer.quote_identifier(schema)
            connection.exec_driver_sql(f"SET LOCAL search_path TO {quoted}; SET LOCAL lock_timeout TO '{WAIT_SECONDS}s'")
