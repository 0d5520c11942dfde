"""Signing, submitting, withdrawing and screening from the web: who may, what is refused by name, and nothing done twice."""

import pytest

from fundbank.applications import operations
from fundbank.applications.permissions import can_see_application
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.kit.clock import now
from tests.answers import answer_all
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.pictures import Pictures

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # no SQL of its own behind it
ROLES = ("applicant", "leader", "adviser", "member", "chair", "coordinator", "finance", "auditor", "administrator")


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def step(application, name):
    return f"/applications/{application.id}/{name}"


def state(application):
    db.session.expire_all()
    return application.state


def events(application):
    return [entry.event for entry in history.entries("applications", application.id)]


@ON_ONE
@pytest.mark.parametrize(
    ("name", "begin", "end", "allowed"),
    [
        ("sign", "draft", "signed", {"leader"}),
        ("submit", "signed", "submitted", {"applicant", "leader"}),
        ("withdraw", "ready", "withdrawn", {"applicant", "leader"}),
    ],
)
def test_who_may_take_a_step(office, client, name, begin, end, allowed):
    for role in ROLES:
        application = office.application(begin)
        refused = 403 if can_see_application(office.person(role), application) else 404
        if (name, role) == ("withdraw", "coordinator"):
            refused = 409  # who may end one that nobody has answered for long, but not this one
        answer = client.sign_in(office.person(role)).submit(step(application, name))
        assert (role, answer.status_code) == (role, 303 if role in allowed else refused)
        assert state(application) == (end if role in allowed else begin)
    application = office.application(begin)
    assert client.sign_in(office.person("leader", office.top)).submit(step(application, name)).status_code == 303
    other = office.application(begin)
    assert client.sign_in(office.person("leader", office.other)).submit(step(other, name)).status_code == 404
    assert client.sign_in(an_office().person("leader")).submit(step(other, name)).status_code == 404
    assert client.get(step(other, name)).status_code == (404 if name == "withdraw" else 405)


@pytest.mark.parametrize(("name", "begin"), [("sign", "signed"), ("submit", "draft"), ("withdraw", "withdrawn")])
def test_a_step_out_of_turn_is_refused_by_name(office, client, name, begin):
    application = office.application("draft" if begin == "withdrawn" else begin)
    client.sign_in(office.person("leader"))
    if begin == "withdrawn":
        client.submit(step(application, "withdraw"))
    answer = client.submit(step(application, name))
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert state(application) == begin


@ON_ONE
@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("incomplete", {"loan_ore": 0}),
        ("incomplete", {"it_consulted": False}),
        ("operation_not_covered", {"loan_ore": 600_000_01}),
        ("payback_too_long", {"gains": ()}),
    ],
)
def test_an_incomplete_application_is_not_submitted(office, client, code, content):
    application = office.application("signed", **content)
    client.sign_in(office.person("applicant"))
    page = client.get(f"/applications/{application.id}")
    assert "missing before it can be submitted" in page.words
    assert "Submit the application" not in page.words
    answer = client.submit(step(application, "submit"))
    assert (answer.status_code, answer.code) == (422, code)
    assert state(application) == "signed"


def test_a_second_click_does_nothing(office, client):
    application = office.application("draft")
    once = "5f0c5e0e-6d1b-4a5e-8d0a-2b8f9f1f0a11"
    client.sign_in(office.person("leader"))
    answers = [client.submit(step(application, "sign"), once=once) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert events(application) == ["started", "signed"]
    assert "Nothing has been done twice." in client.get(answers[1].location).words


@ON_ONE
@pytest.mark.parametrize(("name", "role"), [("withdraw", "applicant"), ("screening", "coordinator")])
def test_a_cpr_number_in_the_reason_is_refused(office, client, name, role):
    application = office.application("submitted")
    answer = client.sign_in(office.person(role)).submit(step(application, name), {"result": "returned", "reason": "Borger 010190-1234"})
    assert (answer.status_code, answer.code) == (422, "cpr_number")
    assert state(application) == "submitted"
    assert "CPR number" in field_error(answer.text, "reason")
    assert "Borger 010190-1234" in answer.text


def test_a_withdrawal_keeps_its_reason(office, client):
    application = office.application("submitted")
    client.sign_in(office.person("applicant"))
    assert step(application, "withdraw") in client.get(f"/applications/{application.id}").text
    assert "it cannot be opened again" in client.get(step(application, "withdraw")).words
    too_long = client.submit(step(application, "withdraw"), {"reason": "x" * 2001})
    assert too_long.status_code == 422
    assert "Write at most 2000 characters" in field_error(too_long.text, "reason")
    assert "x" * 2001 in too_long.text
    answer = client.submit(step(application, "withdraw"), {"reason": "Løses af et fælles indkøb."})
    assert "Løses af et fælles indkøb." in client.get(answer.location).words
    assert state(application) == "withdrawn"


@ON_ONE
def test_who_may_screen(office, client):
    application = office.application("submitted")
    for role in ROLES:
        answer = client.sign_in(office.person(role)).get(step(application, "screening"))
        assert (role, answer.status_code) == (role, 200 if role in ("coordinator", "adviser") else 404 if role == "administrator" else 403)


def test_an_eligible_application_goes_to_the_forum(app, client):
    office = an_office("jammerbugt")
    application = office.application("submitted")
    client.sign_in(office.person("adviser"))
    assert "The pool gives 7 days for it." in client.get(step(application, "screening")).words
    answer = client.submit(step(application, "screening"), {"result": "eligible", "checks": ["security", "support"]})
    assert answer.status_code == 303
    assert state(application) == "ready"
    assert {code for code, passed in application.screenings[0].checks.items() if passed} == {"security", "support"}
    assert len(application.screenings[0].checks) == 6
    page = client.get(answer.location).words
    assert "Security: in order" in page and "Contract: not in order" in page
    again = client.get(step(application, "screening"))
    assert (again.status_code, again.code) == (409, "wrong_state")


def test_a_return_needs_a_reason_and_keeps_what_was_typed(office, client):
    application = office.application("submitted")
    client.sign_in(office.person("coordinator"))
    page = client.submit(step(application, "screening"), {"result": "returned", "reason": "  "})
    assert (page.status_code, page.code) == (422, "incomplete")
    assert "Write what the department must do" in field_error(page.text, "reason")
    assert form_of(page.text)["result"] == ["returned"]
    nothing = client.submit(step(application, "screening"), {"reason": "Skriv mere."})
    assert field_error(nothing.text, "result") == "Choose the result of the screening."
    assert "Skriv mere." in nothing.text
    assert state(application) == "submitted"
    assert client.submit(step(application, "screening"), {"result": "returned", "reason": "Skriv mere."}).status_code == 303
    assert state(application) == "returned"
    assert application.signed_by is None
    page = client.sign_in(office.person("applicant")).get(f"/applications/{application.id}").words
    assert "Skriv mere." in page
    assert "The questions must be answered in the application" in page


def test_what_is_ready_is_not_screened_again(office, client):
    application = office.application("ready")
    answer = client.sign_in(office.person("coordinator")).submit(step(application, "screening"), {"result": "returned", "reason": "Nej"})
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert state(application) == "ready"


@ON_ONE
def test_what_was_asked_stands_where_it_is_answered(office, client):
    application = office.application("submitted")
    coordinator = office.person("coordinator")
    operations.screen_application(actor=coordinator, at=now(), application=application, result="returned", reason="Hvem høster gevinsten?")
    client.sign_in(office.person("applicant"))
    page = f"/applications/{application.id}"
    told = client.get(page).words.partition("What happens next")[2].partition("Deadline")[0]
    assert "with these words: Hvem høster gevinsten?" in told
    assert "What the department has been asked Hvem høster gevinsten?" in client.get(f"{page}/write/project").words
    leader = office.person("leader")
    answer_all(application, at=now())
    operations.sign_application(actor=leader, at=now(), application=application)
    operations.submit_application(actor=leader, at=now(), application=application)
    assert "with these words" not in client.get(page).words
