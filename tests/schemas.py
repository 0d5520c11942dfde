"""Two municipalities on one PostgreSQL, each in a schema of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, inspect, text

from fundbank.app import create_app
from fundbank.cli.databases import engine_of, migrate
from fundbank.extensions import db
from tests.databases import Databases

SCHEMAS = ("egeby", "lindby")


def make_schemas(databases: Databases) -> str:
    """The address of a database with a schema for each."""
    address = databases.make("postgresql")
    for schema in SCHEMAS:
        engine = engine_of(address, schema)
        migrate(engine)
        engine.dispose()
    return address


@contextmanager
def programs_of(database: str, **settings: Any) -> Iterator[dict[str, Flask]]:
    """The program of each municipality, as it is started with FUNDBANK_SCHEMA."""
    values = {"TESTING": True, "SECRET_KEY": "tests" * 8, "SQLALCHEMY_DATABASE_URI": database, **settings}
    apps = {schema: create_app({**values, "SCHEMA": schema}) for schema in SCHEMAS}
    yield apps
    for app in apps.values():
        with app.app_context():
            db.engine.dispose()


@contextmanager
def in_town(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


def rows(address: str, schema: str) -> dict[str, int]:
    """How many rows each table of the schema holds."""
    engine = create_engine(address)
    with engine.connect() as connection:
        tables = sorted(set(inspect(connection).get_table_names(schema)) - {"alembic_version"})
        found = {table: connection.scalar(text(f'SELECT count(*) FROM "{schema}"."{table}"')) or 0 for table in tables}  # noqa: S608
    engine.dispose()
    return found
