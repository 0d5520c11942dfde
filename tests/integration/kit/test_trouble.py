"""While the database is locked, full, down or gone: 503, nothing is written, what was typed is kept, and it goes on without a restart."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import psycopg
import pytest
from flask import Blueprint, Flask
from sqlalchemy import Connection, column, create_engine, event, func, insert, select, table, text
from sqlalchemy.exc import IntegrityError

from fundbank.app import create_app
from fundbank.extensions import db
from fundbank.kit import database
from fundbank.kit.database import WAIT_SECONDS, ReplacedFile, is_trouble, keep_to_the_file, reading_only
from fundbank.kit.transaction import CommitInDoubt, attempt, commit, rollback, unit_of_work
from fundbank.kit.web import me, sent_on, signed_in
from fundbank.people.models import Department, User
from tests.builders import a_user
from tests.databases import migrate
from tests.web import WITHOUT_CATALOGUE, Client, parsed

pytestmark = pytest.mark.each_database

TOKEN = "0b1f7d1e-7f62-4d5c-9d2e-1f5a3c8d9e00"
SHORT = 1  # second
MANY = 200  # rows, which take more pages than a database has to spare
TYPED = {"name": 'Nyt æ <ø> "å"', "text": "to\r\nlinjer"}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

Trouble = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def program(new_app: Callable[[], Flask], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The program as in service: what fails is answered, and not raised. ``/trial`` writes a department, and one of it too many.

    It waits for a second where it would wait for five.
    """
    monkeypatch.setattr(database, "WAIT_SECONDS", SHORT)
    app, trial = new_app(), Blueprint("trial", __name__, url_prefix="/trial")

    @trial.post("/add")
    @signed_in
    def add():
        db.session.add_all(Department(municipality_id=me().municipality_id, name=f"{number} {'Ny' * 50}") for number in range(MANY))
        db.session.flush()
        return sent_on("/account")

    @trial.post("/wrong")
    @signed_in
    def wrong():
        db.session.add(Department(municipality_id=None, name="Hemmelig afdeling"))
        db.session.flush()
        return sent_on("/account")

    app.register_blueprint(trial)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def user(app: Flask) -> User:
    return a_user()


def departments() -> int:
    rollback()
    return db.session.scalar(select(func.count()).select_from(Department)) or 0


@contextmanager
def locked() -> Iterator[None]:
    """Another program holds what a form needs to write."""
    db.session.remove()
    other = create_engine(db.engine.url)
    with other.connect() as connection, connection.begin():  # SQLite's write lock is taken here
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE answered_requests IN ACCESS EXCLUSIVE MODE"))
        yield
    other.dispose()


@contextmanager
def full() -> Iterator[None]:
    """SQLite may take no page more."""

    def fill(dbapi_connection: sqlite3.Connection, record: object) -> None:
        dbapi_connection.execute("PRAGMA max_page_count = 1")

    event.listen(db.engine, "connect", fill)
    db.session.remove()
    db.engine.dispose()
    try:
        yield
    finally:
        event.remove(db.engine, "connect", fill)
        db.session.remove()
        db.engine.dispose()


@contextmanager
def down() -> Iterator[None]:
    """PostgreSQL ends every connection and takes none."""
    name = db.engine.url.database
    admin = create_engine(db.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    db.session.remove()
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name})
        try:
            yield
        finally:
            connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    admin.dispose()


TROUBLES = [
    pytest.param("sqlite", locked, id="sqlite-locked"),
    pytest.param("sqlite", full, id="sqlite-full"),
    pytest.param("postgresql", locked, id="postgresql-locked"),
    pytest.param("postgresql", down, id="postgresql-down"),
]


@pytest.mark.parametrize("database_url, trouble", TROUBLES, indirect=["database_url"])
def test_a_form_is_not_lost(client: Client, user: User, trouble: Trouble) -> None:
    client.sign_in(user)
    form = {**TYPED, "csrf_token": client.csrf_token(), "once": TOKEN}
    before = departments()
    with trouble():
        begun = monotonic()
        answer = send(client, form)
        assert monotonic() - begun < 2 * WAIT_SECONDS
        page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(WAIT_SECONDS)
    assert "Nothing has been changed." in page and "What you typed is kept" in page
    assert departments() == before
    assert resent(client, page).status_code == 303
    assert departments() == before + MANY


def send(client: Client, form: dict[str, str]) -> Any:
    """Send the form without looking into the database before, as the tests' own browser does."""
    cookie = client.get_cookie("fundbank")
    assert cookie is not None
    return client.application.test_client(use_cookies=False).post("/trial/add", data=form, headers={"Cookie": f"fundbank={cookie.value}"})


def resent(client: Client, page: str) -> Any:
    """Press the page's button."""
    tree, errors = parsed(page)
    assert not errors
    (form,) = tree.iter("form")
    said = [(field.get("name"), field.get("value")) for field in form.iter("input")]
    assert dict(said).items() >= TYPED.items() or dict(said)["text"] == "to\nlinjer"
    data: dict[str, list[str]] = {}
    for name, value in said:
        data.setdefault(str(name), []).append(str(value))
    return client.post(str(form.get("action")), data=data)


@pytest.mark.parametrize("database_url, trouble", [TROUBLES[3]], indirect=["database_url"])
def test_a_page_waits_for_nobody_and_is_well_again(client: Client, user: User, trouble: Trouble) -> None:
    client.sign_in(user)
    with trouble(), client.application.app_context():
        raw = client.application.test_client()
        for address in ("/sign-in?next=/account", "/health"):
            assert raw.get(address).status_code in (200, 503)
        assert raw.get("/health").status_code == 503
    assert client.get("/health").status_code == 200
    assert client.get("/account").status_code == 200


def test_no_lock_is_waited_for_without_an_end(app: Flask) -> None:
    asked = {"sqlite": ("PRAGMA busy_timeout", 1_000 * SHORT), "postgresql": ("SHOW lock_timeout", f"{SHORT}s")}
    question, bound = asked[db.engine.dialect.name]
    assert db.session.scalar(text(question)) == bound


@SQLITE
def test_reading_goes_on_while_another_writes(client: Client, user: User) -> None:
    client.sign_in(user)
    with locked():
        assert client.get("/account").status_code == 200
        assert client.get("/health").status_code == 200


def test_what_the_program_does_wrong_is_no_trouble(client: Client, user: User, caplog: pytest.LogCaptureFixture) -> None:
    user.name = "Hemmelig Person"
    client.sign_in(user)
    answer = client.submit("/trial/wrong", {"name": "Ikke i loggen"})
    assert answer.status_code == 500
    assert "Nothing has been changed." in answer.words
    assert "IntegrityError" in caplog.text
    assert "Failing row" not in caplog.text and "Hemmelig" not in caplog.text


def test_no_value_stands_in_an_error(app: Flask, user: User) -> None:
    with pytest.raises(IntegrityError) as caught, attempt():
        db.session.execute(text("INSERT INTO departments (municipality_id, name) VALUES (NULL, :name)"), {"name": "Hemmeligt navn"})
    assert "Hemmeligt" not in str(caught.value).partition("DETAIL")[0]


@POSTGRESQL
def test_a_commit_that_is_lost_in_the_middle_is_in_doubt(client: Client, user: User) -> None:
    """The server ends the connection as it is told to commit: whoever sent the form is told so, and may send it again."""
    client.sign_in(user)
    killed: list[int] = []
    other = create_engine(db.engine.url, isolation_level="AUTOCOMMIT")

    def cut(connection: Connection) -> None:
        if not killed and connection.engine is db.engine:
            killed.append(connection.connection.driver_connection.info.backend_pid)  # type: ignore[union-attr]
            with other.connect() as admin:
                admin.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": killed[0]})

    form = {**TYPED, "csrf_token": client.csrf_token(), "once": TOKEN}
    commit()
    event.listen(db.engine, "commit", cut)
    try:
        page = send(client, form)
    finally:
        event.remove(db.engine, "commit", cut)
        other.dispose()
    assert killed and page.status_code == 503
    assert "It is not certain" in page.get_data(as_text=True)
    assert "Nothing has been changed" not in page.get_data(as_text=True)
    before = departments()
    assert resent(client, page.get_data(as_text=True)).status_code == 303
    assert departments() == before + MANY


@POSTGRESQL
def test_a_restart_of_the_database_is_one_trouble_however_many_connections_were_open(client: Client, user: User) -> None:
    client.sign_in(user)
    open_at_once = [db.engine.connect() for _ in range(3)]
    for connection in open_at_once:
        connection.close()
    db.session.remove()
    other = create_engine(db.engine.url)
    with other.connect() as admin:
        ended = select(func.pg_terminate_backend(column("pid"))).select_from(table("pg_stat_activity"))
        admin.execute(ended.where(column("pid") != func.pg_backend_pid(), column("datname") == func.current_database())).all()
    other.dispose()
    assert [client.get("/account").status_code for _ in range(3)] == [503, 200, 200]


def test_a_reader_sees_one_moment(app: Flask, user: User) -> None:
    owner = user.municipality_id
    commit()
    other = create_engine(db.engine.url)

    def write() -> None:
        with other.begin() as writer:
            writer.execute(insert(Department).values(municipality_id=owner, name="Ny", path="/9/"))

    with reading_only():
        db.session.remove()
        before = db.session.scalar(select(func.count()).select_from(Department))
        with ThreadPoolExecutor(1) as another:
            another.submit(write).result()
        assert db.session.scalar(select(func.count()).select_from(Department)) == before
        rollback()
        assert db.session.scalar(select(func.count()).select_from(Department)) == (before or 0) + 1
        rollback()
    other.dispose()


@POSTGRESQL
def test_whoever_promised_to_read_cannot_write(app: Flask, user: User) -> None:
    commit()
    with reading_only():
        db.session.remove()
        with pytest.raises(Exception, match="read-only"):
            db.session.execute(text("UPDATE departments SET name = name"))
        rollback()
    with unit_of_work():
        db.session.execute(text("UPDATE departments SET name = name"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Flask]:
    """A program that keeps to its file, as ``fundbank run`` does."""
    file = tmp_path / "bank.sqlite"
    migrate(f"sqlite:///{file}")
    app = create_app({"SECRET_KEY": "tests", "SQLALCHEMY_DATABASE_URI": f"sqlite:///{file}", **WITHOUT_CATALOGUE})
    with app.app_context():
        keep_to_the_file(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_gone_or_another_is_not_written_to(served: Flask, tmp_path: Path, replaced: bool) -> None:
    file = tmp_path / "bank.sqlite"
    user = a_user()
    commit()
    assert served.test_client().get("/health").status_code == 200
    user.name = "Ny"
    db.session.flush()
    file.rename(tmp_path / "away.sqlite")
    if replaced:
        shutil.copyfile(tmp_path / "away.sqlite", file)
    with pytest.raises(ReplacedFile):
        commit()  # of what was begun before
    for _round in range(2):
        db.session.remove()
        db.engine.dispose()  # every connection is a new one
        assert served.test_client().get("/health").status_code == 503
        assert file.exists() is replaced, "nobody makes an empty file in its place"
    file.unlink(missing_ok=True)
    (tmp_path / "away.sqlite").rename(file)
    assert served.test_client().get("/health").status_code == 200


TELLS = [
    (sqlite3.IntegrityError("no"), False),
    (ValueError("no"), False),
    (psycopg.errors.UndefinedColumn("no"), False),
    (psycopg.errors.UndefinedTable("the schema was renamed"), True),
    (psycopg.errors.LockNotAvailable("wait"), True),
    (psycopg.errors.DiskFull("full"), True),
    (psycopg.errors.AdminShutdown("bye"), True),
    (psycopg.errors.DeadlockDetected("give way"), True),
    (psycopg.errors.ReadOnlySqlTransaction("standby"), True),
    (psycopg.OperationalError("connection refused"), True),
    (ReplacedFile("gone"), True),
]


@pytest.mark.parametrize("error, expected", TELLS)
def test_trouble_is_told_from_a_fault(error: Exception, expected: bool) -> None:
    assert is_trouble(error) is expected


def test_in_doubt_is_said_only_of_a_commit(app: Flask, user: User) -> None:
    with pytest.raises(IntegrityError):
        db.session.add(Department(municipality_id=None, name="Ny"))
        commit()
    rollback()
    assert not issubclass(IntegrityError, CommitInDoubt)
