"""Words are found by their beginnings, all of them, however they are written: the same on both databases, with few and with many hits."""

import re

import pytest
from sqlalchemy import update

from fundbank.applications.models import Application
from fundbank.applications.queries import lists
from fundbank.applications.queries.lists import Filter, Scope
from fundbank.extensions import db
from fundbank.kit import search
from tests.integration.applications.office import Office, an_office

pytestmark = pytest.mark.each_database

TITLES = (
    "Ældre får e-Boks", "Økonomi på skærmen", "Åben skole", "Aben i skolen", "Café Idé: kaffe", "Digital post", "Digital-post til alle",
    "“Robot” (version 2)", "it's only rock'n'roll", "100 % digital", "3e5 og 5G", "O'Hara OR AND NOT NEAR", "Straße", "ﬁnger 🤖 robot",
)  # fmt: skip
# What is typed, and the numbers of what is found, from 1.
CASES: dict[str, set[int]] = {
    "ældre": {1}, "ÆLDRE": {1}, "aeldre": set(), "aldre": set(), "økonomi": {2}, "okonomi": set(), "oekonomi": set(),
    "åben": {3}, "aben": {4}, "sko": {3, 4}, "skole": {3, 4}, "kole": set(), "skærm på": {2},
    "cafe": {5}, "café": {5}, "CAFE\u0301": {5}, "ide": {5}, "kaffe ide": {5},
    "e-boks": {1}, "e\u2011boks": {1}, "e–boks": {1}, "e boks": {1}, "eboks": set(), "digital post": {6, 7}, "digital—post": {6, 7},
    "post\u00a0digital": {6, 7}, "dig": {6, 7, 10}, "d": {6, 7, 10}, "r": {8, 9, 14}, "post skole": set(),
    '"robot"': {8, 14}, "“robot": {8, 14}, '"rob" "ver': {8}, "rob*": {8, 14}, "*": set(), '"': set(), "''": set(), "%": set(), "_": set(),
    "100 %": {10}, "100%": {10}, "it's": {9}, "its": set(), "o'h": {12}, "OR": {12}, "or": {12}, "AND NOT": {12}, "near": {12},
    "rock OR digital": set(), "NEAR(a b)": set(), "digital:*": {6, 7, 10}, "digital & post": {6, 7}, "!post": {6, 7}, "-post": {6, 7},
    "post | skole": set(), "(post": {6, 7}, "search_text:post": set(), "\\": set(), "po\\st": set(), "po\x00st": {6, 7}, "\x00": set(),
    "3e5": {11}, "3e": {11}, "5g": {11}, "#7": {7}, "7": {7}, "2": {2, 8}, "0": set(), "99999999999999": set(),
    "STRASSE": {13}, "strass": {13}, "fin": {14}, "🤖": set(), "🤖 robot": {8, 14}, "x" * 5_000: set(), "post " * 500: {6, 7},
    "digital digital": {6, 7, 10}, "\U00020000": set(), "\u0301": set(), "po\u00adst": {6, 7},
}  # fmt: skip

EVERYTHING = Scope(everything=True)


@pytest.fixture
def office(app, pictures):
    return pictures.of("office with titles", an_office_with_titles)


def an_office_with_titles() -> Office:
    office = an_office()
    for title in TITLES:
        office.application("draft", title=title)
    return office


def found(office, scope=EVERYTHING, **narrowed):
    page = lists.page_of_applications(office.pool.id, scope=scope, narrowed=Filter(**narrowed))
    return {row.number for row in page.rows}


@pytest.mark.parametrize("many", [lists.MANY, 0])
def test_what_is_typed_finds_what_is_meant(office, monkeypatch, many: int):
    """Also where there is more than is looked at one by one: then they are met on the way through the list, or through what units have."""
    monkeypatch.setattr(lists, "MANY", many)
    for typed, expected in CASES.items():
        assert (typed[:80], found(office, words=typed)) == (typed[:80], expected)
        assert (typed[:80], found(office, words=typed, state="draft")) == (typed[:80], expected)
        assert found(office, words=typed, within=office.own.path) == expected
        assert found(office, words=typed, within=office.other.path) == found(office, words=typed, state="rejected") == set()
        assert found(office, scope=Scope(own=office.own.path), words=typed) == expected
        assert found(office, scope=Scope(own=office.own.path), words=typed, state="draft", within=office.top.path) == expected
        assert found(office, scope=Scope(own=office.other.path), words=typed) == set()


@pytest.mark.parametrize("few", [search.FEW, 0])
def test_another_list_finds_the_same(office, monkeypatch, few):
    monkeypatch.setattr(search, "FEW", few)
    for typed, expected in CASES.items():
        if not re.fullmatch(r"#?\d+", typed):
            query = db.select(Application.number).where(search.with_words(Application, typed))
            assert (typed[:80], set(db.session.scalars(query))) == (typed[:80], expected)


def test_a_new_title_is_found_and_the_old_one_is_not(office):
    first = office.applications()[0]
    first.content = first.content.replace(title="Robotstøvsuger")
    assert (found(office, words="robots"), found(office, words="ældre")) == ({1}, set())
    db.session.flush()
    db.session.execute(update(Application).where(Application.id == first.id).values(search_text="bulk"))
    assert (found(office, words="bul"), found(office, words="robots")) == ({1}, set())


def test_the_page_takes_whatever_is_typed(office, client):
    client.sign_in(office.person("auditor"))
    for typed in CASES:
        page = client.get(f"/pools/{office.pool.id}/applications", query_string={"words": typed[:2_000]})
        assert page.status_code < 500  # a NUL is no text, and refused as a whole
