"""Signing in: limited tries, kind words, sessions that end."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from fundbank.people import operations
from fundbank.people.models import User
from fundbank.people.operations import passwords
from fundbank.people.queries import people_by_email
from tests.builders import AT, PASSWORD, a_user
from tests.web import Client, Response


class Clock:
    """A clock that a test can move."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app_settings(clock: Clock) -> dict[str, object]:
    return {"CLOCK": clock}


@pytest.fixture
def user(app: Flask) -> User:
    return a_user(name="Maja Holm", email="maja@lindby.dk", password=True)


def sign_in(client: Client, email: str = "maja@lindby.dk", password: str = PASSWORD, **more: str) -> Response:
    return client.submit("/sign-in", {"email": email, "password": password, **more})


def test_the_right_password_opens_the_page_that_was_asked_for(client: Client, user: User) -> None:
    asked = client.get("/account?tab=1")
    assert asked.status_code == 302
    assert asked.location == "/sign-in?next=/account?tab%3D1"
    assert 'value="/account?tab=1"' in client.get(asked.location).text
    answer = sign_in(client, email=" Maja@Lindby.dk ", next="/account?tab=1")
    assert (answer.status_code, answer.location) == (303, "/account?tab=1")
    assert "Maja Holm" in client.get("/account").words


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_a_sign_in_never_leads_to_another_site(client: Client, user: User, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere).location == "/"


@pytest.mark.parametrize("email, password", [("maja@lindby.dk", "wrong password"), ("nobody@lindby.dk", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(client: Client, user: User, email: str, password: str) -> None:
    answer = sign_in(client, email, password)
    assert answer.status_code == 422
    assert "do not belong together" in answer.words
    assert f'value="{email}"' in answer.text
    assert password not in answer.text


def test_a_closed_account_cannot_sign_in_and_is_signed_out_at_once(client: Client, user: User) -> None:
    sign_in(client)
    operations.deactivate_user(actor=None, at=AT, user=user)
    assert client.get("/account").status_code == 302
    assert sign_in(client).status_code == 422


def test_a_session_ends_after_an_hour_unused(client: Client, user: User, clock: Clock) -> None:
    sign_in(client)
    clock.now += timedelta(minutes=59)
    assert client.get("/account").status_code == 200
    clock.now += timedelta(minutes=59)
    assert client.get("/account").status_code == 200
    clock.now += timedelta(minutes=60)
    answer = client.get("/account")
    assert answer.status_code == 302
    assert "Your sign-in has ended" in client.get(answer.location).words


def test_a_session_ends_after_eight_hours_of_use(client: Client, user: User, clock: Clock) -> None:
    sign_in(client)
    for _ in range(15):
        clock.now += timedelta(minutes=32)
        client.get("/account")
    assert client.get("/account").status_code == 302


def test_a_form_sent_after_the_session_ended_says_how_to_go_on(client: Client, user: User, clock: Clock) -> None:
    sign_in(client)
    token = client.csrf_token()
    clock.now += timedelta(hours=2)
    form = {"csrf_token": token, "once": "11111111-1111-4111-8111-111111111111", "language": "en"}
    answer = client.post("/account/language", data=form)
    assert answer.status_code == 401
    assert "what you typed is kept" in answer.words
    sign_in(client)
    assert client.post("/account/language", data=form).status_code == 303, "the form that was open still works"


def test_a_new_password_ends_the_sessions_elsewhere(app: Flask, client: Client, clients, user: User) -> None:
    elsewhere = clients()
    sign_in(client)
    sign_in(elsewhere)
    new = {"current": PASSWORD, "password": "et helt nyt kodeord", "again": "et helt nyt kodeord"}
    assert client.submit("/account/password", new).status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    client.sign_out()
    assert sign_in(client).status_code == 422
    assert sign_in(client, password="et helt nyt kodeord").status_code == 303


def test_signing_out_voids_a_copied_cookie(client: Client, clients, user: User) -> None:
    sign_in(client)
    thief = clients()
    thief.set_cookie("fundbank", client.get_cookie("fundbank").value)
    assert thief.get("/account").status_code == 200
    assert client.submit("/sign-out").status_code == 303
    assert thief.get("/account").status_code == 302


def test_a_forged_or_missing_token_is_refused(client: Client, user: User) -> None:
    answer = client.post("/sign-in", data={"email": "maja@lindby.dk", "password": PASSWORD})
    assert answer.status_code == 400
    assert "The page had been open for too long" in answer.words


def test_the_language_of_a_guest_and_of_a_person(client: Client, user: User) -> None:
    assert '<html lang="da">' in client.get("/sign-in").text
    assert client.submit("/language", {"language": "en", "next": "/sign-in"}).location == "/sign-in"
    assert '<html lang="en">' in client.get("/sign-in").text
    sign_in(client)
    assert '<html lang="da">' in client.get("/account").text, "the person's own language goes first"
    client.submit("/language", {"language": "en", "next": "/account"})
    assert '<html lang="en">' in client.get("/account").text
    assert user.language == "en"


@pytest.mark.parametrize("shared", [False, True], ids=["an address in one", "an address in two"])
def test_every_try_costs_as_many_checks_of_a_password(app: Flask, user: User, monkeypatch: pytest.MonkeyPatch, shared: bool) -> None:
    """So that the time of an answer does not tell whether a name is known, nor in how many municipalities."""
    checked: list[str] = []

    class Counting:
        def hash(self, password: str) -> str:
            return "a hash"

        def verify(self, known: str, password: str) -> bool:
            checked.append(known)
            return True

    both = [a_user(password=True, email="to@lindby.dk") for _ in range(2)] if shared else []
    closed, invited = a_user(user.department, password=True, email="lukket@lindby.dk"), a_user(user.department, email="ny@lindby.dk")
    operations.deactivate_user(actor=None, at=AT, user=closed)
    passwords.nobodys_hash.cache_clear()
    monkeypatch.setattr(passwords, "hasher", Counting())
    whose = {"maja@lindby.dk": [user], "nobody@lindby.dk": [], "lukket@lindby.dk": [], invited.email or "": [], "to@lindby.dk": both}
    for email, people in whose.items():
        assert operations.whose_password(people_by_email(email), password="any") == people
        hashes = [person.password_hash for person in people]
        assert sorted(checked, key=str) == sorted([*hashes, *["a hash"] * ((2 if shared else 1) - len(hashes))], key=str)
        checked.clear()
    passwords.nobodys_hash.cache_clear()


def test_a_password_is_the_same_however_a_keyboard_spells_it(app: Flask) -> None:
    token = operations.invite(actor=None, at=AT, user=a_user(email="aase@lindby.dk"))
    operations.set_password_by_link(at=AT, token=token, password="sm\u00e5 \u00f8er i havet")
    assert operations.whose_password(people_by_email("aase@lindby.dk"), password="sma\u030a \u00f8er i havet")
