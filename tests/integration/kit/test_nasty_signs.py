"""No question, header or cookie with signs that make no sense meets a fault: every address that can be read, on both databases."""

from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from fundbank.extensions import db
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.kit.web.size import MOST_FIELDS
from fundbank.pools.models import Pool
from fundbank.scenarios import demo
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from tests.benchmarks.pages import Page, Reader, pages_of
from tests.builders import AT
from tests.databases import KINDS
from tests.pictures import Pictures
from tests.web import new_cookie

pytestmark = pytest.mark.each_database

# As they stand in an address.
VALUES = {
    "NUL": "a%00b",
    "NUL twice over": "a%2500b",
    "half a sign": "%ED%A0%80",
    "no UTF-8": "%FF%FE",
    "overlong": "%C0%AF",
    "emoji": "%F0%9F%98%80",
    "Arabic number": "%D9%A3",
    "raised number": "%C2%B2",
    "large number": "9" * 400,
    "below zero": "-1",
    "fraction": "1.5e9",
    "not a number": "NaN",
    "no such day": "2026-02-31",
    "year 0": "0000-00-00",
    "day far off": "99999-01-01",
    "wild cards": "%25_%5C%2A",
    "quotes": "%27%22%3B--",
    "new line": "a%0D%0AX-Evil:%201",
    "turned": "%E2%80%AEabc",
    "long": "a" * 8_000,
    "nothing": "",
}
PARAMETERS = (
    "after", "before", "date", "department", "event", "from", "id", "kind", "language", "name", "next", "page", "period", "person", "state",
    "text", "to", "until", "words", "year",
)  # fmt: skip
HEADERS = (
    "Accept",
    "Accept-Language",
    "If-Modified-Since",
    "If-None-Match",
    "Origin",
    "Range",
    "Referer",
    "User-Agent",
    "X-Forwarded-For",
    "X-Request-ID",
)


@pytest.fixture
def pages(app: Flask, pictures: Pictures) -> list[Page]:
    """A page of each kind that somebody may read in a pool with a whole story."""

    def story() -> list[Page]:
        with unit_of_work():
            world = play(read(demo.story("herning"))).world
            demo.let_things_wait(world, AT.replace(month=11, day=23))
        return list(pages_of(app, db.session.get_one(Pool, world.pool.id), Reader(app), states=1))

    found = pictures.of("the pages of Herning's story", story)
    assert len(found) > 50
    commit()
    return found


def test_no_question_meets_a_fault(app: Flask, pages: list[Page], whole: bool) -> None:
    statuses: set[int] = set()
    browser = app.test_client()
    for number, page in enumerate(pages if whole else half_of(pages)):
        browser.set_cookie("fundbank", new_cookie(app, page.reader))
        for kind in some(list(VALUES), number, whole):
            query = "&".join(f"{name}={VALUES[kind]}" for name in PARAMETERS)
            with app.app_context():  # of its own, as on a real server
                answer = browser.get(f"{page.address}?{query}")
            assert answer.status_code < 500, f"{page.address} with {kind}"
            assert (answer.status_code == 400) >= (kind == "NUL")
            assert "X-Evil" not in answer.headers
            statuses.add(answer.status_code)
    assert statuses >= {200, 400} and 403 not in statuses
    commit()


def test_no_question_of_one_name_meets_a_fault(app: Flask, pages: list[Page], whole: bool) -> None:
    """A name that is refused early hides the ones after it."""
    browser = app.test_client()
    seen: set[int] = set()
    questions = list(product(PARAMETERS, ("half a sign", "raised number", "large number", "no such day", "wild cards")))
    for number, page in enumerate(pages if whole else half_of(pages)):
        browser.set_cookie("fundbank", new_cookie(app, page.reader))
        for name, kind in some(questions, number, whole, share=20):
            with app.app_context():
                answer = browser.get(f"{page.address}?{name}={VALUES[kind]}")
            assert answer.status_code < 500, f"{page.address} {name}: {kind}"
            seen.add(answer.status_code)
    assert 200 in seen
    commit()


def half_of(pages: list[Page]) -> list[Page]:
    """Every other page: the rest is asked on the other database."""
    return pages[KINDS.index(db.engine.dialect.name) :: len(KINDS)]


def some(things: list[Any], number: int, whole: bool, share: int = 10) -> list[Any]:
    """All of them, or a tenth: another one for each ``number``, and with the pages that there are at least each is asked."""
    return things if whole else things[number % share :: share]


def test_no_header_or_cookie_meets_a_fault(app: Flask, pages: list[Page]) -> None:
    signs = ["\x01", "\xff", "a" * 4_000, "%00", "http://[::1", "\\\\evil", '"', "ÆØÅ", "1; DROP TABLE users"]
    cookie = new_cookie(app, pages[0].reader)
    for sign in signs:
        for name in HEADERS:
            with app.app_context():
                assert app.test_client().get("/", headers={name: sign, "Cookie": f"fundbank={cookie}"}).status_code < 500, name
        for held in (f"fundbank={quote(sign)}", f"fundbank={cookie[:-3]}{quote(sign)}", f"language={quote(sign)}", quote(sign)):
            for address in ("/", "/sign-in"):
                with app.app_context():
                    assert app.test_client(use_cookies=False).get(address, headers={"Cookie": held}).status_code < 500, held
    commit()


@pytest.mark.parametrize(
    "path", ["/%00", "/link/%00", "/pools/%00", "/pools/1/%ED%A0%80", "/%FF", "//", "/.%2e/", "/link/" + "a" * 5_000, "/pools/\u0663"]
)
def test_no_path_meets_a_fault(app: Flask, path: str) -> None:
    assert app.test_client().get(path).status_code in (301, 302, 303, 308, 400, 404, 410)


def test_more_fields_than_any_form_has_are_not_read(app: Flask) -> None:
    browser = app.test_client()
    many = "&".join(f"f{number}=" for number in range(MOST_FIELDS + 1))
    assert browser.post("/sign-in", data=many, content_type="application/x-www-form-urlencoded").status_code == 413
    assert browser.get(f"/sign-in?{many}").status_code == 413
    assert (
        browser.post(
            "/sign-in", data={f"f{number}": "x" for number in range(MOST_FIELDS + 1)}, content_type="multipart/form-data"
        ).status_code
        == 413
    )
    few = "&".join(f"f{number}=" for number in range(MOST_FIELDS - 10))
    assert browser.post("/sign-in", data=few, content_type="application/x-www-form-urlencoded").status_code != 413
