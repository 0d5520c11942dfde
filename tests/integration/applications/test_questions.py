"""Questions and answers between screening, the forum and the department: nothing is held up but what was returned with a question."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fundbank.applications import operations
from fundbank.applications.models import Application
from fundbank.applications.models.questions import Question
from fundbank.applications.queries.questions import questions_on
from fundbank.applications.rules.content import PlannedGain
from fundbank.applications.rules.questions import Unanswered
from fundbank.errors import Code, FourEyes, NotAllowed, Refusal, StaleVersion, WrongState
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.kit.cpr import CprNumber
from fundbank.kit.keyset import SHOWN
from fundbank.kit.transaction import commit
from fundbank.notices.audiences import who_asked, writers
from fundbank.notices.table import TABLE
from fundbank.people.models import User
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from fundbank.questions.operations import answer_question, ask_question
from fundbank.scoring.operations import ConflictOfInterest, declare_interest
from tests.builders import AT, a_department
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.pictures import Pictures

ASKS, SAYS = "Hvad koster driften efter tre år?", "Den koster 20.000 kr. om året."
LATER = AT + timedelta(days=1)


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def ask(person: User, application: Application, said: str = ASKS) -> Question:
    return ask_question(actor=person, at=LATER, application=application, text=said)


def answer(person: User, question: Question, said: str = SAYS):
    return answer_question(actor=person, at=LATER + timedelta(hours=1), question=question, text=said)


def returned(office: Office, reason: str = "Hvem høster gevinsten?") -> Application:
    application = office.application("submitted")
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="returned", reason=reason)
    return application


def test_a_member_asks_the_department_answers_and_both_read_it_everywhere(office, client):
    application, member = office.application("ready"), office.person("member")
    page = f"/applications/{application.id}/questions/new"
    for where in ("", "/score"):
        assert f'href="{page}"' in client.sign_in(member).get(f"/applications/{application.id}{where}").text
    assert client.submit(page, form_of(client.get(page).text) | {"text": ASKS}).status_code == 303
    writer = office.person("applicant")
    assert 'data-kind="to_answer"' in client.sign_in(writer).get("/").text
    thread = client.get(f"/applications/{application.id}/questions")
    assert f"{ASKS} {member.name}" in thread.words and "Not answered" in thread.words
    question = questions_on([application.id])[application.id].questions[0]
    own = f"/applications/{application.id}/questions/{question.id}"
    assert f'href="{own}"' in thread.text and f'href="{own}"' in client.get(f"/applications/{application.id}").text
    assert client.submit(own, form_of(client.get(own).text) | {"text": SAYS}).status_code == 303
    assert 'data-kind="to_answer"' not in client.get("/").text
    seen = f"{SAYS} {writer.name}, Borgerservice"
    for person, pages in ((writer, ("", "/questions", "/paper")), (member, ("", "/questions", "/paper", "/score"))):
        for where in pages:
            words = client.sign_in(person).get(f"/applications/{application.id}{where}").words
            assert ASKS in words and SAYS in words, where
            assert seen in words or where == "/paper"
    assert 'data-kind="answered"' in client.get("/").text
    assert f'href="{own}"' not in client.get(f"/applications/{application.id}/questions").text, "it is not the member's to answer"
    assert application.state == "ready", "asking holds nothing up"


def test_those_whom_it_concerns_are_told(office):
    application, member = office.application("ready"), office.person("member")
    question = ask(member, application)
    line = history.newest_entry("applications", application.id)
    assert (line.event, line.reason) == ("asked", ASKS)
    assert set(writers(application, line)) == {office.person("applicant"), office.person("leader")}
    answer(office.person("applicant"), question)
    line = history.newest_entry("applications", application.id)
    assert (line.event, who_asked(application, line)) == ("answered", [member])
    assert [notice.whom for notice in TABLE["applications", "asked"]] == [writers]


@pytest.mark.parametrize("role", ["coordinator", "adviser", "member", "chair"])
def test_who_screens_scores_or_chairs_asks(office, client, role):
    application = office.application("submitted")
    assert ask(office.person(role), application).version_number == 1


@pytest.mark.parametrize("role", ["applicant", "leader", "finance", "auditor", "decider", "administrator"])
def test_nobody_else_asks(office, client, role):
    application, person = office.application("submitted"), office.person(role, office.other)
    with pytest.raises(NotAllowed):
        ask(person, application)
    commit()
    page = f"/applications/{application.id}/questions/new"
    client.sign_in(person)
    assert client.get(page).status_code == (404 if role in ("applicant", "leader", "administrator") else 403)
    assert page not in client.get(f"/applications/{application.id}").text


def test_whoever_is_in_conflict_asks_nothing(office, client):
    application = office.application("ready")
    above, stepped_back = office.person("member", office.top), office.person("member")
    declare_interest(actor=stepped_back, at=LATER, application=application)
    commit()
    for person in (above, stepped_back):
        with pytest.raises(ConflictOfInterest):
            ask(person, application)
        assert client.sign_in(person).get(f"/applications/{application.id}/questions/new").status_code == 403
        assert "/questions/new" not in client.get(f"/applications/{application.id}").text


def test_who_writes_for_the_department_asks_it_nothing_and_who_asked_does_not_answer(office, client):
    two_hats = office.person("leader")
    give_role(actor=None, at=AT, pool=office.pool, user=two_hats, role=Role.COORDINATOR)
    application = office.application("submitted")
    with pytest.raises(NotAllowed):
        ask(two_hats, application)
    operations.screen_application(actor=two_hats, at=LATER, application=application, result="returned", reason="Hvorfor?")
    question = questions_on([application.id])[application.id].questions[0]
    with pytest.raises(FourEyes):
        answer(two_hats, question)
    commit()
    own = f"/applications/{application.id}/questions/{question.id}"
    assert client.sign_in(two_hats).get(own).code == Code.FOUR_EYES
    assert f'href="{own}"' not in client.get(f"/applications/{application.id}").text
    assert 'data-kind="to_answer"' not in client.get("/").text
    assert answer(office.person("applicant"), question).department == office.own


def test_only_who_writes_for_the_department_answers(office, client):
    application = office.application(
        "ready", gains=(PlannedGain(1, office.other.id, 400_000_00), PlannedGain(1, office.own.id, 400_000_00))
    )
    question = ask(office.person("member"), application)
    commit()
    for person in (office.person("leader", office.other), office.person("coordinator"), office.person("chair")):
        with pytest.raises(NotAllowed):
            answer(person, question)
        assert client.sign_in(person).get(f"/applications/{application.id}/questions/{question.id}").status_code == 403
        assert ASKS in client.get(f"/applications/{application.id}/questions").text
    stranger = office.person("leader", a_department(office.pool.municipality, "Park og Vej"))
    for where in ("", "/new", f"/{question.id}"):
        assert client.sign_in(stranger).get(f"/applications/{application.id}/questions{where}").status_code == 404
    other = office.application("ready")
    assert client.sign_in(office.person("applicant")).get(f"/applications/{other.id}/questions/{question.id}").status_code == 404


@pytest.mark.parametrize("state", ["draft", "signed", "withdrawn"])
def test_what_is_not_handed_in_is_asked_nothing(office, client, state):
    application = office.application("draft" if state == "draft" else "signed" if state == "signed" else "submitted")
    coordinator = office.person("coordinator")
    if state == "withdrawn":
        question = ask(coordinator, application)
        operations.withdraw_application(actor=office.person("leader"), at=LATER, application=application)
        with pytest.raises(WrongState):
            answer(office.person("applicant"), question)
        commit()
        assert (
            client.sign_in(office.person("applicant")).get(f"/applications/{application.id}/questions/{question.id}").code == "wrong_state"
        )
        assert client.sign_in(coordinator).get(f"/applications/{application.id}/questions/new").code == "wrong_state"
    with pytest.raises(Refusal):
        ask(coordinator, application)


def test_what_was_typed_is_kept_where_it_is_refused(office, client):
    application = office.application("submitted")
    question = ask(office.person("adviser"), application)
    commit()
    pages = ((office.person("chair"), "new", 2_001), (office.person("applicant"), question.id, 4_001))
    for person, where, much in pages:
        page = f"/applications/{application.id}/questions/{where}"
        data = form_of(client.sign_in(person).get(page).text)
        for said, code in (("x" * much, "invalid"), ("Spørg 070761-4285", CprNumber.code), ("  ", "incomplete")):
            sent = client.submit(page, data | {"text": said})
            assert (sent.status_code, field_error(sent.text, "text") is not None) == (422, True), code
            assert said.strip() in sent.text
    for doing, about in ((ask_question, {"application": application}), (answer_question, {"question": question})):
        actor = office.person("chair") if doing is ask_question else office.person("applicant")
        for said in ("", "x" * 4_001, "Spørg 070761-4285"):
            with pytest.raises(Refusal) as refused:
                doing(actor=actor, at=LATER, text=said, **about)
            assert refused.value.code in ("incomplete", "cpr_number")


def test_what_was_returned_is_answered_before_it_is_signed_again(office, client):
    application = returned(office)
    writer, leader = office.person("applicant"), office.person("leader")
    commit()
    check = f"/applications/{application.id}/write/check"
    for person in (writer, leader):
        page = client.sign_in(person).get(check)
        assert "Hvem høster gevinsten?" in page.words and "Answer what was asked when the application was returned." in page.words
        assert f"/{application.id}/send" not in page.text and f"/{application.id}/sign" not in page.text
    assert "Hvem høster gevinsten?" in client.get(f"/applications/{application.id}/write/money").words
    assert f'href="{check}#questions"' in client.get(f"/applications/{application.id}").text
    for doing in (operations.send_to_signature, operations.sign_application):
        with pytest.raises(Unanswered):
            doing(actor=leader, at=LATER, application=application)
    sent = client.sign_in(leader).submit(f"/applications/{application.id}/sign")
    assert sent.code == Code.INCOMPLETE and "Answer what was asked when the application was returned." in sent.words
    question = questions_on([application.id])[application.id].questions[0]
    assert (question.is_return, question.asker) == (True, office.person("coordinator"))
    own = f"/applications/{application.id}/questions/{question.id}"
    assert client.submit(own, form_of(client.get(own).text) | {"text": SAYS}).location.endswith(check)
    page = client.get(check)
    assert SAYS in page.words and f"/applications/{application.id}/sign" in page.text
    operations.sign_application(actor=leader, at=LATER, application=application)
    operations.submit_application(actor=writer, at=LATER, application=application)
    assert application.state == "submitted"


def test_another_answer_to_what_was_returned_is_read_before_it_is_signed_and_ends_a_signature(office):
    application, leader = returned(office), office.person("leader")
    question = questions_on([application.id])[application.id].questions[0]
    answer(office.person("applicant"), question)
    shown = history.newest_id("applications", application.id)
    answer(office.person("applicant"), question, "Alligevel ikke.")
    with pytest.raises(StaleVersion):
        operations.sign_application(actor=leader, at=LATER, application=application, seen=shown)
    operations.sign_application(actor=leader, at=LATER, application=application, seen=history.newest_id("applications", application.id))
    answer(office.person("applicant"), question, "Jo.")
    assert (application.state, application.signed_by_id) == ("draft", None)
    lines = history.entries("applications", application.id)
    assert [one.event for one in lines][-2:] == ["answered", "signature_lapsed"]


def test_a_file_that_holds_no_answers_is_signed_and_what_was_signed_so_is_not_handed_in_by_a_page(office):
    application = returned(office)
    operations.sign_application(actor=office.person("leader"), at=LATER, application=application, asks_answers=False)
    with pytest.raises(Unanswered):
        operations.submit_application(actor=office.person("applicant"), at=LATER, application=application)
    operations.submit_application(actor=office.person("applicant"), at=LATER, application=application, asks_answers=False)
    assert application.state == "submitted"


def test_what_was_returned_without_words_asks_for_nothing(office):
    application = returned(office, "")
    operations.sign_application(actor=office.person("leader"), at=LATER, application=application)
    assert questions_on([application.id])[application.id].questions == ()


def test_an_answer_may_be_followed_by_another_and_none_is_ever_changed(office, client):
    application = office.application("ready")
    question = ask(office.person("member"), application)
    answer(office.person("applicant"), question)
    commit()
    own = f"/applications/{application.id}/questions/{question.id}"
    assert "Answer again" in client.sign_in(office.person("leader")).get(f"/applications/{application.id}").words
    assert client.submit(own, form_of(client.get(own).text) | {"text": "Eller 25.000 kr."}).status_code == 303
    assert [one.text for one in db.session.get_one(Question, question.id).answers] == [SAYS, "Eller 25.000 kr."]
    for table in ("questions", "question_answers"):
        for statement in (f"UPDATE {table} SET text = 'x'", f"DELETE FROM {table}"):  # noqa: S608
            with pytest.raises(DBAPIError), db.session.begin_nested():
                db.session.execute(text(statement))


def test_of_many_questions_the_newest_show_with_the_way_to_the_rest(office, client):
    application = office.application("ready")
    for number in range(SHOWN + 1):
        ask(office.person("member"), application, f"Spørgsmål {number}.")
    commit()
    client.sign_in(office.person("chair"))
    page = client.get(f"/applications/{application.id}").words
    thread = page[page.index("Questions and answers") : page.index("The project")]
    assert "Spørgsmål 0." not in thread and "Spørgsmål 1." in thread
    every = f"/applications/{application.id}/questions"
    first = client.get(every)
    assert "Spørgsmål 0." not in first.words
    oldest = min(question.id for question in questions_on([application.id])[application.id].questions)
    assert "Spørgsmål 0." in client.get(f"{every}?before={oldest}").words
    fresh = office.application("ready")
    assert "Nothing has been asked." in client.get(f"/applications/{fresh.id}/questions").words
