"""Jobs of the database: once each, whoever works beside whom, whatever the clock does, and visible when they fail."""

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank import migrations
from fundbank.extensions import db
from fundbank.jobs import HANDLERS, begin_day
from fundbank.kit.once import AnsweredRequest
from fundbank.kit.transaction import commit
from fundbank.outbox import operations
from fundbank.outbox.models import Job
from fundbank.outbox.rules import GIVEN_UP_AFTER
from fundbank.outbox.words import WORK
from fundbank.outbox.worker import Worker
from fundbank.people.models import SignInLink, User
from fundbank.people.operations import invite
from tests.builders import AT
from tests.integration.outbox.conftest import all_of, no_day
from tests.web import Client

pytestmark = pytest.mark.each_database

DAY = timedelta(days=1)


def note(*, at: datetime, number: int) -> None:
    """An effect that can be counted: a row, whose key no second one has."""
    db.session.add(AnsweredRequest(token=f"note {number} {at:%f}", user_id=number, at=at))
    db.session.flush()


def noted() -> list[int]:
    db.session.rollback()
    return sorted(db.session.scalars(select(AnsweredRequest.user_id)))


@pytest.fixture
def worker(app: Flask) -> Worker:
    return Worker(app, {"note": note}, no_day)


def job() -> Job:
    return db.session.scalars(select(Job).execution_options(populate_existing=True)).one()


def test_a_job_is_done_once_and_not_before_its_hour(worker: Worker) -> None:
    operations.ask_for("note", "one", run_at=AT, number=1)
    operations.ask_for("note", "one", run_at=AT, number=2)  # the same fact
    assert all_of(worker, AT - DAY) == 0
    assert all_of(worker, AT) == 1
    operations.ask_for("note", "one", run_at=AT, number=3)
    assert all_of(worker, AT + DAY) == 0
    assert noted() == [1]


def test_a_job_that_fails_leaves_nothing_and_lies_there_in_the_end(app: Flask) -> None:
    def half(*, at: datetime) -> None:
        note(at=at, number=7)
        raise LookupError("not there")

    worker, at, tries = Worker(app, {"half": half}, no_day), AT, 0
    operations.ask_for("half", "one", run_at=AT)
    while tries < 100 and (tries == 0 or job().given_up_at is None):
        tries += all_of(worker, at)
        at += timedelta(hours=6)
    assert (tries, job().attempts, job().error, noted()) == (GIVEN_UP_AFTER, GIVEN_UP_AFTER, "LookupError: not there", [])
    assert all_of(worker, at + DAY * 30) == 0
    operations.try_job_again(job(), at=at)
    assert all_of(Worker(app, {"half": lambda at: note(at=at, number=8)}, no_day), at) == 1
    assert noted() == [8]


def test_two_workers_do_each_job_once(app: Flask) -> None:
    for number in range(40):
        operations.ask_for("note", f"note:{number}", run_at=AT, number=number)
    commit()
    faults: list[BaseException] = []

    def work() -> None:
        worker = Worker(app, {"note": note}, no_day)
        try:
            for _ in range(200):
                worker.step(AT + DAY)
        except BaseException as error:
            faults.append(error)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert noted() == list(range(40))


def test_a_clock_that_is_set_back_does_nothing_twice_and_loses_nothing(app: Flask) -> None:
    worker = Worker(app, HANDLERS, begin_day)
    assert all_of(worker, AT) > 0
    assert all_of(worker, AT - DAY) > 0, "a day that has not been seen has its work"
    assert all_of(worker, AT) == all_of(Worker(app, HANDLERS, begin_day), AT + timedelta(hours=1)) == 0


def test_after_a_week_only_the_day_itself_is_worked_on(app: Flask) -> None:
    all_of(Worker(app, HANDLERS, begin_day), AT)
    all_of(Worker(app, HANDLERS, begin_day), AT + 7 * DAY)
    keys = set(db.session.scalars(select(Job.key).where(Job.kind == "clean")))
    assert keys == {f"clean:{(AT + days * DAY).date()}" for days in (0, 7)}
    assert db.session.scalars(select(Job).where(Job.done_at.is_(None))).all() == []


def test_the_days_work_drops_what_is_old(app: Flask, person: User) -> None:
    operations.ask_for("note", "old", run_at=AT - 200 * DAY, number=1)
    db.session.execute(Job.__table__.update().values(done_at=AT - 100 * DAY))  # type: ignore[attr-defined]  # a table
    invite(actor=None, at=AT - 200 * DAY, user=person)
    note(at=AT - 40 * DAY, number=1)
    note(at=AT - DAY, number=2)
    all_of(Worker(app, HANDLERS, begin_day), AT)
    assert noted() == [2]
    assert db.session.scalars(select(SignInLink)).all() == []
    assert "old" not in set(db.session.scalars(select(Job.key)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_done_while_the_database_is_filled_or_of_another_version(app: Flask, client: Client) -> None:
    """Somebody restores a backup under the running program: what waited in it is withdrawn at the end, and nobody may come before."""
    begun: list[datetime] = []

    def began(*, at: datetime) -> None:
        begun.append(at)

    worker = Worker(app, {"note": note}, began)
    assert all_of(worker, AT) == 0
    operations.ask_for("note", "one", run_at=AT, number=1)
    commit()
    for version in (migrations.UNFINISHED, "0001", "of tomorrow"):
        is_of(version)
        assert (worker.attempt(AT), worker.attempt(AT + DAY)) == (None, None)
        assert client.get("/health").status_code == 503
    is_of(migrations.head_revision())
    assert (noted(), begun) == ([], [AT])
    assert (all_of(worker, AT), noted(), begun) == (1, [1], [AT, AT]), "what came back may know nothing of today's work"
    assert client.get("/health").status_code == 200


def is_of(version: str) -> None:
    migrations.finish(db.session.connection(), version)
    db.session.commit()


def test_every_kind_of_work_has_words_for_the_page_where_it_lies() -> None:
    assert WORK.keys() == HANDLERS.keys()


def test_a_worker_stops_when_it_is_told_to(app: Flask, worker: Worker) -> None:
    stop, seen = Event(), list[datetime]()

    def clock() -> datetime:
        seen.append(datetime.now(UTC))
        return AT

    commit()
    thread = Thread(target=worker.run, args=(stop, clock))
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive() and len(seen) <= 1
