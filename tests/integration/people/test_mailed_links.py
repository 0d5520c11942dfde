"""Links go by mail to the person where there is a mail server; and nobody else ever sees those of who could misuse much."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from fundbank.cli import main
from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.transaction import commit
from fundbank.outbox.models import Mail
from fundbank.outbox.operations import write_mail
from fundbank.outbox.worker import Worker
from fundbank.people import operations
from fundbank.people.models import User
from fundbank.people.operations import set_password_by_link
from fundbank.pools.roles import CONFIRMED, Role
from tests.builders import PASSWORD, a_municipality, a_person_with, a_pool, a_user, an_administrator
from tests.post import PostOffice, a_post_office, plain, setting
from tests.web import Client

NEW = {"password": "et helt nyt kodeord", "again": "et helt nyt kodeord"}


@pytest.fixture
def administrator(app: Flask) -> User:
    return an_administrator(language="en")


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    with a_post_office() as (office, port):
        app.config["MAIL_SERVER"] = setting(port)
        yield office


def send_all(app: Flask) -> None:
    commit()
    worker = Worker(app, {}, lambda at: None)
    while worker.step(now()):
        pass
    db.session.expire_all()


@pytest.mark.parametrize("language, subject", [("da", "Welcome to the digitalisation bank"), ("en", "Welcome to the digitalisation bank")])
def test_an_invitation_goes_to_the_person_and_the_administrator_does_not_see_it(
    app: Flask, client: Client, administrator: User, office: PostOffice, language: str, subject: str
) -> None:
    user = a_user(administrator.department, email="ny@lindby.dk", language=language)
    made = client.sign_in(administrator).submit(f"/users/{user.id}/link")
    page = client.get(made.location)
    assert "A link is on its way to ny@lindby.dk." in page.words
    assert "/link/" not in page.text.replace(f"/users/{user.id}/link", "") + client.get("/outbox").text
    send_all(app)
    (mail,) = office.of("ny@lindby.dk")
    assert mail["Subject"] == subject and f"bank of {user.municipality.name}." in " ".join(plain(mail).split())
    link = re.search(r"http://localhost(/link/\S+)", plain(mail))
    assert link and client.sign_out().submit(link[1], NEW).status_code == 303
    assert db.session.query(Mail).one().secret is None


def test_a_second_link_takes_the_place_of_one_that_has_not_gone(
    app: Flask, client: Client, administrator: User, office: PostOffice
) -> None:
    user = a_user(administrator.department, email="ny@lindby.dk", password=True)
    for _ in range(2):
        client.sign_in(administrator).submit(f"/users/{user.id}/link")
    send_all(app)
    (mail,) = office.of("ny@lindby.dk")
    assert mail["Subject"] == "Choose a new password" and f"An administrator of {user.municipality.name} " in plain(mail)
    link = re.search(r"http://localhost(/link/\S+)", plain(mail))
    assert link and f"sign in to {user.municipality.name} as ny@lindby.dk" in client.sign_out().get(link[1]).words


@pytest.mark.parametrize("email, arrived", [("rigtig@lindby.dk", ["Of a meeting"]), (None, [])])
def test_a_mistyped_address_is_put_right_before_and_after_the_mail(
    app: Flask, client: Client, administrator: User, office: PostOffice, email: str | None, arrived: list[str]
) -> None:
    user = a_user(administrator.department, email="forkert@lindby.dk", language="en")
    client.sign_in(administrator).submit(f"/users/{user.id}/link")
    send_all(app)
    (mail,) = office.of("forkert@lindby.dk")
    gone = re.search(r"http://localhost(/link/\S+)", plain(mail))
    client.submit(f"/users/{user.id}/link")
    write_mail(
        "a meeting", at=now(), municipality_id=user.municipality_id, user_id=user.id, address="forkert@lindby.dk", language="en",
        subject="Of a meeting", items=[],
    )  # fmt: skip
    operations.change_user(
        actor=administrator, at=now(), user=user, name=user.name, email=email, department=user.department, is_administrator=False
    )
    send_all(app)
    assert len(office.of("forkert@lindby.dk")) == 1, "what has not gone out goes to the right address; a link to none"
    assert [mail["Subject"] for mail in office.of("rigtig@lindby.dk")] == arrived
    assert gone and client.sign_out().get(gone[1]).status_code == 410, "and what has gone out opens nothing"


@pytest.mark.parametrize("role", Role)
def test_without_mail_the_link_of_a_heavy_role_is_shown_to_nobody(client: Client, role: Role) -> None:
    pool = a_pool(a_municipality())
    user = a_person_with(pool, role)
    client.sign_in(an_administrator(user.department, language="en"))
    page, made = client.get(f"/users/{user.id}"), client.submit(f"/users/{user.id}/link")
    is_hidden = role in CONFIRMED
    assert ("fundbank link --email" in page.words) is is_hidden
    assert (f'action="/users/{user.id}/link"' in page.text) is not is_hidden
    assert (made.code == "not_allowed", "/link/" in made.text.replace(f"/users/{user.id}/link", "")) == (is_hidden, not is_hidden)


def test_an_administrators_link_is_shown_to_nobody(client: Client, administrator: User) -> None:
    other = an_administrator(administrator.department)
    assert client.sign_in(administrator).submit(f"/users/{other.id}/link").code == "not_allowed"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_command_on_the_server_makes_a_link_for_anybody(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    user = a_person_with(a_pool(a_municipality()), Role.FINANCE, email="pia@lindby.dk")
    commit()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUNDBANK_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    monkeypatch.setenv("FUNDBANK_ADDRESS", "https://bank.lindby.example")
    said = CliRunner().invoke(main, ["link", "--email", "pia@lindby.dk"])
    assert said.exit_code == 0
    token = re.findall(r"https://bank.lindby.example/link/(\S+)", said.output)[0]
    assert set_password_by_link(at=now(), token=token, password=PASSWORD) == user
    commit()
    refused = CliRunner().invoke(main, ["link", "--email", "ingen@lindby.dk"])
    assert (refused.exit_code, "nobody signs in with ingen@lindby.dk" in refused.output) == (1, True)
