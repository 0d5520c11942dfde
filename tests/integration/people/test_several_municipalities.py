"""Two municipalities in one database: an address is a person of each, who knows nothing of the other."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.extensions import db
from fundbank.history.models import AccessLine
from fundbank.kit.clock import now
from fundbank.kit.transaction import commit
from fundbank.people import operations
from fundbank.people.models import User
from fundbank.people.operations.passwords import hash_password
from fundbank.people.queries import people_by_email
from tests.builders import AT, PASSWORD, PASSWORD_HASH, a_department, a_municipality, a_user
from tests.web import Client, Response

MAJA, OTHER = "maja@konsulent.dk", "en helt anden sætning"


class Towns:
    """Maja works for two municipalities, and a third knows her address without a password of hers."""

    def __init__(self) -> None:
        self.egeby, self.lindby, self.vesterby = (
            a_user(a_department(a_municipality(name)), f"Maja i {name}", email=MAJA, password=True)
            for name in ("Egeby", "Lindby", "Vesterby")
        )
        self.vesterby.password_hash = hash_password(OTHER)
        commit()


class Clock:
    def __init__(self) -> None:
        self.now = now()

    def __call__(self) -> object:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app_settings(clock: Clock) -> dict[str, object]:
    return {"CLOCK": clock}


@pytest.fixture
def towns(app: Flask) -> Towns:
    return Towns()


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> Response:
    return client.submit("/sign-in", {"email": MAJA, "password": password, **more})


def choose(client: Client, person: User) -> Response:
    return client.submit("/sign-in/municipality", {"person": str(person.id)})


def lines() -> list[tuple[str, int | None]]:
    db.session.rollback()
    return [tuple(line) for line in db.session.execute(select(AccessLine.kind, AccessLine.user_id).order_by(AccessLine.id))]


def test_a_password_that_is_right_in_one_opens_that_one(client: Client, towns: Towns) -> None:
    assert sign_in(client, OTHER).location == "/"
    assert "Maja i Vesterby" in client.get("/account").words
    assert lines() == [("signed_in", towns.vesterby.id)]


def test_one_that_is_right_in_several_is_asked_where_and_names_no_other(client: Client, towns: Towns) -> None:
    asked = sign_in(client, next="/account")
    assert (asked.status_code, asked.location) == (303, "/sign-in/municipality")
    assert client.get("/account").status_code == 302, "nobody is in yet"
    page = client.get(asked.location).words
    assert "Egeby" in page and "Lindby" in page and "Vesterby" not in page
    assert choose(client, towns.vesterby).status_code == 422
    assert client.submit("/sign-in/municipality").status_code == 422
    chosen = choose(client, towns.lindby)
    assert (chosen.status_code, chosen.location) == (303, "/account")
    assert "Maja i Lindby" in client.get("/account").words
    assert lines() == [("signed_in", towns.lindby.id)]


def test_the_question_is_answered_once(client: Client, clients, towns: Towns) -> None:
    sign_in(client)
    thief = clients()
    thief.set_cookie("fundbank", client.get_cookie("fundbank").value)
    assert choose(client, towns.egeby).location == "/"
    for again in (thief, client.sign_out()):
        assert choose(again, towns.egeby).location == "/sign-in"
        assert again.get("/account").status_code == 302


@pytest.mark.parametrize("what", ["late", "early", "a new password", "closed", "never asked"])
def test_the_question_does_not_stay_open(client: Client, towns: Towns, clock: Clock, what: str) -> None:
    if what != "never asked":
        sign_in(client)
    clock.now += {"late": timedelta(minutes=5), "early": timedelta(minutes=-1)}.get(what, timedelta())
    for person in (towns.egeby, towns.lindby):
        if what == "a new password":
            operations.end_sessions(person)
        if what == "closed":
            operations.deactivate_user(actor=None, at=AT, user=person)
    commit()
    assert client.get("/sign-in/municipality").location == "/sign-in"
    assert choose(client, towns.egeby).location == "/sign-in"
    assert client.get("/account").status_code == 302


def test_a_wrong_password_is_a_line_for_each_that_knows_the_address(client: Client, towns: Towns) -> None:
    assert sign_in(client, "et gæt på kodeordet").status_code == 422
    assert sorted(lines()) == [("sign_in_failed", person.id) for person in (towns.egeby, towns.lindby, towns.vesterby)]


def test_guesses_are_slowed_down_as_anywhere_and_a_known_device_goes_on(client: Client, clients, towns: Towns) -> None:
    sign_in(client)
    choose(client, towns.lindby)
    client.submit("/sign-out")
    stranger = clients()
    for _ in range(6):
        assert sign_in(stranger, "et gæt på kodeordet").status_code == 422
    assert sign_in(stranger).status_code == 429
    assert sign_in(client).location == "/sign-in/municipality"


def test_the_own_password_is_changed_in_one_of_them(client: Client, towns: Towns) -> None:
    client.sign_in(towns.egeby)
    new = {"current": PASSWORD, "password": "et helt nyt kodeord", "again": "et helt nyt kodeord"}
    assert client.submit("/account/password", new | {"current": OTHER}).status_code == 422
    assert client.submit("/account/password", new).status_code == 303
    db.session.expire_all()
    assert towns.lindby.password_hash == PASSWORD_HASH
    assert operations.whose_password(people_by_email(MAJA), password=PASSWORD) == [towns.lindby]
