"""The pool that a page is about, and the way around in it: only what the person may see."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import request
from flask.sansio.app import App

from fundbank.applications.models import Application
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.permissions import can_screen, can_see_applications
from fundbank.awards.models import Award, Disbursement
from fundbank.awards.permissions import can_see_awards
from fundbank.errors import N_
from fundbank.extensions import Base, db
from fundbank.gains.models import GainReport
from fundbank.ideas.models import Call, Idea
from fundbank.ideas.permissions import can_see_calls, can_see_ideas
from fundbank.kit.web.permission import knows
from fundbank.kit.web.session import reader
from fundbank.ledger.models import Movement, Transfer
from fundbank.ledger.permissions import can_see_ledger
from fundbank.meetings.models import Decision, Meeting, PendingDecision
from fundbank.meetings.permissions import can_see_meetings
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_see_pool
from fundbank.repayments.models import Claim, ClaimLine, Refund
from fundbank.reversals.models import Reversal
from fundbank.scoring.permissions import can_see_ranking

Question = Callable[[User, Pool], bool]


class Page(NamedTuple):
    """A page of a pool: what it is called, its endpoint, and who may see it."""

    label: str
    endpoint: str
    question: Question


class Job(NamedTuple):
    """What one does in a pool: its name, its pages, and the blueprints and single endpoints that belong to it too."""

    label: str
    pages: tuple[Page, ...]
    rooms: frozenset[str]

    def holds(self, endpoint: str) -> bool:
        """Does the page of ``endpoint`` belong to the job?"""
        return endpoint in self.rooms or endpoint.partition(".")[0] in self.rooms


class PoolPages(NamedTuple):
    """The way around in a pool for its reader: the jobs with those of their pages that they may see, and the job that they are at."""

    id: int
    name: str
    jobs: tuple[Job, ...]
    here: str
    job: Job | None


JOBS = (
    Job(
        N_("Applications"),
        (
            Page(N_("Applications"), "applications.index", can_see_applications),
            Page(N_("Ideas"), "ideas.index", can_see_ideas),
            Page(N_("Calls for needs"), "ideas.calls", can_see_calls),
            Page(N_("Advice"), "applications.advice", can_screen),
        ),
        frozenset({"applications", "ideas", "questions", "workbooks", "overviews.application", "overviews.recount", "reports.application"}),
    ),
    Job(
        N_("Decisions"),
        (
            Page(N_("Ranking"), "scoring.ranking", can_see_ranking),
            Page(N_("Meetings"), "meetings.index", can_see_meetings),
        ),
        frozenset({"scoring", "meetings"}),
    ),
    Job(
        N_("Money"),
        (
            Page(N_("Awards"), "awards.index", can_see_awards),
            Page(N_("Disbursements"), "awards.disbursements", can_see_ledger),
            Page(N_("Gains"), "repayments.gains", can_see_awards),
            Page(N_("Claims"), "repayments.claims", can_see_awards),
            Page(N_("What departments owe"), "repayments.owed", can_see_awards),
            Page(N_("Forecast"), "overviews.forecast", can_see_ledger),
            Page(N_("Ledger"), "ledger.index", can_see_ledger),
        ),
        frozenset(
            {
                "awards", "gains", "repayments", "reversals", "ledger",
                "overviews.award", "overviews.forecast", "overviews.forecast_month", "overviews.transfer", "overviews.ledger_search",
            }
        ),
    ),
    Job(
        N_("Rules"),
        (
            Page(N_("Rules"), "pools.policy", can_see_pool),
            Page(N_("History"), "overviews.history", can_see_ledger),
        ),
        frozenset({"pools", "wording", "overviews.history"}),
    ),
)  # fmt: skip
"""The four jobs, and what stands under each."""

QUESTIONS = frozenset(page.question for job in JOBS for page in job.pages)

SUBJECTS: dict[str, type[Base]] = {
    "pool_id": Pool,
    "application_id": Application,
    "request_id": AdviceRequest,
    "idea_id": Idea,
    "call_id": Call,
    "award_id": Award,
    "meeting_id": Meeting,
    "disbursement_id": Disbursement,
    "report_id": GainReport,
    "claim_id": Claim,
    "line_id": ClaimLine,
    "refund_id": Refund,
    "transfer_id": Transfer,
    "reversal_id": Reversal,
    "movement_id": Movement,
    "decision_id": Decision,
    "pending_id": PendingDecision,
}


def install(app: App) -> None:
    """Give templates ``pool_pages()``."""
    app.jinja_env.globals["pool_pages"] = pool_pages


def pool_pages() -> PoolPages | None:
    """The way around in the pool that this page is about; None elsewhere."""
    pool = pool_in_focus()
    if pool is None:
        return None
    jobs = _jobs_in(pool)
    return PoolPages(pool.id, pool.name, jobs, request.path, next((job for job in jobs if job.holds(request.endpoint or "")), None))


def pool_in_focus() -> Pool | None:
    """The pool that this page is about, if the reader may see it. The view has loaded its subject, so this asks nothing more."""
    person = reader()
    if person is None:
        return None
    for name, value in (request.view_args or {}).items():
        if name in SUBJECTS:
            subject = db.session.get(SUBJECTS[name], value)
            pool = _pool_of(subject) if subject is not None and knows(person, subject) else None
            return pool if pool is not None and can_see_pool(person, pool) else None
    return None


def _jobs_in(pool: Pool) -> tuple[Job, ...]:
    """The jobs with those pages of the pool that the reader may see. Each question behind them is asked once."""
    person = reader()
    answers = {question: question(person, pool) for question in QUESTIONS}
    seen = (job._replace(pages=tuple(page for page in job.pages if answers[page.question])) for job in JOBS)
    return tuple(job for job in seen if job.pages)


def _pool_of(subject: Any) -> Pool | None:
    if isinstance(subject, Pool):
        return subject
    if isinstance(subject, ClaimLine):
        return _pool_of(subject.claim)
    if isinstance(subject, Decision | PendingDecision):
        return _pool_of(subject.meeting)
    return db.session.get(Pool, subject.pool_id)
