"""The schema's history, and the only way to it: databases are made and changed by Alembic, never by the models.

There is no alembic.ini: the configuration is three lines, and the connection is handed over by the caller, so that the
application and the migrations can use different database users.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, ProgrammingError

from fundbank.errors import N_


class WrongDatabase(Exception):
    """The database and the program don't belong together. ``sentence`` and ``values`` are as in a refusal."""

    sentence: str

    def __init__(self, **values: str) -> None:
        self.values = values
        super().__init__(self.sentence % values)


class OlderDatabase(WrongDatabase):
    """The program has migrations that this database has not seen."""

    sentence = N_("The database is at version %(found)s, but this program needs %(needed)s. Take a backup, then run: fundbank upgrade")


class NewerDatabase(WrongDatabase):
    """The database was made by a later program than this one."""

    sentence = N_(
        "The database is at version %(found)s, which this program does not know: it was upgraded by a newer fundbank. "
        "Install that version, or restore the backup from before the upgrade."
    )


class EmptyDatabase(WrongDatabase):
    """Nothing has been set up yet."""

    sentence = N_("There is nothing in the database %(database)s yet. Set it up with: fundbank init")


class UnfinishedDatabase(WrongDatabase):
    """A restore, or a move into this database, was cut off."""

    sentence = N_(
        "Only a part of a backup was restored into this database, or moved into it: it is of no use. "
        "Delete it, make an empty one, and run the command again."
    )


class ForeignDatabase(WrongDatabase):
    """The database belongs to another program."""

    sentence = N_(
        "This is not a database of fundbank: it holds other tables (%(tables)s). Nothing has been changed. Name another database."
    )


UNFINISHED = "unfinished"
"""Stands where the revision does while a database is filled from a backup."""

_FUNCTIONS_OF_TRIGGERS = text(
    "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"
)

LOST = text("PRAGMA foreign_key_check")
"""Rows of SQLite that point to one that is not there."""

_REVISION = text("SELECT version_num FROM alembic_version")
_SET_REVISION = text("UPDATE alembic_version SET version_num = :revision")


Keeping = Callable[[Connection], AbstractContextManager[None]]


def upgrade(engine: Engine, keeping: Keeping = lambda connection: nullcontext()) -> None:
    """Bring the database to the newest revision, in one transaction: all of it or nothing. Two at once wait for each other.

    ``keeping`` stands around the migrations, in their transaction. Raises NewerDatabase.
    """
    require_known(engine)
    config = configuration()
    with _alone(engine) as connection:
        config.attributes["connection"] = connection
        with keeping(connection):
            command.upgrade(config, "head")


def begin(engine: Engine, revision: str) -> None:
    """Make the tables of ``revision`` in an empty database, to be filled. Until ``finish`` nobody else works on it."""
    config = configuration()
    with _alone(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.execute(_SET_REVISION, {"revision": UNFINISHED})


def finish(connection: Connection, revision: str) -> None:
    """The database is filled: once this transaction is committed it is one of ``revision``."""
    connection.execute(_SET_REVISION, {"revision": revision})


def functions_of_triggers(engine: Engine) -> frozenset[str]:
    """The functions of triggers that stand in the schema, of whatever program. On SQLite there are none."""
    if engine.dialect.name != "postgresql":
        return frozenset()
    with engine.connect() as connection:
        return frozenset(connection.scalars(_FUNCTIONS_OF_TRIGGERS))


def clear(engine: Engine, others: frozenset[str]) -> None:
    """Take everything away from a database that was empty before ``begin``, but for the ``others``: what stood in it then."""
    quoted = engine.dialect.identifier_preparer.quote
    with engine.begin() as connection:
        if tables := inspect(connection).get_table_names():
            connection.exec_driver_sql(f"DROP TABLE {', '.join(map(quoted, tables))} CASCADE")
        for function in sorted(set(connection.scalars(_FUNCTIONS_OF_TRIGGERS)) - others):
            connection.exec_driver_sql(f"DROP FUNCTION {function}")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else migrates: SQLite's begins with the write lock, on PostgreSQL the table of versions is held.

    A table of SQLite that is written anew is gone for a moment. So what points to where is asked there at the end, of all rows at once: for
    each row that comes back it would take a search through everything that may point to it.
    """
    if engine.dialect.name == "postgresql":
        try:
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        except (IntegrityError, ProgrammingError):
            if not inspect(engine).has_table("alembic_version"):
                raise  # else it was made by another at the same instant: so much the better
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))
            yield connection
        return
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")  # heard outside of a transaction alone
        try:
            with connection.begin():
                known = set(connection.execute(LOST).all())
                yield connection
                if lost := set(connection.execute(LOST).all()) - known:
                    raise RuntimeError(f"the upgrade would lose what rows point to, so it changes nothing: {sorted(map(str, lost))[:3]}")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; None for an empty one, and for a file that is not there: asking does not make it."""
    if _is_missing(engine):
        return None
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_empty(engine: Engine) -> bool:
    """Is there no table in the database yet? Raises ForeignDatabase if there are others than the program's."""
    require_own(engine)
    return current_revision(engine) is None


def require_own(engine: Engine) -> None:
    """Refuse a database with tables that no migration of ours has made. Raises ForeignDatabase."""
    if _is_missing(engine):
        return
    if current_revision(engine) is None and (tables := sorted(set(inspect(engine).get_table_names()) - {"alembic_version"})):
        raise ForeignDatabase(tables=", ".join(tables[:3]))


def require_still_current(connection: Connection) -> None:
    """Refuse a database that has been upgraded, or is filled from a backup, since the program began to work on it. Raises WrongDatabase."""
    found = connection.scalar(_REVISION)
    if found != head_revision():
        _require_known(found)
        raise OlderDatabase(found=str(found), needed=head_revision())


@cache
def head_revision() -> str:
    """The newest revision that the program knows."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None, "the package was installed without its migrations"  # noqa: S101  (a broken package, not bad input)
    return head


def require_current(engine: Engine) -> None:
    """Refuse to work on a database of another version. Raises EmptyDatabase, ForeignDatabase, OlderDatabase or NewerDatabase."""
    if is_empty(engine):
        raise EmptyDatabase(database=_place(engine))
    require_known(engine)
    found, needed = current_revision(engine), head_revision()
    if found != needed:
        raise OlderDatabase(found=str(found), needed=needed)


def _place(engine: Engine) -> str:
    """Where the engine works: a schema whose name was mistyped is seen in it."""
    where = engine.url.render_as_string(hide_password=True)
    if engine.dialect.name != "postgresql":
        return where
    with engine.connect() as connection:
        return f"{where} (schema {connection.scalar(text('SHOW search_path'))})"


def require_known(engine: Engine) -> None:
    """Refuse a database that a later program has upgraded, or that was never filled. Raises NewerDatabase or UnfinishedDatabase."""
    _require_known(current_revision(engine))


def _require_known(found: str | None) -> None:
    if found == UNFINISHED:
        raise UnfinishedDatabase()
    if found is not None and found not in revisions():
        raise NewerDatabase(found=found)


def revisions() -> frozenset[str]:
    """Every revision that the program knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())


def _is_missing(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists()


def configuration() -> Config:
    """Alembic's settings for these migrations; it needs no file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
