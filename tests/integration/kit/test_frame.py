"""What stands around every page, and parts that are drawn once: each for its own values and its own language."""

import re

import pytest
from flask import Flask
from jinja2 import DictLoader

from fundbank.kit import language
from fundbank.kit.web import frame, public
from fundbank.paths import PACKAGE
from fundbank.people.models import User
from tests.builders import a_user
from tests.web import Client

PART = {"part.html": "{{ counted() }}{{ language() }} {{ text }} {{ ore|kroner }}"}


@pytest.fixture
def app_settings() -> dict[str, str]:
    return {"CATALOGUES": str(PACKAGE / "translations")}


@pytest.fixture
def user(app: Flask) -> User:
    return a_user(name="Maja & Co")


def part(app: Flask, spoken: str, text: str) -> str:
    with app.app_context(), language.speaking(spoken):
        return str(frame.drawn("part.html", text=text, ore=123400)).replace("\xa0", " ")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_part_is_drawn_once_for_its_values_in_each_language(app: Flask) -> None:
    drawings: list[str] = []
    app.jinja_env.loader = DictLoader(PART)
    app.jinja_env.globals["counted"] = lambda: drawings.append(language.current()) or ""
    for _ in range(3):
        assert part(app, "da", "<b>") == "da &lt;b&gt; 1.234,00 kr."
        assert part(app, "en", "<b>") == "en &lt;b&gt; DKK 1,234.00"
        assert part(app, "da", "c") == "da c 1.234,00 kr."
    assert drawings == ["da", "en", "da"]


def test_the_header_is_the_readers_own(client: Client, clients, user: User) -> None:
    other = a_user(user.department, name="Bo Berg")
    for browser, person in ((client, user), (clients(), other)):
        browser.sign_in(person)
        for _ in range(2):
            page = browser.get("/account").text
            header = page[page.index("<header") : page.index("</header>")]
            assert person.name.replace("&", "&amp;") in header
            assert header.count('aria-current="true"') == 0, "no page of the menu"
    assert 'aria-current="true"' in client.get("/").text


def test_a_changed_name_shows_at_once(client: Client, user: User) -> None:
    assert "Maja &amp; Co" in client.sign_in(user).get("/account").text
    user.name = "Maja Madsen"
    page = client.get("/account").text
    assert "Maja Madsen" in page and "Maja &amp; Co" not in page


def test_the_header_speaks_the_readers_language(client: Client, user: User) -> None:
    client.sign_in(user)
    assert "Log af" in client.get("/account").text
    assert client.submit("/language", {"language": "en", "next": "/account"}).location == "/account"
    page = client.get("/account").text
    assert "Sign out" in page and "Log af" not in page


def test_words_are_kept_under_their_own_language(app: Flask, client: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of a fault speaks the reader's language, but to nobody: the first English words of a process must be English."""
    user.language = "en"
    client.sign_in(user)
    monkeypatch.setitem(app.view_functions, "people.account", public(lambda: 1 / 0))
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.logger.disabled = True
    assert "Something went wrong" in client.get("/account").words
    assert "Sign out" in client.get("/").words


def shown_token(client: Client) -> str:
    """The token of a form as a page shows it, on the way back to it too: there it comes from what has been signed before."""
    client.get("/no-such-page")
    return re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/no-such-page").text)[-1]


def test_the_headers_buttons_can_be_used_again_on_a_page_that_comes_back(client: Client, user: User) -> None:
    """The browser's back button shows the page with the form as it was sent."""
    client.sign_in(user)
    form = {"csrf_token": shown_token(client), "next": "/account"}
    assert client.post("/language", data={**form, "language": "en"}).status_code == 303
    assert client.post("/language", data={**form, "language": "da"}).status_code == 303
    assert '<html lang="da">' in client.get("/account").text
    assert client.post("/sign-out", data=form).location == "/sign-in"
    assert client.get("/account").status_code == 302


def test_a_forms_token_is_good_for_its_own_session_alone(client: Client, clients, user: User) -> None:
    browsers = [client.sign_in(user), clients().sign_in(user), clients()]
    tokens = [shown_token(browser) for browser in browsers]
    for browser, own in zip(browsers, tokens, strict=True):
        assert shown_token(browser) == own
        for token in tokens:
            assert browser.post("/language", data={"csrf_token": token, "language": "da"}).status_code == (303 if token == own else 400)
    client.post("/sign-out", data={"csrf_token": tokens[0]})
    assert shown_token(client) != tokens[0]
    assert client.post("/language", data={"csrf_token": tokens[0], "language": "da"}).status_code == 400
