"""Two million of one sign in any field of any form keep the server no longer than it takes to read them, whatever the sign."""

import re
import time
from collections.abc import Iterator
from itertools import islice
from statistics import median
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from fundbank.extensions import db
from fundbank.kit.transaction import commit, rollback, unit_of_work
from fundbank.kit.web import boundary
from fundbank.pools.models import Pool
from fundbank.scenarios import demo
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from tests.benchmarks.pages import Reader, pages_of
from tests.builders import AT
from tests.web import new_cookie, parsed

MANY = 2_000_000  # signs: what a request may hold, less the rest of the form
# What kept a pattern busy for as long as it liked: a beginning that fits, much of what may follow, and an end that does not.
TEXTS = [
    "1" + " " * MANY + "x",
    "1" * MANY,
    "." * MANY,
    " " * MANY,
    "a" * MANY,
    "-" * MANY,
    "\u00e5" * (MANY // 6),
    "1." * (MANY // 2),
    "\n" * (MANY // 3),
]
# Times what it takes to read the form and do nothing, and to answer the same form with a short text: what was typed is shown again.
MOST = 6

pytestmark = [pytest.mark.timeout(600), pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

Form = tuple[str, str, dict[str, str]]


@pytest.fixture
def forms(app: Flask, whole: bool) -> list[tuple[Form, str]]:
    """Each field of each form that somebody may send, once for each kind of form, with who sends it and what else stands in it."""
    with unit_of_work():
        world = play(read(demo.story(demo.BUSY))).world
        demo.let_things_wait(world, AT.replace(month=11, day=23))
    found: dict[tuple[str, str], tuple[Form, str]] = {}
    reader = Reader(app)
    pages = pages_of(app, db.session.get_one(Pool, world.pool.id), reader, states=5 if whole else 2)
    places = [(new_cookie(app, page.reader), page.address) for page in pages]
    commit()
    for cookie, address in [*places, ("", "/sign-in")]:
        with app.app_context():  # of its own, as on a real server
            answer = browser_of(app, cookie).get(address)
        for action, fields in forms_of(answer.get_data(as_text=True), address) if answer.mimetype == "text/html" else ():
            for name in fields:
                kind = (re.sub(r"\d+", "#", action), re.sub(r"\d+", "#", name))
                if name not in ("csrf_token", "once") and (name != "next" or address == "/"):  # which every page carries
                    found.setdefault(kind, ((cookie, action, fields), name))
    assert len(found) > 150  # of some two hundred
    return list(found.values())


def forms_of(page: str, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each form of a page is sent, and what stands in it."""
    for found in re.findall(r'<form\b[^>]*\bmethod="post".*?</form>', page, re.DOTALL):
        tree, _errors = parsed(found)
        for form in tree.iter("form"):
            fields = [field for tag in ("input", "textarea", "select") for field in form.iter(tag) if field.get("name")]
            yield urlsplit(form.get("action") or address).path, {str(field.get("name")): field.get("value") or "" for field in fields}


def browser_of(app: Flask, cookie: str) -> FlaskClient:
    browser = FlaskClient(app)
    if cookie:
        browser.set_cookie("fundbank", cookie)
    return browser


def seconds(browser: FlaskClient, address: str, said: str) -> tuple[float, int]:
    """Processor time of an answer, and its status."""
    with browser.application.app_context():
        begun = time.process_time()
        answer = browser.post(address, data=said.encode(), content_type="application/x-www-form-urlencoded", buffered=True)
        return time.process_time() - begun, answer.status_code


def test_no_field_keeps_the_server_busy(app: Flask, forms: list[tuple[Form, str]], whole: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary, "commit", rollback)
    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: str(len(request.form)), methods=["POST"])
    bare.config.update(MAX_CONTENT_LENGTH=app.config["MAX_CONTENT_LENGTH"], MAX_FORM_MEMORY_SIZE=app.config["MAX_FORM_MEMORY_SIZE"])
    slow = []
    for number, ((cookie, action, fields), name) in enumerate(forms if whole else forms[::20]):
        browser = browser_of(app, cookie)
        fields = {**fields, **tokens(browser)}
        for text in TEXTS if whole else islice(TEXTS, number % len(TEXTS), number % len(TEXTS) + 1):
            said = urlencode({**fields, name: text})
            taken, status = seconds(browser, action, said)
            assert status < 500, (action, name)
            if taken > MOST * least(bare, said):  # perhaps the page itself takes its time, or something else was going on
                short, _status = seconds(browser, action, urlencode({**fields, name: "1"}))
                again, _status = seconds(browser, action, said)
                expected = median(least(bare, said) for _ in range(3)) + short
                if again > MOST * expected:
                    slow.append(f"{again / expected:.1f} {action} {name} {text[:3]!r}")
    assert not slow, "\n".join(slow)


def least(bare: Flask, said: str) -> float:
    """What it takes to read the form and do nothing with it."""
    taken, status = seconds(bare.test_client(), "/", said)
    assert status == 200
    return taken


def tokens(browser: FlaskClient) -> dict[str, str]:
    """The session's own form token, as a page of the same reader carries it."""
    with browser.application.app_context():
        page = browser.get("/" if browser.get_cookie("fundbank") else "/sign-in").get_data(as_text=True)
    held = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert held
    return {"csrf_token": held[1]}
