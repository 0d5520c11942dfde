"""Two municipalities on one PostgreSQL, each in a schema of its own: what keeps them apart. The way of a loan in both is a journey."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from fundbank import migrations
from fundbank.cli import main
from fundbank.cli.databases import engine_of, migrate
from fundbank.cli.rounds import Rounds
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.database import WAIT_SECONDS, is_trouble
from fundbank.kit.transaction import commit
from fundbank.kit.web.addresses import absolute
from fundbank.outbox.models import Job
from fundbank.outbox.operations import ask_for, write_mail
from fundbank.outbox.worker import Worker
from fundbank.people.models import User
from fundbank.people.operations import make_administrator
from tests.builders import AT, PASSWORD, a_user
from tests.conftest import new_client
from tests.integration.awards.bank import a_bank
from tests.integration.cli.conftest import loggers_as_they_were  # noqa: F401  (a fixture of every test here)
from tests.integration.cli.test_cli import HERNING
from tests.integration.outbox.conftest import no_day
from tests.post import a_post_office, plain, setting
from tests.schemas import SCHEMAS, in_town, programs_of, rows
from tests.web import WITHOUT_CATALOGUE, new_cookie


@pytest.fixture
def database(schemas: str) -> str:
    return schemas


@pytest.fixture
def towns(database: str) -> Iterator[dict[str, Flask]]:
    with programs_of(database, **WITHOUT_CATALOGUE) as apps:
        yield apps


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


def test_a_schema_that_is_renamed_away_is_a_database_that_cannot_be_used(towns: dict[str, Flask], database: str) -> None:
    with in_town(towns["lindby"]):
        commit()
        client = new_client(towns["lindby"])
        assert client.get("/health").status_code == 200
        with psycopg.connect(database, autocommit=True) as server:
            server.execute("ALTER SCHEMA lindby RENAME TO elsewhere")
            try:
                for page in ("/health", "/sign-in"):
                    db.session.remove()
                    assert client.get(page).status_code == (503 if page == "/health" else 200)
                assert client.submit("/sign-in", {"email": "anna@lindby.dk", "password": PASSWORD}).status_code == 503
            finally:
                server.execute("ALTER SCHEMA elsewhere RENAME TO lindby")
        assert client.submit("/sign-in", {"email": "anna@lindby.dk", "password": PASSWORD}).status_code == 422


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
        make_administrator(bank.finance, at=AT, actor=None)
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
    is_of_version(towns["egeby"], migrations.UNFINISHED)
    found = run(main, ["upgrade", "--all-schemas"])
    is_of_version(towns["egeby"], migrations.head_revision())
    assert (found.exit_code, "Only a part of a backup" in found.output) == (1, True)
    assert [line for line in found.output.splitlines() if line.endswith(":")] == ["egeby:", "lindby:", "public:"], (
        "it stops none of the others"
    )
    with in_town(towns["egeby"]):
        db.session.execute(text("ALTER TABLE transfers DISABLE TRIGGER transfers_stay"))
        db.session.commit()
    found = run(main, ["check", "--all-schemas"])
    with in_town(towns["egeby"]):
        db.session.execute(text("ALTER TABLE transfers ENABLE TRIGGER transfers_stay"))
        db.session.commit()
    assert found.exit_code == 1 and "The database has lost the trigger transfers_stay" in found.output
    assert [line for line in found.output.splitlines() if line.endswith(":")] == ["egeby:", "lindby:", "public:"]


def is_of_version(app: Flask, version: str) -> None:
    with in_town(app):
        migrations.finish(db.session.connection(), version)
        db.session.commit()


def test_one_process_works_for_each_under_its_own_address_and_none_stops_the_others(
    towns: dict[str, Flask], database: str, heard: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = make_url(database).update_query_dict({"application_name": "rounds"}).render_as_string(hide_password=False)
    with a_post_office() as (office, port):
        environment = {
            "FUNDBANK_DATABASE_URL": named, "FUNDBANK_MAIL_URL": f"smtp://127.0.0.1:{port}", "FUNDBANK_MAIL_FROM": "bank@faelles.dk",
            "FUNDBANK_SECRET_KEY": "tests" * 8, "FUNDBANK_ADDRESS": "https://nobodys.dk",
            "FUNDBANK_ADDRESS_EGEBY": "https://egeby.dk", "FUNDBANK_ADDRESS_LINDBY": "https://lindby.dk",
            "FUNDBANK_MAIL_FROM_LINDBY": "bank@lindby.dk",
        }  # fmt: skip
        rounds = Rounds(named, lambda app: Worker(app, {"write": write_a_link}, no_day), environment, rest=0)

        def worked(number: int) -> list[tuple[str, str]]:
            for schema, app in towns.items():
                with in_town(app):
                    for each in range(number):
                        ask_for("write", f"write:{len(office.mails)}:{each}", run_at=AT, user_id=a_user(email=f"{each}@{schema}.dk").id)
                    commit()
            return go_round_until_all_is_done()

        def go_round_until_all_is_done() -> list[tuple[str, str]]:
            before = len(office.mails)
            while rounds.go_round(lambda: AT):
                pass
            return [(str(mail["From"]), plain(mail).split("https://")[1].split("/")[0]) for mail in office.mails[before:]]

        for app in towns.values():
            with in_town(app):  # other tests of these schemas may have left some
                db.session.execute(delete(Job))
                commit()
        egeby, lindby = ("bank@faelles.dk", "egeby.dk"), ("bank@lindby.dk", "lindby.dk")
        both = worked(2)
        assert both[:2] == both[2:] and sorted(both[:2]) == [egeby, lindby], "in turn: no municipality waits for all of another's"
        assert len(heard) == 1 and "nothing is done for public: mail must lead to its own pages. Set FUNDBANK_ADDRESS_PUBLIC" in heard[0]
        with psycopg.connect(database, autocommit=True) as server:
            server.execute("ALTER TABLE egeby.jobs RENAME TO jobs_away")
            try:
                assert go_round_until_all_is_done() == []
                with in_town(towns["lindby"]):
                    ask_for("write", "write:meanwhile", run_at=AT, user_id=a_user(email="meanwhile@lindby.dk").id)
                    commit()
                assert go_round_until_all_is_done() == [lindby]
            finally:
                server.execute("ALTER TABLE egeby.jobs_away RENAME TO jobs")
            held = server.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'rounds'").fetchone()
        assert held == (0,)
        assert sorted(worked(1)) == [egeby, lindby], "and then it goes on"


def test_the_command_works_for_all_and_stops(towns: dict[str, Flask], database: str, tmp_path: Path) -> None:
    with a_post_office() as (office, port):
        for schema, app in towns.items():
            with in_town(app):
                app.config["MAIL_SERVER"] = setting(port)
                person = a_user(email=f"command@{schema}.dk")
                write_mail(
                    f"command:{schema}", at=now(), municipality_id=person.municipality_id, user_id=person.id, address=person.email or "",
                    language="en", subject="News", items=[("There is news.", "Read it", "https://bank.kommune.dk")],
                )  # fmt: skip
                commit()
        named = {
            "FUNDBANK_DATABASE_URL": database, "FUNDBANK_MAIL_URL": f"smtp://127.0.0.1:{port}", "FUNDBANK_MAIL_FROM": "bank@faelles.dk",
            "FUNDBANK_ADDRESS_EGEBY": "https://egeby.dk", "FUNDBANK_ADDRESS_LINDBY": "https://lindby.dk",
        }  # fmt: skip
        command = [Path(sys.executable).parent / "fundbank", "work", "--all-schemas"]
        with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **named}, stderr=subprocess.PIPE, text=True) as process:
            until = time.monotonic() + 60
            while not all(office.of(f"command@{schema}.dk") for schema in SCHEMAS):
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            _out, said = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in said) == (0, False), said


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What the worker says in the program's log."""
    said: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    logger, ear = logging.getLogger("fundbank.work"), Ear()
    logger.addHandler(ear)
    yield said
    logger.removeHandler(ear)


def write_a_link(*, at: datetime, user_id: int) -> None:
    person = db.session.get_one(User, user_id)
    write_mail(
        f"link:{user_id}", at=at, municipality_id=person.municipality_id, user_id=user_id, address=person.email or "", language="en",
        subject="News", items=[("There is news.", "Read it", absolute("overviews.home"))],
    )  # fmt: skip


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
