"""The pool that a page is about, and the way around in it: only what the person may see."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import request
from flask.sansio.app import App

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_applications
from fundbank.awards.models import Award, Disbursement
from fundbank.awards.permissions import can_see_awards
from fundbank.errors import N_
from fundbank.extensions import Base, db
from fundbank.gains.models import GainReport
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


class PoolPages(NamedTuple):
    """The pages of a pool that the reader may see (what they are called, and their endpoints), and where the reader is."""

    id: int
    name: str
    pages: tuple[tuple[str, str], ...]
    here: str


PAGES: tuple[tuple[str, str, Question], ...] = (
    (N_("The pool"), "overviews.pool", can_see_pool),
    (N_("Applications"), "applications.index", can_see_applications),
    (N_("Ranking"), "scoring.ranking", can_see_ranking),
    (N_("Meetings"), "meetings.index", can_see_meetings),
    (N_("Awards"), "awards.index", can_see_awards),
    (N_("Disbursements"), "awards.disbursements", can_see_ledger),
    (N_("Gains"), "repayments.gains", can_see_awards),
    (N_("Claims"), "repayments.claims", can_see_awards),
    (N_("What departments owe"), "repayments.owed", can_see_awards),
    (N_("Forecast"), "overviews.forecast", can_see_ledger),
    (N_("Ledger"), "ledger.index", can_see_ledger),
    (N_("Rules"), "pools.policy", can_see_pool),
    (N_("History"), "overviews.history", can_see_ledger),
)

QUESTIONS = frozenset(question for _, _, question in PAGES)

SUBJECTS: dict[str, type[Base]] = {
    "pool_id": Pool,
    "application_id": Application,
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
    return PoolPages(pool.id, pool.name, _pages_of(pool), request.path) if pool else None


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


def _pages_of(pool: Pool) -> tuple[tuple[str, str], ...]:
    """What the pages of the pool that the reader may see are called, and where they are. Each question behind them is asked once."""
    person = reader()
    answers = {question: question(person, pool) for question in QUESTIONS}
    return tuple((label, endpoint) for label, endpoint, question in PAGES if answers[question])


def _pool_of(subject: Any) -> Pool | None:
    if isinstance(subject, Pool):
        return subject
    if isinstance(subject, ClaimLine):
        return _pool_of(subject.claim)
    if isinstance(subject, Decision | PendingDecision):
        return _pool_of(subject.meeting)
    return db.session.get(Pool, subject.pool_id)
