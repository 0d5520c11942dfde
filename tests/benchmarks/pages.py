"""Every address that can be read in a pool, and somebody who may read it."""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, case, func, literal, select
from werkzeug.routing import Rule

from fundbank.applications.models import Application
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.models.questions import Question
from fundbank.awards.models import Award, Disbursement, FollowUp
from fundbank.extensions import db
from fundbank.files.models import File
from fundbank.gains.models import GainReport
from fundbank.ideas.models import Call, Idea
from fundbank.ledger.models import Movement, Transfer
from fundbank.meetings.models import Decision, Meeting, PendingDecision
from fundbank.people.models import Confirmation, Department, User
from fundbank.pools.models import Pool, PoolRole
from fundbank.repayments.models import Claim, ClaimLine, Refund
from fundbank.reversals.models import Reversal
from tests.web import new_cookie, statements

Things = dict[str, list[tuple[str, int | str]]]

NOT_OF_A_POOL = {
    "static",
    "health",
    "people.use_link",
    "people.show_link",
    "people.sign_in",
    "people.choose_municipality",
    "notices.calendar_feed",
    "applications.edit",  # leads on to a step
}


# What is whole by its nature: files and papers of everything, what looks ahead from all promises, and the check of the whole ledger.
# A paper takes some 10 ms of the processor for each of its pages, most of it to set and tag the text: the statement of a year with a
# thousand postings is long, and so is a forecast of two thousand open awards. Minutes of 25 decisions and an application's paper are not.
WHOLE_BY_NATURE = {
    "meetings.choice", "meetings.proposal",
    "overviews.access_export", "overviews.departments_export", "overviews.forecast", "overviews.forecast_csv", "overviews.forecast_month",
    "overviews.forecast_pdf", "overviews.history_export", "overviews.ledger_search_export", "overviews.people_export",
    "overviews.people_history_export", "ledger.check", "reports.agenda", "reports.agenda_pdf", "reports.claims_csv", "reports.ledger_csv",
    "reports.payments_csv", "reports.statement", "reports.statement_pdf", "scoring.calibration",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """An address and its reader; ``kind`` is the same for the like page of another pool."""

    endpoint: str
    kind: str
    address: str
    reader: User


def things_of(pool: Pool) -> Things:
    """What stands for each placeholder of an address: of each kind the first in every state (a gain's is its year), and its name."""
    here: dict[str, tuple[Any, Any, ColumnElement[bool]]] = {
        "pool_id": (Pool, None, Pool.id == pool.id),
        "application_id": (Application, "state", Application.pool_id == pool.id),
        "award_id": (Award, "state", Award.pool_id == pool.id),
        "question_id": (Question, "is_return", Question.application_id.in_(select(Application.id).where(Application.pool_id == pool.id))),
        "request_id": (AdviceRequest, None, AdviceRequest.pool_id == pool.id),
        "idea_id": (Idea, case((Idea.need.has(), "need"), else_=Idea.state), Idea.pool_id == pool.id),
        "call_id": (Call, "state", Call.pool_id == pool.id),
        "meeting_id": (Meeting, "state", Meeting.pool_id == pool.id),
        "disbursement_id": (Disbursement, "state", Disbursement.pool_id == pool.id),
        "follow_up_id": (FollowUp, "outcome", FollowUp.pool_id == pool.id),
        "report_id": (GainReport, "year", GainReport.pool_id == pool.id),
        "claim_id": (Claim, None, Claim.pool_id == pool.id),
        "line_id": (ClaimLine, None, ClaimLine.claim_id.in_(select(Claim.id).where(Claim.pool_id == pool.id))),
        "refund_id": (Refund, "state", Refund.pool_id == pool.id),
        "transfer_id": (Transfer, "event", Transfer.pool_id == pool.id),
        "file_id": (File, "purpose", (File.pool_id == pool.id) & (File.subject_type == Application.__tablename__)),
        "evidence_id": (File, "purpose", (File.pool_id == pool.id) & (File.subject_type == Award.__tablename__)),
        "movement_id": (Movement, "state", Movement.pool_id == pool.id),
        "reversal_id": (Reversal, "state", Reversal.pool_id == pool.id),
        "decision_id": (Decision, "outcome", Decision.meeting_id.in_(select(Meeting.id).where(Meeting.pool_id == pool.id))),
        "pending_id": (PendingDecision, "state", PendingDecision.meeting_id.in_(select(Meeting.id).where(Meeting.pool_id == pool.id))),
        "confirmation_id": (Confirmation, "state", Confirmation.municipality_id == pool.municipality_id),
        "user_id": (User, None, User.municipality_id == pool.municipality_id),
        "department_id": (Department, None, Department.municipality_id == pool.municipality_id),
    }
    found: Things = {"number": [("", 1)], "topic": [("", "gains")]}
    for name, (model, state, of_pool) in here.items():
        kind = getattr(model, state) if isinstance(state, str) else literal("") if state is None else state
        first = select(kind, func.min(model.id)).where(of_pool).group_by(kind).order_by(func.min(model.id))
        found[name] = [(str(value), thing_id) for value, thing_id in db.session.execute(first) if thing_id is not None]
    return found


def readers_of(pool: Pool) -> list[User]:
    """One person for each set of roles (and department, if they act for one), those who may read most before the others."""
    held: dict[User, list[str]] = {}
    lines = db.session.execute(select(User, PoolRole.role).join(PoolRole, PoolRole.user_id == User.id).where(PoolRole.pool_id == pool.id))
    for user, role in lines.all():
        held.setdefault(user, []).append(role)
    wanted = ("auditor", "administrator", "coordinator", "finance", "chair", "decider", "member", "adviser", "leader", "applicant")
    ordered = sorted(held, key=lambda user: (min(wanted.index(role) for role in held[user]), user.id))
    acting = {user: user.department_id if {"leader", "applicant"} & set(held[user]) else None for user in ordered}
    return list({(acting[user], *sorted(held[user])): user for user in reversed(ordered)}.values())[::-1]


class Reader:
    """Browsers that stay signed in, one a person; they keep their cookies and look at nothing but the status.

    The ``seconds`` by the ``clock``, and the statements that were ``asked``, are those of the page that was read last.
    """

    def __init__(self, app: Flask, clock: Callable[[], float] = time.process_time) -> None:
        self.app, self.clock = app, clock
        self.seconds = 0.0
        self.asked: list[str] = []
        self._browsers: dict[int, FlaskClient] = {}

    def read(self, address: str, person: User) -> int:
        if person.id not in self._browsers:
            self._browsers[person.id] = FlaskClient(self.app)
            self._browsers[person.id].set_cookie("fundbank", new_cookie(self.app, person))
        with self.app.app_context(), statements() as self.asked:
            begun = self.clock()
            answer = self._browsers[person.id].get(address, buffered=True)
            self.seconds = self.clock() - begun
        return answer.status_code


def addresses_of(app: Flask, pool: Pool, states: int = 6) -> Iterator[tuple[Rule, list[tuple[str, str]]]]:
    """Every rule of an address that can be read in the pool, with the kind and the address of each thing that it may show: those in so
    many of the states in which there may be something to show.
    """
    things = things_of(pool)
    for rule in readable(app):
        names = sorted(rule.arguments)
        found = []
        for chosen in islice(product(*(things[name] for name in names)), states):
            with app.test_request_context():
                values = {name: thing_id for name, (_, thing_id) in zip(names, chosen, strict=True)}
                address = app.url_for(rule.endpoint, **values)  # type: ignore[arg-type]
            found.append((" ".join([rule.rule, *(state for state, _ in chosen if state)]), address))
        yield rule, found


def pages_of(
    app: Flask, pool: Pool, reader: Reader, states: int = 6, *, once: bool = False, rather: Collection[str] = ()
) -> Iterator[Page]:
    """Every page of the pool that somebody may read, each in so many states; with ``once`` in the first of them that shows it, and if there
    is one among the kinds that are asked for ``rather``, in the first of those.

    Whoever asks for the next page finds what ``reader`` has measured of this one. What has been read of the pool is let go of first: a page
    writes too, if only in the log of who looked at what, and SQLite would wait for the transaction.
    """
    addresses, readers = list(addresses_of(app, pool, states)), readers_of(pool)
    db.session.remove()
    for rule, of_rule in addresses:
        people = readers
        of_rule = [one for one in of_rule if one[0] in rather] or of_rule
        for kind, address in of_rule:
            who = next((person for person in people if reader.read(address, person) == 200), None)
            if who is not None:
                people = [who, *(person for person in readers if person is not who)]  # the same page in another state
                yield Page(rule.endpoint, kind, address, who)
                if once:
                    break


def readable(app: Flask) -> list[Rule]:
    """Every address that a GET may ask for and that belongs to a pool or its municipality."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_OF_A_POOL]
    return sorted(rules, key=lambda rule: rule.rule)
