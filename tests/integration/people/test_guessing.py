"""Whoever guesses a password waits, longer each time; nobody is locked out, and nobody waits for a stranger on a device of their own."""

import time
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import MemoryStorage

from fundbank.config import BadSetting
from fundbank.kit.transaction import commit
from fundbank.kit.web import tries
from fundbank.people.models import User
from fundbank.people.operations.passwords import hash_password
from tests.builders import PASSWORD, a_department, a_municipality, a_user
from tests.web import Client, Response

MAJA, WRONG = "maja@lindby.dk", "et gæt på kodeordet"
HALL, ELSEWHERE = "192.0.2.1", "198.51.100.7"


class Clock:
    """The machine's clock, which a test can move."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offset = 0.0
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.offset)

    def move(self, seconds: float) -> None:
        self.offset += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def maja(app: Flask) -> User:
    return a_user(name="Maja Holm", email=MAJA, password=True)


def sign_in(client: Client, password: str = PASSWORD, *, email: str = MAJA, address: str = HALL) -> Response:
    return client.submit("/sign-in", {"email": email, "password": password}, environ_base={"REMOTE_ADDR": address})


def change_password(client: Client, current: str, new: str = "et helt nyt kodeord") -> Response:
    typed = {"current": current, "password": new, "again": new}
    return client.submit("/account/password", typed, environ_base={"REMOTE_ADDR": HALL})


def guess(client: Client, times: int, **where: str) -> None:
    for number in range(times):
        assert sign_in(client, WRONG, **where).status_code == 422, number


def pauses_after_guesses(clock: Clock, ask: Callable[[], Response], guesses: int) -> list[int]:
    """The pause that follows each guess, each waited for: nothing is looked at before."""
    pauses = []
    for _ in range(guesses):
        assert ask().status_code == 422
        refused = ask()
        seconds = int(refused.headers["Retry-After"]) if refused.status_code == 429 else 0
        if not seconds:  # the second was a guess too
            pauses.append(0)
        pauses.append(seconds)
        clock.move(seconds)
    return pauses


def test_from_the_sixth_guess_on_the_pauses_double_up_to_half_a_minute(client: Client, clock: Clock, maja: User) -> None:
    guess(client, 5)
    assert pauses_after_guesses(clock, lambda: sign_in(client, WRONG), 7) == [1, 2, 4, 8, 16, 30, 30]
    assert sign_in(client).status_code == 303, "and then the right one still works"


def test_a_pause_says_how_long_and_keeps_the_name(client: Client, clock: Clock, maja: User) -> None:
    guess(client, 6)
    refused = sign_in(client)
    assert (refused.status_code, refused.headers["Retry-After"], refused.code) == (429, "1", "not_allowed")
    assert "Wait one second, and try again." in refused.words
    assert f'value="{MAJA}"' in refused.text and PASSWORD not in refused.text
    clock.move(1)
    guess(client, 1)
    assert "Wait 2 seconds, and try again." in sign_in(client).words
    assert client.get("/account").status_code == 302
    clock.move(2)
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize("email", [MAJA, "nobody@lindby.dk", " MAJA@lindby.DK ", "x" * 240 + "@lindby.dk"])
def test_a_name_that_nobody_has_waits_alike(client: Client, clock: Clock, maja: User, email: str) -> None:
    guess(client, 6, email=email)
    assert sign_in(client, WRONG, email=email).status_code == 429


def test_from_elsewhere_the_same_name_waits_for_less(client: Client, clients, clock: Clock, maja: User) -> None:
    stranger = clients()
    guess(stranger, 5, address=ELSEWHERE)
    assert pauses_after_guesses(clock, lambda: sign_in(stranger, WRONG, address=ELSEWHERE), 7)[-1] == 30
    clock.move(-30)
    clock.move(1)
    waited = int(sign_in(client).headers["Retry-After"])
    assert 0 < waited <= 8
    clock.move(waited)
    assert sign_in(stranger, WRONG, address=ELSEWHERE).status_code == 429
    assert sign_in(client).status_code == 303


def test_a_device_that_knows_the_person_waits_for_no_stranger(client: Client, clients, clock: Clock, maja: User) -> None:
    assert sign_in(client).status_code == 303
    client.submit("/sign-out")
    stranger = clients()
    for address in (HALL, ELSEWHERE):
        guess(stranger, 3, address=address)
    assert sign_in(stranger, WRONG).status_code == 429, "for the name alone"
    assert sign_in(client).status_code == 303
    client.submit("/sign-out")
    guess(client, 6)
    assert sign_in(client).status_code == 429, "whoever sits at it waits for their own guesses"


@pytest.mark.parametrize("made", ["of another person", "by another program", "of nonsense"])
def test_a_device_that_does_not_know_the_person_waits(app: Flask, client: Client, clients, clock: Clock, maja: User, made: str) -> None:
    if made == "of another person":
        other = a_user(email="bo@lindby.dk", password=True)
        assert sign_in(client, email=other.email or "").status_code == 303
        client.submit("/sign-out")
    elif made == "of nonsense":
        client.set_cookie("fundbank-device", "W10.nonsense")
    else:
        known = clients()
        assert sign_in(known).status_code == 303
        value = known.get_cookie("fundbank-device").value
        client.set_cookie("fundbank-device", value[:-2] + "xx")
    guess(clients(), 6)
    assert sign_in(client).status_code == 429


def test_who_knows_the_password_of_an_account_elsewhere_has_no_more_guesses(client: Client, clients, clock: Clock, maja: User) -> None:
    """An administrator of another municipality can make an account with any address, and choose its password."""
    a_user(a_department(a_municipality("Egeby")), email=MAJA).password_hash = hash_password(own := "en sætning i Egeby")
    for _ in range(6):
        guess(client, 1)
        assert sign_in(client, own).status_code == 303
        client.submit("/sign-out")
        clock.move(30)
    guess(client, 1)
    for device in (client, clients()):
        assert sign_in(device).status_code == 422, "it is not looked at: there have been guesses enough"
    clock.move(30)
    assert sign_in(clients()).status_code == 303


def test_programs_that_share_the_place_to_count_count_for_themselves(app: Flask) -> None:
    beside = Flask("beside")
    beside.config["SECRET_KEY"], beside.extensions[tries.NAME] = "another" * 8, app.extensions[tries.NAME]
    guesses, lines = tries.Pauses("name", longest=8), tries.AtMost("access", "1 per minute")
    waits = [guesses.take(MAJA) for _ in range(7)]
    assert (waits[-1], lines.take("person 1"), lines.take("person 1")) == (1, True, False)
    with beside.app_context():
        assert (guesses.left(MAJA), guesses.take(MAJA), lines.take("person 1")) == (0, 0, True)


def test_a_device_knows_all_who_have_signed_in_on_it(client: Client, clients, clock: Clock, maja: User) -> None:
    bo = a_user(email="bo@lindby.dk", password=True)
    for email in (MAJA, bo.email or ""):
        assert sign_in(client, email=email).status_code == 303
        client.submit("/sign-out")
    for email in (MAJA, bo.email or ""):
        guess(clients(), 6, email=email)
        assert sign_in(client, email=email).status_code == 303
        client.submit("/sign-out")


@pytest.mark.parametrize("scheme, name, secure", [("http", "fundbank-device", False), ("https", "__Host-fundbank-device", True)])
def test_the_cookie_of_a_device(client: Client, maja: User, scheme: str, name: str, secure: bool) -> None:
    told = {"base_url": f"{scheme}://localhost", "headers": {"Referer": f"{scheme}://localhost/sign-in"}}
    answer = client.submit("/sign-in", {"email": MAJA, "password": PASSWORD}, **told)
    assert answer.status_code == 303, answer.words
    kept = client.get_cookie(name)
    assert kept is not None
    assert (kept.secure, kept.http_only, kept.same_site, kept.path) == (secure, True, "Lax", "/")


def test_a_town_hall_behind_one_address_types_wrong_without_waiting(client: Client, clock: Clock) -> None:
    people = [a_user(email=f"person{number}@lindby.dk", password=True) for number in range(15)]
    for person in people:
        guess(client, 4, email=person.email or "")
    for person in people:
        assert sign_in(client, email=person.email or "").status_code == 303
        client.submit("/sign-out")


def test_the_own_password_is_guessed_no_faster(client: Client, clock: Clock, maja: User) -> None:
    """Whoever finds a page that somebody left open."""
    client.sign_in(maja)
    for _ in range(5):
        assert change_password(client, WRONG).status_code == 422
    assert pauses_after_guesses(clock, lambda: change_password(client, WRONG), 3) == [1, 2, 4]
    assert change_password(client, PASSWORD).status_code == 303


def test_a_right_password_gives_the_guesses_back(client: Client, clock: Clock, maja: User) -> None:
    for _ in range(3):
        guess(client, 5)
        client.sign_in(maja)
        refused = change_password(client, PASSWORD, "password1234")
        assert refused.status_code == 422, "it is the new one that will not do"
        client.sign_out()
    for _ in range(3):
        guess(client, 5)
        assert sign_in(client).status_code == 303
        client.submit("/sign-out")
        client.delete_cookie("fundbank-device")


def test_guesses_are_forgotten_after_an_hour(client: Client, clock: Clock, maja: User) -> None:
    guess(client, 6)
    clock.move(3600)
    guess(client, 6)


def test_guesses_sent_at_once_count_like_others(app: Flask, clients, maja: User) -> None:
    browser = clients()
    data = {"csrf_token": browser.csrf_token(), "email": MAJA, "password": WRONG}
    cookie = browser.get_cookie("fundbank").value
    together, answers = Barrier(12, timeout=60), []
    commit()

    def send() -> None:
        alone = FlaskClient(app, use_cookies=True)
        alone.set_cookie("fundbank", cookie)
        together.wait()
        with app.app_context():
            answers.append(alone.post("/sign-in", data=data).status_code)

    threads = [Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count(422), answers.count(429)) == (6, 6)


@pytest.mark.parametrize("seconds", [-10, -3600, -86_400, -366 * 86_400])
def test_a_clock_set_back_keeps_no_name_waiting(client: Client, clock: Clock, maja: User, seconds: int) -> None:
    guess(client, 6)
    clock.move(seconds)
    refused = sign_in(client)
    if refused.status_code == 429:
        assert int(refused.headers["Retry-After"]) <= 30
        clock.move(30)
        assert sign_in(client).status_code == 303
    else:
        assert refused.status_code == 303


@pytest.mark.parametrize(
    "url",
    ["nonsense", "memory", "foo://user:hemmelig@server", "redis://[::1", "redis+sentinel://", "memcached://127.0.0.1:1", "async+memory://"],
)
def test_a_place_to_count_that_there_is_not_is_said_in_a_sentence(url: str) -> None:
    with pytest.raises(BadSetting, match="FUNDBANK_LIMITS_URL") as refused:
        tries.storage_of(url)
    assert "hemmelig" not in str(refused.value)


class Gone(MemoryStorage):
    """A place to count that several processes share, and that has just gone away."""

    STORAGE_SCHEME = ["gone"]

    def get(self, key: str) -> int:
        raise ValueError("nothing answers")


class TestWhileTheSharedCountIsAway:
    @pytest.fixture
    def app_settings(self) -> dict[str, str]:
        return {"LIMITS_URL": "gone://"}

    def test_each_process_counts_for_itself_and_people_get_in(self, client: Client, clock: Clock, maja: User) -> None:
        guess(client, 6)
        assert sign_in(client, WRONG).status_code == 429
        clock.move(30)
        assert sign_in(client).status_code == 303
