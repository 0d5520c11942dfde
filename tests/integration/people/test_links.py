"""Invitation and reset links: made by an administrator, shown once, used once, and not for long."""

import logging
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from fundbank.errors import NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.people import operations
from fundbank.people.queries import people_by_email
from tests.builders import AT, PASSWORD, a_user, an_administrator
from tests.web import Client

NEW = {"password": "et helt nyt kodeord", "again": "et helt nyt kodeord"}


def test_an_invitation_lets_a_new_person_in(app: Flask, client: Client) -> None:
    administrator = an_administrator()
    user = a_user(administrator.department, email="ny@lindby.dk")
    client.sign_in(administrator)
    made = client.submit(f"/users/{user.id}/link")
    link = re.search(r"http://localhost(/link/([\w-]+))", made.text)
    assert made.status_code == 200 and link, made.text
    assert "has been shown" in client.get(f"/users/{user.id}/link").words, "shown once"
    client.sign_out()
    assert client.get(link[1]).status_code == 200
    assert client.submit(link[1], NEW).status_code == 303
    assert client.get("/account").status_code == 200
    assert client.get(link[1]).status_code == 410, "used once"
    assert operations.whose_password(people_by_email("ny@lindby.dk"), password=NEW["password"]) == [user]


def test_a_link_stands_in_its_answer_alone(app: Flask, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """In no cookie, nor where answers are remembered, nor in the log: whoever sends the form twice is told that it has been shown."""
    caplog.set_level(logging.DEBUG)
    administrator = an_administrator()
    user = a_user(administrator.department)
    client.sign_in(administrator)
    once = str(uuid4())
    made = client.submit(f"/users/{user.id}/link", once=once)
    (token,) = re.findall(r"/link/([\w-]+)", made.text)
    with client.session_transaction() as cookie:
        assert token not in repr(dict(cookie))
    assert token not in repr(made.headers) + caplog.text
    assert made.headers["Cache-Control"] == "private, no-cache"
    assert token not in repr(db.session.execute(text("SELECT * FROM answered_requests")).all())
    again = client.submit(f"/users/{user.id}/link", once=once)
    assert again.location == f"/users/{user.id}/link"
    assert "has been shown" in client.get(again.location).words
    assert client.get(f"/link/{token}").status_code == 200, "and the first one works"


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"password": "kort", "again": "kort"}, "at least 12 characters"),
        ({"password": "et helt nyt kodeord", "again": "et andet kodeord"}, "not the same"),
        ({"password": "", "again": ""}, "Choose a password."),
        ({"password": "Maja.Holm@lindby.dk", "again": "Maja.Holm@lindby.dk"}, "not made of your name or e-mail address"),
        ({"password": "majaholm 2026!", "again": "majaholm 2026!"}, "not made of your name or e-mail address"),
        ({"password": "Velkommen2026!", "again": "Velkommen2026!"}, "one of the first that are guessed"),
    ],
)
def test_a_password_that_will_not_do(app: Flask, client: Client, typed: dict[str, str], sentence: str) -> None:
    token = operations.invite(actor=None, at=now(), user=a_user(name="Maja Holm", email="maja.holm@lindby.dk"))
    answer = client.submit(f"/link/{token}", typed)
    assert answer.status_code == 422
    assert sentence in answer.words
    assert client.submit(f"/link/{token}", NEW).status_code == 303, "the link still works"


@pytest.mark.parametrize("make, days", [(operations.invite, 7), (operations.reset, 1)])
def test_a_link_expires(app: Flask, make, days: int) -> None:
    user = a_user()
    token = make(actor=None, at=AT, user=user)
    with pytest.raises(operations.LinkUsed):
        operations.set_password_by_link(at=AT + timedelta(days=days), token=token, password=PASSWORD)
    just_before = AT + timedelta(days=days, seconds=-1)
    assert operations.set_password_by_link(at=just_before, token=token, password=PASSWORD) == user
    with pytest.raises(operations.LinkUsed):
        operations.set_password_by_link(at=AT, token=token, password=PASSWORD)


def test_a_new_link_makes_the_old_one_useless(app: Flask) -> None:
    user = a_user()
    first = operations.invite(actor=None, at=AT, user=user)
    operations.invite(actor=None, at=AT, user=user)
    with pytest.raises(operations.LinkUsed):
        operations.set_password_by_link(at=AT, token=first, password=PASSWORD)


def test_who_gets_no_link(app: Flask) -> None:
    administrator, stranger = an_administrator(), an_administrator()
    closed = a_user(administrator.department)
    operations.deactivate_user(actor=administrator, at=AT, user=closed)
    for user in (closed, a_user(administrator.department, email=None)):
        with pytest.raises(WrongState):
            operations.invite(actor=administrator, at=AT, user=user)
    with pytest.raises(NotAllowed):
        operations.reset(actor=stranger, at=AT, user=administrator)
