"""The yearly call for development needs: opened, answered, rated, closed, read, and turned into applications."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from fundbank.applications.models import Application
from fundbank.errors import Incomplete, InvalidDate, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.ideas import operations
from fundbank.ideas.forms.calls import ANSWER_LENGTH
from fundbank.ideas.models import Call, Idea
from fundbank.ideas.operations import calls, needs
from fundbank.ideas.operations.needs import CallOver
from fundbank.ideas.queries.calls import calls_to_close, standings
from fundbank.ideas.rules import STANDARD, Answers, content_of
from fundbank.kit.clock import local_date, now
from fundbank.kit.cpr import CprNumber
from fundbank.kit.web.forms.texts import LONG_LENGTH, TEXT_LENGTH
from tests.builders import AT, a_department
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.integration.applications.writing import save
from tests.pictures import Pictures

DUE = date.today() + timedelta(days=14)  # pages ask what day it is
AFTER = now() + timedelta(days=16)
SAID = Answers(
    need="Vi vil vise ventetiden.", equipment="Tre skærme.", users="Borgerne.", value="Mere ro.", resources="En projektleder.",
    shared="Nej.", development_ore=120_000_00, operation_ore=10_000_00,
)  # fmt: skip


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def opened(office: Office, **more: Any) -> Call:
    asked = {"title": "Behov 2027", "introduction": "Skriv kort.", "questions": dict(STANDARD), "due_on": DUE}
    return calls.open_call(actor=office.person("coordinator"), at=AT, pool=office.pool, **asked | more)


def written(office: Office, call: Call, title: str = "Skærme", **more: Any) -> Idea:
    said = {"actor": office.person("applicant"), "at": AT, "department": office.own, "answers": SAID, "is_sent": True}
    return needs.write_need(call=call, title=title, **said | more)


def events(of: str, number: int) -> list[str]:
    return [line.event for line in history.entries(of, number)]


def test_the_coordinator_opens_a_call_with_the_standard_questions_in_her_own_words(office, client):
    client.sign_in(office.person("coordinator"))
    page = f"/pools/{office.pool.id}/calls/new"
    assert all(question in form_of(client.get(page).text).values() for question in STANDARD.values())
    refused = save(client, page, title="", due_on="1-1-2020", users="")
    assert refused.status_code == 422 and field_error(refused.text, "title") == "Give the call a title."
    assert field_error(refused.text, "users") == "Write the question."
    assert (
        field_error(save(client, page, title="Behov", due_on="1-1-2020").text, "due_on") == "This day is over. Choose today or a later day."
    )
    last = date.today() + timedelta(days=20)
    sent = save(client, page, title="Behov", due_on=f"{last:%d-%m-%Y}", users="Hvem får glæde af det?")
    call = db.session.query(Call).one()
    assert sent.location == f"/calls/{call.id}" and (call.due_on, call.questions["users"]) == (last, "Hvem får glæde af det?")
    assert call.questions["value"] == STANDARD["value"] and events("calls", call.id) == ["call_opened"]
    assert "Hvem får glæde af det?" in client.get(f"/calls/{call.id}").words


def test_only_the_coordinator_opens_changes_and_closes(office, client):
    call = opened(office)
    for role in ("applicant", "leader", "adviser", "chair", "auditor"):
        client.sign_in(office.person(role))
        assert client.get(f"/pools/{office.pool.id}/calls/new").status_code == 403, role
        assert client.get(f"/calls/{call.id}/edit").status_code == 403
        assert client.get(f"/calls/{call.id}/late").status_code == 403
        assert client.submit(f"/calls/{call.id}/close").status_code == 403
        with pytest.raises(NotAllowed):
            calls.close_call(actor=office.person(role), at=AT, call=call)


def test_questions_stay_once_a_department_has_begun_to_answer(office, client):
    call = opened(office)
    client.sign_in(office.person("coordinator"))
    assert save(client, f"/calls/{call.id}/edit", users="Hvem?").status_code == 303
    written(office, call, is_sent=False, answers=Answers())
    db.session.commit()
    assert 'name="users"' not in client.get(f"/calls/{call.id}/edit").text
    assert save(client, f"/calls/{call.id}/edit", title="Behov, rettet").status_code == 303
    db.session.expire_all()
    assert (call.title, call.questions["users"]) == ("Behov, rettet", "Hvem?")
    with pytest.raises(WrongState):
        calls.change_call(
            actor=office.person("coordinator"), at=AT, call=call, title="x", introduction="", due_on=DUE, questions=dict(STANDARD)
        )  # fmt: skip


def test_a_title_is_enough_to_save_and_the_need_to_send(office, client):
    call = opened(office)
    client.sign_in(office.person("applicant"))
    page = f"/calls/{call.id}/needs/new"
    assert field_error(save(client, page, title="").text, "title") == "Give the need a title."
    refused = save(client, page, title="Skærme", users="Borgerne", send="y")
    assert field_error(refused.text, "need") == "Answer this before you send the need." and "Borgerne" in refused.text
    assert save(client, page, title="Skærme", users="Borgerne").status_code == 303
    idea = db.session.query(Idea).one()
    assert idea.is_unsent and events("ideas", idea.id) == ["need_noted"]
    said = {"need": "Vi venter", "development": "120.000", "operation": "0", "send": "y"}
    assert save(client, f"/ideas/{idea.id}/answers", **said).status_code == 303
    db.session.expire_all()
    assert not idea.is_unsent and idea.need.answers == Answers(
        need="Vi venter", users="Borgerne", development_ore=120_000_00, operation_ore=0
    )
    assert events("ideas", idea.id) == ["need_noted", "need_changed", "need_sent"]
    assert client.get(f"/ideas/{idea.id}/edit").location == f"/ideas/{idea.id}/answers"
    with pytest.raises(WrongState):
        operations.change_idea(actor=office.person("applicant"), at=AT, idea=idea, title="x", text="y")


def test_what_is_sent_stays_whole_and_keeps_no_number_of_a_citizen(office):
    idea = written(office, opened(office))
    change = {"actor": office.person("leader"), "at": AT, "idea": idea, "title": "Skærme"}
    with pytest.raises(Incomplete) as refused:
        needs.change_need(answers=Answers(users="Borgerne"), **change)
    assert refused.value.field == "need"
    with pytest.raises(CprNumber) as refused:
        needs.change_need(answers=Answers(need="Ro", value="Hans, 010190-1234"), **change)
    assert refused.value.field == "value"
    needs.change_need(answers=SAID, **change)
    assert events("ideas", idea.id) == ["need_noted", "need_sent"]


def test_nobody_else_sees_what_is_not_sent_and_the_forum_only_when_the_call_is_closed(office, client):
    call = opened(office)
    sent, half = written(office, call, "Sendte skærme"), written(office, call, "Halve skærme", is_sent=False)
    db.session.commit()

    def sees(role: str, idea: Idea) -> bool:
        return client.sign_in(office.person(role)).get(f"/ideas/{idea.id}").status_code == 200

    assert sees("leader", half) and sees("leader", sent)
    assert [role for role in ("coordinator", "adviser", "auditor", "chair", "member") if sees(role, half)] == []
    assert [role for role in ("coordinator", "adviser", "auditor", "chair", "member") if sees(role, sent)] == [
        "coordinator", "adviser", "auditor",
    ]  # fmt: skip
    for page in (f"/pools/{office.pool.id}/ideas", f"/calls/{call.id}", f"/calls/{call.id}/needs", f"/pools/{office.pool.id}/history"):
        assert "Halve skærme" not in client.sign_in(office.person("coordinator")).get(page).words, page
    assert client.sign_in(office.person("chair")).get(f"/calls/{call.id}/needs").status_code == 403
    calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    db.session.commit()
    for role in ("chair", "member"):
        assert sees(role, sent) and not sees(role, half)
        assert "Sendte skærme" in client.get(f"/calls/{call.id}/needs").words
    assert "Halve skærme" not in client.get(f"/calls/{call.id}/needs").words
    assert not sees("finance", sent) and client.get(f"/calls/{call.id}/needs").status_code == 403
    beside = office.person("leader", a_department(office.pool.municipality, "Park og Vej"))
    assert client.sign_in(beside).get(f"/ideas/{sent.id}").status_code == 404


def test_a_department_rates_its_own_needs_side_by_side(office, client):
    call = opened(office, questions={**STANDARD, "need": "=HYPERLINK(1)"})
    one, two = written(office, call, "En"), written(office, call, "To")
    other = a_department(office.pool.municipality, "Park og Vej")
    theirs = written(office, call, "Tre", actor=office.person("leader", other), department=other)
    client.sign_in(office.person("applicant"))
    page = f"/calls/{call.id}/importance"
    stale = form_of(client.get(page).text)
    assert "Tre" not in client.get(page).words
    assert save(client, page, **{f"need_{one.id}": "2", f"need_{two.id}": "5"}).status_code == 303
    assert client.submit(page, stale | {f"need_{one.id}": "1"}).status_code == 409
    db.session.expire_all()
    assert (one.need.importance, two.need.importance, theirs.need.importance) == (2, 5, None)
    with pytest.raises(NotAllowed):
        needs.rate_need(actor=office.person("applicant"), at=AT, idea=theirs, importance=3)
    with pytest.raises(Incomplete):
        needs.rate_need(actor=office.person("leader"), at=AT, idea=one, importance=6)
    calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    overview = client.sign_in(office.person("chair")).get(f"/calls/{call.id}/needs").text
    assert re.findall(r'<a href="/ideas/\d+">(\w+)</a>', overview) == ["To", "En", "Tre"]
    by_department = client.get(f"/calls/{call.id}/needs?by=department").text
    assert re.findall(r'<a href="/ideas/\d+">(\w+)</a>', by_department) == ["To", "En", "Tre"]
    assert client.get(f"/calls/{call.id}/needs.pdf").mimetype == "application/pdf"
    sheet = client.get(f"/calls/{call.id}/needs.csv").text.splitlines()
    assert sheet[0].startswith("\ufeffTitle;Department;Importance;'=HYPERLINK(")
    assert sheet[1].startswith("To;Borgerservice;5;Vi vil vise ventetiden.;Tre skærme.;") and "120000,00;10000,00" in sheet[1]


def test_a_department_without_needs_says_so_and_may_still_send_one(office, client):
    call = opened(office)
    office.person("leader", a_department(office.pool.municipality, "Park og Vej"))
    client.sign_in(office.person("applicant"))
    assert save(client, f"/calls/{call.id}/no-needs").status_code == 303
    again = save(client, f"/calls/{call.id}/no-needs")
    assert again.status_code == 409 and "has said so already" in again.words
    answered = {one.department.name: one.has_answered for one in standings(call)}
    assert answered == {"Borgerservice": True, "Park og Vej": False}
    page = client.sign_in(office.person("coordinator")).get(f"/calls/{call.id}").words
    assert "No needs" in page and "Not answered" in page
    assert "Nobody writes for these departments, so nobody is asked: Direktionen, Økonomi." in page
    written(office, call)
    assert next(one for one in standings(call) if one.department == office.own).sent == 1
    with pytest.raises(WrongState):
        needs.say_no_needs(actor=office.person("leader"), at=AT, call=call, department=office.own)


def test_who_has_withdrawn_its_needs_or_applied_before_sending_can_say_that_it_has_none(office, client):
    call = opened(office)
    wrong, early = written(office, call, "Forkert"), written(office, call, "For tidligt", is_sent=False)
    client.sign_in(office.person("applicant"))
    for idea, away, said in ((wrong, "withdraw", {"reason": "Forkert enhed"}), (early, "apply", {})):
        assert "We have no needs" not in client.get(f"/calls/{call.id}").words
        refused = save(client, f"/calls/{call.id}/no-needs")
        assert refused.status_code == 409 and "Withdraw them first" in refused.words
        assert client.submit(f"/ideas/{idea.id}/{away}", said).status_code == 303
    assert "We have no needs" in client.get(f"/calls/{call.id}").words
    assert save(client, f"/calls/{call.id}/no-needs").status_code == 303
    page = client.get(f"/calls/{call.id}").words
    assert "Borgerservice has answered that it has no needs this time." in page and "We have no needs" not in page


def test_a_need_that_only_a_unit_above_writes_is_withdrawn_before_it_says_none(office):
    call, leader = opened(office), office.person("leader")
    below = a_department(office.pool.municipality, "Skrankerne", parent=office.own)
    written(office, call, actor=leader, department=below, is_sent=False)
    with pytest.raises(WrongState):
        needs.say_no_needs(actor=leader, at=AT, call=call, department=below)


def test_the_day_until_which_a_department_was_let_in_can_be_put_right(office, client):
    """Typed wrong it would let the department change for years what the forum has read."""
    call = opened(office)
    idea = written(office, call)
    let_in = {"actor": office.person("coordinator"), "at": AFTER, "call": call, "department": office.own}
    calls.let_in(until=DUE + timedelta(days=9_000), **let_in)
    calls.let_in(until=DUE + timedelta(days=3), **let_in)
    assert next(one.until for one in standings(call)) == DUE + timedelta(days=3)
    change = {"actor": office.person("leader"), "idea": idea, "title": "Andre skærme", "answers": SAID}
    needs.change_need(at=AFTER, **change)
    with pytest.raises(CallOver):
        needs.change_need(at=AFTER + timedelta(days=4), **change)


def test_after_the_deadline_only_who_is_let_in_answers(office, client):
    call = opened(office)
    idea, half = written(office, call), written(office, call, "Halvt", is_sent=False)
    for act in (
        lambda: written(office, call, at=AFTER),
        lambda: needs.change_need(actor=office.person("leader"), at=AFTER, idea=idea, title="x", answers=SAID),
        lambda: needs.rate_need(actor=office.person("leader"), at=AFTER, idea=idea, importance=5),
        lambda: needs.say_no_needs(actor=office.person("leader"), at=AFTER, call=call, department=office.own),
    ):
        with pytest.raises(CallOver):
            act()
    let_in = {"actor": office.person("coordinator"), "at": AFTER, "call": call, "department": office.own}
    with pytest.raises(InvalidDate):
        calls.let_in(until=DUE, **let_in)
    calls.let_in(until=DUE + timedelta(days=5), **let_in)
    with pytest.raises(WrongState):  # everybody can
        calls.let_in(until=DUE + timedelta(days=6), **let_in | {"at": AT})
    needs.change_need(actor=office.person("leader"), at=AFTER, idea=half, title="Helt", answers=SAID, is_sent=True)
    with pytest.raises(CallOver):
        written(office, call, at=AFTER + timedelta(days=10))


def test_an_ended_call_answers_with_a_sentence_and_leaves_ways_on(office, client):
    call = opened(office)
    half = written(office, call, is_sent=False)
    calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    client.sign_in(office.person("applicant"))
    for page in (f"/calls/{call.id}/needs/new", f"/calls/{call.id}/no-needs", f"/ideas/{half.id}/answers"):
        answer = client.get(page)
        assert answer.status_code == 409 and "The call is over for the department." in answer.words, page
    assert "The coordinator can let it answer late. You can apply with the need, or withdraw it." in client.get(f"/ideas/{half.id}").words
    assert client.submit(f"/ideas/{half.id}/apply").status_code == 303
    assert client.get(f"/ideas/{half.id}/answers").status_code == 409
    client.sign_in(office.person("coordinator"))
    assert client.submit(f"/calls/{call.id}/close").status_code == 409
    tomorrow = date.today() + timedelta(days=1)
    assert save(client, f"/calls/{call.id}/edit", due_on=f"{tomorrow:%d-%m-%Y}").status_code == 303
    db.session.expire_all()
    assert call.is_open and call.closed_at is None and events("calls", call.id)[-1] == "call_reopened"


def test_the_day_ends_a_call_that_nobody_has_closed_or_put_off(office):
    call = opened(office)
    assert calls_to_close(DUE) == [] and calls_to_close(local_date(AFTER)) == [(call.id, call.municipality_id)]
    calls.close_after_its_day(at=AT, call_id=call.id)
    assert call.is_open
    calls.close_after_its_day(at=AFTER, call_id=call.id)
    assert not call.is_open and call.closed_by_id is None
    calls.close_after_its_day(at=AFTER, call_id=call.id)
    assert events("calls", call.id) == ["call_opened", "call_closed"]


def test_the_longest_answers_fit_the_application_that_is_made_of_them():
    long = Answers(**dict.fromkeys(Answers().words, "a" * ANSWER_LENGTH))
    said = content_of("Skærme", long, dict.fromkeys(STANDARD, "b" * TEXT_LENGTH), "standard")
    assert len(said.need) <= LONG_LENGTH and len(said.bought) <= LONG_LENGTH


def test_one_click_carries_the_answers_into_an_application(office):
    call = opened(office, questions={**STANDARD, "users": "Hvem får glæde af det?"})
    idea = written(office, call)
    application = operations.apply_with_idea(actor=office.person("leader"), at=AFTER, idea=idea)
    content = application.content
    assert (content.title, content.summary, content.bought) == ("Skærme", SAID.need, SAID.equipment)
    assert content.need.startswith("Hvem får glæde af det?\nBorgerne.\n\n") and SAID.resources in content.need
    assert [(cost.year, cost.kind, cost.amount_ore) for cost in content.costs] == [
        (0, "establishment", 120_000_00), (1, "operation", 10_000_00),
    ]  # fmt: skip
    assert db.session.query(Application).one() == application


def test_two_who_change_a_need_do_not_overwrite_each_other(office, client):
    idea = written(office, opened(office))
    client.sign_in(office.person("leader"))
    behind = form_of(client.get(f"/ideas/{idea.id}/answers").text)
    needs.change_need(actor=office.person("applicant"), at=AT, idea=idea, title="Nyt navn", answers=SAID)
    db.session.commit()
    answer = client.submit(f"/ideas/{idea.id}/answers", behind | {"users": "Mine"})
    assert answer.status_code == 409 and "Mine" in answer.text
    db.session.expire_all()
    assert (idea.title, idea.need.answers) == ("Nyt navn", SAID)


def test_it_waits_for_its_writers_until_all_that_is_written_is_sent(office, client):
    call = opened(office, due_on=date.today() + timedelta(days=3))

    def waits(role: str) -> bool:
        return "Behov 2027" in client.sign_in(office.person(role)).get("/").words

    assert waits("applicant") and waits("leader") and not waits("chair")
    half = written(office, call, is_sent=False)
    written(office, call)
    assert waits("applicant")
    operations.withdraw_idea(actor=office.person("leader"), at=AT, idea=half)
    assert not waits("applicant")
