"""What the work is about that failed, for the administrator's outbox."""

from collections.abc import Iterable

from sqlalchemy import func, select

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Disbursement
from fundbank.extensions import db
from fundbank.files.models import File
from fundbank.history.models import HistoryEntry
from fundbank.ideas.models import Call
from fundbank.meetings.models import Meeting
from fundbank.outbox.models import Job
from fundbank.people.models import User
from fundbank.pools.models import Pool

_DECIDED_ON = select(HistoryEntry.id, Application.title).join(Application, Application.id == HistoryEntry.subject_id)
_PAID_TO = select(Disbursement.id, Application.title).join(Disbursement.award).join(Award.application)
_MEETING_OF = select(Meeting.id, Pool.name).join(Pool, Pool.id == Meeting.pool_id)
_ABOUT = {
    "meeting": ("meeting_id", Meeting.id, _MEETING_OF),
    "pay": ("disbursement_id", Disbursement.id, _PAID_TO),
    "call": ("call_id", Call.id, select(Call.id, Call.title)),
    "remind": ("pool_id", Pool.id, select(Pool.id, Pool.name)),
    "day_mail": ("user_id", User.id, select(User.id, User.name)),
    "scan": ("content_id", File.content_id, select(File.content_id, func.max(File.name)).group_by(File.content_id)),
    "decision": ("line_id", HistoryEntry.id, _DECIDED_ON.where(HistoryEntry.subject_type == "applications")),
}
"""By kind of job: what its payload names, and how it is called."""


def things_of(jobs: Iterable[Job]) -> dict[int, str]:
    """The pool, person or application that each job is about, by the job's id; one question a kind."""
    by_kind: dict[str, dict[int, int]] = {}
    for job in jobs:
        if job.kind in _ABOUT:
            by_kind.setdefault(job.kind, {})[job.id] = job.payload[_ABOUT[job.kind][0]]
    found: dict[int, str] = {}
    for kind, numbers in by_kind.items():
        _named, key, query = _ABOUT[kind]
        names = {number: name for number, name in db.session.execute(query.where(key.in_(numbers.values())))}
        found |= {job_id: names[number] for job_id, number in numbers.items() if number in names}
    return found
