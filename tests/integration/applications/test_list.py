"""The list of applications: who sees what, filters, pages by key, sums, and the same number of queries however long it is."""

import re
from datetime import timedelta

import pytest

from fundbank.applications.queries import lists
from fundbank.applications.queries.lists import Filter, Scope
from fundbank.applications.views import index
from fundbank.extensions import db
from fundbank.people import queries as people
from fundbank.pools.roles import Role
from tests.builders import AT, a_person_with, a_user, an_administrator
from tests.integration.applications.office import an_office


@pytest.fixture
def office(app, pictures):
    return pictures.of("office", an_office)


def url(office, **query):
    return f"/pools/{office.pool.id}/applications" + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else "")


def titles(page):
    return re.findall(r'<td><a href="/applications/\d+">([^<]+)</a></td>', page.text)


def test_each_role_sees_its_own_applications(office, client):
    office.application("draft", title="Egen kladde")
    office.application("submitted", title="Egen indsendt")
    office.application("draft", department=office.other, title="Andres kladde")
    office.application("ready", department=office.other, title="Andres klar")
    submitted, own = ["Andres klar", "Egen indsendt"], ["Egen indsendt", "Egen kladde"]
    everything = ["Andres klar", "Andres kladde", "Egen indsendt", "Egen kladde"]
    seen = {
        "applicant": own, "leader": own, "adviser": submitted, "member": submitted, "chair": submitted, "coordinator": submitted,
        "finance": submitted, "auditor": everything,
    }  # fmt: skip
    for role, expected in seen.items():
        page = client.sign_in(office.person(role)).get(url(office))
        assert (role, titles(page)) == (role, expected)
        assert ("Write an application" in page.words) == (role in ("applicant", "leader"))
    assert titles(client.sign_in(office.person("leader", office.top)).get(url(office))) == own
    for stranger, status in ((a_user(office.own), 404), (office.person("administrator"), 403), (an_administrator(office.own), 403)):
        assert client.sign_in(stranger).get(url(office)).status_code == status
    assert client.sign_in(a_person_with(an_office().pool)).get(url(office)).status_code == 404


def test_a_leader_who_is_also_a_member_sees_both(office, client):
    office.application("draft", title="Egen kladde")
    office.application("submitted", department=office.other, title="Andres indsendt")
    office.application("draft", department=office.other, title="Andres kladde")
    both = a_person_with(office.pool, Role.LEADER, Role.MEMBER, department=office.own)
    assert titles(client.sign_in(both).get(url(office))) == ["Andres indsendt", "Egen kladde"]


def test_filters_by_state_department_words_and_number(office, client):
    office.application("draft", title="Blanket 100 % digital")
    office.application("submitted", title="Chatbot")
    office.application("submitted", department=office.other, title="Robot til bilag")
    client.sign_in(office.person("auditor"))
    assert titles(client.get(url(office, state="submitted"))) == ["Robot til bilag", "Chatbot"]
    assert titles(client.get(url(office, department=office.top.id))) == ["Chatbot", "Blanket 100 % digital"]
    assert titles(client.get(url(office, words="ROB"))) == ["Robot til bilag"]
    assert titles(client.get(url(office, words="bilag+rob"))) == ["Robot til bilag"]
    assert titles(client.get(url(office, words="bot"))) == []
    assert titles(client.get(url(office, words="100 %25"))) == ["Blanket 100 % digital"]
    assert titles(client.get(url(office, words="3"))) == ["Robot til bilag"]
    assert titles(client.get(url(office, words="bi", department=office.other.id, state="submitted"))) == ["Robot til bilag"]
    nothing = client.get(url(office, words="zebra"))
    assert "No applications match." in nothing.words
    for senseless in ({"state": "gone"}, {"department": "x"}, {"before": "-1"}, {"before": "99999999999999"}):
        assert len(titles(client.get(url(office, **senseless)))) == 3


def test_the_sums_are_of_all_that_the_filter_finds(office, client):
    office.application("submitted", loan_ore=100_000_00, grant_ore=50_00)
    office.application("submitted", loan_ore=200_000_50)
    office.application("draft", loan_ore=10_00)
    page = client.sign_in(office.person("auditor")).get(url(office))
    assert "Submitted 2 DKK 300,000.50 DKK 50.00" in page.words
    assert "Applied for in all 3 DKK 300,010.50 DKK 50.00" in page.words
    assert "Applied for in all 2 DKK 300,000.50 DKK 50.00" in client.get(url(office, state="submitted")).words


def test_what_very_many_ask_for_is_not_added_up(office, client, monkeypatch):
    monkeypatch.setattr(lists, "MANY", 3)
    for state in ("submitted", "submitted", "draft"):
        office.application(state, title="Robot", loan_ore=10_00)
    client.sign_in(office.person("auditor"))
    assert "Applied for in all 3 DKK 30.00" in client.get(url(office)).words
    office.application("draft", title="Robot", loan_ore=10_00)
    page = client.get(url(office, words="robot"))
    assert len(titles(page)) == 4 and "More than 3 applications · Show all" in page.words
    assert "Choose a state or a department, or search, to see them." in page.words and "Applied for" not in page.words
    assert "Applied for in all 2 DKK 20.00" in client.get(url(office, words="robot", state="draft")).words


def test_pages_by_key_lead_there_and_back(office, client, monkeypatch):
    monkeypatch.setattr(index, "PAGE_SIZE", 2)
    for number in range(1, 6):
        office.application("draft", title=f"Nr. {number}")
    client.sign_in(office.person("applicant"))

    def follow(page, rel):
        link = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
        return client.get(link[1].replace("&amp;", "&")) if link else None

    first = client.get(url(office, state="draft"))
    second = follow(first, "next")
    third = follow(second, "next")
    assert [titles(page) for page in (first, second, third)] == [["Nr. 5", "Nr. 4"], ["Nr. 3", "Nr. 2"], ["Nr. 1"]]
    assert follow(first, "prev") is None and follow(third, "next") is None
    back = follow(third, "prev")
    assert titles(back) == ["Nr. 3", "Nr. 2"]
    start = follow(back, "prev")
    assert titles(start) == ["Nr. 5", "Nr. 4"]
    assert follow(start, "prev") is None


def test_an_empty_list_says_what_to_do(office, client):
    page = client.sign_in(office.person("applicant")).get(url(office))
    assert "Your department has not applied yet." in page.words
    assert f'href="/pools/{office.pool.id}/apply"' in page.text
    assert "Nothing has been submitted yet." in client.sign_in(office.person("member")).get(url(office)).words


def test_one_row_and_a_hundred_take_the_same_queries(office, client, query_counter):
    office.application("draft")
    client.sign_in(office.person("applicant"))
    address = url(office)

    def count():
        with query_counter() as run:
            assert client.get(address).status_code == 200
        return len(run)

    one = count()
    for _ in range(49):
        office.application("draft")
    fifty = count()
    for number in range(50):
        office.application("draft", department=office.own if number % 2 else office.other)
    assert one == fifty == count()
    pool_id, municipality_id = office.pool.id, office.pool.municipality_id
    scope, narrowed = Scope(everything=True), Filter(words="a", within=office.top.path)
    with query_counter() as run:
        people.unit_tree(municipality_id=municipality_id)
        lists.page_of_applications(pool_id, scope=scope, narrowed=narrowed)
    assert len(run) == 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_page_comes_in_the_order_of_an_index(office, query_counter, monkeypatch):
    """Else the database would read and sort all the applications of the pool for each page."""
    monkeypatch.setattr(lists, "MANY", 1)
    for _ in range(3):
        office.application("submitted", title="Robot 7")
    pool_id, path = office.pool.id, office.own.path
    with query_counter() as run:
        for narrowed in (Filter(), Filter(state="submitted"), Filter(words="rob"), Filter(words="7"), Filter(within=path)):
            for key in ({}, {"before_id": 7}, {"after_id": 7}):
                lists.page_of_applications(pool_id, scope=Scope(submitted=True), narrowed=narrowed, **key)
    assert len(run) == 30
    for statement in run:
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")).all()
        assert not [step for step in plan if "TEMP B-TREE" in step[-1]], statement


def test_a_submission_date_is_the_readers_day(office, client):
    office.application("submitted")
    day = (AT + timedelta(hours=2)).date()
    assert f"{day.day} Mar 2026" in client.sign_in(office.person("member")).get(url(office)).words


def test_the_pools_menu_marks_where_the_reader_is(office, client):
    pool, application = f"/pools/{office.pool.id}", f"/applications/{office.application('draft').id}"
    client.sign_in(office.person("applicant"))
    for address, marked in (
        (pool, [pool]),
        (f"{pool}/applications", [f"{pool}/applications"]),
        (f"{pool}/applications/new", []),  # where something is written the menu names the jobs alone
        (application, []),
    ):
        page = client.get(address)
        assert (address, re.findall(r'<a href="([^"]+)" aria-current="page"', page.text)) == (address, marked)
        assert f'href="{pool}/awards"' in page.text
