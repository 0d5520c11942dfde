"""One person of each role in a busy pool, and the things that the addresses of the program name."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.applications.models import Application, Gainer
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.models.questions import Question
from fundbank.awards.models import Award, Disbursement, FollowUp
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.ideas.models import Call, Idea, Need
from fundbank.ideas.rules import STANDARD
from fundbank.kit.transaction import commit, rollback
from fundbank.kit.web import boundary
from fundbank.ledger.models import Movement, Transfer
from fundbank.meetings.models import AgendaItem, Decision, Meeting, PendingDecision
from fundbank.outbox.models import Job
from fundbank.outbox.operations import ask_for, write_mail
from fundbank.people.models import Confirmation, Department, User
from fundbank.pools.operations import give_role
from fundbank.pools.queries import has_role
from fundbank.pools.roles import Role
from fundbank.repayments.models import Claim, ClaimLine, Refund
from fundbank.reversals.models import Reversal
from fundbank.reversals.operations import register_reversal
from fundbank.scenarios import demo
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from tests import web
from tests.annexes import handed_in_with, reported_with
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool, a_user
from tests.pictures import Pictures


@pytest.fixture
def unwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no request change anything, so that each cell of the table meets the same database."""
    monkeypatch.setattr(boundary, "commit", rollback)
    monkeypatch.setattr(web, "WRITES", re.compile("(?!)"))  # a page that shows what it made shows what is undone again


@pytest.fixture
def people(app: Flask, pictures: Pictures) -> dict[str, User | None]:
    """One person for each column, in the municipality of the busy pool."""
    return pictures.of("one person of each role in the busy pool", _people)


def _people() -> dict[str, User | None]:
    world = play(read(demo.story(demo.BUSY))).world
    demo.let_things_wait(world, AT.replace(month=11, day=23))
    pool, home = world.pool, _application().department
    elsewhere = a_department(pool.municipality, "Et helt andet sted")
    found: dict[str, User | None] = {"guest": None, "no role": a_user(elsewhere, "Ingen Rolle")}
    for role in Role:
        at_home = role in (Role.APPLICANT, Role.LEADER)
        person = a_user(home if at_home else elsewhere, f"Kun {role}", is_administrator=role == Role.ADMINISTRATOR)
        give_role(actor=None, at=AT, pool=pool, user=person, role=role)
        found[str(role)] = person
    gaining = a_department(pool.municipality, "En enhed, der får gevinst")
    found["gaining leader"] = a_person_with(pool, Role.LEADER, department=gaining, name="Leder i en enhed, der får gevinst")
    _application().gainers.append(Gainer(version_id=_application().versions[-1].id, department_id=gaining.id))
    stranger_pool = a_pool(a_municipality("En anden kommune"))
    stranger = a_user(a_department(stranger_pool.municipality), "Fremmed", is_administrator=True)
    for role in Role:
        give_role(actor=None, at=AT, pool=stranger_pool, user=stranger, role=role)
    found["other municipality"] = stranger
    finance = next(person for person in world.people.values() if has_role(person, pool.id, Role.FINANCE))
    transfer = db.session.scalars(select(Transfer).where(Transfer.event == "funding")).first()
    assert transfer is not None
    administrator = found["administrator"]
    give_role(actor=administrator, at=AT, pool=pool, user=a_user(elsewhere, "Ny Formand"), role=Role.CHAIR)
    register_reversal(actor=finance, at=AT, transfer=transfer, reason="Forkert kilde")
    commit()
    return found


def _application() -> Application:
    """One that is on the agenda of a meeting to come, of a department that also has an award with a reported gain."""
    reported = select(Application.department_id).join(Award, Award.application_id == Application.id).join(GainReport)
    query = select(Application).join(AgendaItem).join(Meeting).where(Meeting.state == "planned", Application.department_id.in_(reported))
    found = db.session.scalars(query.order_by(Application.id)).first()
    assert found is not None
    return found


def _first(model: type[Any], *conditions: Any) -> Any:
    return db.session.scalars(select(model.id).where(*conditions).order_by(model.id)).first()


@pytest.fixture
def things(people: dict[str, User | None]) -> dict[str, int | str]:
    """What stands for each placeholder of an address."""
    application = _application()
    own = Award.application_id.in_(select(Application.id).where(Application.department_id == application.department_id))
    award = _first(Award, own, Award.id.in_(select(GainReport.award_id)))
    report = db.session.scalars(select(GainReport).where(GainReport.award_id == award)).first()
    meeting = db.session.scalars(select(AgendaItem.meeting_id).where(AgendaItem.application_id == application.id)).first()
    someone = people["no role"]
    assert someone is not None and report is not None
    mail = write_mail(
        "fact", at=AT, municipality_id=someone.municipality_id, user_id=someone.id, address="x@y.dk", language="da", subject="x", items=[]
    )
    followed = {"text": "Vis tallene", "owner_id": someone.id, "due_on": AT.date(), "made_by_id": someone.id, "made_at": AT}
    db.session.add(FollowUp(pool_id=application.pool_id, award_id=award, is_condition=False, **followed))
    ask_for("clean", "clean", run_at=AT)
    line = _first(ClaimLine)
    db.session.add(Refund(claim_line_id=line, pool_id=application.pool_id, amount_ore=1, registered_by_id=someone.id, registered_at=AT))
    handed_back = {"event": "funding_return", "source": "IT", "amount_ore": 1, "reason": "Tilbage"}
    db.session.add(Movement(pool_id=application.pool_id, registered_by_id=someone.id, registered_at=AT, **handed_back))
    asked = {"version_number": 1, "asker_id": someone.id, "is_return": False, "text": "Hvad koster driften?", "asked_at": AT}
    db.session.add(Question(application_id=application.id, **asked))
    wanted = {"text": "Hvad med aftalen?", "content_json": application.content_json, "asked_by_id": someone.id, "due_on": AT.date()}
    db.session.add(AdviceRequest(application_id=application.id, pool_id=application.pool_id, asked_at=AT, **wanted))
    noted = {"title": "En idé", "text": "Fordi", "made_by_id": someone.id, "made_at": AT, "changed_at": AT, "state": "idea"}
    idea = Idea(pool_id=application.pool_id, department_id=application.department_id, **noted)
    asked = {"title": "Behov", "introduction": "", "questions": dict(STANDARD), "due_on": AT.date(), "opened_by_id": someone.id}
    call = Call(pool_id=application.pool_id, state="open", opened_at=AT, **asked)
    need = Need(texts={}, sent_by_id=someone.id, sent_at=AT, idea=idea, call=call)
    db.session.add_all([idea, call, need])
    policy_version_id = application.pool.policy_version_id
    said = {"version_number": 1, "outcome": "reject", "reason": "Nej", "decided_by_id": someone.id, "decided_at": AT}
    db.session.add(
        PendingDecision(meeting_id=meeting, application_id=application.id, policy_version_id=policy_version_id, recused_ids=[], **said)
    )
    db.session.flush()
    found: dict[str, Any] = {
        "pool_id": application.pool_id, "application_id": application.id, "award_id": award, "meeting_id": meeting,
        "request_id": _first(AdviceRequest), "idea_id": idea.id, "call_id": call.id,
        "question_id": _first(Question, Question.application_id == application.id),
        "follow_up_id": _first(FollowUp, FollowUp.award_id == award),
        "disbursement_id": _first(Disbursement, Disbursement.state == "registered"), "report_id": report.id,
        "claim_id": _first(Claim), "line_id": line, "refund_id": _first(Refund),
        "transfer_id": _first(Transfer), "reversal_id": _first(Reversal), "movement_id": _first(Movement),
        "pending_id": _first(PendingDecision, PendingDecision.meeting_id == meeting),
        "decision_id": _first(Decision), "user_id": someone.id, "department_id": _first(Department), "number": 1,
        "topic": "project", "token": "nobody", "file_id": handed_in_with(application).id, "evidence_id": reported_with(report).id,
        "confirmation_id": _first(Confirmation), "mail_id": mail, "job_id": _first(Job),
        "filename": "css/fundbank.css",
    }  # fmt: skip
    commit()
    missing = [name for name, value in found.items() if value is None]
    assert not missing, f"the busy pool has no {missing}"
    return found
