"""A mistake with the yearly call can be put right, and shows that it was; and what nobody may do alone unseen is seen."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from alembic import command
from pypdf import PdfReader
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from fundbank import migrations
from fundbank.errors import Code, Incomplete, NotAllowed, Refusal, WrongState
from fundbank.extensions import db
from fundbank.ideas import operations
from fundbank.ideas.models import Call, Idea
from fundbank.ideas.operations import calls, needs
from fundbank.ideas.operations.needs import CallOver
from fundbank.ideas.queries.calls import needs_withdrawn, said_none, standings
from fundbank.ideas.rules import is_late
from fundbank.kit.clock import now
from fundbank.kit.cpr import CprNumber
from fundbank.outbox.models import Mail
from fundbank.people.models import Department, User
from tests.builders import AT, a_department
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.integration.applications.writing import save
from tests.integration.ideas.test_calls import AFTER, DUE, SAID, events, opened, written
from tests.pictures import Pictures

WHY = "Åbnet i den forkerte pulje."


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def text_of(paper: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages).split())


def withdrawn(office: Office, call: Call, **more: Any) -> None:
    calls.withdraw_call(**{"actor": office.person("coordinator"), "at": AT, "call": call, "reason": WHY} | more)


def test_a_call_opened_by_mistake_is_withdrawn_with_the_reason_and_answered_by_nobody(office, client):
    call = opened(office)
    half = written(office, call, is_sent=False)
    client.sign_in(office.person("coordinator"))
    assert f"/calls/{call.id}/withdraw" in client.get(f"/calls/{call.id}").text
    page = f"/calls/{call.id}/withdraw"
    assert field_error(save(client, page, reason=" ").text, "reason") == "Write why the call is withdrawn."
    assert save(client, page, reason=WHY).status_code == 303
    db.session.expire_all()
    assert call.is_withdrawn and events("calls", call.id) == ["call_opened", "call_withdrawn"]
    assert client.get(page).status_code == 409, "once"
    for role in ("coordinator", "applicant", "auditor", "chair"):
        words = client.sign_in(office.person(role)).get(f"/calls/{call.id}").words
        assert WHY in words and "Withdrawn by" in words, role
    client.sign_in(office.person("applicant"))
    for page in (f"/calls/{call.id}/needs/new", f"/calls/{call.id}/no-needs", f"/ideas/{half.id}/answers"):
        answer = client.get(page)
        assert answer.status_code == 409 and "The call has been withdrawn. There is nothing to answer." in answer.words, page
    assert "let in" not in client.get(f"/calls/{call.id}").words and "Write a need" not in client.get(f"/calls/{call.id}").words
    assert "You can apply with the need, or withdraw it." in client.get(f"/ideas/{half.id}").words
    with pytest.raises(WrongState):
        calls.let_in(actor=office.person("coordinator"), at=AFTER, call=call, department=office.own, until=DUE + timedelta(days=30))


def test_who_was_let_in_before_does_not_answer_what_is_withdrawn(office):
    call = opened(office)
    calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    calls.let_in(actor=office.person("coordinator"), at=AT, call=call, department=office.own, until=DUE)
    asked = {"actor": office.person("coordinator"), "at": AT, "call": call, "title": "Behov", "introduction": "", "due_on": DUE}
    calls.change_call(**asked, reopens=True)
    withdrawn(office, call)
    with pytest.raises(WrongState, match="withdrawn"):
        written(office, call)


def test_a_call_to_which_a_need_has_been_sent_is_closed_not_withdrawn(office, client):
    call = opened(office)
    idea = written(office, call)
    client.sign_in(office.person("coordinator"))
    assert f"/calls/{call.id}/withdraw" not in client.get(f"/calls/{call.id}").text
    refused = client.get(f"/calls/{call.id}/withdraw")
    assert refused.status_code == 409 and "the call cannot be withdrawn" in refused.words
    with pytest.raises(WrongState):
        withdrawn(office, call)
    operations.withdraw_idea(actor=office.person("leader"), at=AT, idea=idea, reason="Til en anden pulje.")
    for role in ("applicant", "leader", "adviser", "chair", "auditor"):
        with pytest.raises(NotAllowed):
            withdrawn(office, call, actor=office.person(role))
    with pytest.raises(CprNumber):
        withdrawn(office, call, reason="Hans, 010190-1234")
    withdrawn(office, call)
    assert call.is_withdrawn


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_what_was_closed_or_withdrawn_by_mistake_is_opened_again_with_the_same_deadline(office, client, end):
    call = opened(office)
    if end == "withdraw":
        withdrawn(office, call)
    else:
        calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    client.sign_in(office.person("coordinator"))
    page = f"/calls/{call.id}/edit"
    assert save(client, page, title="Behov, rettet").status_code == 303
    db.session.expire_all()
    assert not call.is_open, "another title opens nothing"
    assert save(client, page, open="y").status_code == 303
    db.session.expire_all()
    assert (call.is_open, call.due_on, events("calls", call.id)[-1]) == (True, DUE, "call_reopened")
    assert written(office, call).need.sent_at == AT
    calls.close_call(actor=office.person("coordinator"), at=AFTER, call=call)
    asked = {"actor": office.person("coordinator"), "at": AFTER, "call": call, "title": "Behov", "introduction": ""}
    with pytest.raises(Refusal) as refused:
        calls.change_call(**asked, due_on=DUE, reopens=True)
    assert (refused.value.code, refused.value.field) == (Code.INVALID_DATE, "due_on")


def test_a_second_call_is_refused_with_the_way_to_the_one_that_is_open(office, client):
    call = opened(office, title="Behov 2027")
    client.sign_in(office.person("coordinator"))
    page = client.get(f"/pools/{office.pool.id}/calls/new")
    assert f'<a href="/calls/{call.id}">Behov 2027</a>' in page.text and 'name="due_on"' not in page.text
    assert "Close it or withdraw it before you open the next one." in client.get(f"/pools/{office.pool.id}/calls").words
    last = f"{DUE:%d-%m-%Y}"
    said = form_of(client.get(f"/calls/{call.id}/edit").text) | {"title": "Igen", "due_on": last}
    refused = client.submit(f"/pools/{office.pool.id}/calls/new", said)
    assert refused.status_code == 409 and "“Behov 2027” is open in this pool." in refused.words and 'value="Igen"' in refused.text
    with pytest.raises(WrongState):
        opened(office)
    withdrawn(office, call)
    second = opened(office, title="Den rigtige")
    client.get(f"/calls/{call.id}/edit")
    again = save(client, f"/calls/{call.id}/edit", title="Behov 2027, rettet")
    assert again.status_code == 303, "its words may still be put right"
    with pytest.raises(WrongState):
        calls.change_call(
            actor=office.person("coordinator"), at=AT, call=call, title="Behov", introduction="", due_on=DUE + timedelta(days=1)
        )  # fmt: skip
    assert f'<a href="/calls/{second.id}">' in client.get(f"/calls/{call.id}/edit").text


def test_no_needs_said_by_mistake_is_taken_back_and_the_history_shows_both(office, client):
    call = opened(office)
    client.sign_in(office.person("applicant"))
    assert save(client, f"/calls/{call.id}/no-needs").status_code == 303
    assert "Take the answer back" in client.get(f"/calls/{call.id}").words
    said = {"department": office.own.id, "take_back": "y"}
    assert client.submit(f"/calls/{call.id}/no-needs", said).status_code == 303
    assert said_none(call) == set()
    refused = client.submit(f"/calls/{call.id}/no-needs", said)
    assert refused.status_code == 409 and "The department has not said that it has no needs." in refused.words
    page = client.get(f"/calls/{call.id}").words
    assert "The department has no needs (Borgerservice)" in page and "Took back that the department has no needs (Borgerservice)" in page
    assert save(client, f"/calls/{call.id}/no-needs").status_code == 303, "and it may say so again"
    assert said_none(call) == {office.own.id}
    assert events("calls", call.id) == ["call_opened", "no_needs_said", "no_needs_taken_back", "no_needs_said"]
    other = office.person("leader", a_department(office.pool.municipality, "Park og Vej"))
    with pytest.raises(NotAllowed):
        needs.take_back_no_needs(actor=other, at=AT, call=call, department=office.own)
    calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    with pytest.raises(CallOver):
        needs.take_back_no_needs(actor=office.person("leader"), at=AT, call=call, department=office.own)
    assert next(one for one in standings(call) if one.department == office.own).said_none
    assert "Take the answer back" not in client.get(f"/calls/{call.id}").words


def test_what_was_taken_back_for_a_department_without_writers_of_its_own_is_seen_too(office, client):
    call, below = opened(office), a_department(office.pool.municipality, "Skrankerne", parent=office.own)
    of = {"actor": office.person("leader"), "at": AT, "call": call, "department": below}
    needs.say_no_needs(**of)
    needs.take_back_no_needs(**of)
    for role in ("coordinator", "auditor"):
        assert (
            "Took back that the department has no needs (Skrankerne)" in client.sign_in(office.person(role)).get(f"/calls/{call.id}").words
        ), role
    beside = office.person("applicant", a_department(office.pool.municipality, "Park og Vej"))
    assert "Skrankerne" not in client.sign_in(beside).get(f"/calls/{call.id}").words


def test_a_closed_department_is_not_sent_to_the_coordinator_who_cannot_let_it_in(office, client):
    call = opened(office)
    half = written(office, call, is_sent=False)
    client.sign_in(office.person("applicant"))
    leader = office.person("leader")
    office.own.is_active = False
    db.session.commit()
    for page in (f"/calls/{call.id}/needs/new", f"/calls/{call.id}/no-needs", f"/ideas/{half.id}/answers"):
        answer = client.get(page)
        assert answer.status_code == 409 and "It can no longer answer calls." in answer.words, page
    for page in (f"/calls/{call.id}", f"/ideas/{half.id}"):
        words = client.get(page).words
        assert "It can no longer answer calls." in words and "let it answer late" not in words, page
    assert "into an application" not in client.get(f"/ideas/{half.id}").words, "it applies for nothing more"
    with pytest.raises(WrongState, match="closed"):
        needs.change_need(actor=leader, at=AT, idea=half, title="x", answers=SAID)
    assert client.submit(f"/ideas/{half.id}/withdraw").status_code == 303


def test_a_need_that_was_sent_and_withdrawn_stays_in_the_forums_overview_with_who_and_why(office, client):
    call = opened(office)
    kept, gone = written(office, call, "Skærme"), written(office, call, "Tavler")
    half = written(office, call, "Halvt", is_sent=False)
    calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    client.sign_in(office.person("applicant"))
    assert "Why?" in client.get(f"/ideas/{gone.id}/withdraw").words
    refused = save(client, f"/ideas/{gone.id}/withdraw")
    assert refused.status_code == 422 and field_error(refused.text, "reason") == "Write why the need is withdrawn."
    assert save(client, f"/ideas/{gone.id}/withdraw", reason="Vi har fået dem.").status_code == 303
    assert client.submit(f"/ideas/{half.id}/withdraw").status_code == 303, "what nobody has read needs no reason"
    assert "Reason: Vi har fået dem." in client.get(f"/ideas/{gone.id}").words
    for role in ("chair", "member", "coordinator", "auditor"):
        page = client.sign_in(office.person(role)).get(f"/calls/{call.id}/needs")
        assert "Vi har fået dem." in page.words and office.person("applicant").name in page.words, role
        assert f'href="/ideas/{gone.id}"' in page.text and f'href="/ideas/{half.id}"' not in page.text
    rows = client.get(f"/calls/{call.id}/needs.csv").text.splitlines()
    assert rows[1].startswith("Skærme;") and rows[1].endswith(";Sent;2026-03-02;;;;") and kept.state == "idea"
    assert rows[2].startswith("Tavler;") and rows[2].endswith(f";{office.person('applicant').name};Vi har fået dem.") and len(rows) == 3
    with pytest.raises(Incomplete):
        operations.withdraw_idea(actor=office.person("leader"), at=AT, idea=kept)
    paper = text_of(client.get(f"/calls/{call.id}/needs.pdf").data)
    assert "Sent, and withdrawn again" in paper and "Vi har fået dem." in paper and "Departments answered until" in paper
    operations.withdraw_idea(actor=office.person("leader"), at=AT, idea=kept, reason="Heller ikke dem.")
    asked = {"actor": office.person("coordinator"), "at": AT, "call": call, "title": "Behov", "introduction": "", "due_on": DUE}
    calls.change_call(**asked, reopens=True)
    db.session.commit()
    paper = text_of(client.get(f"/calls/{call.id}/needs.pdf").data)
    assert all(
        said in paper for said in ("The call is still open", "Every need that was sent has been withdrawn", "Not answered: Borgerservice.")
    )


@pytest.mark.parametrize("is_sent", [True, False])
def test_what_was_withdrawn_by_mistake_is_taken_up_again_and_says_what_it_said(office, client, is_sent):
    call = opened(office)
    idea = written(office, call, is_sent=is_sent)
    operations.withdraw_idea(actor=office.person("leader"), at=AT, idea=idea, reason="Ved en fejl.")
    client.sign_in(office.person("applicant"))
    assert "Take it up again" in client.get(f"/ideas/{idea.id}").words
    assert client.submit(f"/ideas/{idea.id}/withdraw", {"take_back": "y"}).status_code == 303
    db.session.expire_all()
    assert (idea.state, idea.ended_by_id, idea.is_sent, idea.need.answers) == ("idea", None, is_sent, SAID)
    assert events("ideas", idea.id)[-2:] == ["idea_withdrawn", "idea_taken_up"]
    assert needs_withdrawn(call) == [] and client.submit(f"/ideas/{idea.id}/withdraw", {"take_back": "y"}).status_code == 409
    operations.withdraw_idea(actor=office.person("leader"), at=AT, idea=idea, reason="Nu er det rigtigt.")
    assert [one.reason for one in needs_withdrawn(call)] == (["Nu er det rigtigt."] if is_sent else [])
    other = office.person("leader", a_department(office.pool.municipality, "Park og Vej"))
    with pytest.raises(NotAllowed):
        operations.take_withdrawal_back(actor=other, at=AT, idea=idea)
    withdrawn(office, call)
    with pytest.raises(WrongState, match="withdrawn"):
        operations.take_withdrawal_back(actor=office.person("leader"), at=AT, idea=idea)
    assert "Take it up again" not in client.get(f"/ideas/{idea.id}").words


def test_what_is_missing_of_a_need_that_is_sent_is_said_at_once(office, client):
    call = opened(office)
    client.sign_in(office.person("applicant"))
    refused = save(client, f"/calls/{call.id}/needs/new", title="", development="mange", send="y")
    assert refused.status_code == 422
    assert [bool(field_error(refused.text, name)) for name in ("title", "need", "development")] == [True, True, True]


def test_what_is_sent_or_changed_after_closing_is_marked_for_the_forum(office, client):
    """Whoever is let in late may say more, or other things, than the others could."""
    call = opened(office)
    early, changed = written(office, call, "I tide"), written(office, call, "Rettet")
    calls.close_call(actor=office.person("coordinator"), at=now(), call=call)
    calls.let_in(actor=office.person("coordinator"), at=now(), call=call, department=office.own, until=DUE)
    late = written(office, call, "For sent", at=now())
    needs.rate_need(actor=office.person("leader"), at=now(), idea=changed, importance=5)
    assert [idea.need.late for idea in (early, changed, late)] == ["", "changed", "sent"]
    page = client.sign_in(office.person("chair")).get(f"/calls/{call.id}/needs").words
    assert page.count("Sent after closing") == 1 and page.count("Changed after closing") == 1
    assert "Sent after closing" in client.get(f"/calls/{call.id}/needs.csv").text
    assert "Changed after closing" in text_of(client.get(f"/calls/{call.id}/needs.pdf").data)


def test_on_its_last_day_nothing_is_late_and_after_it_everything_is():
    noon = AT.replace(hour=11)
    assert not is_late(noon, noon.date(), None) and is_late(noon + timedelta(days=1), noon.date(), None)
    assert is_late(noon, date(2199, 1, 1), noon - timedelta(hours=1)) and not is_late(noon, date(2199, 1, 1), noon + timedelta(hours=1))


def test_of_several_ratings_the_page_says_which_need_another_has_changed(office, client):
    """Two changes that the sum of revisions would not tell apart from none, and one that stood on nobody's page."""
    call = opened(office)
    ideas = [written(office, call, title) for title in ("En", "To", "Tre")]
    one, two, three = ideas
    client.sign_in(office.person("applicant"))
    page = f"/calls/{call.id}/importance"
    typed = form_of(client.get(page).text)
    needs.rate_need(actor=office.person("leader"), at=AT + timedelta(hours=1), idea=one, importance=4)
    operations.withdraw_idea(actor=office.person("leader"), at=AT, idea=three, reason="Ikke nu.")
    fresh = written(office, call, "Fire")
    needs.rate_need(actor=office.person("leader"), at=AT, idea=fresh, importance=1)
    db.session.commit()
    refused = client.submit(page, typed | {f"need_{one.id}": "2", f"need_{two.id}": "3"})
    assert refused.status_code == 409
    assert field_error(refused.text, f"need_{one.id}") == (
        "This need has been changed since you opened the page. It is rated 4 now. Compare, and save again."
    )
    assert field_error(refused.text, f"need_{two.id}") is None and field_error(refused.text, f"need_{fresh.id}") is None
    again = form_of(refused.text)
    assert (again[f"need_{one.id}"], again[f"need_{two.id}"]) == ("2", "3"), "what was chosen is still there"
    assert client.submit(page, again).status_code == 303
    db.session.expire_all()
    assert [idea.need.importance for idea in (one, two, fresh)] == [2, 3, 1], "what stood not on the page stays"


def test_each_need_that_was_changed_meanwhile_is_named_at_once(office, client):
    call = opened(office)
    one, two = (written(office, call, title) for title in ("En", "To"))
    client.sign_in(office.person("applicant"))
    page = f"/calls/{call.id}/importance"
    typed = form_of(client.get(page).text)
    for idea in (one, two):
        needs.change_need(actor=office.person("leader"), at=AT, idea=idea, title=f"{idea.title}!", answers=SAID)
    db.session.commit()
    refused = client.submit(page, typed | {f"need_{one.id}": "2"})
    assert all("not rated now" in (field_error(refused.text, f"need_{idea.id}") or "") for idea in (one, two))
    assert client.submit(page, form_of(refused.text)).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Idea, one.id).need.importance == 2


def test_a_department_let_in_by_mistake_is_let_in_no_more_and_is_told(office, client):
    call = opened(office)
    calls.close_call(actor=office.person("coordinator"), at=AT, call=call)
    calls.let_in(actor=office.person("coordinator"), at=now(), call=call, department=office.own, until=DUE)
    sent = written(office, call, at=now())
    page = client.sign_in(office.person("coordinator")).get(f"/calls/{call.id}").words
    assert "May answer until" in page and "Take it back" in page
    with pytest.raises(NotAllowed):
        calls.end_let_in(actor=office.person("leader"), at=now(), call=call, department=office.own)
    said = {"department": office.own.id, "take_back": "y"}
    assert client.submit(f"/calls/{call.id}/late", said).status_code == 303
    assert client.submit(f"/calls/{call.id}/late", said).status_code == 409
    assert client.submit(f"/calls/{call.id}/late", said | {"department": 0}).status_code == 422
    page = client.get(f"/calls/{call.id}").words
    assert "May answer until" not in page and "Took back that the department may answer late (Borgerservice" in page
    assert sent.is_sent and events("calls", call.id)[-2:] == ["department_let_in", "let_in_ended"]
    with pytest.raises(CallOver):
        written(office, call, at=now())
    subjects = [mail.subject for mail in db.session.scalars(select(Mail)) if mail.user_id == office.person("applicant").id]
    assert "No longer open to you: Behov 2027" in subjects
    calls.let_in(actor=office.person("coordinator"), at=now(), call=call, department=office.own, until=DUE)
    assert written(office, call, "Igen", at=now()).is_sent


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url)
    yield engine
    with engine.begin() as connection:  # marks it as no longer like the others, so that no other test is given it
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()


@pytest.mark.each_database
def test_a_database_of_the_version_before_keeps_what_was_said_last(app, office, engine):
    """Down and up again: who has taken it back is not said to have none, and a row made afterwards has a number of its own."""
    call = opened(office)
    units = [office.own, *(a_department(office.pool.municipality, name) for name in ("Park og Vej", "Havnen"))]
    leaders = [office.person("leader"), *(office.person("leader", unit) for unit in units[1:])]
    for leader, unit in zip(leaders, units, strict=True):
        needs.say_no_needs(actor=leader, at=AT, call=call, department=unit)
    for leader, unit in list(zip(leaders, units, strict=True))[:2]:
        needs.take_back_no_needs(actor=leader, at=AT, call=call, department=unit)
    needs.say_no_needs(actor=leaders[0], at=AT, call=call, department=units[0])
    call_id, leader_id, own_id, other_id = call.id, leaders[0].id, units[0].id, units[2].id
    kept = sorted((own_id, other_id))
    db.session.commit()
    db.session.remove()
    db.engine.dispose()
    config, asked = migrations.configuration(), text("SELECT department_id FROM no_needs ORDER BY department_id")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0077")
        assert connection.scalars(asked).all() == kept
        command.upgrade(config, "head")
    found = db.session.get_one(Call, call_id)
    assert said_none(found) == set(kept) and found.is_open
    leader, own = db.session.get_one(User, leader_id), db.session.get_one(Department, own_id)
    needs.take_back_no_needs(actor=leader, at=AT, call=found, department=own)
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text("DELETE FROM no_needs"))
    assert said_none(found) == {other_id}
    db.session.remove()
    db.engine.dispose()
