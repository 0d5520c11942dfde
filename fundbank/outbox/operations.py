"""Every write about jobs and mails: ask for them, note what became of them, try again.

Whether a person may is asked by whoever calls: the outbox knows no people.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite

from fundbank.errors import N_, WrongState
from fundbank.extensions import db
from fundbank.kit.text import one_line
from fundbank.outbox import queries, server
from fundbank.outbox.models import Job, Mail
from fundbank.outbox.rules import GIVEN_UP_AFTER, SECRET, pause_after
from fundbank.outbox.states import UNSENT, State

JOB_KEPT, MAIL_KEPT, SECRET_KEPT = timedelta(days=90), timedelta(days=365), timedelta(days=7)

Items = Sequence[tuple[str, str, str]]
"""What a mail tells: a sentence, what the link is called, and where it leads (SECRET: to what stands apart)."""


def ask_for(kind: str, key: str, *, run_at: datetime, municipality_id: int | None = None, **payload: Any) -> None:
    """Let a job be done, not before ``run_at``. What has been asked for under this key, ever, is not asked for again."""
    values = {
        "kind": kind,
        "key": key,
        "municipality_id": municipality_id,
        "payload": payload,
        "run_at": run_at,
        "attempts": 0,
        "error": "",
    }
    db.session.execute(_insert(Job).values(values).on_conflict_do_nothing(index_elements=["key"]))


def let_go(key: str, *, at: datetime) -> None:
    """Let a job that waits for its hour be done now."""
    job = queries.job_with_key(key)
    if job is not None and job.done_at is None and job.run_at > at:
        job.run_at = at
        db.session.flush()


def write_mail(
    key: str, *, at: datetime, municipality_id: int, user_id: int, address: str, language: str, subject: str, items: Items,
    topic: str = "", secret: str | None = None, day_mail_at: datetime | None = None,
) -> int | None:  # fmt: skip
    """Write a mail, and ask for its being sent; returns its id, or None if that key has been written before.

    Without a mail server it is kept to be read, and never sent. With ``day_mail_at`` it waits for the day's mail. Those of the same topic
    that have not gone out are withdrawn.
    """
    state = State.FOR_THE_DAY if day_mail_at else State.WAITING if server.is_set() else State.HELD
    values = {
        "key": key, "message_id": uuid4().hex, "municipality_id": municipality_id, "user_id": user_id,
        "address": address, "language": language, "subject": one_line(subject)[:200], "items": [list(item) for item in items],
        "topic": topic, "secret": secret if state == State.WAITING else None, "state": state, "made_at": at, "error": "",
    }  # fmt: skip
    earlier = queries.unsent_on(topic, user_id) if topic else ()
    inserted = _insert(Mail).values(values).on_conflict_do_nothing(index_elements=["key"]).returning(Mail.id)
    mail_id = db.session.scalar(inserted)
    if mail_id is None:
        return None
    withdraw(earlier)
    if state == State.WAITING:
        ask_for(queries.MAIL, _job_key(mail_id), run_at=at, municipality_id=municipality_id, mail_id=mail_id)
    if day_mail_at:
        ask_for("day_mail", f"day_mail:{mail_id}", run_at=day_mail_at, municipality_id=municipality_id, user_id=user_id)
    db.session.flush()
    return mail_id


def gather(mails: Sequence[Mail], *, in_mail_id: int) -> None:
    """Say that what these mails tell stands in the day's mail."""
    for mail in mails:
        mail.state, mail.gathered_in_id = State.GATHERED, in_mail_id
    db.session.flush()


def withdraw(mails: Sequence[Mail]) -> None:
    """Let these mails not be sent."""
    for mail in mails:
        mail.state, mail.secret = State.WITHDRAWN, None
    db.session.flush()


def withdraw_topic(topic: str, *, user_ids: Iterable[int]) -> None:
    """Let what these people have been written of one topic, and has not gone out, not be sent."""
    withdraw(queries.unsent_on(topic, *user_ids))


def go_to(address: str | None, *, user_id: int) -> None:
    """Let what somebody has been written and has not gone out go to their new address, or nowhere without one."""
    unsent = queries.unsent_to(user_id)
    if address is None:
        withdraw(unsent)
    for mail in unsent:
        mail.address = address or mail.address
    db.session.flush()


def lease(job: Job, *, at: datetime, until: datetime) -> str:
    """Take a job for a while; returns the token by which whoever took it is known."""
    job.token, job.lease_until, job.attempts = str(uuid4()), until, job.attempts + 1
    db.session.flush()
    return job.token


def finish(job: Job, *, at: datetime) -> None:
    job.done_at, job.lease_until, job.token, job.error = at, None, None, ""
    db.session.flush()


def note_sent(job_id: int, mail_id: int, token: str, *, at: datetime) -> None:
    """Note that a mail has been sent, and forget its secret; by whoever holds the lease alone."""
    job = queries.open_job(job_id)
    if job is None or job.token != token:
        return
    finish(job, at=at)
    mail = db.session.get_one(Mail, mail_id)
    mail.state, mail.sent_at, mail.secret, mail.error = State.SENT, at, None, ""
    db.session.flush()


def note_failure(job_id: int, error: str, *, at: datetime, token: str | None = None, for_good: bool = False) -> None:
    """Let a job be tried again after a pause, longer each time; after the last, or ``for_good``, it lies until somebody looks at it."""
    job = queries.open_job(job_id)
    if job is None or job.token != token:
        return
    if token is None:
        job.attempts += 1  # a lease has counted already
    job.lease_until = job.token = None
    job.error, job.run_at = error, at + pause_after(job.attempts)
    is_over = for_good or job.attempts >= GIVEN_UP_AFTER
    job.given_up_at = at if is_over else None
    if job.kind == queries.MAIL:
        mail = db.session.get_one(Mail, job.payload["mail_id"])
        mail.error, mail.state = error, State.FAILED if is_over and mail.state == State.WAITING else mail.state
    db.session.flush()


def try_job_again(job: Job, *, at: datetime) -> None:
    """Let a job that was given up be tried at once, from the first pause on. Raises WrongState."""
    if job.given_up_at is None:
        raise WrongState(N_("This work is not lying there any more."))
    job.given_up_at, job.attempts, job.run_at = None, 0, at
    db.session.flush()


def try_mail_again(mail: Mail, *, at: datetime) -> None:
    """Let a mail that could not be sent be sent at once. Raises WrongState, also for one whose link has been forgotten."""
    job = queries.job_with_key(_job_key(mail.id))
    if job is None or mail.state != State.FAILED:
        raise WrongState(N_("This mail is not lying there any more."))
    if mail.secret is None and any(link == SECRET for _sentence, _label, link in mail.items):
        raise WrongState(N_("The link in this mail is no longer good. Make a new one for the person."))
    mail.state = State.WAITING
    try_job_again(job, at=at)


def hold_back_all(*, at: datetime) -> int:
    """Let nothing that waits in the outbox be sent; returns how many. A restored backup does not know what has gone out since."""
    mails = db.session.execute(update(Mail).where(Mail.state.in_(UNSENT)).values(state=State.WITHDRAWN, secret=None))
    db.session.execute(update(Job).where(Job.done_at.is_(None)).values(done_at=at, given_up_at=None, lease_until=None, token=None))
    return int(mails.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result counts


def forget_old(*, at: datetime) -> None:
    """Drop jobs and mails that nobody asks for any more, and links that no longer work."""
    db.session.execute(delete(Job).where(Job.done_at < at - JOB_KEPT))
    over = update(Mail).where(Mail.secret.is_not(None), Mail.made_at < at - SECRET_KEPT)
    db.session.execute(over.where(Mail.state == State.WAITING).values(state=State.WITHDRAWN, secret=None))  # it would bring no link
    db.session.execute(over.values(secret=None))
    old = Mail.made_at < at - MAIL_KEPT
    db.session.execute(delete(Mail).where(old, Mail.gathered_in_id.is_not(None)))
    db.session.execute(delete(Mail).where(old, Mail.state != State.WAITING))


def _job_key(mail_id: int) -> str:
    return f"mail:{mail_id}"


def _insert(table: type) -> Any:
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table)
