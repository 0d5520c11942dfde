"""From questions to an idea, from an idea to an application, and the short form."""

import re

import pytest

from fundbank.applications.models import Application
from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.history import queries as history
from fundbank.ideas import operations
from fundbank.ideas.models import Idea
from fundbank.kit.cpr import CprNumber
from tests.builders import AT, a_department
from tests.integration.applications.office import Office, an_office, field_error, form_of
from tests.integration.applications.writing import save, started
from tests.pictures import Pictures

TITLE, TEXT = "Skærm i venteværelset", "Borgerne spørger, hvor længe de skal vente."


@pytest.fixture
def office(app, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


@pytest.fixture
def small(app, pictures: Pictures) -> Office:
    """Where a pilot may use the short form."""
    return pictures.of("a pool with pilots", lambda: an_office("favrskov", content_required=True))


def noted(office: Office, **more: str) -> Idea:
    writer = office.person("applicant")
    return operations.note_idea(actor=writer, at=AT, pool=office.pool, department=office.own, **{"title": TITLE, "text": TEXT} | more)


def events(idea: Idea) -> list[str]:
    return [line.event for line in history.entries("ideas", idea.id)]


def test_the_questions_lead_to_a_beginning_and_store_nothing(office, client):
    client.sign_in(office.person("applicant"))
    page = f"/pools/{office.pool.id}/apply"
    asked = client.get(page)
    assert asked.status_code == 200 and "Write an idea down" in asked.words and "short form" not in asked.words
    known = f"{page}?amount=above&kind=standard&saving=kroner&others=no"
    assert "Write a full application" in client.get(known).words
    assert "must cover it within 5 years" in client.get(known).words
    assert "Begin with an idea" in client.get(known.replace("above", "unknown")).words
    assert db.session.query(Idea).count() == db.session.query(Application).count() == 0


def test_what_is_not_answered_is_asked_for_at_its_field(office, client):
    client.sign_in(office.person("applicant"))
    page = client.get(f"/pools/{office.pool.id}/apply?amount=above")
    assert page.status_code == 422
    assert field_error(page.text, "saving") == "Say what is gained, or that you do not know yet."
    assert re.search(r'<input checked[^>]*value="above"', page.text)


def test_an_idea_is_written_down_changed_and_withdrawn(office, client):
    client.sign_in(office.person("applicant"))
    refused = save(client, f"/pools/{office.pool.id}/ideas/new", title=TITLE, text="")
    assert refused.status_code == 422 and TITLE in refused.text
    assert field_error(refused.text, "text") == "Write in a few lines what you want to do, and why."
    assert save(client, f"/pools/{office.pool.id}/ideas/new", title=TITLE, text=TEXT).status_code == 303
    idea = db.session.query(Idea).one()
    assert (idea.title, idea.department, idea.made_by) == (TITLE, office.own, office.person("applicant"))
    assert save(client, f"/ideas/{idea.id}/edit", text=f"{TEXT} Hver dag.").status_code == 303
    assert f"{TEXT} Hver dag." in client.get(f"/ideas/{idea.id}").words
    assert client.submit(f"/ideas/{idea.id}/withdraw").status_code == 303
    db.session.expire_all()
    assert events(idea) == ["idea_noted", "idea_changed", "idea_withdrawn"]
    assert client.get(f"/ideas/{idea.id}/edit").status_code == 409
    assert client.submit(f"/ideas/{idea.id}/apply").status_code == 409
    assert TITLE in client.get(f"/pools/{office.pool.id}/ideas").words


def test_two_who_change_it_do_not_overwrite_each_other(office, client):
    idea = noted(office)
    client.sign_in(office.person("leader"))
    opened = form_of(client.get(f"/ideas/{idea.id}/edit").text)
    operations.change_idea(actor=office.person("applicant"), at=AT, idea=idea, title="Nyt navn", text=TEXT)
    db.session.commit()
    answer = client.submit(f"/ideas/{idea.id}/edit", opened | {"text": "Mit"})
    assert answer.status_code == 409 and "Mit" in answer.text
    db.session.expire_all()
    assert (idea.title, idea.text) == ("Nyt navn", TEXT)


def test_one_click_makes_an_application_and_only_one(office, client):
    idea = noted(office)
    client.sign_in(office.person("leader"))
    answer = client.submit(f"/ideas/{idea.id}/apply")
    application = started(office, answer)
    assert (application.content.title, application.content.summary, application.department) == (TITLE, TEXT, office.own)
    assert idea.application == application and idea.state == "applied"
    assert f'href="/applications/{application.id}"' in client.get(f"/ideas/{idea.id}").text
    assert client.submit(f"/ideas/{idea.id}/apply").status_code == 409
    with pytest.raises(WrongState):
        operations.change_idea(actor=office.person("leader"), at=AT, idea=idea, title="x", text="y")
    assert len(office.applications()) == 1


def test_what_is_changed_to_the_same_leaves_no_trace_and_no_number_of_a_citizen_is_kept(office):
    idea = noted(office)
    operations.change_idea(actor=office.person("leader"), at=AT, idea=idea, title=TITLE, text=TEXT)
    assert events(idea) == ["idea_noted"]
    with pytest.raises(CprNumber) as refused:
        noted(office, text="Hans, 010190-1234")
    assert refused.value.field == "text"


def test_who_may_know_of_an_idea(office, client):
    idea = noted(office)
    above = office.person("leader", office.top)
    beside = office.person("leader", a_department(office.pool.municipality, "Park og Vej"))
    below = office.person("applicant", a_department(name="Skranken", parent=office.own))
    readers = (office.person("leader"), above, office.person("coordinator"), office.person("adviser"), office.person("auditor"))
    for reader in readers:
        assert client.sign_in(reader).get(f"/ideas/{idea.id}").status_code == 200, reader.name
        assert TITLE in client.get(f"/pools/{office.pool.id}/ideas").words
    for stranger in (beside, below):
        assert client.sign_in(stranger).get(f"/ideas/{idea.id}").status_code == 404
        assert TITLE not in client.get(f"/pools/{office.pool.id}/ideas").words
    for other in ("member", "finance", "chair"):
        assert client.sign_in(office.person(other)).get(f"/ideas/{idea.id}").status_code == 404
        assert client.get(f"/pools/{office.pool.id}/ideas").status_code == 403
        assert TITLE not in client.get(f"/pools/{office.pool.id}/history").words
    client.sign_in(office.person("coordinator"))
    assert TITLE in client.get(f"/pools/{office.pool.id}/history").words
    for act in ("edit", "withdraw", "apply"):
        assert client.submit(f"/ideas/{idea.id}/{act}").status_code == 403


def test_whoever_screens_is_not_told_of_the_draft(office, client):
    idea = noted(office)
    application = operations.apply_with_idea(actor=office.person("leader"), at=AT, idea=idea)
    application.content = application.content.replace(title="Noget helt andet")
    db.session.commit()
    client.sign_in(office.person("coordinator"))
    for page in (f"/ideas/{idea.id}", f"/pools/{office.pool.id}/ideas", f"/pools/{office.pool.id}/history"):
        assert "Noget helt andet" not in client.get(page).words


def test_the_short_form_is_one_page_to_a_whole_application(small, client):
    writer = client.sign_in(small.person("applicant"))
    page = f"/pools/{small.pool.id}/applications/short"
    leader = small.person("leader").id
    said = {
        "title": "Prøv en skærm", "summary": "Vi prøver en skærm.", "need": "Folk spørger.", "bought": "En skærm.", "grant": "20.000",
        "gain_text": "Ingen spørger.", "criterion": "quality", "project_leader": "Mette", "operation_money": "Ingen drift.",
        "gain_owner": str(leader), "system_owner": str(leader), "it_consulted": "y",
    }  # fmt: skip
    refused = save(writer, page, **said | {"criterion": ""})
    assert refused.status_code == 422 and "Ingen spørger." in refused.text
    assert field_error(refused.text, "criterion") == "Write both what gets better, and the criterion that it fits best."
    application = started(small, save(writer, page, **said))
    content = application.content
    assert (content.kind, content.grant_ore, content.establishment_ore) == ("pilot", 20_000_00, 20_000_00)
    assert "/write/check" in writer.get(f"/applications/{application.id}/edit").location
    assert "Nothing is missing." in writer.get(f"/applications/{application.id}/write/check").words
    assert "gain_areas-0" not in writer.get(f"/applications/{application.id}/write/gains").text


@pytest.mark.parametrize("grant_first", [True, False])
def test_the_short_form_asks_first_for_what_the_pool_proposes_first(app, client, grant_first):
    office = an_office(small_case_kinds=("pilot",), proposes_grant_first=grant_first)
    page = client.sign_in(office.person("applicant")).get(f"/pools/{office.pool.id}/applications/short").text
    assert (page.index('name="grant"') < page.index('name="loan"')) == grant_first


def test_savings_of_the_short_form_are_gains_of_the_department(small, client):
    client.sign_in(small.person("applicant"))
    page = f"/pools/{small.pool.id}/applications/short?kind=pilot"
    refused = save(client, page, title="Prøve", gain="10.000")
    assert field_error(refused.text, "gain_years") == "Write both what is saved in a year, and for how many years."
    application = started(small, save(client, page, title="Prøve", gain="10.000", gain_years="3"))
    assert [(gain.year, gain.department_id, gain.amount_ore) for gain in application.content.gains] == [
        (year, small.own.id, 10_000_00) for year in (1, 2, 3)
    ]


def test_the_short_form_begins_with_who_writes_and_the_leader_of_the_department(small, client):
    """A small project says as much as another one (domain.md §4), and what is nearly always so is there already."""
    leader, writer = small.person("leader"), small.person("applicant")
    page = client.sign_in(writer).get(f"/pools/{small.pool.id}/applications/short")
    shown = form_of(page.text)
    assert shown["project_leader"] == writer.name
    assert shown["gain_owner"] == str(leader.id)
    content = started(small, save(client, f"/pools/{small.pool.id}/applications/short", title="Prøve", project_leader="Mette")).content
    assert (content.project_leader, content.gain_owner_id) == ("Mette", leader.id)


def test_the_short_form_asks_what_the_pool_asks_first(pictures, app, client):
    frames = ({"code": "borger", "name": "Borgere"}, {"code": "skole", "name": "Skoler"})
    office = pictures.of("a pool with frames", lambda: an_office("favrskov", own_scores_first=True, frames=frames))
    client.sign_in(office.person("applicant"))
    page = f"/pools/{office.pool.id}/applications/short"
    assert "Your own score" in client.get(page).words and "Skoler" in client.get(page).words
    levels = {f"own_{code}": "2" for code in ("wellbeing", "efficiency", "quality", "security", "scalability")}
    content = started(office, save(client, page, title="Prøve", frame="skole", **levels)).content
    assert (content.frame, set(content.own_scores.values()), len(content.own_scores)) == ("skole", {2}, 5)


def test_an_application_leads_back_to_the_idea_that_it_began_with_for_who_may_read_it(office, client):
    idea = noted(office)
    application = operations.apply_with_idea(actor=office.person("leader"), at=AT, idea=idea)
    db.session.commit()
    assert f"/ideas/{idea.id}" in client.sign_in(office.person("applicant")).get(f"/applications/{application.id}").text
    assert f"/ideas/{idea.id}" not in client.sign_in(office.person("finance")).get(f"/applications/{application.id}").text


def test_where_no_kind_is_small_the_short_form_leads_to_the_full_one(office, client):
    client.sign_in(office.person("applicant"))
    assert client.get(f"/pools/{office.pool.id}/applications/short").location == f"/pools/{office.pool.id}/applications/new"


def test_a_closed_department_writes_no_ideas_down(office):
    office.person("applicant")
    office.own.is_active = False
    with pytest.raises(WrongState):
        noted(office)
