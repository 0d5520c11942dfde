"""A worker is killed at random moments, in the middle of whatever it is at: real processes, SIGKILL, a real mail server.

Each mail is sent at least once, and twice only if the kill came between the server's answer and the note of it. A job of the database is
done once.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from smtplib import SMTP

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.database import reading_only
from fundbank.kit.once import AnsweredRequest
from fundbank.kit.transaction import commit
from fundbank.outbox import operations
from fundbank.outbox.models import Job, Mail
from tests.integration.outbox.test_mail import Write
from tests.post import PostOffice

pytestmark = pytest.mark.each_database

EACH = 4  # mails, and as many jobs, for each kill


def test_a_worker_that_is_killed_loses_nothing_and_does_nothing_twice(app: Flask, office: PostOffice, write: Write, whole: bool) -> None:
    kills, random, allowed, before = (100 if whole else 10), Random(8), Counter[str](), Counter[str]()  # noqa: S311  (which moments: no secret)
    at = now()
    for number in range(kills * EACH):
        write(f"mail:{number}", at=at)
        operations.ask_for("note", f"note:{number}", run_at=at, number=number)
    commit()
    with workers(app) as begin:
        for _ in range(kills):
            worker = begin()
            time.sleep(random.uniform(0.01, 0.12))
            os.kill(worker, signal.SIGKILL)
            begin.ended()
            all_is_taken(app)
            fresh, before = taken_and_not_noted(app, office, before), Counter(office.ids)
            assert len(fresh) <= 1, "a worker is at one mail at a time"
            allowed.update(fresh)
        worker = begin()
        deadline = time.monotonic() + 60
        while left() and time.monotonic() < deadline:
            time.sleep(0.1)
        os.kill(worker, signal.SIGKILL)
        begin.ended()
    assert left() == 0
    sent = Counter(office.ids)
    assert set(sent) == {f"<{name}@kommune.dk>" for name in db.session.scalars(select(Mail.message_id))} and len(sent) == kills * EACH
    assert all(times - 1 <= allowed[name] for name, times in sent.items()), "twice only between the answer and the note"
    assert sorted(db.session.scalars(select(AnsweredRequest.user_id))) == list(range(kills * EACH)), "once each"


def all_is_taken(app: Flask) -> None:
    """Wait until the mail server has read what the killed worker left on the line: it answers in turn."""
    with SMTP("127.0.0.1", app.config["MAIL_SERVER"].port) as line:
        line.noop()


def left() -> int:
    with looking():
        return db.session.scalar(select(func.count()).where(Job.done_at.is_(None))) or 0


def taken_and_not_noted(app: Flask, office: PostOffice, before: Counter[str]) -> set[str]:
    """What the server has taken since it had taken ``before``, and the outbox does not know of."""
    with looking():
        noted = {f"<{name}@kommune.dk>" for name in db.session.scalars(select(Mail.message_id).where(Mail.state == "sent"))}
    return set(Counter(office.ids) - before) - noted


@contextmanager
def looking() -> Iterator[None]:
    """Read, and let go: nobody waits for a test that looks."""
    with reading_only():
        yield
        db.session.remove()


class Begin:
    def __init__(self, zygote: "subprocess.Popen[str]") -> None:
        self._zygote = zygote

    def __call__(self) -> int:
        """Let a worker begin; returns its process's id."""
        assert self._zygote.stdin and self._zygote.stdout
        self._zygote.stdin.write("one\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())

    def ended(self) -> None:
        assert self._zygote.stdout and self._zygote.stdout.readline() == "ended\n"


@contextmanager
def workers(app: Flask) -> Iterator[Begin]:
    port = str(app.config["MAIL_SERVER"].port)
    command = [sys.executable, "-m", "tests.integration.outbox.zygote", app.config["SQLALCHEMY_DATABASE_URI"], port]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as zygote:
        try:
            yield Begin(zygote)
        finally:
            zygote.kill()
