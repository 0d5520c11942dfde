"""Nobody is bound unasked: who gains by an application of another department reads it from its submission, and says what they think."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fundbank.applications import operations
from fundbank.applications.models import Application, Comment
from fundbank.applications.permissions import can_see_application
from fundbank.applications.queries.gainers import answers_on
from fundbank.applications.rules.content import GainArea, PlannedGain
from fundbank.applications.rules.gainers import COMMENT_LENGTH, Answer
from fundbank.errors import Code, Incomplete, NotAllowed, Refusal, StaleVersion, WrongState
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.kit.cpr import CprNumber
from fundbank.kit.keyset import SHOWN
from fundbank.kit.transaction import commit
from fundbank.notices.audiences import gainers
from fundbank.notices.table import TABLE
from fundbank.people.models import User
from tests.answers import answer_all
from tests.builders import AT, a_department
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.pictures import Pictures

SAYS = "Vi kan nå halvdelen af gevinsten."
LATER = AT + timedelta(days=1)
NONE, ANOTHER = "has not answered", "sees another figure, DKK 300,000.00 a year"


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


def gained(office: Office, state: str = "submitted") -> Application:
    """One by which the other department gains, too."""
    gains = tuple(PlannedGain(year, unit.id, 400_000_00) for year in (1, 2, 3) for unit in (office.own, office.other))
    return office.application(state, gains=gains)


def comment(person: User, application: Application, said: str = SAYS, **more) -> Comment:
    return operations.comment_on(**{"actor": person, "at": LATER, "application": application, "answer": Answer.NO, "text": said} | more)


def test_who_is_asked_reads_the_figure_that_the_question_is_about(office, client):
    gains = (*(PlannedGain(year, office.own.id, 500_000_00) for year in (1, 2, 3)), PlannedGain(1, office.other.id, 40_000_00, False))
    area = GainArea(
        name="Breve", department_id=office.other.id, before=(Decimal(25),) * 3, after=(Decimal(12),) * 3, cases=6_000,
        affected=Decimal("0.8"), rate_ore=350_00, phase_in=(Decimal("0.5"), Decimal(1)), years=3,
    )  # fmt: skip
    application = office.application("submitted", gains=gains, gain_areas=(area,))
    asked = client.sign_in(office.person("leader", office.other)).get(f"/applications/{application.id}/comment").words
    assert "Økonomi gains DKK 404,000.00 in a full year." in asked.partition("Read the application below")[0], "364,000 and 40,000"


def test_who_gains_reads_it_from_its_submission_and_is_told(office, client):
    leader, writer = office.person("leader", office.other), office.person("applicant", office.other)
    third = a_department(office.pool.municipality, "Park og Vej")
    stranger = office.person("leader", third)
    draft = gained(office, "signed")
    pages = [f"/applications/{draft.id}{page}" for page in ("", "/versions/1", "/paper", "/paper.pdf", "/comment")]
    listed = f"/pools/{office.pool.id}/applications/gained"
    for person in (leader, writer, stranger):
        assert {client.sign_in(person).get(page).status_code for page in pages} == {404}
        assert "Tidsbestilling" not in client.get(listed).text
        assert 'data-kind="to_comment"' not in client.get("/").text
    operations.submit_application(actor=office.person("applicant"), at=AT, application=draft)
    for person in (leader, writer):
        assert {client.sign_in(person).get(page).status_code for page in pages} == {200}
        assert "Tidsbestilling" in client.get(listed).text
        assert client.get(f"{listed}?department={office.own.id}&words=tids").text.count("Tidsbestilling") == 1
        assert "Tidsbestilling" not in client.get(f"{listed}?department={third.id}").text
        assert f'href="/applications/{draft.id}/comment"' in client.get("/").text
        assert client.get(f"/applications/{draft.id}/edit").status_code == 403
    assert {client.sign_in(stranger).get(page).status_code for page in pages} == {404}
    assert "Tidsbestilling" not in client.get(listed).text
    assert client.sign_in(office.person("finance")).get(listed).status_code == 403
    line = history.entries("applications", draft.id)[-1]
    assert set(gainers(draft, line)) == {leader, writer}
    assert gainers in [notice.whom for notice in TABLE["applications", "submitted"]]


def returned(office: Office, application: Application, **anew) -> None:
    """Sent back, written anew, and handed in again."""
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="returned", reason="Tal?")
    answer_all(application, at=LATER)
    operations.edit_application(actor=office.person("applicant"), at=LATER, application=application, content=office.content(**anew))
    operations.sign_application(actor=office.person("leader"), at=LATER, application=application)
    operations.submit_application(actor=office.person("applicant"), at=LATER, application=application)


def test_whom_what_is_in_force_names_no_more_reads_it_no_more_and_what_they_said_stands(office, client):
    leader, application = office.person("leader", office.other), gained(office)
    comment(leader, application)
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="returned", reason="Tal?")
    answer_all(application, at=LATER)
    operations.edit_application(actor=office.person("applicant"), at=LATER, application=application, content=office.content(title="Nyt"))
    assert "Nyt" not in client.sign_in(leader).get(f"/applications/{application.id}").text.split("<h1")[1], "a draft is not read"
    operations.sign_application(actor=office.person("leader"), at=LATER, application=application)
    assert can_see_application(leader, application), "what was handed in last still names them"
    operations.submit_application(actor=office.person("applicant"), at=LATER, application=application)
    assert not can_see_application(leader, application)
    with pytest.raises(NotAllowed):
        comment(leader, application)
    for page in ("", "/versions/1", "/paper", "/comment"):
        assert client.get(f"/applications/{application.id}{page}").status_code == 404
    assert 'data-kind="to_comment"' not in client.get("/").text
    assert "Nyt" not in client.get(f"/pools/{office.pool.id}/applications/gained").text
    assert SAYS in client.sign_in(office.person("member")).get(f"/applications/{application.id}").text


def test_whom_a_later_version_names_first_is_told_reads_it_and_says_what_they_think(office, client):
    leader, application = office.person("leader", office.other), office.application("submitted")
    assert client.sign_in(leader).get(f"/applications/{application.id}").status_code == 404
    returned(office, application, gains=tuple(PlannedGain(year, office.other.id, 400_000_00) for year in (1, 2, 3)))
    line = next(one for one in history.entries("applications", application.id)[::-1] if one.event == "submitted")
    assert leader in gainers(application, line)
    assert f'href="/applications/{application.id}/comment"' in client.get("/").text
    page = f"/applications/{application.id}/comment"
    assert client.submit(page, form_of(client.get(page).text) | {"answer": "yes"}).status_code == 303


def test_what_they_say_stands_with_the_application(office, client):
    leader, application = office.person("leader", office.other), gained(office)
    page = f"/applications/{application.id}/comment"
    data = form_of(client.sign_in(leader).get(page).text)
    assert client.submit(page, data | {"answer": "no", "text": SAYS}).status_code == 303
    said = f"Does the department gain it? no {SAYS} {leader.name}, Økonomi ·"
    assert said in client.get(f"/applications/{application.id}").words
    assert 'data-kind="to_comment"' not in client.get("/").text, "it has been said"
    assert said in client.get(page).words, "another one may follow"
    for person in (office.person("applicant"), office.person("coordinator"), office.person("member"), office.person("chair")):
        assert said in client.sign_in(person).get(f"/applications/{application.id}").words
        assert SAYS in client.get(f"/applications/{application.id}/paper").text
        assert client.get(page).status_code == 403
    assert said in client.sign_in(office.person("coordinator")).get(f"/applications/{application.id}/screening").words
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="eligible")
    member = office.person("member", a_department(office.pool.municipality))
    assert said in client.sign_in(member).get(f"/applications/{application.id}/score").words
    line = history.entries("applications", application.id)[-2]
    assert (line.event, line.actor_id, line.details["department_id"]) == ("commented", leader.id, office.other.id)


def test_every_refusal_by_name_and_in_order(office):
    leader, application = office.person("leader", office.other), gained(office)

    def refused(person: User = leader, said: str = SAYS, **more) -> Code:
        with pytest.raises(Refusal) as refusal:
            comment(person, application, said, **more)
        return refusal.value.code

    for role in ("applicant", "leader", "member", "chair", "coordinator", "finance", "auditor", "administrator"):
        assert refused(office.person(role), "") == Code.NOT_ALLOWED
    assert refused(said="", read_version=2) == Code.STALE_VERSION
    assert refused(said=" \n") == Code.INCOMPLETE
    assert refused(said="Spørg 070761-4285") == Code.CPR_NUMBER
    comment(leader, application, read_version=1)
    operations.withdraw_application(actor=office.person("applicant"), at=LATER, application=application)
    assert refused(said="", read_version=2) == Code.WRONG_STATE
    assert [one.text for one in application.comments] == [SAYS]


def test_nobody_who_writes_the_application_speaks_for_those_who_gain(office):
    below = a_department(office.pool.municipality, "Tandplejen Nord", parent=office.own)
    application = office.application("submitted", gains=tuple(PlannedGain(year, below.id, 400_000_00) for year in (1, 2, 3)))
    for person in (office.person("applicant"), office.person("leader")):
        with pytest.raises(NotAllowed):
            comment(person, application)
    comment(office.person("leader", below), application)


def test_what_was_typed_is_kept_where_it_is_refused(office, client):
    leader, application = office.person("leader", office.other), gained(office)
    page = f"/applications/{application.id}/comment"
    data = form_of(client.sign_in(leader).get(page).text)
    assert field_error(client.submit(page, data | {"text": SAYS}).text, "answer")
    assert field_error(client.submit(page, data | {"answer": "another", "text": SAYS}).text, "figure")
    assert field_error(client.submit(page, data | {"answer": "another", "figure": "tolv", "text": SAYS}).text, "figure")
    data["answer"] = "no"
    for said, code in (("x" * 2_001, "invalid"), ("Spørg 070761-4285", CprNumber.code), ("", "incomplete")):
        answer = client.submit(page, data | {"text": said})
        assert (answer.status_code, field_error(answer.text, "text") is not None) == (422, True), code
        assert said in answer.text
    operations.screen_application(actor=office.person("coordinator"), at=LATER, application=application, result="returned", reason="Tal?")
    answer_all(application, at=LATER)
    operations.sign_application(actor=office.person("leader"), at=LATER, application=application)
    operations.submit_application(actor=office.person("applicant"), at=LATER, application=application)
    answer = client.submit(page, data | {"text": SAYS})
    assert (answer.status_code, answer.code) == (409, StaleVersion.code)
    assert SAYS in answer.text
    assert client.submit(page, form_of(answer.text)).status_code == 303
    assert [one.version_number for one in db.session.get_one(Application, application.id).comments] == [2]
    operations.withdraw_application(actor=office.person("applicant"), at=LATER, application=db.session.get_one(Application, application.id))
    answer = client.submit(page, data | {"text": SAYS})
    assert (answer.status_code, answer.code) == (409, WrongState.code)


@pytest.mark.parametrize("table", ["gainers", "comments"])
def test_neither_is_changed_deleted_or_emptied_away(office, table):
    application = gained(office)
    comment(office.person("leader", office.other), application)
    commit()
    changes = [f"UPDATE {table} SET id = id", f"DELETE FROM {table}"]  # noqa: S608
    if db.engine.dialect.name == "postgresql":
        changes.append(f"TRUNCATE {table} CASCADE")
    for change in changes:
        with pytest.raises(DBAPIError, match=r"no |never"):
            db.session.execute(text(change))
        db.session.rollback()


def test_a_comment_is_no_longer_than_its_form_lets_it_be(office):
    leader, application = office.person("leader", office.other), gained(office)
    comment(leader, application, "x" * COMMENT_LENGTH)
    with pytest.raises(Incomplete):
        comment(leader, application, "x" * (COMMENT_LENGTH + 1))
    commit()
    columns = "version_number, made_at, application_id, department_id, author_id"
    longer = f"INSERT INTO comments (id, text, {columns}) SELECT id + 1, text || 'x', {columns} FROM comments"  # noqa: S608
    with pytest.raises(DBAPIError, match="length"):
        db.session.execute(text(longer))
    db.session.rollback()


def test_of_many_comments_the_newest_show_with_the_way_to_the_rest(office, client):
    leader, application = office.person("leader", office.other), gained(office)
    for number in range(1, 2 * SHOWN + 2):
        comment(leader, application, f"Ytring nummer {number}.")
    commit()
    page, every = f"/applications/{application.id}", f"/applications/{application.id}/comments"
    coordinator = office.person("coordinator")

    def said(address: str) -> list[int]:
        return [int(number) for number in re.findall(r"Ytring nummer (\d+)\.", client.sign_in(coordinator).get(address).text)]

    for address in (page, f"{page}/screening", f"{page}/paper"):
        assert said(address) == list(range(SHOWN + 2, 2 * SHOWN + 2)), address
    assert f'href="{every}"' in client.get(page).text
    first = said(every)
    older = re.search(rf'href="({every}\?before=\d+)"', client.get(every).text)[1]
    last = re.search(rf'href="({every}\?before=\d+)"', client.get(older).text)[1]
    assert [*first, *said(older), *said(last)] == list(range(2 * SHOWN + 1, 0, -1))
    assert client.sign_in(office.person("leader", a_department(office.pool.municipality, "Park og Vej"))).get(every).status_code == 404
    fresh = office.application("submitted")
    assert "No department has said anything." in client.sign_in(coordinator).get(f"/applications/{fresh.id}/comments").words


def test_each_department_that_gains_says_yes_no_or_another_figure_and_the_forum_sees_it(office, client):
    third = a_department(office.pool.municipality, "Park og Vej")
    units = (office.own, office.other, third)
    application = office.application("submitted", gains=tuple(PlannedGain(1, unit.id, 400_000_00) for unit in units))
    pages = [f"/applications/{application.id}{page}" for page in ("", "/paper", "/screening")]

    def seen(person: User) -> set[str]:
        told = {
            "Økonomi": ["has not answered", "no", "sees another figure, DKK 300,000.00 a year"],
            "Park og Vej": ["has not answered", "yes"],
        }
        words = [client.sign_in(person).get(page).words for page in pages]
        return {f"{unit}: {said}" for unit, every in told.items() for said in every if all(f"{unit}: {said}" in one for one in words)}

    coordinator = office.person("coordinator")
    assert seen(coordinator) == {f"Økonomi: {NONE}", f"Park og Vej: {NONE}"}
    comment(office.person("leader", office.other), application)
    page = f"/applications/{application.id}/comment"
    data = form_of(client.sign_in(office.person("leader", third)).get(page).text)
    assert client.submit(page, data | {"answer": "yes"}).status_code == 303, "a yes needs no words"
    assert seen(coordinator) == {"Økonomi: no", "Park og Vej: yes"}
    comment(office.person("leader", office.other), application, "", answer=Answer.ANOTHER, figure_ore=300_000_00)
    commit()
    assert seen(coordinator) == {f"Økonomi: {ANOTHER}", "Park og Vej: yes"}, "the newest counts"
    given = [(one.answer, one.figure_ore) for one in db.session.get_one(Application, application.id).comments]
    assert given == [("no", None), ("yes", None), ("another", 300_000_00)]
    lines = [one.details for one in history.entries("applications", application.id) if one.event == "commented"]
    assert [(one["answer"], one["figure_ore"]) for one in lines] == given
    assert (
        client.sign_in(office.person("auditor")).get(f"/pools/{office.pool.id}/history").words.count("sees another figure (DKK 300,000.00)")
        == 1
    )


def test_a_new_version_is_answered_anew(office, client):
    leader, application = office.person("leader", office.other), gained(office)
    comment(leader, application, "", answer=Answer.YES)
    assert 'data-kind="to_comment"' not in client.sign_in(leader).get("/").text
    returned(office, application, gains=tuple(PlannedGain(year, office.other.id, 9_400_000_00) for year in (1, 2, 3)))
    commit()
    assert [one.comment for one in answers_on([application.id])[application.id]] == [None], "that was another figure"
    assert 'data-kind="to_comment"' in client.get("/").text
    assert f"Økonomi: {NONE}" in client.get(f"/applications/{application.id}").words
    comment(leader, application)
    commit()
    assert 'data-kind="to_comment"' not in client.get("/").text


def test_a_figure_is_given_with_the_answer_that_asks_for_it(office, client):
    leader, application = office.person("leader", office.other), gained(office)
    page = f"/applications/{application.id}/comment"
    data = form_of(client.sign_in(leader).get(page).text)
    for given in ("yes", "no"):
        refused = client.submit(page, data | {"answer": given, "figure": "10.000", "text": SAYS})
        assert refused.status_code == 422 and field_error(refused.text, "figure") and "10.000" in refused.text
    assert client.submit(page, data | {"answer": "another", "figure": "10.000"}).status_code == 303


def test_a_leader_above_answers_for_the_units_below(office):
    below = a_department(office.pool.municipality, "Løn", parent=office.other)
    application = office.application("submitted", gains=tuple(PlannedGain(1, unit.id, 400_000_00) for unit in (office.own, below)))
    assert [(one.department, one.comment) for one in answers_on([application.id])[application.id]] == [(below, None)]
    said = comment(office.person("leader", office.other), application)
    assert answers_on([application.id])[application.id][0].comment is said
    own = comment(office.person("leader", below), application, answer=Answer.YES)
    assert answers_on([application.id])[application.id][0].comment is own
