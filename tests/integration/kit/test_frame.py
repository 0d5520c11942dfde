"""What stands around every page: the reader's name, menu and language, and the buttons that may be used again."""

import re

import pytest
from flask import Flask

from fundbank.kit.language import CATALOGUES
from fundbank.people.models import User
from tests.builders import a_user
from tests.web import Client


@pytest.fixture
def app_settings() -> dict[str, str]:
    return {"CATALOGUES": CATALOGUES}


@pytest.fixture
def user(app: Flask) -> User:
    return a_user(name="Maja & Co")


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


def shown_token(client: Client) -> str:
    """The token of a form as a page shows it."""
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
        for token in tokens:
            assert browser.post("/language", data={"csrf_token": token, "language": "da"}).status_code == (303 if token == own else 400)
    client.post("/sign-out", data={"csrf_token": tokens[0]})
    assert shown_token(client) != tokens[0]
    assert client.post("/language", data={"csrf_token": tokens[0], "language": "da"}).status_code == 400
