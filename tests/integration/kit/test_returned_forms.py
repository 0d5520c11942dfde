"""A form never comes back empty: after a change of language, with tokens of another sign-in, and from somebody who has been signed out."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.applications import operations as applications
from fundbank.extensions import db
from fundbank.kit.clock import noon
from fundbank.kit.language import CATALOGUES
from fundbank.kit.web.language import COOKIE
from fundbank.people.models import Department, User
from tests.builders import AT, a_user, an_administrator
from tests.integration.awards.bank import a_bank
from tests.integration.scoring.forum import THURSDAY, Forum
from tests.web import Client, Response

TYPED = {"name": "Åse <Ø>", "email": "ingen e-mail", "parent": ""}


@pytest.fixture
def app_settings() -> dict[str, str]:
    return {"CATALOGUES": CATALOGUES}


@pytest.fixture
def user(app) -> User:
    return an_administrator(name="Ane")


def fields(page: Response) -> dict[str, str]:
    """What the page's own form says as it stands."""
    form = re.search(r'<form[^>]*id="page-form".*?</form>', page.text, re.DOTALL)
    assert form, page.text
    return {name: unescape(value) for name, value in re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form[0])}


def departments() -> int:
    return db.session.scalar(select(func.count()).select_from(Department)) or 0


def language_button(page: Response) -> tuple[str, str, str]:
    """The form that the header's button sends, where to, and under which name."""
    found = re.search(r'<button type="submit" form="([\w-]+)" formaction="([^"]+)" name="(\w+)"[^>]*value="(?:en|da)"', page.text)
    assert found, page.text
    return found[1], unescape(found[2]), found[3]


def test_a_change_of_language_brings_the_form_back(client: Client, user: User) -> None:
    page = client.sign_in(user).get("/departments/new?x=1")
    assert language_button(page) == ("page-form", "/departments/new?x=1", "speak")
    before = departments()
    sent = {**fields(page), **TYPED}
    answer = client.post("/departments/new?x=1", data={**sent, "speak": "en"})
    assert answer.status_code == 200 and '<html lang="en">' in answer.text
    assert fields(answer)["name"] == TYPED["name"]
    assert fields(answer)["once"] == sent["once"], "it has not been used"
    assert "error-summary" not in answer.text
    assert departments() == before
    db.session.expire_all()
    assert user.language == "en"
    assert '<html lang="en">' in client.get("/account").text
    assert client.post("/departments/new", data={**fields(answer), "parent": ""}).status_code == 303
    assert departments() == before + 1


FURTHER = {  # forms that ask more than each of their fields does, and who fills them in
    "/pools/{pool}/applications/new": ("applicant", {"title": ""}),
    "/applications/{draft}/write/gains": ("applicant", {"gains-0-amount": "x"}),
    "/pools/{pool}/policy/edit": ("administrator", {"reason": "Nyt", "repayment_share": "500"}),
    "/pools/{pool}/funding/new": ("finance", {"way": "amount", "source": "Byrådet"}),
    "/awards/{award}/revision": ("applicant", {"reason": "Nyt", "gains-0-amount": "x"}),
}


@pytest.mark.parametrize("why", ["speak", "expired"])
@pytest.mark.parametrize("address", FURTHER)
def test_a_form_that_asks_more_than_its_fields_do_comes_back_as_it_was(client: Client, app: Flask, address: str, why: str) -> None:
    bank = a_bank()
    award = bank.award(loan=100_000)
    role, typed = FURTHER[address]
    person = an_administrator(bank.own, name="Adm") if role == "administrator" else getattr(bank, role)
    content = award.application.content
    draft = applications.start_application(actor=bank.applicant, at=AT, pool=bank.pool, department=bank.own, content=content)
    url = address.format(pool=bank.pool.id, award=award.id, draft=draft.id)
    comes_back(client.sign_in(person), url, typed, why)


OF_THE_FORUM = {
    "/applications/{submitted}/screening": ("coordinator", {"result": "returned"}),
    "/meetings/{meeting}/applications/{ready}/decision": ("chair", {"outcome": "approve", "loan": "x"}),
}


@pytest.mark.parametrize("why", ["speak", "expired"])
@pytest.mark.parametrize("address", OF_THE_FORUM)
def test_so_does_what_the_forum_fills_in(client: Client, app: Flask, address: str, why: str) -> None:
    forum = Forum()
    ready = forum.application()
    submitted = applications.start_application(actor=forum.applicant, at=AT, pool=forum.pool, department=forum.unit, content=ready.content)
    applications.sign_application(actor=forum.leader, at=AT, application=submitted)
    applications.submit_application(actor=forum.applicant, at=AT, application=submitted)
    meeting = forum.open_meeting(ready)
    app.config["CLOCK"] = lambda: noon(THURSDAY)
    role, typed = OF_THE_FORUM[address]
    comes_back(client.sign_in(getattr(forum, role)), address.format(submitted=submitted.id, ready=ready.id, meeting=meeting.id), typed, why)


def comes_back(client: Client, url: str, typed: dict[str, str], why: str) -> None:
    """The form of the page, filled in with what must be mended, stands there again, and nothing is said of that."""
    page = client.get(url)
    sent = {**fields(page), **typed}
    answer = client.post(url, data=sent | ({"speak": "da"} if why == "speak" else {"csrf_token": "x"}))
    assert answer.status_code == (200 if why == "speak" else 400)
    assert answer.code == (None if why == "speak" else "form_expired"), "nothing else is said of it"
    assert answer.text.count('class="form-error-message"') == 0
    assert fields(answer)["once"] == sent["once"]


def test_a_guest_keeps_what_was_typed_but_the_password(client: Client, user: User) -> None:
    page = client.get("/sign-in?next=/account")
    answer = client.post("/sign-in?next=/account", data={**fields(page), "email": "ane@lindby.dk", "password": "hemmelig", "speak": "en"})
    assert '<html lang="en">' in answer.text
    assert fields(answer) | {"email": "ane@lindby.dk", "next": "/account"} == fields(answer)
    assert "hemmelig" not in answer.text
    assert (cookie := client.get_cookie(COOKIE)) is not None and cookie.value == "en"


def test_a_page_without_a_form_changes_as_before(client: Client, user: User) -> None:
    assert language_button(client.sign_in(user).get("/departments")) == ("reader-form", "/language", "language")


@pytest.mark.parametrize("address, speak", [("/departments/new", "kl"), ("/users/{id}/deactivate", "en"), ("/sign-out", "en")])
def test_what_only_a_button_sends_does_nothing_in_another_language(client: Client, user: User, address: str, speak: str) -> None:
    other = a_user(user.department)
    assert client.sign_in(user).submit(address.format(id=other.id), {**TYPED, "speak": speak}).status_code == 400
    db.session.expire_all()
    assert other.is_active and client.get("/account").status_code == 200


def test_a_token_of_another_sign_in_brings_the_form_back(client: Client, clients: Callable[[], Client], user: User) -> None:
    """As after signing out and in again in another tab."""
    page = client.sign_in(user).get("/departments/new")
    client.submit("/sign-out")
    client.sign_in(user)
    before = departments()
    answer = client.post("/departments/new", data={**fields(page), **TYPED})
    assert (answer.status_code, answer.code) == (400, "form_expired")
    assert "Det, du skrev, står her" in answer.words
    assert departments() == before
    again = fields(answer)
    assert again["name"] == TYPED["name"] and again["csrf_token"] != fields(page)["csrf_token"]
    assert client.post("/departments/new", data={**again, "parent": ""}).status_code == 303
    assert departments() == before + 1


def test_what_was_typed_outlives_a_sign_out_in_another_tab(client: Client, user: User) -> None:
    page = client.sign_in(user).get("/departments/new")
    client.submit("/sign-out")
    answer = client.post("/departments/new", data={**fields(page), **TYPED})
    assert answer.status_code == 401 and 'data-status="401"' in answer.text
    kept = {name: unescape(value) for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text)}
    assert kept | TYPED == kept
    client.sign_in(user)  # in the other tab
    back = client.post("/departments/new", data=kept)
    assert fields(back)["name"] == TYPED["name"]
    assert client.post("/departments/new", data={**fields(back), "parent": ""}).status_code == 303


@pytest.mark.parametrize("token", [None, "x", "another's"])
def test_a_form_that_comes_back_does_nothing(client: Client, clients: Callable[[], Client], user: User, token: str | None) -> None:
    stranger = clients().sign_in(a_user(user.department))
    data = {"csrf_token": stranger.csrf_token() if token == "another's" else token or "", "name": "Ny", "parent": ""}
    before = departments()
    assert client.sign_in(user).post("/departments/new", data=data).status_code == 400
    assert client.post("/sign-out", data=data).status_code == 400
    assert client.get("/account").status_code == 200
    assert departments() == before


def test_no_password_comes_back(client: Client, user: User) -> None:
    answer = client.post("/sign-in", data={"email": "ane@lindby.dk", "password": "hemmelig", "next": ""})
    assert answer.status_code == 400 and fields(answer)["email"] == "ane@lindby.dk"
    refused = client.post("/account/password", data={"password": "hemmelig", "old": "hemmelig"})
    for page in (answer, refused):
        assert "hemmelig" not in page.text
