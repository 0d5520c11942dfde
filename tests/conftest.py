"""The program under test, on both databases: a test that asks for ``app`` or ``client`` runs on SQLite and on PostgreSQL, and in a run of
everything on one of them (tests/dealing.py).

It has no catalogue, so a page's words are the messages of the code, in English, while amounts and dates stay Danish. What is said in
Danish is not a thing for each test: the catalogue has its own (tests/architecture), and the journeys are made with it.
"""

import gc
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event, inspect

from fundbank import migrations
from fundbank.app import create_app
from fundbank.extensions import db
from fundbank.history.operations import AccessLog
from fundbank.kit.transaction import commit
from fundbank.kit.web import log, tries
from tests.databases import KINDS, Databases
from tests.dealing import is_of_everything, left_out
from tests.pictures import Pictures
from tests.schemas import make_schemas
from tests.web import WITHOUT_CATALOGUE, Client, Response, statements

# No test waits for a clock: a machine that has other things to do is not a fault.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("whole", CALM, max_examples=250)
settings.register_profile("a tenth", CALM, max_examples=25)

FOLDERS = ("journeys", "benchmarks", "architecture", "integration")


@event.listens_for(Engine, "connect")
def a_test_database_may_be_lost(connection: Any, record: Any) -> None:
    """No test waits for a disk; the one that measures the ledger asks for its safety again."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="run the long tests whole; without it they run a tenth")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("whole" if config.getoption("whole") else "a tenth")


@pytest.fixture(scope="session")
def whole(pytestconfig: pytest.Config) -> bool:
    """Are the long tests to be run whole (``--whole``), and not a tenth of each?"""
    return bool(pytestconfig.getoption("whole"))


def pytest_report_header(config: pytest.Config) -> list[str]:
    return ["tests are dealt out to the two databases, long tests run a tenth: all with --whole"] if is_of_everything(config) else []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The folders with the longest files first: no process waits for another's journey at the end."""
    if is_of_everything(config):
        left = left_out(items)
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    items.sort(key=lambda item: next((place for place, folder in enumerate(FOLDERS) if folder in item.path.parts), len(FOLDERS)))


def pytest_collection_finish() -> None:
    """What has been imported stays: the collector need not look at it again in each test, nor so often at what tests leave."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A new, empty database; ``@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`` keeps a test to one kind."""
    address = databases.make(request.param)
    yield address
    databases.drop(address)


@pytest.fixture(scope="session")
def schema_of_sqlite(databases: Databases) -> list[str]:
    return databases.made_at_once()


@pytest.fixture
def without_migrating(schema_of_sqlite: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of commands that begin with a new SQLite: it gets what the migrations make, but not by all of them one after another. They
    are run once in each test process, and where a command is met as a process of its own.
    """
    migrate = command.upgrade

    def upgrade(config: Config, revision: str) -> None:
        connection = config.attributes["connection"]
        newest = revision in ("head", migrations.head_revision())
        if newest and connection.dialect.name == "sqlite" and not inspect(connection).get_table_names():
            for statement in schema_of_sqlite:
                connection.exec_driver_sql(statement)
        else:
            migrate(config, revision)

    monkeypatch.setattr(command, "upgrade", upgrade)


@pytest.fixture(scope="session")
def schemas(databases: Databases) -> Iterator[str]:
    """A PostgreSQL with a schema for each of two municipalities: one for all, since making them takes longer than what is done in them."""
    address = make_schemas(databases)
    yield address
    databases.drop(address)


@pytest.fixture(scope="session")
def pictures() -> Pictures:
    """``pictures.of("a name", build)`` gives what ``build`` makes, built once in a test process for each kind of database."""
    return Pictures()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once in a test process, not once in each program that it makes."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def programs(databases: Databases) -> Iterator[dict[Any, Flask]]:
    """A program for each database of a test process, and for the settings that it is made with: databases are used again, and with the
    program what Werkzeug and SQLAlchemy have compiled.
    """
    made: dict[Any, Flask] = {}
    yield made
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app_settings() -> dict[str, Any]:
    """Settings of the program for one test file or test: override this fixture."""
    return {}


@pytest.fixture
def new_app(database_url: str, app_settings: dict[str, Any], compiled_templates: FileSystemBytecodeCache) -> Callable[[], Flask]:
    """``new_app()`` makes a program that is this test's alone, to be given views of its own."""

    def make() -> Flask:
        settings = {"TESTING": True, "SECRET_KEY": "tests", "SQLALCHEMY_DATABASE_URI": database_url, **WITHOUT_CATALOGUE, **app_settings}
        app = create_app(settings)
        app.jinja_env.bytecode_cache = compiled_templates
        return app

    return make


@pytest.fixture
def program(database_url: str, app_settings: dict[str, Any], new_app: Callable[[], Flask], programs: dict[Any, Flask]) -> Iterator[Flask]:
    """The program, as it was made: what a test sets in it is forgotten afterwards. The clock is read anew at each request."""
    made_with = frozenset(item for item in app_settings.items() if item[0] != "CLOCK")
    app = programs.get((database_url, made_with)) or programs.setdefault((database_url, made_with), new_app())
    settings, extensions = {name: value for name, value in app.config.items() if name != "CLOCK"}, dict(app.extensions)
    app.config.update(app_settings)
    tries.install(app)
    app.extensions[log.KEEP] = AccessLog().keep  # which counts, too
    yield app
    for kept, found in ((app.config, settings), (app.extensions, extensions)):
        kept.clear()
        kept.update(found)


@pytest.fixture
def app(program: Flask) -> Iterator[Flask]:
    """The program with an open application context: operations and queries can be called at once."""
    with program.app_context():
        yield program
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def only_database(database_url: str, programs: dict[Any, Flask]) -> Iterator[Flask]:
    """A database with an open application context, and nothing else of the program: what commands make, too."""
    app = programs.get((database_url, None)) or programs.setdefault((database_url, None), _bare(database_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _bare(database_url: str) -> Flask:
    app = Flask("fundbank")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(app)
    return app


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser that nobody has signed in to: ``client.sign_in(user)``, ``client.get(url)``, ``client.submit(url, {…})``."""
    return new_client(app)


@pytest.fixture
def clients(app: Flask) -> Callable[[], Client]:
    """More browsers: one for each person of a test."""
    return lambda: new_client(app)


def new_client(app: Flask) -> Client:
    return Client(app, Response, use_cookies=True)


@pytest.fixture
def query_counter(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with query_counter() as queries:`` collects the SQL run within; ``len(queries)`` must not grow with the rows."""

    def counting() -> AbstractContextManager[list[str]]:
        commit()  # what the test has built, and the letters that it calls for, are not the page's
        return statements()

    return counting
