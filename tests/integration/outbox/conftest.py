"""An outbox with a mail server behind it, and a worker that is told what time it is."""

import ssl
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.outbox.operations import write_mail
from fundbank.outbox.worker import Worker
from fundbank.people.models import User
from tests.builders import AT, a_department, a_municipality, a_user
from tests.post import PostOffice, a_post_office, setting


def no_day(*, at: datetime) -> None:
    """Nothing is asked for by the day."""


@pytest.fixture
def office(app: Flask) -> Iterator[PostOffice]:
    with a_post_office() as (office, port):
        app.config["MAIL_SERVER"] = setting(port)
        yield office


@pytest.fixture
def person(app: Flask) -> User:
    return a_user(a_department(a_municipality("Lindby Kommune")), "Anna", email="anna@lindby.dk")


@pytest.fixture
def worker(app: Flask) -> Worker:
    return Worker(app, {}, no_day)


@pytest.fixture
def write(person: User) -> Callable[..., int | None]:
    def write(key: str = "one", **more: Any) -> int | None:
        values: dict[str, Any] = {
            "at": AT, "municipality_id": person.municipality_id, "user_id": person.id, "address": "anna@lindby.dk", "language": "da",
            "subject": "Ansøgningen er imødekommet", "items": [("Der er nyt om „Åbne skærme“.", "Læs mere", "https://bank.kommune.dk/x")],
        }  # fmt: skip
        return write_mail(key, **{**values, **more})

    return write


def all_of(worker: Worker, at: datetime = AT) -> int:
    """Let the worker do all that is due at the moment; returns how much that was."""
    commit()
    done = 0
    while worker.step(at):
        done += 1
        assert done < 1000
    db.session.expire_all()
    return done


MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="session")
def a_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server's certificate that it has signed itself."""
    folder = tmp_path_factory.mktemp("certificate")
    asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=127.0.0.1"]
    subprocess.run(["openssl", *asked, "-keyout", folder / "key", "-out", folder / "certificate"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context
