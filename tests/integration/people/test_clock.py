"""A machine's clock that is set right, back or forth: nobody is signed out by it, and no sign-in becomes a longer one."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from fundbank.people.models import User
from tests.builders import PASSWORD, a_user
from tests.web import Client


class Clock:
    """What the program asks for the time, and what signs its cookies."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime.now(UTC)
        monkeypatch.setattr(time, "time", lambda: self.now.timestamp())

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def app_settings(clock: Clock) -> dict[str, object]:
    return {"CLOCK": clock}


@pytest.fixture
def user(app: Flask) -> User:
    return a_user(email="maja@lindby.dk", password=True)


def is_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def sign_in(client: Client) -> None:
    assert client.submit("/sign-in", {"email": "maja@lindby.dk", "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("back", [{"seconds": -2}, {"hours": -1}, {"days": -1}, {"days": -3650}])
def test_a_clock_set_back_signs_nobody_out(client: Client, user: User, clock: Clock, back: dict[str, float]) -> None:
    sign_in(client)
    assert is_in(client)
    clock.move(**back)
    assert is_in(client)
    form = {"language": "en"}
    assert client.submit("/account/language", form).status_code == 303, "forms are taken too"
    clock.move(minutes=59)
    assert is_in(client)


@pytest.mark.parametrize("back", [{"hours": -1}, {"days": -30}])
def test_a_sign_in_ends_no_later_for_it(client: Client, user: User, clock: Clock, back: dict[str, float]) -> None:
    sign_in(client)
    clock.move(**back)
    assert is_in(client)
    clock.move(minutes=60)
    assert not is_in(client), "an hour unused"
    sign_in(client)
    for number in range(14):
        clock.move(minutes=32)
        assert is_in(client), number
        if number == 7:
            clock.move(**back)
            assert is_in(client)
    clock.move(minutes=32)
    assert not is_in(client), "eight hours of use"


def test_a_form_that_was_open_is_still_taken(client: Client, user: User, clock: Clock) -> None:
    token = client.csrf_token()
    clock.move(hours=-5)
    answer = client.post("/sign-in", data={"csrf_token": token, "email": "maja@lindby.dk", "password": PASSWORD})
    assert answer.status_code == 303


@pytest.mark.parametrize("cookie", ["", "nonsense", "e30.aaaaaa.bbbbbb"])
def test_a_cookie_that_is_none_is_a_guests(client: Client, user: User, clock: Clock, cookie: str) -> None:
    sign_in(client)
    good = client.get_cookie("fundbank")
    assert good is not None
    client.set_cookie("fundbank", cookie or good.value[:-3])
    assert not is_in(client)
