"""Every page of the demo: each address of the program with people who may see it, found by asking as each of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import select

from fundbank.applications.models import Application
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.models.questions import Question
from fundbank.applications.rules.topics import TOPICS
from fundbank.awards.models import Award, Disbursement, FollowUp
from fundbank.awards.operations.follow_ups import finish_follow_up, make_follow_up
from fundbank.extensions import db
from fundbank.files.models import File
from fundbank.gains.models import GainReport
from fundbank.ideas.models import Call, Idea, Need
from fundbank.ideas.operations.calls import close_call, open_call, withdraw_call
from fundbank.ideas.operations.needs import write_need
from fundbank.ideas.queries.calls import open_call_of
from fundbank.ideas.rules import Answers
from fundbank.kit.clock import noon
from fundbank.kit.transaction import commit
from fundbank.ledger.models import Movement, Transfer
from fundbank.meetings.models import AgendaItem, Decision, Meeting, PendingDecision
from fundbank.meetings.operations.calendar import open_meeting
from fundbank.meetings.operations.revisions import revise_case
from fundbank.outbox.models import Job, Mail
from fundbank.outbox.operations import ask_for, note_failure
from fundbank.people.models import Confirmation, Department, User
from fundbank.people.operations.passwords import invite
from fundbank.pools.models import Pool
from fundbank.pools.operations import give_role
from fundbank.pools.queries import people_in
from fundbank.pools.roles import Role
from fundbank.repayments.models import Claim, ClaimLine, Refund
from fundbank.reports.models import Letter
from fundbank.reversals.models import Reversal
from fundbank.reversals.operations import register_reversal
from fundbank.scenarios import demo
from tests.annexes import handed_in_with, reported_with
from tests.web import cookie_of_choice, new_cookie

FILLED_AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FILES = (".pdf", ".csv", ".ics", ".xlsx")
NOT_PAGES = frozenset(
    {"static", "health", "applications.edit", "applications.annex", "gains.evidence"}
)  # a step is led on to; a file is no page
FOR_GUESTS = frozenset({"people.sign_in", "people.choose_municipality", "people.use_link"})
IN_EACH_STATE = frozenset({"applications.write", "applications.check", "overviews.application", "overviews.award", "meetings.show"})
FOR_EACH_ROLE = frozenset({"overviews.home", "overviews.pool"})
OF_A_STORY = frozenset(
    {"overviews.pool", "overviews.application", "overviews.award", "reports.statement", "reports.application", "ledger.index"}
)
FORM = 'class="button-row"'

Asks = Callable[[int, str], str | None]


@dataclass(frozen=True)
class Place:
    """A page, and somebody who may see it (None: a guest, with this cookie)."""

    endpoint: str
    path: str
    person_id: int | None
    cookie: str = ""


@dataclass
class Things:
    """What addresses of one pool name: ids by placeholder, one for each state; the people, one for each role; the other leaders."""

    ids: dict[str, list[Any]]
    pairs: dict[tuple[str, ...], list[tuple[int, ...]]]
    people: list[int]
    leaders: list[int]


def fill() -> None:
    """Fill the database with the demo, and add what it lacks for a page to be seen.

    In the busy pool the next meeting is open, a reversal and a refund wait for approval, a revised case for consent and a role for
    confirmation.
    """
    demo.fill(at=FILLED_AT)
    pool = busy_pool()
    meeting = db.session.scalars(select(Meeting).where(Meeting.pool_id == pool.id, Meeting.held_on > FILLED_AT.date())).first()
    chair, finance = next(iter(people_in(pool, Role.CHAIR))), next(iter(people_in(pool, Role.FINANCE)))
    assert meeting is not None
    open_meeting(actor=chair, at=noon(meeting.held_on), meeting=meeting, present=list(people_in(pool, Role.MEMBER)))
    funding = db.session.scalars(select(Transfer).where(Transfer.pool_id == pool.id, Transfer.event == "funding")).first()
    assert funding is not None
    at = noon(meeting.held_on)
    register_reversal(actor=finance, at=at, transfer=funding, reason="Forkert kilde")
    reported = db.session.scalars(select(GainReport).where(GainReport.pool_id == pool.id, GainReport.verified_at.is_(None))).first()
    assert reported is not None
    case = reported.award.application.content
    less = case.replace(gains=tuple(replace(gain, amount_ore=gain.amount_ore // 2) for gain in case.gains))
    revise_case(actor=reported.reported_by, at=at, award=reported.award, content=less, reason="Færre sager end ventet", meeting=meeting)
    wanted = {"actor": chair, "at": at, "award": reported.award, "owner": reported.reported_by, "due_on": at.date()}
    make_follow_up(**wanted, text="Vis forummet tallene fra det første halve år", is_condition=True)
    told = make_follow_up(**wanted, text="Fortæl de andre enheder om det")
    finish_follow_up(actor=reported.reported_by, at=at, follow_up=told, outcome="Fortalt på ledermødet")
    administrator = next(iter(people_in(pool, Role.ADMINISTRATOR)))
    give_role(actor=administrator, at=at, pool=pool, user=next(iter(people_in(pool, Role.APPLICANT))), role=Role.CHAIR)
    line = db.session.scalars(select(ClaimLine).join(Claim).where(Claim.pool_id == pool.id).order_by(ClaimLine.id)).first()
    assert line is not None
    db.session.add(Refund(claim_line_id=line.id, pool_id=pool.id, amount_ore=100, registered_by_id=finance.id, registered_at=at))
    back = {"event": "funding_return", "source": funding.credit_account.holder, "amount_ore": 100, "reason": "Budgettet er sat ned"}
    db.session.add(Movement(pool_id=pool.id, registered_by_id=finance.id, registered_at=at, **back))
    for application in db.session.scalars(select(Application).where(Application.pool_id == pool.id, Application.versions.any())):
        handed_in_with(application)
    for report in db.session.scalars(select(GainReport).where(GainReport.pool_id == pool.id)):
        reported_with(report)
    _ask_again(pool)
    let_mail_fail()
    commit()


def _ask_again(pool: Pool) -> None:
    """Close the call for needs that runs, open one by mistake, and then one to which a need is written and none is sent."""
    coordinator, writer = (next(iter(people_in(pool, role))) for role in (Role.COORDINATOR, Role.APPLICANT))
    running = open_call_of(pool.id)
    assert running is not None
    close_call(actor=coordinator, at=FILLED_AT, call=running)
    asked = {"introduction": "", "questions": running.questions, "due_on": running.due_on}
    mistaken = open_call(actor=coordinator, at=FILLED_AT, pool=pool, title="Åbnet ved en fejl", **asked)
    withdraw_call(actor=coordinator, at=FILLED_AT, call=mistaken, reason="Den forkerte pulje.")
    call = open_call(actor=coordinator, at=FILLED_AT, pool=pool, title="Behov, igen", **asked)
    write_need(actor=writer, at=FILLED_AT, call=call, department=writer.department, title="Skærme", answers=Answers(need="Mere ro"))


def let_mail_fail() -> None:
    """Let the outbox hold what could not be sent, and work that failed."""
    commit()
    mail = db.session.scalars(select(Mail).order_by(Mail.id)).first()
    assert mail is not None
    mail.state, mail.error = "failed", "550 5.1.1 Recipient address rejected"
    ask_for("clean", "clean:2026-11-23", run_at=FILLED_AT)
    for job in db.session.scalars(select(Job).where(Job.key == "clean:2026-11-23")):
        note_failure(job.id, "LookupError: not there", at=FILLED_AT, for_good=True)


def today() -> datetime:
    """The day of the meeting that is open."""
    opened = db.session.scalars(select(Meeting.held_on).where(Meeting.state == "open").order_by(Meeting.held_on.desc())).first()
    assert opened is not None
    return noon(opened)


def busy_pool() -> Pool:
    return db.session.scalars(select(Pool).order_by(Pool.id)).first()  # type: ignore[return-value]


def places(app: Flask) -> list[Place]:
    """Every page of the busy pool, and the main ones of a story; a page that nobody may see is a fault of this list."""
    pools = db.session.scalars(select(Pool).order_by(Pool.id)).all()
    busy, story = _things(pools[0]), _things(pools[1])
    asks = _asker(app)
    found = list(_for_guests(app))
    unseen = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES | FOR_GUESTS or rule.rule.endswith(FILES):
            continue
        here = _seen(app, asks, rule, busy)
        found += here
        if not here:
            unseen.append(rule.rule)
        if rule.endpoint in OF_A_STORY:
            found += _seen(app, asks, rule, story)[:1]
    assert not unseen, f"nobody can see {unseen}"
    return found


def _for_guests(app: Flask) -> Iterator[Place]:
    token = invite(actor=None, at=today(), user=db.session.scalars(select(User).order_by(User.id)).first())  # type: ignore[arg-type]
    commit()
    yield Place("people.sign_in", "/sign-in", None)
    yield Place("people.use_link", f"/link/{token}", None)
    first_of_each = {person.municipality_id: person for person in db.session.scalars(select(User).order_by(User.id.desc()))}
    yield Place("people.choose_municipality", "/sign-in/municipality", None, cookie_of_choice(app, list(first_of_each.values())))


def _asker(app: Flask) -> Asks:
    """The text of a page as a person gets it, or None."""
    cookies = {person.id: new_cookie(app, person) for person in db.session.scalars(select(User))}
    commit()

    def asks(person_id: int, path: str) -> str | None:
        client = app.test_client()
        client.set_cookie("fundbank", cookies[person_id])
        with app.app_context():
            answer = client.get(path)
            return answer.text if answer.status_code == 200 else None

    return asks


def _seen(app: Flask, asks: Asks, rule: Any, things: Things) -> list[Place]:
    """Where a page can be seen: for each role, in each state, or once, and then rather where it has its form than where it says why not."""
    if rule.endpoint in FOR_EACH_ROLE:
        path = next(_addresses(app, rule, things))
        return [Place(rule.endpoint, path, person) for person in things.people if asks(person, path)]
    found = []
    people = things.people + things.leaders
    for path in _addresses(app, rule, things):
        for person in people:
            text = asks(person, path)
            if text is not None:
                found.append(Place(rule.endpoint, path, person))
                people = [person, *(other for other in people if other != person)]  # and probably the next one
                if FORM in text and rule.endpoint not in IN_EACH_STATE:
                    return found[-1:]
                break
        if found and rule.endpoint.startswith("reports."):
            break
    return found if rule.endpoint in IN_EACH_STATE else found[:1]


def _addresses(app: Flask, rule: Any, things: Things) -> Iterator[str]:
    names = tuple(sorted(rule.arguments))
    values = things.pairs.get(names) or list(product(*(things.ids[name] for name in names)))
    adapter = app.url_map.bind("localhost")
    for chosen in reversed(values):  # what came last is the most likely to wait for somebody
        yield adapter.build(rule.endpoint, dict(zip(names, chosen, strict=True)))


def _things(pool: Pool) -> Things:
    awards = select(Award.id).where(Award.pool_id == pool.id)
    claims = select(Claim.id).where(Claim.award_id.in_(awards))
    meetings = select(Meeting.id).where(Meeting.pool_id == pool.id)
    commented = _ids(Application, Application.pool_id == pool.id, Application.comments.any())
    ids = {
        "pool_id": [pool.id],
        "application_id": [*_one_of_each(Application, Application.state, Application.pool_id == pool.id), *commented],
        "award_id": _one_of_each(Award, Award.state, Award.pool_id == pool.id),
        "question_id": _ids(Question, Question.application_id.in_(select(Application.id).where(Application.pool_id == pool.id))),
        "request_id": _ids(AdviceRequest, AdviceRequest.pool_id == pool.id),
        "idea_id": [*_one_of_each(Idea, Idea.state, Idea.pool_id == pool.id, ~Idea.need.has()), *_needs(pool)],
        "call_id": _one_of_each(Call, Call.state, Call.pool_id == pool.id),
        "meeting_id": _one_of_each(Meeting, Meeting.state, Meeting.pool_id == pool.id),
        "disbursement_id": _one_of_each(Disbursement, Disbursement.state, Disbursement.award_id.in_(awards)),
        "follow_up_id": _one_of_each(FollowUp, FollowUp.outcome, FollowUp.award_id.in_(awards)),
        "report_id": _ids(GainReport, GainReport.award_id.in_(awards)),
        "claim_id": _ids(Claim, Claim.id.in_(claims)),
        "line_id": _ids(ClaimLine, ClaimLine.claim_id.in_(claims)),
        "transfer_id": _ids(Transfer, Transfer.pool_id == pool.id),
        "reversal_id": _ids(Reversal),
        "refund_id": _ids(Refund),
        "movement_id": _ids(Movement),
        "file_id": _ids(File),
        "evidence_id": [],
        "confirmation_id": _ids(Confirmation),
        "decision_id": _one_of_each(Decision, Decision.outcome, Decision.meeting_id.in_(meetings)),
        "user_id": _ids(User, User.municipality_id == pool.municipality_id)[:1],
        "department_id": _ids(Department, Department.municipality_id == pool.municipality_id)[:1],
        "number": [1],
        "topic": [topic.code for topic in TOPICS],
    }
    items = select(AgendaItem.application_id, AgendaItem.meeting_id).join(Meeting).where(Meeting.pool_id == pool.id)
    opened = _ids(Meeting, Meeting.pool_id == pool.id, Meeting.state == "open")[-1:]
    letters = select(Letter.decision_id, Letter.department_id).where(Letter.pool_id == pool.id, Letter.decision_id.is_not(None))
    pending = select(PendingDecision.meeting_id, PendingDecision.id).where(PendingDecision.meeting_id.in_(meetings))
    annexes = select(File.subject_id, File.id).where(File.subject_type == Application.__tablename__, File.pool_id == pool.id)
    reports = db.session.scalars(select(GainReport).where(GainReport.pool_id == pool.id)).all()
    pairs: dict[tuple[str, ...], list[tuple[int, ...]]] = {
        ("report_id", "evidence_id"): [(report.id, id_) for report in reports for id_ in report.evidence],
        ("application_id", "file_id"): [tuple(row) for row in db.session.execute(annexes)],
        ("application_id", "meeting_id"): [tuple(row) for row in db.session.execute(items.order_by(Meeting.held_on))],
        ("decision_id", "department_id"): [tuple(row) for row in db.session.execute(letters)],
        ("meeting_id", "pending_id"): [tuple(row) for row in db.session.execute(pending)],
        ("award_id", "meeting_id"): list(product(_ids(Award, Award.pool_id == pool.id), opened)),
    }
    people = [next(iter(people_in(pool, role)), None) for role in Role]
    administrators = db.session.scalars(select(User).where(User.municipality_id == pool.municipality_id, User.is_administrator)).all()
    everybody = dict.fromkeys(person.id for person in (*people, *administrators) if person is not None)
    leaders = [person.id for person in people_in(pool, Role.LEADER) if person.id not in everybody]
    return Things(ids, pairs, list(everybody), leaders)


def _ids(model: type[Any], *conditions: Any) -> list[int]:
    return list(db.session.scalars(select(model.id).where(*conditions).order_by(model.id)))


def _needs(pool: Pool) -> list[int]:
    """The ideas that answer a call, sent and not."""
    return list(db.session.scalars(select(Idea.id).join(Need, Need.idea_id == Idea.id).where(Idea.pool_id == pool.id).order_by(Idea.id)))


def _one_of_each(model: type[Any], kind: Any, *conditions: Any) -> list[int]:
    """The newest of each state."""
    newest = {row.kind: row.id for row in db.session.execute(select(model.id, kind.label("kind")).where(*conditions).order_by(model.id))}
    return sorted(newest.values())
