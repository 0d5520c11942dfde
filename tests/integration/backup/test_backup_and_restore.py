"""A backup holds everything, comes back as it was on either database, and is refused where a byte of it is not as it was written."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from time import sleep
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from fundbank import migrations
from fundbank.backup.archive import MANIFEST, Archive, Damaged
from fundbank.cli.databases import bare_app, engine_of
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.database import reading_only
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.kit.triggers import IN_PLACE
from fundbank.ledger import steps
from fundbank.ledger.chart import Event
from fundbank.ledger.operations import fund_pool
from fundbank.outbox.models import Mail
from fundbank.outbox.operations import ask_for
from fundbank.people.letters import mail_link
from fundbank.people.models import User
from fundbank.people.operations import LinkUsed, invite, set_password_by_link
from fundbank.pools.models import Pool
from tests.builders import PASSWORD, a_department, a_municipality, a_pool, a_user
from tests.integration.awards.bank import LATER
from tests.integration.backup.bank_kept import GONE, a_full_bank, as_of, kind_of, rows_of, taken, told
from tests.pictures import Pictures
from tests.post import setting

pytestmark = pytest.mark.each_database


def test_all_comes_back_as_it_was(
    app: Flask, pictures: Pictures, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into a database of its own kind; into one of the other kind it comes with test_move."""
    kind = kind_of(database_url)
    pool_id = a_full_bank(pictures).pool.id
    ask_for("clean", "clean:of old", run_at=LATER)
    token, mail_id = a_link_on_its_way(app)
    archive = taken(monkeypatch, database_url, tmp_path / "one.zip")
    assert (tmp_path / "one.zip").stat().st_mode & 0o777 == 0o600
    with ZipFile(tmp_path / "one.zip") as file:
        assert not any(token.encode() in file.read(name) for name in file.namelist()), "an archive lets nobody in"
    filled = {member.table for member in archive.manifest.members if member.rows}
    assert {"letters", "transfers", "accounts", "claims", "policy_versions", "history_entries", "departments", "typed_texts"} <= filled
    url = bare(kind)
    with as_each_commit_leaves_it(url) as seen:
        restored = told(monkeypatch, url, "restore", str(tmp_path / "one.zip"))
    assert restored.exit_code == 0, restored.output
    assert "transfers, well" in restored.output and "1 links by which" in restored.output
    assert {waiting for version, waiting in seen if version == migrations.UNFINISHED} == {0, 1}
    assert not [version for version, waiting in seen if waiting and version != migrations.UNFINISHED], "no worker comes between"
    again = taken(monkeypatch, url, tmp_path / "two.zip")
    before, after = rows_of(archive.manifest), rows_of(again.manifest)
    assert {table for table in before if before[table] != after[table]} == {"jobs", "mails", "sign_in_links"}, (
        "what waited to go out goes out no more"
    )
    assert again.manifest.heads == archive.manifest.heads
    engine = create_engine(url)
    with engine.connect() as connection:
        there = set(connection.scalars(text(IN_PLACE[kind])))
    engine.dispose()
    assert there >= {"transfers_are_checked", "transfers_move_balances", "accounts_stay", "chain_heads_stay"}
    restored_app = bare_app(engine_of(url))
    with restored_app.app_context():
        with unit_of_work(), pytest.raises(LinkUsed):
            set_password_by_link(at=now(), token=token, password=PASSWORD)
        assert db.session.get_one(Mail, mail_id).state == "withdrawn"
        with unit_of_work():  # numbers go on where they ended
            finance = db.session.query(User).filter_by(name="Ole Økonomi").one()
            fund_pool(actor=finance, at=LATER, pool=db.session.get_one(Pool, pool_id), source="Efter", amount_ore=100)
        db.engine.dispose()
    assert told(monkeypatch, url, "check").exit_code == 0


def a_link_on_its_way(app: Flask) -> tuple[str, int]:
    """The token of a link that waits to be mailed, and its mail's id."""
    app.config["MAIL_SERVER"] = setting(1)
    person = a_user(email="ny@lindby.dk")
    token = invite(actor=None, at=now(), user=person)
    mail_link(person, "invitation", token, f"https://bank.kommune.dk/link/{token}", at=now())
    commit()
    return token, db.session.query(Mail).filter_by(user_id=person.id).one().id


@contextmanager
def as_each_commit_leaves_it(url: str) -> Iterator[list[tuple[str, int]]]:
    """The version of the database at ``url``, and how many mails wait in it, as others see it before each commit in it."""
    seen: list[tuple[str, int]] = []
    looking = create_engine(url)

    @event.listens_for(Engine, "commit")
    def look(connection: Connection) -> None:
        if connection.engine.url.database == looking.url.database and connection.engine is not looking:
            with reading_only(), looking.connect() as others:
                if inspect(others).has_table("mails"):
                    version = others.scalar(text("SELECT version_num FROM alembic_version"))
                    seen.append((version, others.scalar(text("SELECT count(*) FROM mails WHERE state = 'waiting'")) or 0))

    yield seen
    event.remove(Engine, "commit", look)
    looking.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_noted_elsewhere_is_held_against_the_ledger(
    app: Flask, pictures: Pictures, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = a_full_bank(pictures)
    a_department(a_municipality("Nyby Kommune"))
    commit()
    said = told(monkeypatch, database_url, "backup", str(tmp_path / "one.zip"))
    head, seal, without_pools = said.stdout.splitlines()
    assert without_pools.endswith(" Nyby Kommune")
    noted = tmp_path / "anchors.txt"
    noted.write_text(f"# noted in March\n\n{said.stdout}", "utf-8")
    assert told(monkeypatch, database_url, "check", "--anchors", str(noted)).exit_code == 0
    number, hash_, name = seal.split(" ", 2)
    assert name == bank.pool.municipality.name
    noted.write_text(f"{number} {'0' * 64} {name}", "utf-8")
    found = told(monkeypatch, database_url, "check", "--anchors", str(noted))
    assert (found.exit_code, f"Seal {number} of municipality 1 is not the one whose hash" in found.output) == (1, True)
    number, hash_, name = head.split(" ", 2)
    assert name.endswith(bank.pool.name)
    noted.write_text(f"{number} {'0' * 64} {bank.pool.name}", "utf-8")
    found = told(monkeypatch, database_url, "check", "--anchors", str(noted))
    assert (found.exit_code, f"Transfer {number} is not the one whose hash was noted elsewhere." in found.output) == (1, True)
    noted.write_text(f"{int(number) + 1} {hash_} {name}", "utf-8")
    found = told(monkeypatch, database_url, "check", "--anchors", str(noted))
    assert (found.exit_code, f"Transfer {int(number) + 1} was noted elsewhere, but is not" in found.output) == (1, True)
    for line, sentence in ((f"{number} {hash_} Puljen", "no pool is called Puljen"), ("the hash", "line 1")):
        noted.write_text(line, "utf-8")
        found = told(monkeypatch, database_url, "check", "--anchors", str(noted))
        assert (found.exit_code, sentence in found.output) == (1, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_byte_that_is_not_as_it_was_written_is_found_and_its_member_named(
    app: Flask, pictures: Pictures, database_url: str, whole: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_full_bank(pictures)
    file = tmp_path / "one.zip"
    archive = taken(monkeypatch, database_url, file)
    good = file.read_bytes()
    ends = [(member.name, member.start, member.end) for member in archive.manifest.members]
    last, chance = ends[-1][2], Random()  # noqa: S311  (which bytes is no secret)
    ends.append((MANIFEST, last, len(good)))
    places = [(name, place) for name, start, end in ends for place in {start, end - 1, *chance.choices(range(start, end), k=2)}]
    if whole:
        names = [name for name, start, end in ends for _ in range(start, end)]
        places += [(names[place], place) for place in chance.choices(range(len(good)), k=3000)]
    for name, place in places:
        bad = bytearray(good)
        bad[place] ^= 1 << chance.randrange(8)
        file.write_bytes(bad)
        with pytest.raises(Damaged) as found:
            Archive(file)
        assert found.value.member == name, place
    for length in (0, 1, last, len(good) - 1, *chance.choices(range(len(good)), k=5)):
        file.write_bytes(good[:length])
        with pytest.raises(Damaged):
            Archive(file)


def test_a_damaged_backup_is_refused_before_anything_is_written(
    app: Flask, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.zip"
    member = taken(monkeypatch, database_url, file).manifest.members[3]
    bad = bytearray(file.read_bytes())
    bad[member.start + 40] ^= 1
    file.write_bytes(bad)
    url = bare(kind_of(database_url))
    said = told(monkeypatch, url, "restore", str(file))
    assert (said.exit_code, f"{member.name} is not as it was written" in said.output) == (1, True)
    engine = create_engine(url)
    assert migrations.is_empty(engine)
    engine.dispose()


def test_nothing_is_written_over(
    app: Flask, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.zip"
    taken(monkeypatch, database_url, file)
    before = file.read_bytes()
    assert "is there already" in told(monkeypatch, database_url, "backup", str(file)).output
    assert file.read_bytes() == before
    said = told(monkeypatch, database_url, "restore", str(file))
    assert (said.exit_code, "is not empty" in said.output) == (1, True)
    assert told(monkeypatch, database_url, "check").exit_code == 0


def test_what_another_database_left_is_not_taken_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left, there = tmp_path / "left.sqlite", tmp_path / "there.sqlite"
    assert told(monkeypatch, f"sqlite:///{there}", "init", *NEW).exit_code == 0
    taken(monkeypatch, f"sqlite:///{there}", tmp_path / "one.zip")
    for ending in ("-wal", "-shm", "-journal"):
        beside = Path(f"{left}{ending}")
        beside.write_bytes(b"the last changes")
        for command in (("restore", str(tmp_path / "one.zip")), ("init", *NEW)):
            said = told(monkeypatch, f"sqlite:///{left}", *command)
            assert (said.exit_code, f"{beside} was left by a database" in said.output) == (1, True)
        assert (left.exists(), beside.read_bytes()) == (False, b"the last changes")
        beside.unlink()
    assert told(monkeypatch, f"sqlite:///{left}", "restore", str(tmp_path / "one.zip")).exit_code == 0
    assert [each.name for each in tmp_path.glob("left*")] == ["left.sqlite"], "the restored database is one file"


NEW = ["--municipality", "Lindby Kommune", "--name", "Anna Administrator", "--email", "anna@lindby.example"]


def test_a_restore_that_was_cut_off_is_not_worked_on(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        migrations.finish(connection, migrations.UNFINISHED)
    for command in (["check"], ["upgrade"], ["init", *NEW], ["backup", "nowhere.zip"], ["restore", __file__]):
        said = told(monkeypatch, database_url, *command)
        assert (said.exit_code, "Only a part of a backup" in said.output) == (1, True), command
    with engine.begin() as connection:
        migrations.finish(connection, migrations.head_revision())
    engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_that_is_told_to_end_leaves_nothing_and_one_that_is_killed_nothing_that_is_taken_for_whole(
    app: Flask, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool_id, actor_id = a_pool().id, a_user().id
    for _ in range(3_000):
        steps.post(pool_id=pool_id, event=Event.FUNDING, amount_ore=1, actor_id=actor_id, at=LATER, source="Budget")
    commit()
    taken(monkeypatch, database_url, tmp_path / "one.zip")
    url = bare("sqlite")
    file, beside = Path(url.removeprefix("sqlite:///")), tmp_path / "beside"
    beside.mkdir()

    def ended_half_way(signalled: signal.Signals, at: str, *command: str) -> int:
        named = {"FUNDBANK_DATABASE_URL": at, "TMPDIR": str(beside)}
        running = subprocess.Popen([sys.executable, "-c", "from fundbank.cli import main; main()", *command], env={**os.environ, **named})
        while not (file.exists() and version_in(file) == migrations.UNFINISHED):
            assert running.poll() is None
            sleep(0.01)
        running.send_signal(signalled)
        return running.wait()

    assert ended_half_way(signal.SIGTERM, database_url, "move", url) == 128 + signal.SIGTERM
    assert (list(file.parent.glob(f"{file.name}*")), list(beside.iterdir())) == ([], []), "nor the archive that it went by"
    assert ended_half_way(signal.SIGKILL, url, "restore", str(tmp_path / "one.zip")) == -signal.SIGKILL
    for command in (["check"], ["restore", str(tmp_path / "one.zip")]):
        said = told(monkeypatch, url, *command)
        assert (said.exit_code, "Only a part of a backup" in said.output) == (1, True)


def version_in(file: Path) -> str | None:
    with closing(sqlite3.connect(file)) as connection:
        try:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        except (sqlite3.OperationalError, TypeError):  # it is being made
            return None


def test_a_row_that_the_database_refuses_ends_the_restore_and_leaves_nothing(
    app: Flask, pictures: Pictures, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has dropped the triggers and taken a transfer out: no ledger can be built of what is left."""
    a_full_bank(pictures)
    db.session.remove()
    engine = create_engine(database_url)
    dialect = engine.dialect.name
    with engine.begin() as connection:
        for trigger in sorted(connection.scalars(text(IN_PLACE[dialect]))):
            if trigger.startswith("transfers"):
                name, *_how = trigger.split()
                connection.execute(text(f"DROP TRIGGER {name}" + ("" if dialect == "sqlite" else " ON transfers")))
        connection.execute(text("DELETE FROM transfers WHERE number = 1"))
    engine.dispose()
    taken(monkeypatch, database_url, tmp_path / "one.zip")
    url = bare(dialect)
    if dialect == "postgresql":
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE FUNCTION of_others() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"))
        engine.dispose()
    said = told(monkeypatch, url, "restore", str(tmp_path / "one.zip"))
    assert (said.exit_code, "does not take the rows of" in said.output) == (1, True)
    if dialect == "sqlite":
        assert not list(Path(url.removeprefix("sqlite:///")).parent.glob(Path(url).name + "*"))
    else:
        engine = create_engine(url)
        with engine.connect() as connection:
            assert inspect(connection).get_table_names() == []
            assert connection.scalars(text("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")).all() == [
                "of_others"
            ]
        engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_balance_that_no_transfer_moved_comes_back_as_the_transfers_say_and_is_named(
    app: Flask, pictures: Pictures, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_full_bank(pictures)
    db.session.remove()
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection, connection:
        connection.execute("DROP TRIGGER accounts_follow_transfers")
        connection.execute("UPDATE accounts SET balance_ore = balance_ore + 1 WHERE kind = 'available'")
    taken(monkeypatch, database_url, tmp_path / "one.zip")
    url = bare("sqlite")
    said = told(monkeypatch, url, "restore", str(tmp_path / "one.zip"))
    assert (said.exit_code, "The rows of accounts are not those of" in said.output) == (1, True)
    assert told(monkeypatch, url, "check").exit_code == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_of_an_earlier_version_is_brought_up(
    app: Flask, pictures: Pictures, database_url: str, bare: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive of long ago has columns and a table that are gone, and lacks what came since: after the upgrade all is the same."""
    a_full_bank(pictures)
    archive = taken(monkeypatch, database_url, tmp_path / "new.zip")
    older = as_of(archive, "0014", bare("sqlite"), tmp_path / "old.zip")
    url = bare("sqlite")
    said = told(monkeypatch, url, "restore", str(older))
    assert said.exit_code == 0, said.output
    assert f"The database went from version 0014 to {migrations.head_revision()}." in said.output
    before, after = rows_of(archive.manifest), rows_of(taken(monkeypatch, url, tmp_path / "again.zip").manifest)
    assert (known := rows_of(Archive(older).manifest)).keys() >= {"transfers", *GONE}
    known = {table: known[table] for table in known if table not in GONE}
    grown = ("history_entries", "scoring_pauses")  # a kind of line, and when a meeting began, are told since
    same = [*(table for table in known if table not in grown), "claim_entries"]
    assert {table: after[table] for table in same} == {table: before[table] for table in same}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_archive_reads_without_the_program(
    app: Flask, pictures: Pictures, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_full_bank(pictures)
    taken(monkeypatch, database_url, tmp_path / "one.zip")
    with ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert '"Ærø' in archive.read("tables/applications.jsonl").decode()
        assert b",9999999999999," in archive.read("tables/transfers.jsonl")


def test_a_value_that_its_column_cannot_hold_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.sqlite"
    assert told(monkeypatch, f"sqlite:///{file}", "init", *NEW).exit_code == 0
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE sign_in_links SET expires_at = 'soon'")
    said = told(monkeypatch, f"sqlite:///{file}", "backup", str(tmp_path / "one.zip"))
    assert (said.exit_code, "a row of the table sign_in_links cannot be read" in said.output) == (1, True)
    assert [each.name for each in tmp_path.iterdir() if "zip" in each.name] == [], "neither an archive nor what was to become one"
