"""The database that a command works on: found, made, brought up, and given to an application without pages."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.schema import CreateSchema

from fundbank import config, migrations
from fundbank.cli.trouble import Trouble, in_plain_words, plainly
from fundbank.extensions import db
from fundbank.kit.database import engine_options, reading_only, schema_of
from fundbank.kit.seals.upgrading import kept_through
from fundbank.kit.transaction import follow, unit_of_work
from fundbank.paths import instance_folder

# Another program beside may count its versions in a table of the same name.
HOLDING = """
    SELECT nspname FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid
    WHERE relname IN ('alembic_version', 'chain_heads') GROUP BY nspname HAVING count(*) = 2 ORDER BY nspname
"""


def engine_of(url: str, schema: str | None = None) -> Engine:
    """An engine for a database URL, and for FUNDBANK_SCHEMA in it if no other is named; nothing is made yet. It ends with the command.

    Raises Trouble for a URL that makes no sense.
    """
    return engine_in(url, schema or config.schema())


def engine_in(url: str, schema: str | None) -> Engine:
    """An engine for a database URL, and this schema in it, or the server's default one. It ends with the command."""
    engine = new_engine(url, schema)
    if context := click.get_current_context(silent=True):
        context.call_on_close(engine.dispose)
    return engine


def new_engine(url: str, schema: str | None) -> Engine:
    """The same, of which whoever asks for it disposes."""
    try:
        parsed = make_url(config.from_here(url))
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise Trouble(f"{parsed.get_backend_name()} is not supported: use a sqlite:/// or a postgresql:// URL.")
        if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
            raise Trouble("the database URL names no file: write it as sqlite:////folder/fundbank.sqlite.")
        if schema is not None and parsed.get_backend_name() == "sqlite":
            raise Trouble("FUNDBANK_SCHEMA names a schema, and an embedded database has none: give each municipality a file of its own.")
        return create_engine(parsed, **engine_options(url, schema))
    except (ValueError, LookupError, ArgumentError) as error:
        raise Trouble(f"the database URL cannot be read: {error}. Use a sqlite:/// or a postgresql:// URL.") from error
    except ImportError as error:
        raise Trouble(f"the database URL asks for a driver that is not installed ({error.name}): leave out +{error.name}.") from error


def migrate(engine: Engine) -> None:
    """Bring the tables to this program's version; the folder of an embedded database is made, and the schema of another."""
    make_room(engine)
    import_module("fundbank.schema")
    migrations.upgrade(engine, kept_through)


def files_of(engine: Engine) -> list[Path]:
    """Where an embedded database lies: its file, and those that SQLite puts beside it. Of another there are none."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return []
    return [Path(engine.url.database + ending) for ending in ("", "-wal", "-shm", "-journal")]


def make_room(engine: Engine) -> None:
    """Make the folder of an embedded database, and the schema of another.

    Raises Trouble where an embedded one that is gone has left its changes: they are not this one's.
    """
    if schema := schema_of(engine):
        with suppress(IntegrityError), engine.begin() as connection:  # made by another at the same instant
            if not inspect(connection).has_schema(schema):  # whoever may not make one may use one that is there
                connection.execute(CreateSchema(schema, if_not_exists=True))
    if files := files_of(engine):
        file, *beside = files
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() and (left := [each for each in beside if each.exists()]):
            raise Trouble(
                f"{left[0]} was left by a database that is not there any more, and may hold its last changes. "
                "Put that database back, or move what was left to another folder."
            )


def each_is_well(url: str, do: Callable[[Engine], bool], *, all_schemas: bool) -> bool:
    """Is all well after ``do`` with the database; for ``all_schemas`` with each that holds a municipality of the program?

    One that cannot be used is said and stops none of the others. Raises Trouble if there is none, or for the one that is not one of many.
    """
    if not all_schemas:
        return do(engine_of(url))
    return all([_is_well(schema, partial(do, engine_of(url, schema))) for schema in schemas_of(url)])


def _is_well(schema: str, do: Callable[[], bool]) -> bool:
    click.echo(f"{schema}:")
    try:
        with in_plain_words():
            return do()
    except Trouble as trouble:
        click.echo(f"fundbank: {schema}: {trouble.message}", err=True)
        return False


def schemas_of(url: str) -> list[str]:
    """The schemas of a database that hold a municipality of the program. Raises Trouble if there is none."""
    engine = engine_of(url)
    if engine.dialect.name != "postgresql":
        raise Trouble("--all-schemas is for a PostgreSQL database with a schema for each municipality.")
    found = schemas_in(engine)
    engine.dispose()
    if not found:
        raise Trouble("no schema of this database holds a municipality. Set one up with: FUNDBANK_SCHEMA=name fundbank init")
    return found


def schemas_in(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text(HOLDING)))


def keep_private(engine: Engine) -> None:
    """Let nobody but their owner read the instance folder, the key in it and an embedded database that others could read until now."""
    if os.name != "posix":
        return
    folder, files = instance_folder(), [instance_folder() / "secret_key", *files_of(engine)]
    for place, mode in ((folder, 0o700), *((file, 0o600) for file in files)):
        if not place.exists() or not place.stat().st_mode & 0o077:
            continue
        try:
            place.chmod(mode)
            click.echo(f"Others on this machine could read {place}. Now only its owner can.", err=True)
        except OSError as error:
            click.echo(f"Others on this machine can read {place}, and that cannot be changed ({error.strerror}).", err=True)


def bring_up(engine: Engine) -> None:
    """Make the tables of an empty database; one of another version, or with something else in it, is refused."""
    if migrations.is_empty(engine):
        own = engine_of(config.migration_url(), schema_of(engine)) if config.migration_url() != config.database_url() else engine
        migrate(own)
    migrations.require_current(engine)
    keep_private(engine)


@contextmanager
def working_on(engine: Engine) -> Iterator[None]:
    """Within this block operations and queries work on what the engine works on; afterwards no connection is left open."""
    with bare_app(engine).app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()
            engine.dispose()


def bare_app(engine: Engine) -> Flask:
    """An application that works on what the engine works on, without pages."""
    url = engine.url.render_as_string(hide_password=False)
    import_module("fundbank.schema")
    following = import_module("fundbank.following")
    app = Flask("fundbank")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url, schema_of(engine))
    db.init_app(app)
    follow(app, *following.FOLLOWERS)
    return app


@click.command()
@click.option("--all-schemas", is_flag=True, help="Bring up every municipality that has a schema of its own in the database.")
@click.pass_context
@plainly
def upgrade(context: click.Context, all_schemas: bool) -> None:
    """Bring the database to this program's version. Take a backup first.

    FUNDBANK_MIGRATION_URL may name a database user that owns the tables, so that the program's own user needs no such right.
    """
    context.exit(0 if each_is_well(config.migration_url(), _upgrade, all_schemas=all_schemas) else 1)


def _upgrade(engine: Engine) -> bool:
    migrations.require_own(engine)
    bring_to_newest(engine)
    return True


def bring_to_newest(engine: Engine) -> None:
    """Upgrade, and say what was done."""
    before, newest = migrations.current_revision(engine), migrations.head_revision()
    if before != newest:
        migrate(engine)
        keep_private(engine)
    made = _write_earlier_letters(engine)
    _name_addresses_held_twice(engine)
    if before == newest:
        said = "already" if made else "already: there is nothing to do"
        click.echo(f"The database is at version {newest} {said}.")
    else:
        click.echo(f"The database went from version {before} to {newest}." if before else f"The database is new, at version {newest}.")


def _write_earlier_letters(engine: Engine) -> int:
    """Letters of events from before they were kept are made now, once and for all, so that no page leads to a letter that is not there.

    Returns how many. They are looked for at every upgrade: the one before may have been cut off between the tables and the letters.
    """
    from fundbank.kit.clock import now
    from fundbank.reports.letters import write_earlier_letters

    with working_on(engine), unit_of_work():
        if number := write_earlier_letters(at=now()):
            click.echo(f"{number} letters of earlier decisions and claims were made afterwards, and are marked so.")
        return number


def _name_addresses_held_twice(engine: Engine) -> None:
    """Say who can't sign in, since somebody else has the same e-mail address in other signs: only people can mend that."""
    from fundbank.people.queries import held_twice

    with working_on(engine), reading_only():
        for user, holder in held_twice():
            click.echo(
                f"{user.name} (user {user.id}) cannot sign in: {holder.name} (user {holder.id}) has the same e-mail address, "
                f"{holder.email}, typed in another way. Give one of them another address."
            )
