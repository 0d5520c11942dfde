"""What was done with a municipality's people, departments and roles: who reads it, what it says, and how it is narrowed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.history.models import AccessLine, HistoryEntry
from fundbank.history.queries import PAGE_SIZE, Narrowed, page_of_people
from fundbank.people import operations as people
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.operations import give_role, take_role
from fundbank.pools.roles import Role
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool, a_user, an_administrator
from tests.web import Client

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def pool(app: Flask) -> Pool:
    return a_pool(a_municipality("Lindby Kommune"))


@pytest.fixture
def administrator(pool: Pool) -> User:
    return an_administrator(a_department(pool.municipality, "Digitalisering"), name="Ane Admin", language="en")


def _lines(words: str) -> str:
    """What the page says below its form."""
    return words.rpartition("Find")[2]


def test_the_page_tells_of_people_departments_and_roles(client: Client, pool: Pool, administrator: User) -> None:
    care, schools = a_department(pool.municipality, "Omsorg"), a_department(pool.municipality, "Skoler")
    person = a_user(care, "Bo Bæk", email="bo@lindby.dk")
    said = {"actor": administrator, "at": AT}
    people.change_user(**said, user=person, name="Bo Bæk Holm", email="bo@lindby.dk", department=schools, is_administrator=True)
    people.rename_department(**said, department=care, name="Pleje og Omsorg")
    people.move_department(**said, department=care, parent=schools)
    give_role(**said, pool=pool, user=person, role=Role.FINANCE)
    take_role(**said, pool=pool, user=person, role=Role.FINANCE)
    people.invite(**said, user=person)
    people.deactivate_user(**said, user=person)
    words = _lines(client.sign_in(administrator).get("/history").words)
    for told in (
        "Ane Admin Account closed Bo Bæk Holm",
        "Ane Admin Invited Bo Bæk Holm",
        f"Ane Admin Role taken away Bo Bæk Holm: Finance {pool.name}",
        f"Ane Admin Role given Bo Bæk Holm: Finance {pool.name}",
        "Ane Admin Moved in the tree the top → Skoler Pleje og Omsorg",
        "Ane Admin Given another name Omsorg → Pleje og Omsorg",
        "Details changed Name: Bo Bæk → Bo Bæk Holm, Department: Pleje og Omsorg → Skoler, Administrator: No → Yes Bo Bæk Holm",
        "Created Pleje og Omsorg Bo Bæk Holm",
    ):
        assert told in words, told
    first = [words.index(told) for told in ("Account closed", "Role given", "Moved in the tree", "Details changed")]
    assert first == sorted(first), "the newest first"


def test_every_line_has_the_municipality_of_its_subject(app: Flask, pool: Pool, administrator: User) -> None:
    a_user(a_department(a_municipality("En anden")))
    owners = {subject: {line.municipality_id for line in db.session.query(HistoryEntry).filter_by(subject_type=subject)}
              for subject in ("municipalities", "departments", "users", "pools")}  # fmt: skip
    other = owners["municipalities"] - {pool.municipality_id}
    assert owners["pools"] == {pool.municipality_id} and len(other) == 1
    assert owners["users"] == owners["departments"] == owners["municipalities"]
    assert all(line.municipality_id == pool.municipality_id for line in page_of_people(pool.municipality_id, Narrowed()).rows)


def test_it_is_narrowed_by_person_department_and_days(client: Client, pool: Pool, administrator: User) -> None:
    unit = a_department(pool.municipality, "Omsorg")
    anna, bo = a_user(unit, "Anna Ager", email="anna@lindby.dk"), a_user(unit, "Bo Bæk", email="bo@lindby.dk")
    give_role(actor=administrator, at=AT, pool=pool, user=anna, role=Role.CHAIR)
    people.rename_department(actor=administrator, at=AT + timedelta(days=3), department=unit, name="Pleje")
    people.deactivate_user(actor=administrator, at=AT + timedelta(days=3), user=bo)
    client.sign_in(administrator)
    later = f"{AT + timedelta(days=3):%d-%m-%Y}"
    cases = {
        "person=anna": ({"Anna Ager: Chair of the forum", "Created Pleje Anna Ager"}, {"Bo Bæk", "Given another name"}),
        "person=BO@lindby": ({"Account closed Bo Bæk"}, {"Anna Ager"}),
        "person=Ane+Admin": ({"Role given", "Account closed", "Given another name"}, {"Created Pleje Anna Ager"}),
        f"department={unit.id}": ({"Omsorg → Pleje", "Created Pleje"}, {"Account closed", "Role given"}),
        f"from={later}": ({"Account closed Bo Bæk", "Omsorg → Pleje"}, {"Role given", "Created Pleje Anna Ager"}),
        f"to={AT:%d-%m-%Y}": ({"Role given", "Created Pleje Anna Ager"}, {"Account closed"}),
        "person=nobody": ({"Nothing fits."}, {"Created"}),
    }
    for query, (there, missing) in cases.items():
        page = client.get(f"/history?{query}")
        assert page.status_code == 200
        assert [told for told in there if told not in _lines(page.words)] == [], query
        assert [told for told in missing if told in _lines(page.words)] == [], query
    assert client.get("/history?from=nonsense").status_code == 422
    assert client.get("/history?before=x&department=999999").status_code == 422


@ON_ONE
def test_who_may_read_it(client: Client, pool: Pool, administrator: User) -> None:
    for role in Role:
        person = a_person_with(pool, role, language="en")
        page = client.sign_in(person).get("/history")
        assert page.status_code == (200 if role is Role.AUDITOR else 403), role
        assert (">Changes<" in client.get("/account").text) == (role is Role.AUDITOR)
    auditor = a_person_with(pool, Role.AUDITOR)
    assert "/users/" not in client.sign_in(auditor).get("/history").text, "an auditor has no page of a user"
    assert client.sign_in(administrator).get("/history").status_code == 200
    assert ">Changes<" in client.get("/account").text
    stranger = an_administrator(a_department(a_municipality("En anden"), "Fremmed"))
    assert "Lindby" not in client.sign_in(stranger).get("/history").words


@ON_ONE
def test_older_lines_follow_page_by_page(client: Client, pool: Pool, administrator: User) -> None:
    unit = a_department(pool.municipality, "Omsorg")
    made = [a_user(unit, f"Nummer {number:03}") for number in range(PAGE_SIZE + 10)]
    client.sign_in(administrator)
    url, seen = "/history", ""
    while url:
        page = client.get(url)
        seen += page.words
        url = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert [person.name for person in made if seen.count(f"Created Omsorg {person.name}") != 1] == []


@ON_ONE
def test_a_page_costs_the_same_beside_a_full_pool(client: Client, pool: Pool, administrator: User, query_counter) -> None:
    client.sign_in(administrator)
    with query_counter() as few:
        client.get("/history")
    for number in range(30):
        a_user(administrator.department, f"Nummer {number}")
    with query_counter() as many:
        client.get("/history")
    assert len(few) == len(many)


@ON_ONE
def test_it_is_narrowed_to_what_was_done_and_taken_as_csv(client: Client, pool: Pool, administrator: User) -> None:
    care = a_department(pool.municipality, "Omsorg")
    person = a_user(care, "=HYPERLINK(1)", email="bo@lindby.dk")
    give_role(actor=administrator, at=AT, pool=pool, user=person, role=Role.MEMBER)
    people.invite(actor=administrator, at=AT, user=person)
    auditor = a_person_with(pool, Role.AUDITOR, name="Rikke Revisor", language="en")
    client.sign_in(auditor)
    words = _lines(client.get("/history?event=invitation_made").words)
    assert "Ane Admin Invited" in words and "Role given" not in words
    answer = client.get("/history.csv?event=role_given&person=bo")
    assert answer.mimetype == "text/csv"
    head, *lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert head == "When;Who;What;About;Details;From state;To state;Why;Transfer;Reversed by number"
    assert len(lines) == 1 and f";Ane Admin;Role given;{pool.name};'=HYPERLINK(1): Member of the forum;;;;" in lines[0]
    assert client.get("/history.csv?from=i%20g%C3%A5r").status_code == 422
    newest = db.session.scalars(select(AccessLine).order_by(AccessLine.id)).all()
    assert ("exported", "GET /history.csv") in [(line.kind, line.what) for line in newest]


@ON_ONE
def test_an_auditor_reads_a_person_and_the_departments(client: Client, pool: Pool, administrator: User) -> None:
    care = a_department(pool.municipality, "Omsorg")
    person = a_user(care, "Bo Bæk", email="bo@lindby.dk")
    give_role(actor=administrator, at=AT, pool=pool, user=person, role=Role.MEMBER)
    auditor = a_person_with(pool, Role.AUDITOR, name="Rikke Revisor", language="en")
    page = client.sign_in(auditor).get(f"/people/{person.id}")
    for told in ("Bo Bæk", "bo@lindby.dk", "Omsorg", f"Member of the forum, {pool.name} given by Ane Admin", "Role given"):
        assert told in page.words, told
    assert "/access?person=bo@lindby.dk" in page.text and f"/users/{person.id}" not in page.text
    assert "Bo Bæk" in client.get("/people?role=member").words and "Bo Bæk" not in client.get("/people?role=finance").words
    assert "Ane Admin" in (listed := client.get("/people.csv?role=municipality").get_data().decode()) and "Bo Bæk" not in listed
    assert client.get("/people?role=king").status_code == 422 == client.get("/people.csv?role=king").status_code
    assert "Omsorg In use 1" in client.get("/people/departments").words
    rows = client.get("/people/departments.csv").get_data().decode("utf-8-sig").splitlines()
    assert rows[0] == "Department;Belongs to;In use;People in use" and "Omsorg;;Yes;1" in rows
    assert f"/users/{person.id}" in client.sign_in(administrator).get(f"/people/{person.id}").text
    stranger = a_user(a_department(a_municipality("En anden")), "Fremmed")
    assert client.sign_in(auditor).get(f"/people/{stranger.id}").status_code == 404
    assert client.sign_in(person).get(f"/people/{person.id}").status_code == 404
    assert client.get("/people/departments").status_code == 403
