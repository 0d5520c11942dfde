"""The worker: takes what is due, one job after the other, and does it. Any number of them may work beside each other.

A job of the database is done in the transaction that notes it: it has happened once, or not at all. Mail cannot be so: it is leased, handed
over, and noted. Killed in between it is sent again, with the same Message-ID, once the lease is over. So each mail is sent at least once,
and twice only where the server's answer came and the note of it did not.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from random import uniform
from threading import Event
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from fundbank import migrations
from fundbank.config import MailServer
from fundbank.extensions import db
from fundbank.kit.clock import local_date, now
from fundbank.kit.database import is_trouble, reading_only
from fundbank.kit.transaction import unit_of_work
from fundbank.kit.web.answers import told
from fundbank.outbox import operations, queries, server
from fundbank.outbox.message import EmailMessage, message_of
from fundbank.outbox.models import Job, Mail
from fundbank.outbox.states import State


class InTwoSteps(NamedTuple):
    """A job that reads much: what ``read`` returns is given to ``write``, which alone is done in the transaction that notes the job.

    Both are called with the moment and the job's payload. Between the two nothing is held.
    """

    read: Callable[..., Any]
    write: Callable[..., None]


Rests = dict[tuple[str, int, str], datetime]
"""Until when nothing is handed to a mail server (host, port, user) that could not be used."""

Handler = Callable[..., None] | InTwoSteps

LEASE = timedelta(minutes=5)  # longer than a mail server may take for all its answers
REST = timedelta(seconds=30)  # after mail that could not be handed over: what waits behind it would fare no better
POLL = (1, 2)  # seconds, by chance: workers do not come all at once

log = logging.getLogger("fundbank.work")


class Leased(NamedTuple):
    """A mail that this worker may hand over."""

    job_id: int
    mail_id: int
    token: str
    message: EmailMessage | str  # or why there can be none


class Worker:
    """Does the jobs of ``app``. ``handlers`` tell by their kind how: each is called with the moment, ``at``, and the job's payload.

    ``begin_day`` is called in a unit of work of its own once on each day that this worker sees, with ``at``. Workers of one process share
    ``rests``: each would wait in vain for the same mail server.
    """

    def __init__(
        self, app: Flask, handlers: Mapping[str, Handler], begin_day: Callable[..., None], *, lease: timedelta = LEASE,
        rests: Rests | None = None,
    ) -> None:  # fmt: skip
        self._app, self._handlers, self._begin_day, self._lease = app, handlers, begin_day, lease
        self._rests: Rests = {} if rests is None else rests
        self._log = logging.LoggerAdapter(log, {"said": {"schema": app.config["SCHEMA"]} if app.config["SCHEMA"] else {}})
        self._day: date | None = None

    def run(self, stop: Event, clock: Callable[[], datetime] = now) -> None:
        """Work until ``stop`` is set; the job that is being done then is ended first. A database that is away is waited for."""
        while not stop.is_set():
            if not self.attempt(clock()):
                stop.wait(uniform(*POLL))  # noqa: S311  (no secret)

    def attempt(self, at: datetime) -> bool | None:
        """Do one thing, as ``step`` does; None if it met a fault, or the database is away, which the log says."""
        try:
            return self.step(at)
        except migrations.WrongDatabase as error:
            self._day = None  # what comes back may be of yesterday
            self._log.warning("nothing is done: %s", error)
            return None
        except Exception as error:
            if is_trouble(error):
                self._log.warning("the database cannot be used: %s", type(error).__name__)
            else:
                self._log.error("the worker met a fault\n%s", told(error))
            return None

    def step(self, at: datetime) -> bool:
        """Do one thing that is due at the moment ``at``; False if there was none."""
        with self._app.app_context():
            try:
                if local_date(at) != self._day:
                    with unit_of_work():
                        migrations.require_still_current(db.session.connection())
                        self._begin_day(at=at)
                    self._day = local_date(at)
                return self._do_one(at)
            finally:
                db.session.remove()

    def _do_one(self, at: datetime) -> bool:
        mail_server = server.setting()
        with_mail = self._sends_mail(mail_server, at)
        job_id: int | None = None
        leased: Leased | None = None
        try:
            with self._looking():  # most often there is nothing: no lock is taken to find that out
                job = queries.first_due(at, with_mail=with_mail)
                if job is None:
                    return False
                migrations.require_still_current(db.session.connection())
                job_id = job.id
                do = self._prepared(job, at)
            with unit_of_work():
                job = queries.take_first_due(at, with_mail=with_mail)
                if job is None:  # somebody else has it
                    return False
                if job.id != job_id:  # somebody else has that one, and this is the next
                    job_id = job.id
                    do = self._prepared(job, at)
                if mail_server and job.kind == queries.MAIL:
                    leased = self._take_mail(job, mail_server, at)
                else:
                    do()
                    operations.finish(job, at=at)
        except Exception as error:
            if job_id is None or is_trouble(error):
                raise
            self._log.error("job %s failed\n%s", job_id, told(error))
            with unit_of_work():
                operations.note_failure(job_id, _said(error), at=at)
            return True
        if leased and mail_server:
            self._deliver(leased, mail_server, at)
        return True

    @staticmethod
    @contextmanager
    def _looking() -> Iterator[None]:
        """Read, and hold nothing afterwards."""
        with reading_only():
            try:
                yield
            finally:
                db.session.remove()

    def _prepared(self, job: Job, at: datetime) -> Callable[[], None]:
        """What is to be done for a job, after as much of it has been read as can be."""
        if job.kind == queries.MAIL:
            return lambda: None
        handler, given = self._handlers[job.kind], {"at": at, **job.payload}
        if isinstance(handler, InTwoSteps):
            return partial(handler.write, handler.read(**given), **given)
        return partial(handler, **given)

    def _sends_mail(self, mail_server: MailServer | None, at: datetime) -> bool:
        if mail_server is None:
            return False
        until = self._rests.get(_door(mail_server))
        return until is None or not at < until <= at + REST

    def _take_mail(self, job: Job, mail_server: MailServer, at: datetime) -> Leased | None:
        mail = db.session.get_one(Mail, job.payload["mail_id"])
        if mail.state != State.WAITING:  # a newer one says it
            operations.finish(job, at=at)
            return None
        try:
            message: EmailMessage | str = message_of(mail, mail_server.sender, at=at)
        except ValueError as error:
            message = str(error)
        return Leased(job.id, mail.id, operations.lease(job, at=at, until=at + self._lease), message)

    def _deliver(self, leased: Leased, mail_server: MailServer, at: datetime) -> None:
        """Hand the mail over, outside of any transaction, and note what came of it."""
        try:
            if isinstance(leased.message, str):
                raise server.Refused(leased.message)
            server.hand_over(mail_server, leased.message)
        except (server.Refused, server.NotSent) as error:
            is_refused = isinstance(error, server.Refused)
            self._log.warning("mail %s was not sent: %s", leased.mail_id, "refused" if is_refused else "the mail server cannot be used")
            if not is_refused:
                self._rests[_door(mail_server)] = at + REST
            with unit_of_work():
                operations.note_failure(leased.job_id, str(error), at=at, token=leased.token, for_good=is_refused)
            return
        with unit_of_work():
            operations.note_sent(leased.job_id, leased.mail_id, leased.token, at=at)


def _door(mail_server: MailServer) -> tuple[str, int, str]:
    return mail_server.host, mail_server.port, mail_server.user


def _said(error: Exception) -> str:
    """What is kept of a fault: of the database's none of the values."""
    return type(error).__name__ if isinstance(error, SQLAlchemyError) else f"{type(error).__name__}: {error}"[:500]
