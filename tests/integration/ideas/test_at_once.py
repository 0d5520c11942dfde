"""What two people do with a call at the same instant: one of them is refused by name, and nobody answers what is over."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import pytest

from fundbank.errors import Code
from fundbank.extensions import db
from fundbank.ideas import operations
from fundbank.ideas.models import Call, Idea, NoNeeds
from fundbank.ideas.operations import calls, needs
from fundbank.ideas.rules import STANDARD
from fundbank.kit.web import check_version
from fundbank.people.models import User
from tests.at_once import Act, an, at_once, doing, overtaken
from tests.builders import AT
from tests.integration.applications.office import Office, an_office
from tests.integration.ideas.test_calls import DUE, SAID, opened, written
from tests.pictures import Pictures

ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin
WRITING = {"title": "Skærme", "answers": SAID, "is_sent": True}


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def closing(office: Office, call: Call) -> Act:
    return doing(calls.close_call, at=AT, actor=office.person("coordinator"), call=call)


def answers(office: Office, call: Call) -> dict[str, Act]:
    leader, idea = office.person("leader"), written(office, call)
    return {
        "write": doing(needs.write_need, at=AT, actor=leader, call=call, department=office.own, **WRITING),
        "change": doing(needs.change_need, at=AT, actor=leader, idea=idea, **WRITING | {"title": "Andre"}),
        "rate": doing(needs.rate_need, at=AT, actor=leader, idea=idea, importance=5),
    }


@ON_POSTGRESQL
@pytest.mark.parametrize("act", ["write", "change", "rate"])
def test_who_is_overtaken_by_the_closing_changes_nothing_that_the_forum_reads(app, office, act):
    call = opened(office)
    assert overtaken(app, answers(office, call)[act], closing(office, call)) == Code.DEADLINE_PASSED


@ON_POSTGRESQL
def test_questions_that_somebody_has_begun_to_answer_meanwhile_stay(app, office):
    call = opened(office)
    asked = {"title": "Behov", "introduction": "", "due_on": DUE, "questions": {**STANDARD, "users": "Hvem?"}}
    changing = doing(calls.change_call, at=AT, actor=office.person("coordinator"), call=call, **asked)
    writing = doing(needs.write_need, at=AT, actor=office.person("leader"), call=call, department=office.own, **WRITING)
    assert overtaken(app, changing, writing) == Code.WRONG_STATE


@ON_POSTGRESQL
def test_no_needs_is_not_said_beside_a_need(app, office):
    call = opened(office)
    of = {"at": AT, "actor": office.person("leader"), "call": call, "department": office.own}
    assert overtaken(app, doing(needs.say_no_needs, **of), doing(needs.write_need, **of, **WRITING)) == Code.WRONG_STATE
    assert not db.session.query(NoNeeds).count()


@ON_POSTGRESQL
def test_who_saves_an_idea_at_the_same_instant_as_another_is_told_and_overwrites_nothing(app, office):
    leader = office.person("leader")
    idea = operations.note_idea(actor=leader, at=AT, pool=office.pool, department=office.own, title="En", text="Tekst")
    number, writer, field = idea.id, leader.id, SimpleNamespace(data=idea.revision)

    def saving(title: str) -> Callable[[], object]:
        actor, mine = an(User, writer), an(Idea, number)
        check_version(field, mine)
        return lambda: operations.change_idea(actor=actor, at=AT, idea=mine, title=title, text="Tekst")

    assert overtaken(app, partial(saving, "Hans"), partial(saving, "Hendes")) == Code.STALE_VERSION
    assert (idea.title, field.data) == ("Hendes", idea.revision)


def no_needs(office: Office, call: Call) -> Act:
    return doing(needs.say_no_needs, at=AT, actor=office.person("leader"), call=call, department=office.own)


def applying(office: Office, call: Call) -> Act:
    return doing(operations.apply_with_idea, at=AT, actor=office.person("leader"), idea=written(office, call))


@pytest.mark.each_database
@pytest.mark.parametrize("twice", [closing, no_needs, applying])
def test_what_is_asked_for_twice_happens_once(app, office, twice: Callable[[Office, Call], Act]):
    act = twice(office, opened(office))
    assert at_once(app, act, act) == ["done", Code.WRONG_STATE]


@pytest.mark.each_database
def test_two_who_open_a_call_at_the_same_instant_open_one(app, office):
    asked = {"title": "Behov", "introduction": "", "questions": dict(STANDARD), "due_on": DUE}
    act = doing(calls.open_call, at=AT, actor=office.person("coordinator"), pool=office.pool, **asked)
    assert at_once(app, act, act) == ["done", Code.WRONG_STATE]
    assert db.session.query(Call).count() == 1


@ON_POSTGRESQL
def test_a_call_is_not_withdrawn_beside_a_need_that_is_sent(app, office):
    call = opened(office)
    taking = doing(calls.withdraw_call, at=AT, actor=office.person("coordinator"), call=call, reason="Ved en fejl.")
    writing = doing(needs.write_need, at=AT, actor=office.person("leader"), call=call, department=office.own, **WRITING)
    assert overtaken(app, taking, writing) == Code.WRONG_STATE
    assert call.is_open
