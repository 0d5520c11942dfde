"""The outbox: the municipality's administrators read what was written to whom, see what failed, and let it be tried again."""

from typing import Any

import pytest
from flask import Flask

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.outbox import operations, queries
from fundbank.outbox.models import Mail
from fundbank.outbox.rules import SECRET
from fundbank.outbox.words import what_failed
from fundbank.people.models import User
from tests.builders import AT, a_department, a_municipality, a_pool, a_user, an_administrator
from tests.post import setting
from tests.web import Client


@pytest.fixture
def administrator(app: Flask) -> User:
    app.config["MAIL_SERVER"] = setting(1)
    return an_administrator(a_department(a_municipality("Lindby Kommune")), name="Maja")


def a_mail(person: User, key: str, **more: Any) -> Mail:
    values = {
        "at": AT, "municipality_id": person.municipality_id, "user_id": person.id, "address": person.email, "language": "en",
        "subject": f"About {key}", "items": [("Something has happened.", "Read more", "https://bank.kommune.dk/x")],
    }  # fmt: skip
    return db.session.get_one(Mail, operations.write_mail(key, **{**values, **more}))


def failed(mail: Mail) -> Mail:
    job = queries.job_with_key(f"mail:{mail.id}")
    assert job is not None
    operations.note_failure(job.id, "550 no such person", at=AT, for_good=True)
    return mail


def test_it_lists_the_municipalitys_mail_the_newest_first_by_pages(client: Client, administrator: User) -> None:
    stranger = a_user(a_department(a_municipality("Fremmed Kommune")))
    for number in range(queries.PAGE_SIZE + 1):
        a_mail(administrator, f"fact {number}.")
    a_mail(stranger, "nobody's business")
    page = client.sign_in(administrator).get("/outbox")
    assert page.words.index("About fact 50.") < page.words.index("About fact 49.")
    assert "About fact 0." not in page.words and "nobody's business" not in page.words
    older = client.get(f"/outbox?before={db.session.query(Mail).order_by(Mail.id).offset(1).first().id}")
    assert "About fact 0." in older.words and "About fact 1." not in older.words


def test_a_link_that_is_a_secret_is_masked(client: Client, administrator: User) -> None:
    a_mail(administrator, "link", items=[("Choose a password.", "Choose", SECRET)], secret="https://bank.kommune.dk/link/hemmeligt")
    page = client.sign_in(administrator).get("/outbox")
    assert "Choose: ••••" in page.words and "hemmeligt" not in page.text


def test_it_says_that_nothing_is_sent_where_no_mail_server_is_set(app: Flask, client: Client, administrator: User) -> None:
    a_mail(administrator, "before")
    client.sign_in(administrator)
    assert "nothing is sent" not in client.get("/outbox").words
    app.config["MAIL_SERVER"] = None
    a_mail(administrator, "after")
    page = client.get("/outbox?state=held")
    assert "nothing is sent" in page.words and "Would have been sent" in page.words
    assert "About after" in page.words and "About before" not in page.words


def test_what_failed_is_tried_again(client: Client, administrator: User) -> None:
    mail = failed(a_mail(administrator, "fact"))
    page = client.sign_in(administrator).get("/outbox")
    assert "The mail server said: 550 no such person" in page.words and f"/outbox/{mail.id}/again" in page.text
    assert client.submit(f"/outbox/{mail.id}/again").status_code == 303
    db.session.expire_all()
    assert mail.state == "waiting" and queries.first_due(AT.replace(year=2100), with_mail=True) is not None
    commit()
    assert client.submit(f"/outbox/{mail.id}/again").code == "wrong_state"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("452 4.2.2 mailbox full", "The mail server said: 452 4.2.2 mailbox full"),
        ("ConnectionRefusedError: [Errno 111] Connection refused", "The mail server could not be used."),
        ("no mail can be sent to 'anna@@lindby'", "No mail can be sent to this address."),
    ],
)
def test_a_fault_of_mail_is_a_sentence_and_only_the_servers_own_words_are_repeated(error: str, sentence: str) -> None:
    assert what_failed(error) % {"said": error} == sentence


def test_work_that_failed_is_named_in_words_and_tried_again(client: Client, administrator: User) -> None:
    """What went wrong is for whoever reads the log, by the job's number."""
    pool, owner = a_pool(administrator.municipality, name="Puljen"), administrator.municipality_id
    asked = {
        "remind": {"pool_id": pool.id, "on": "2026-03-02"},
        "day_mail": {"user_id": administrator.id},
        "clean": {},
        "decision": {"line_id": 9},
    }
    for kind, payload in asked.items():
        operations.ask_for(kind, f"{kind}:9", run_at=AT, municipality_id=owner, **payload)
        job = queries.job_with_key(f"{kind}:9")
        assert job is not None
        operations.note_failure(job.id, "LookupError: not there", at=AT, for_good=True)
    page = client.sign_in(administrator).get("/outbox").words
    said = ("The day's reminders in Puljen", "The day's mail to Maja", "Cleaning up what is old", "Telling of the decision about “–”")
    assert all(f"{each} It was tried 1 times. The program's log says what went wrong, under job" in page for each in said)
    assert "LookupError" not in page and ":9" not in page
    assert client.submit(f"/outbox/jobs/{job.id}/again").status_code == 303
    assert said[-1] not in client.get("/outbox").words


def test_nobody_else_reads_it_nor_lets_it_be_tried(client: Client, administrator: User) -> None:
    mail = failed(a_mail(administrator, "fact"))
    other, stranger = a_user(administrator.department), an_administrator(a_department(a_municipality()))
    assert client.sign_in(other).get("/outbox").status_code == 403
    assert client.submit(f"/outbox/{mail.id}/again").status_code == 404
    assert client.sign_in(stranger).submit(f"/outbox/{mail.id}/again").status_code == 404
