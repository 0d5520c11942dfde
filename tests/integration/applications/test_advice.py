"""Advice: a department asks the pool's advisers early, on its draft; what they answer screening and the forum see, too."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fundbank.applications import operations
from fundbank.applications.models import Application
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.operations.advice import ask_for_advice, give_advice
from fundbank.applications.queries.advice import work_list
from fundbank.errors import Code, FourEyes, NotAllowed, Refusal, WrongState
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import CprNumber
from fundbank.kit.transaction import commit
from fundbank.notices.audiences import department, screeners
from fundbank.notices.table import TABLE
from fundbank.notices.waiting import Waiting
from fundbank.people.models import User
from fundbank.pools.operations import give_role
from fundbank.pools.policy import SCREENING_CHECKS
from fundbank.pools.roles import Role
from tests.builders import AT, a_department
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.pictures import Pictures

ASKS, ADVISES = "Hvad kræver I af databehandleraftalen?", "Brug kommunens egen skabelon."
GOOD = dict.fromkeys(SCREENING_CHECKS, "in_order")
CHECKED = {**GOOD, "contract": "not_in_order", "comment_contract": "Der mangler en aftale."}


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def ask(person: User, application: Application, said: str = ASKS) -> AdviceRequest:
    return ask_for_advice(actor=person, at=AT, application=application, text=said)


def advise(person: User, request: AdviceRequest, comments: dict | None = None, **results: str):
    return give_advice(actor=person, at=AT, request=request, results=GOOD | results, comments=comments or {}, text=ADVISES)


def test_a_department_asks_on_its_draft_and_the_answer_follows_the_application_to_the_forum(office, client):
    application, adviser = office.application("draft"), office.person("adviser")
    page = f"/applications/{application.id}"
    assert f'href="{page}/advice/new"' in client.sign_in(office.person("applicant")).get(page).text
    assert f'href="{page}/advice/new"' in client.get(f"{page}/write/check").text
    sent = client.submit(f"{page}/advice/new", form_of(client.get(f"{page}/advice/new").text) | {"text": ASKS})
    request = db.session.query(AdviceRequest).one()
    own = f"/advice/{request.id}"
    assert sent.location.endswith(own) and "Give advice" not in client.get(own).words and "Due" in client.get(own).words
    for where in ("", "/write/check"):
        assert f'href="{page}/advice/new"' not in client.get(page + where).text, "one at a time"
    assert client.get(f"{page}/advice/new").code == "wrong_state"

    assert client.sign_in(adviser).get(page).status_code == 404, "what else is written is not theirs to see"
    assert 'data-kind="to_advise"' in client.get("/").text
    assert f'href="{own}"' in client.get(f"/pools/{office.pool.id}/advice").text
    shown = client.get(own)
    assert ASKS in shown.words and "Borgerne bestiller selv tid." in shown.words
    assert client.submit(own, form_of(shown.text) | CHECKED | {"text": ADVISES}).status_code == 303
    assert 'data-kind="to_advise"' not in client.get("/").text

    found = f"{ADVISES} The six checks What was checked Result Comment Security In order User management In order Support In order "
    found += "Contract Not in order Der mangler en aftale."
    assert found in client.sign_in(office.person("applicant")).get(page).words
    operations.sign_application(actor=office.person("leader"), at=AT, application=application)
    operations.submit_application(actor=office.person("applicant"), at=AT, application=application)
    commit()
    assert found in client.sign_in(adviser).get(f"{page}/screening").words
    assert "Contract: Not in order. Der mangler en aftale." in client.sign_in(office.person("member")).get(f"{page}/paper").words
    for where in ("", "/score"):
        assert found in client.sign_in(office.person("member")).get(page + where).words
    assert client.get(own).status_code == 404, "what was shown to the advisers alone stays theirs"


def test_the_advisers_read_what_was_asked_about_and_nothing_written_since(office, client):
    application = office.application("draft")
    request = ask(office.person("applicant"), application)
    content = application.content.replace(title="Hemmelig titel", summary="Noget helt andet.")
    operations.edit_application(actor=office.person("applicant"), at=AT, application=application, content=content)
    commit()
    client.sign_in(office.person("adviser"))
    for page in ("/", f"/pools/{office.pool.id}/advice", f"/advice/{request.id}"):
        words = client.get(page).words
        assert "Tidsbestilling" in words and "Hemmelig" not in words and "helt andet" not in words, page


def test_they_have_a_week_and_what_is_late_shows_and_is_reminded_of(office, client):
    request = ask(office.person("applicant"), office.application("draft"))
    last = local_date(AT) + timedelta(days=7)
    assert request.due_on == last
    commit()
    client.sign_in(office.person("coordinator"))
    shown = client.get(f"/pools/{office.pool.id}/advice").words
    assert "Late: due" in shown and 'data-kind="late_advice"' in client.get("/").text, "the clock has gone on since"
    assert [due.day for due in Waiting(office.pool.id, last + timedelta(days=1)).advice()] == [last]
    assert [due.day for due in Waiting(office.pool.id, last - timedelta(days=8)).advice()] == []
    advise(office.person("adviser"), request)
    assert not work_list(office.pool.id)
    commit()
    assert "Nobody is waiting for advice." in client.get(f"/pools/{office.pool.id}/advice").words


def test_the_rules_own_time_for_the_experts_counts(app, pictures):
    office = an_office(screening_days=3, it_consultation="screened", screening_checks=list(SCREENING_CHECKS))
    assert ask(office.person("applicant"), office.application("draft")).due_on == local_date(AT) + timedelta(days=3)


def test_where_the_rules_say_so_a_purchase_is_ready_only_once_the_advisers_have_answered(app, client):
    office = an_office("jammerbugt", advice_required=True)
    coordinator = office.person("coordinator")
    plain, bought = office.application("submitted", purchases=False), office.application("submitted", purchases=True)
    assert [asked.application_id for asked in work_list(office.pool.id)] == [bought.id], "it goes to them by itself"
    operations.screen_application(actor=coordinator, at=AT, application=plain, result="eligible")
    commit()
    page = f"/applications/{bought.id}/screening"
    form = form_of(client.sign_in(coordinator).get(page).text) | {"result": "eligible", "reason": "Ser godt ud."}
    sent = client.submit(page, form)
    assert (sent.status_code, "The experts have not answered yet." in field_error(sent.text, "result")) == (422, True)
    assert "Ser godt ud." in sent.text
    (request,) = work_list(office.pool.id)
    assert request.asked_by == office.person("applicant")
    advise(office.person("adviser"), request)
    commit()
    assert client.submit(page, form).status_code == 303
    assert db.session.get_one(Application, bought.id).state == "ready"


def test_what_was_answered_on_the_draft_counts_and_a_return_waits_for_nobody(app):
    office = an_office("jammerbugt", advice_required=True)
    application, adviser = office.application("draft", purchases=True), office.person("adviser")
    advise(adviser, ask(office.person("applicant"), application))
    operations.sign_application(actor=office.person("leader"), at=AT, application=application)
    operations.submit_application(actor=office.person("applicant"), at=AT, application=application)
    assert not work_list(office.pool.id)
    operations.screen_application(actor=adviser, at=AT, application=application, result="eligible")
    waiting = office.application("submitted", purchases=True)
    operations.screen_application(actor=adviser, at=AT, application=waiting, result="returned", reason="Mangler")
    assert waiting.state == "returned"


def test_those_whom_it_concerns_are_told(office):
    application = office.application("draft")
    request = ask(office.person("applicant"), application)
    line = history.newest_entry("applications", application.id)
    assert [notice.whom for notice in TABLE["applications", "advice_asked"]] == [screeners]
    assert (line.event, line.reason, line.details["request_id"]) == ("advice_asked", ASKS, request.id)
    advise(office.person("adviser"), request)
    line = history.newest_entry("applications", application.id)
    assert line.event == "advice_given" and [notice.whom for notice in TABLE["applications", "advice_given"]] == [department]


def test_nobody_else_asks_or_advises_or_knows_of_it(office, client):
    application = office.application("draft")
    request = ask(office.person("applicant"), application)
    commit()
    other = office.person("leader", a_department(office.pool.municipality, "Park og Vej"))
    for person in (other, office.person("member"), office.person("chair"), office.person("finance")):
        with pytest.raises(NotAllowed):
            ask(person, application)
        with pytest.raises(NotAllowed):
            advise(person, request)
        assert client.sign_in(person).get(f"/advice/{request.id}").status_code == 404
        assert client.get(f"/applications/{application.id}/advice/new").status_code == 404
        assert client.get(f"/pools/{office.pool.id}/advice").status_code == 403
    for person in (office.person("leader"), office.person("auditor")):
        page = client.sign_in(person).get(f"/advice/{request.id}")
        assert ASKS in page.words and "Give the advice" not in page.text
        assert client.submit(f"/advice/{request.id}", CHECKED).status_code == 403


def test_who_writes_for_the_department_does_not_advise_it(office, client):
    two_hats = office.person("leader")
    give_role(actor=None, at=AT, pool=office.pool, user=two_hats, role=Role.ADVISER)
    request = ask(office.person("applicant"), office.application("draft"))
    with pytest.raises(FourEyes):
        advise(two_hats, request)
    commit()
    assert "Give the advice" not in client.sign_in(two_hats).get(f"/advice/{request.id}").text
    assert client.submit(f"/advice/{request.id}", CHECKED).status_code == 403


def test_what_was_typed_is_kept_where_it_is_refused(office, client):
    application = office.application("draft")
    page = f"/applications/{application.id}/advice/new"
    data = form_of(client.sign_in(office.person("applicant")).get(page).text)
    for said, code in (("x" * 2_001, "invalid"), ("Spørg 070761-4285", CprNumber.code), ("  ", "incomplete")):
        sent = client.submit(page, data | {"text": said})
        assert (sent.status_code, field_error(sent.text, "text") is not None) == (422, True), code
        assert said.strip() in sent.text
    request = ask(office.person("applicant"), application)
    commit()
    own = f"/advice/{request.id}"
    data = form_of(client.sign_in(office.person("adviser")).get(own).text)
    for wrong, name in (
        ({"security": ""}, "security"),
        ({"comment_contract": ""}, "comment_contract"),
        ({"comment_contract": "Spørg 070761-4285"}, "comment_contract"),
        ({"text": "Spørg 070761-4285"}, "text"),
    ):
        sent = client.submit(own, {**data, **CHECKED, **wrong})
        assert (sent.status_code, field_error(sent.text, name) is not None) == (422, True), wrong
        assert all(said in sent.text for said in wrong.values())


def test_it_ends_with_the_application_and_nothing_is_ever_changed(office, client):
    application = office.application("draft")
    request = ask(office.person("applicant"), application)
    with pytest.raises(WrongState):
        ask(office.person("leader"), application)
    for results, comments in (({"contract": "not_in_order"}, {}), ({"security": ""}, {}), ({}, {"support": "x" * 2_001})):
        with pytest.raises(Refusal) as refused:
            advise(office.person("adviser"), request, comments, **results)
        assert refused.value.code == Code.INCOMPLETE
    advise(office.person("adviser"), request)
    advise(office.person("coordinator"), request, {"contract": "Der mangler en aftale."}, contract="not_in_order")
    assert ask(office.person("leader"), application, "Og nu?").id != request.id
    for table in ("advice_requests", "advice"):
        for statement in (f"UPDATE {table} SET text = 'x'", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(DBAPIError), db.session.begin_nested():
                db.session.execute(text(statement))
    operations.withdraw_application(actor=office.person("applicant"), at=AT, application=application)
    with pytest.raises(WrongState):
        advise(office.person("adviser"), request)
    with pytest.raises(WrongState):
        ask(office.person("leader"), application)
    commit()
    assert "Give the advice" not in client.sign_in(office.person("adviser")).get(f"/advice/{request.id}").text
    assert client.submit(f"/advice/{request.id}", CHECKED).code == "wrong_state"
    assert 'data-kind="to_advise"' not in client.get("/").text
