"""Two municipalities on one PostgreSQL, each in a schema of its own: the way of a loan in both, and nothing of one in the other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from fundbank import migrations
from fundbank.app import create_app
from fundbank.cli import main
from fundbank.cli.databases import engine_of, migrate
from fundbank.extensions import Base, db
from fundbank.kit.database import WAIT_SECONDS, is_trouble
from fundbank.kit.transaction import commit
from fundbank.ledger.checks import check_all
from tests.conftest import new_client
from tests.databases import Databases
from tests.integration.awards import test_money_pages as pages
from tests.integration.awards.bank import a_bank
from tests.integration.cli.test_cli import HERNING
from tests.web import WITHOUT_CATALOGUE, new_cookie

SCHEMAS = ("egeby", "lindby")

pytestmark = pytest.mark.xdist_group("schemas")


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[str]:
    """One for all: making the schemas takes longer than what is done in them."""
    address = databases.make("postgresql")
    for schema in SCHEMAS:
        engine = engine_of(address, schema)
        migrate(engine)
        engine.dispose()
    yield address
    databases.drop(address)


@pytest.fixture
def clock() -> list[Any]:
    return [pages.TODAY]


@pytest.fixture
def towns(database: str, clock: list[Any]) -> Iterator[dict[str, Flask]]:
    """The program of each municipality, as it is started with FUNDBANK_SCHEMA."""
    settings = {"TESTING": True, "SECRET_KEY": "tests" * 8, "SQLALCHEMY_DATABASE_URI": database, "CLOCK": lambda: clock[0]}
    apps = {schema: create_app({**settings, **WITHOUT_CATALOGUE, "SCHEMA": schema}) for schema in SCHEMAS}
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


def test_a_loan_goes_its_way_in_each_and_leaves_nothing_in_another(towns: dict[str, Flask], clock: list[Any], database: str) -> None:
    for schema, app in towns.items():
        before = {other: rows(database, other) for other in (*SCHEMAS, "public") if other != schema}
        clock[0] = pages.TODAY
        with in_town(app):
            pages.test_hernings_numbers_stand_on_the_screens_to_the_last_krone(a_bank(), new_client(app), clock)
            assert all(report.is_clean for report in check_all().values())
        assert {other: rows(database, other) for other in before} == before
        assert rows(database, schema).keys() == Base.metadata.tables.keys() and rows(database, schema)["transfers"] > 0
    assert not any(rows(database, "public").values())


def test_a_transaction_that_was_rolled_back_leaves_the_connection_to_its_own_schema(towns: dict[str, Flask]) -> None:
    with in_town(towns["lindby"]):
        for end in (db.session.rollback, db.session.commit, db.session.rollback):
            assert db.session.scalar(text("SELECT current_schemas(false)")) == ["lindby"]
            end()


def test_a_server_that_was_restarted_costs_one_request_and_not_one_for_each_connection(towns: dict[str, Flask], database: str) -> None:
    with in_town(towns["lindby"]):
        held = [db.engine.connect() for _ in range(3)]
        for connection in held:
            connection.execute(text("SELECT 1"))
        for connection in held:
            connection.close()
        with psycopg.connect(database, autocommit=True) as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with pytest.raises(OperationalError) as lost, db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        assert is_trouble(lost.value)
        for _ in held:
            with db.engine.connect() as connection:
                assert connection.scalar(text("SELECT current_schema()")) == "lindby"


def test_a_lock_is_waited_for_as_long_as_anywhere_else_without_an_option_that_a_pooler_refuses(towns: dict[str, Flask]) -> None:
    with in_town(towns["lindby"]):
        for _ in range(2):
            assert db.session.scalar(text("SHOW lock_timeout")) == f"{WAIT_SECONDS}s"
            db.session.rollback()
        driver: Any = db.session.connection().connection.driver_connection
        assert "options" not in driver.info.get_parameters()


def test_who_has_signed_in_to_one_is_nobody_in_the_other(towns: dict[str, Flask]) -> None:
    cookies = {}
    for schema, app in towns.items():
        with in_town(app):
            bank = a_bank()
            commit()
            cookies[schema] = (new_cookie(app, bank.finance), bank.finance.id)
    assert cookies["egeby"][1] == cookies["lindby"][1], "the same id in both: what a cookie names is a person of the other too"
    for schema, app in towns.items():
        for signed_in_to, (cookie, _id) in cookies.items():
            with app.app_context():
                client = new_client(app)
                client.set_cookie("fundbank", cookie)
                assert (client.get("/").status_code == 200) is (signed_in_to == schema)


def test_functions_of_triggers_stay_in_the_schema_that_they_were_made_in(towns: dict[str, Flask]) -> None:
    asked = "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype"
    for schema, app in towns.items():
        with in_town(app):
            found = {name: settings for name, settings in db.session.execute(text(asked))}
            assert len(found) >= 6 and set(map(tuple, found.values())) == {(f"search_path={schema}, pg_temp",)}


def test_every_id_is_wide(towns: dict[str, Flask]) -> None:
    asked = """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'lindby' AND data_type IN ('integer', 'smallint')
    """
    narrow = "SELECT sequence_name FROM information_schema.sequences WHERE sequence_schema = 'lindby' AND data_type <> 'bigint'"
    with in_town(towns["lindby"]):
        assert db.session.execute(text(asked)).all() == [] and db.session.execute(text(narrow)).all() == []
        db.session.execute(text("SELECT setval(pg_get_serial_sequence('departments', 'id'), 3000000000)"))
        bank = a_bank()
        assert bank.own.id > 3_000_000_000
        commit()
        client = new_client(towns["lindby"])
        bank.finance.is_administrator = True
        client.sign_in(bank.finance)
        assert client.get(f"/departments/{bank.own.id}/edit").status_code == 200


def test_commands_look_after_every_schema(towns: dict[str, Flask], database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", database)
    with in_town(towns["egeby"]):
        a_bank()
        commit()
    run: Callable[..., Any] = CliRunner().invoke
    upgraded, checked = run(main, ["upgrade", "--all-schemas"]), run(main, ["check", "--all-schemas"])
    assert upgraded.exit_code == checked.exit_code == 0, (upgraded.output, checked.output)
    assert [line for line in upgraded.output.splitlines() if line.endswith(":")] == ["egeby:", "lindby:", "public:"]
    with in_town(towns["egeby"]):
        db.session.execute(text("ALTER TABLE transfers DISABLE TRIGGER transfers_stay"))
        db.session.commit()
    found = run(main, ["check", "--all-schemas"])
    with in_town(towns["egeby"]):
        db.session.execute(text("ALTER TABLE transfers ENABLE TRIGGER transfers_stay"))
        db.session.commit()
    assert found.exit_code == 1 and "The database has lost the trigger transfers_stay" in found.output
    assert [line for line in found.output.splitlines() if line.endswith(":")] == ["egeby:", "lindby:", "public:"]


def test_a_schema_of_another_program_is_left_alone(towns: dict[str, Flask], database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", database)
    with psycopg.connect(database, autocommit=True) as server:
        server.execute("CREATE SCHEMA another CREATE TABLE alembic_version (version_num text)")
        server.execute("INSERT INTO another.alembic_version VALUES ('abc')")
    try:
        for command in ("upgrade", "check"):
            said = CliRunner().invoke(main, [command, "--all-schemas"])
            assert (said.exit_code, "another" in said.output) == (0, False), said.output
    finally:
        with psycopg.connect(database, autocommit=True) as server:
            server.execute("DROP SCHEMA another CASCADE")


def test_a_replay_is_kept_in_the_schema_that_is_named_and_a_throw_away_one_in_none(
    towns: dict[str, Flask], database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FUNDBANK_SCHEMA", "played")
    before = {schema: rows(database, schema) for schema in (*SCHEMAS, "public")}
    for options in (["--database", database], []):
        said = CliRunner().invoke(main, ["replay", str(HERNING), *options])
        assert said.exit_code == 0, said.output
    try:
        assert rows(database, "played")["transfers"] > 0
        assert {schema: rows(database, schema) for schema in before} == before
    finally:
        with psycopg.connect(database, autocommit=True) as server:
            server.execute("DROP SCHEMA played CASCADE")


def test_who_may_make_no_schema_is_told_so_and_may_use_one_that_is_there(database: str) -> None:
    engine = engine_of(make_url(database).set(username="guest").render_as_string(hide_password=False), "guests")
    with psycopg.connect(database, autocommit=True) as server:
        server.execute("CREATE ROLE guest LOGIN")
        try:
            with pytest.raises(migrations.EmptyDatabase, match=r"\(schema guests\) yet"):
                migrations.require_current(engine)
            with pytest.raises(ProgrammingError, match="permission denied for database"):
                migrate(engine)
            server.execute("CREATE SCHEMA guests")
            with pytest.raises(ProgrammingError, match="no schema has been selected|permission denied for schema"):
                migrate(engine)
            server.execute("ALTER SCHEMA guests OWNER TO guest")
            migrate(engine)
            migrations.require_current(engine)
        finally:
            engine.dispose()
            server.execute("DROP SCHEMA IF EXISTS guests CASCADE")
            server.execute("DROP ROLE guest")
