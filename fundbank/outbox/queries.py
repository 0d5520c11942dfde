"""Every SELECT about jobs and mails."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select

from fundbank.extensions import db
from fundbank.outbox.models import Job, Mail
from fundbank.outbox.states import UNSENT, State

PAGE_SIZE = 50
AT_ONCE = 5_000  # keys in one question: a statement may hold some tens of thousands of values
MAIL = "mail"  # the kind of a job that sends one


def first_due(at: datetime, *, with_mail: bool) -> Job | None:
    """The job that has waited longest of those that can be done now; it is only looked at."""
    return db.session.scalars(_due(at, with_mail)).one_or_none()


def take_first_due(at: datetime, *, with_mail: bool) -> Job | None:
    """The same, held until the unit of work ends. One that somebody else holds is passed over; on SQLite nobody else writes meanwhile."""
    return db.session.scalars(_due(at, with_mail).with_for_update(skip_locked=True)).one_or_none()


def _due(at: datetime, with_mail: bool) -> Select[Job]:
    query = select(Job).where(Job.done_at.is_(None), Job.given_up_at.is_(None), Job.run_at <= at)
    query = query.where(or_(Job.lease_until.is_(None), Job.lease_until <= at))
    if not with_mail:
        query = query.where(Job.kind != MAIL)
    return query.order_by(Job.run_at, Job.id).limit(1)


def open_job(job_id: int) -> Job | None:
    """The job, held, if it is neither done nor given up."""
    query = select(Job).where(Job.id == job_id, Job.done_at.is_(None), Job.given_up_at.is_(None))
    return db.session.scalars(query.with_for_update().execution_options(populate_existing=True)).one_or_none()


def job_with_key(key: str) -> Job | None:
    return db.session.scalars(select(Job).where(Job.key == key).with_for_update()).one_or_none()


def given_up_jobs(municipality_id: int, *, limit: int = PAGE_SIZE) -> Sequence[Job]:
    """The work that failed for good, the newest first: the municipality's, and that of the whole installation. Mail has its own list."""
    query = select(Job).where(Job.given_up_at.is_not(None), Job.kind != MAIL)
    query = query.where(or_(Job.municipality_id == municipality_id, Job.municipality_id.is_(None)))
    return db.session.scalars(query.order_by(Job.given_up_at.desc(), Job.id.desc()).limit(limit)).all()


def mail(mail_id: int, *, municipality_id: int) -> Mail | None:
    return db.session.scalar(select(Mail).where(Mail.id == mail_id, Mail.municipality_id == municipality_id))


def job(job_id: int, *, municipality_id: int) -> Job | None:
    """A job of the municipality, or of the whole installation."""
    owned = or_(Job.municipality_id == municipality_id, Job.municipality_id.is_(None))
    return db.session.scalar(select(Job).where(Job.id == job_id, owned))


def page_of_mails(municipality_id: int, before_id: int | None = None, *, state: str = "", limit: int = PAGE_SIZE) -> Sequence[Mail]:
    """Up to ``limit`` + 1 mails of a municipality, the newest first, before ``before_id`` (keyset)."""
    query = select(Mail).where(Mail.municipality_id == municipality_id)
    if state:
        query = query.where(Mail.state == state)
    if before_id is not None:
        query = query.where(Mail.id < before_id)
    return db.session.scalars(query.order_by(Mail.id.desc()).limit(limit + 1)).all()


def known_keys(keys: Iterable[str]) -> set[str]:
    """Those of the keys under which a mail has been written."""
    wanted, known = list(keys), set[str]()
    for start in range(0, len(wanted), AT_ONCE):
        known.update(db.session.scalars(select(Mail.key).where(Mail.key.in_(wanted[start : start + AT_ONCE]))))
    return known


def unsent_on(topic: str, *user_ids: int) -> Sequence[Mail]:
    """What these people have been written of one topic and has not been sent yet, held."""
    query = select(Mail).where(Mail.user_id.in_(user_ids), Mail.topic == topic, Mail.state.in_(UNSENT))
    return db.session.scalars(query.order_by(Mail.id).with_for_update()).all()


def unsent_to(user_id: int) -> Sequence[Mail]:
    """What somebody has been written and has not been sent yet, held."""
    query = select(Mail).where(Mail.user_id == user_id, Mail.state.in_(UNSENT)).order_by(Mail.id)
    return db.session.scalars(query.with_for_update()).all()


def for_the_day(user_id: int) -> Sequence[Mail]:
    """What waits for somebody's mail of the day, held: two workers never gather the same."""
    query = select(Mail).where(Mail.user_id == user_id, Mail.state == State.FOR_THE_DAY).order_by(Mail.id)
    return db.session.scalars(query.with_for_update(skip_locked=True)).all()
