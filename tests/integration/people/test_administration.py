"""The administrator's pages of people and departments, within the own municipality."""

import pytest
from flask import Flask

from fundbank.errors import NotAllowed, Refusal
from fundbank.people import operations, queries
from fundbank.people.models import User
from tests.builders import AT, a_department, a_municipality, a_user, an_administrator
from tests.web import Client

PAGES = ("/users", "/users/new", "/departments", "/departments/new")


@pytest.fixture
def administrator(app: Flask) -> User:
    return an_administrator(a_department(a_municipality("Lindby Kommune"), "Digitalisering"), name="Ane Admin")


def test_only_administrators_come(app: Flask, client: Client, administrator: User) -> None:
    colleague = a_user(administrator.department)
    client.sign_in(colleague)
    for page in PAGES:
        answer = client.get(page)
        assert (answer.status_code, answer.code) == (403, "not_allowed"), page
    for page in (f"/users/{administrator.id}", f"/departments/{administrator.department_id}/edit"):
        assert client.get(page).status_code == 404, page
    assert client.submit(f"/users/{administrator.id}/link").status_code == 404
    assert "Departments" not in client.get("/account").words


def test_what_belongs_to_another_municipality_does_not_exist(app: Flask, client: Client, administrator: User) -> None:
    stranger = a_user()
    client.sign_in(administrator)
    for page in (f"/users/{stranger.id}", f"/users/{stranger.id}/edit", f"/departments/{stranger.department_id}/edit"):
        assert client.get(page).status_code == 404, page
    assert client.submit(f"/users/{stranger.id}/deactivate").status_code == 404
    assert stranger.name not in client.get("/users").words
    answer = client.submit("/users/new", {"name": "Ny", "department": stranger.department_id})
    assert (answer.status_code, "Choose one of the possibilities." in answer.words) == (422, True)


def test_a_person_is_added_changed_and_closed(app: Flask, client: Client, administrator: User) -> None:
    client.sign_in(administrator)
    form = {"name": " Bo  Holm ", "email": "BO@lindby.dk", "department": administrator.department_id}
    made = client.submit("/users/new", form)
    assert made.status_code == 303
    user = next(iter(queries.people_by_email("bo@lindby.dk")), None)
    assert user is not None and user.name == "Bo Holm" and not user.is_administrator
    assert "Bo Holm has been added." in client.get(made.location).words
    opened = {"revision": user.revision}
    changed = client.submit(f"/users/{user.id}/edit", {**form, **opened, "name": "Bo Berg", "is_administrator": "y"})
    assert changed.status_code == 303
    assert (user.name, user.is_administrator) == ("Bo Berg", True)
    client.submit(f"/users/{user.id}/deactivate")
    assert not user.is_active
    client.submit(f"/users/{user.id}/reactivate")
    assert user.is_active
    assert "Bo Berg" in client.get("/users?words=bo+LINDBY").words
    assert "Nobody has that name" in client.get("/users?words=%25").words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # whose own lower() knows A to Z only; PostgreSQL asks its locale
def test_capitals_do_not_matter_beyond_a_to_z(app: Flask, administrator: User) -> None:
    user = a_user(administrator.department, "Åse Østergård")
    for words in ("åse", "ØSTERGÅRD", "østergård åse"):
        assert queries.people(municipality_id=administrator.municipality_id, words=words) == [user]
    with pytest.raises(operations.NameTaken):
        a_department(administrator.municipality, "Ældre")
        a_department(administrator.municipality, "ældre")


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"name": "  "}, "Write the person's name."),
        ({"name": "x" * 121}, "Write at most 120 characters; there are 121."),
        ({"email": "not an address"}, "Write an e-mail address"),
        ({"email": "admin@lindby.dk"}, "Another person already signs in"),
        ({"department": ""}, "Choose the department"),
        ({"department": "many"}, "Choose one of the possibilities."),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(app: Flask, client: Client, wrong: dict[str, str], sentence: str) -> None:
    administrator = an_administrator(email="admin@lindby.dk")
    client.sign_in(administrator)
    form = {"name": "Bo", "email": "bo@lindby.dk", "department": administrator.department_id, **wrong}
    answer = client.submit("/users/new", form)
    assert answer.status_code == 422
    assert sentence in answer.words
    for name in ("name", "email"):
        assert f'value="{form[name].strip()}"' in answer.text
    assert next(iter(queries.people_by_email("bo@lindby.dk")), None) is None


def test_the_one_who_saves_last_is_told(app: Flask, client: Client, administrator: User) -> None:
    user = a_user(administrator.department, name="Bo")
    client.sign_in(administrator)
    form = {"email": user.email, "department": user.department_id, "revision": user.revision}
    assert client.submit(f"/users/{user.id}/edit", {**form, "name": "First"}).status_code == 303
    late = client.submit(f"/users/{user.id}/edit", {**form, "name": "Second"})
    assert (late.status_code, late.code) == (409, "stale_version")
    assert 'value="Second"' in late.text
    assert user.name == "First"
    again = client.submit(f"/users/{user.id}/edit", {**form, "name": "Second", "revision": user.revision})
    assert again.status_code == 303


def test_the_last_administrator_stays(app: Flask, client: Client, administrator: User) -> None:
    client.sign_in(administrator)
    answer = client.submit(f"/users/{administrator.id}/deactivate")
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert "last administrator" in answer.words
    assert administrator.is_active


def test_departments_form_a_tree(app: Flask, client: Client, administrator: User) -> None:
    client.sign_in(administrator)
    top = administrator.department
    assert client.submit("/departments/new", {"name": "Børn og Unge", "parent": ""}).status_code == 303
    schools = a_department(parent=top, name="Skoler")
    school = a_department(parent=schools, name="Østre Skole")
    children = queries.namesake(municipality_id=top.municipality_id, parent_id=None, name="børn og unge")
    assert children is not None
    moved = {"name": "Skoler", "parent": children.id, "revision": schools.revision}
    assert client.submit(f"/departments/{schools.id}/edit", moved).status_code == 303
    assert school.path == f"/{children.id}/{schools.id}/{school.id}/"
    assert school.is_within(children) and not school.is_within(top)
    names = [unit.name for unit in queries.departments(municipality_id=top.municipality_id)]
    assert names == ["Børn og Unge", "Skoler", "Østre Skole", "Digitalisering"]
    units = queries.unit_tree(municipality_id=top.municipality_id)
    assert [(unit.name, len(unit.line)) for unit in units] == list(zip(names, (1, 2, 3, 1), strict=True))
    below = client.submit(f"/departments/{schools.id}/edit", {**moved, "parent": school.id, "revision": schools.revision})
    assert below.status_code == 422


def test_what_a_tree_refuses(app: Flask, administrator: User) -> None:
    top = administrator.department
    unit = a_department(parent=top, name="Skoler")
    with pytest.raises(operations.NameTaken):
        operations.create_department(actor=administrator, at=AT, municipality=top.municipality, name="skoler", parent=top)
    with pytest.raises(operations.NameTaken):
        operations.create_department(actor=administrator, at=AT, municipality=top.municipality, name="Digitalisering")
    a_department(parent=top, name="Økonomi")
    with pytest.raises(operations.NameTaken):
        operations.create_department(actor=administrator, at=AT, municipality=top.municipality, name="Økonomi", parent=top)
    with pytest.raises(operations.WrongParent):
        operations.move_department(actor=administrator, at=AT, department=top, parent=unit)
    with pytest.raises(operations.HasMembers):
        operations.close_department(actor=administrator, at=AT, department=top)
    operations.close_department(actor=administrator, at=AT, department=unit)
    with pytest.raises(Refusal):
        a_user(unit)
    with pytest.raises(NotAllowed):
        operations.rename_department(actor=an_administrator(), at=AT, department=unit, name="Andet")


def test_lists_ask_the_same_number_of_questions_however_long_they_are(
    app: Flask, client: Client, administrator: User, query_counter
) -> None:
    client.sign_in(administrator)

    def asked(url: str) -> int:
        with app.app_context(), query_counter() as run:
            client.get(url)
        return len(run)

    before = {url: asked(url) for url in ("/users", "/departments")}
    for _ in range(60):
        a_user(a_department(administrator.municipality))
    assert {url: asked(url) for url in before} == before
    first = client.get("/users")
    assert "More" in first.words and "From the start" not in first.words
