"""Names in Danish order on every list, the same on both databases; and no name twice, however it is written."""

import re

import pytest
from flask import Flask
from sqlalchemy import insert

from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.kit.text import sort_key
from fundbank.ledger import queries as ledger
from fundbank.ledger.operations import fund_pool
from fundbank.meetings.models import Attendance, Meeting
from fundbank.overviews.queries.cards import pool_cards
from fundbank.people import operations, queries
from fundbank.people.models import User
from fundbank.pools import queries as pools
from fundbank.pools.roles import Role
from fundbank.reports.queries.movements import holdings
from tests.builders import AT, a_department, a_municipality, a_person_with, a_pool, a_user, an_administrator
from tests.web import Client

pytestmark = pytest.mark.each_database

# As they must stand.
NAMES = [
    "3. kontor", "anna c", "Anna D", "Anna-Lise Bo", "Anna‑Lise Dam", "Ébba", "Eja", "O'Hara", "O’Hare", "Ole", "Ünal", "Young", "zenia",
    "Zoë", "Ægir", "Ärla", "Æske", "Øb", "Öckert", "Ødum", "Aaby", "åmosen", "Aarhus", "Ås",
]  # fmt: skip
MIXED = [*NAMES[1::3], *NAMES[2::3], *NAMES[::3]]


def shown(page: str) -> list[str]:
    """The names that the page shows, in its order, each the first time that it stands there."""
    text = page.replace("&#39;", "'")
    places = {name: match.start() for name in NAMES if (match := re.search(rf"[>\s]{re.escape(name)}[\s<(,]", text))}
    return sorted(places, key=places.__getitem__)


def test_the_names_are_in_order() -> None:
    assert sorted(MIXED, key=sort_key) == NAMES


def test_people_page_by_page(app: Flask, client: Client) -> None:
    administrator = an_administrator(a_department(a_municipality()), name="1")
    for name in MIXED:
        a_user(administrator.department, name)
    found: list[str] = []
    last = administrator
    while rows := queries.people(municipality_id=administrator.municipality_id, after=last.id, size=5):
        found += [person.name for person in rows]
        last = rows[-1]
    assert found == NAMES
    assert shown(client.sign_in(administrator).get("/users").text) == NAMES


def test_the_next_page_of_people_goes_on_after_the_last(app: Flask, client: Client) -> None:
    administrator = an_administrator(a_department(a_municipality()), name="A")
    for _number in range(3):
        for name in MIXED:
            a_user(administrator.department, name)
    first = client.sign_in(administrator).get("/users")
    address = re.search(r'href="(/users\?[^"]*after=\d+)"', first.text)
    assert address is not None
    assert shown(first.text) == NAMES[:17]
    assert shown(client.get(address[1]).text) == NAMES[16:]


def test_a_person_of_another_municipality_begins_no_page(app: Flask) -> None:
    person = a_user(name="Bo")
    assert queries.people(municipality_id=person.municipality_id, after=a_user(name="A").id) == []


def test_departments_as_a_tree_and_as_a_choice(app: Flask, client: Client) -> None:
    administrator = an_administrator(a_department(a_municipality(), "1"))
    for name in MIXED:
        a_department(parent=a_department(administrator.municipality, name), name="Under")
    tree = [name for name in NAMES for name in (name, "Under")]
    assert [unit.name for unit in queries.departments(municipality_id=administrator.municipality_id)] == ["1", *tree]
    assert [unit.name for unit in queries.unit_tree(municipality_id=administrator.municipality_id)] == ["1", *tree]
    client.sign_in(administrator)
    for page in ("/departments", "/departments/new", "/users/new"):
        assert shown(client.get(page).text) == NAMES, page


def test_roles_and_who_has_them(app: Flask, client: Client) -> None:
    pool = a_pool()
    unit = a_department(pool.municipality)
    members = [a_person_with(pool, Role.MEMBER, department=unit, name=name) for name in MIXED]
    assert [person.name for person in pools.people_in(pool, Role.MEMBER)] == NAMES
    assert [person.name for person, _roles in pools.role_list(pool)] == NAMES
    meeting = Meeting(attendances=[Attendance(user=person) for person in members])
    assert [person.name for person in meeting.present] == NAMES
    client.sign_in(an_administrator(unit, name="1"))
    assert shown(client.get(f"/pools/{pool.id}/roles").text) == NAMES


def test_pools(app: Flask, client: Client) -> None:
    home = a_municipality()
    for name in MIXED:
        a_pool(home, name=name)
    administrator = an_administrator(a_department(home))
    assert [pool.name for pool in pools.pools_of(home.id)] == NAMES
    assert [card.name for card in pool_cards(administrator, {})] == NAMES
    client.sign_in(administrator)
    for page in ("/", "/pools/rules"):
        assert shown(client.get(page).text) == NAMES, page


def test_where_the_money_came_from(app: Flask) -> None:
    pool = a_pool()
    finance = a_person_with(pool, Role.FINANCE)
    for name in MIXED:
        fund_pool(actor=finance, at=AT, pool=pool, source=name, amount_ore=100)
    assert [source for source, _ore in ledger.sources(pool.id)] == NAMES
    assert [source for source, _ore in holdings(pool.id, AT.date()).sources] == NAMES


SPELLINGS = [
    "ådalens skole", "A\u030aDALENS SKOLE", "\u212bdalens skole", "Åda\u00adlens Skole", "Ådalens  Skole", "Ådalens\u00a0Skole",
    "Ådalens\u2009Skole\u200b", "\ufeffÅdalens Skole\n", "Ådalens\u202fSkole",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_no_name_twice(app: Flask, spelling: str) -> None:
    home = a_municipality("Ådalens Skole")
    top = a_department(home, "Ådalens Skole")
    below = a_department(parent=top, name="Ådalens Skole")
    a_pool(home, name="Ådalens Skole")
    other = a_department(home, "Andet")
    for repeat in (
        lambda: a_municipality(spelling),
        lambda: a_department(home, spelling),
        lambda: a_department(parent=top, name=spelling),
        lambda: operations.rename_department(actor=None, at=AT, department=other, name=spelling),
        lambda: operations.move_department(actor=None, at=AT, department=below, parent=None),
        lambda: a_pool(home, name=spelling),
    ):
        with pytest.raises(Refusal):
            repeat()


@pytest.mark.parametrize(
    ("one", "other"), [("Åvej", "Avej"), ("Ølund", "Olund"), ("Ærø", "Aerø"), ("Skole 1", "Skole 11"), ("Bo-Vej", "Bovej")]
)
def test_names_that_differ_are_two_names(app: Flask, one: str, other: str) -> None:
    top = a_department(a_municipality(), one)
    a_department(top.municipality, other)


def test_a_name_can_be_written_in_another_way_later(app: Flask) -> None:
    unit = a_department(name="Ådalens skole")
    operations.rename_department(actor=None, at=AT, department=unit, name="A\u030adalens\u00a0Skole")
    assert unit.name == "Ådalens Skole"


@pytest.mark.parametrize(
    "words", ["åse", "ÅSE", "A\u030ase", "øster", "oestergaard idé", "idé", "ide østergård", "Anna‑Lise", "anna-lise", "l’or", "l'or"]
)
def test_a_person_is_found_however_the_name_is_written(app: Flask, words: str) -> None:
    person = a_user(name="Åse Østergård Anna–Lise Idé L’Or", email="oestergaard@lindby.dk")
    a_user(person.department, "Ase Ostergard")
    assert queries.people(municipality_id=person.municipality_id, words=words) == [person]


@pytest.mark.parametrize("words", ["ase", "ostergard", "%", "_"])
def test_letters_of_their_own_are_not_mixed_up(app: Flask, words: str) -> None:
    person = a_user(name="Åse Østergård")
    assert queries.people(municipality_id=person.municipality_id, words=words) == []


def test_the_keys_follow_the_name(app: Flask) -> None:
    person = a_user(name="Bo")
    operations.change_user(
        actor=None, at=AT, user=person, name="Åge", email="aage@lindby.dk", department=person.department, is_administrator=False
    )
    assert (person.sort_key, person.search_text) == (sort_key("Åge"), "åge aage lindby dk")


def test_the_key_of_people_who_are_inserted_in_bulk(app: Flask) -> None:
    person = a_user(name="Bo")
    belongs = {"municipality_id": person.municipality_id, "department_id": person.department_id}
    db.session.connection().execute(insert(User), [{**belongs, "name": name} for name in ("Åge", "Ægir")])
    assert [one.name for one in queries.people(municipality_id=person.municipality_id)] == ["Bo", "Ægir", "Åge"]


def test_a_name_of_signs_that_stand_for_many_letters(app: Flask) -> None:
    person = a_user(name="\ufdfa" * 120)
    assert queries.people(municipality_id=person.municipality_id) == [person]
