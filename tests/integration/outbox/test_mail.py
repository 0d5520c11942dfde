"""Mail, from the outbox to a real mail server: what it carries, what becomes of one that is not taken, and that nothing goes twice."""

import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.outbox import operations, queries
from fundbank.outbox.models import Job, Mail
from fundbank.outbox.rules import GIVEN_UP_AFTER, PAUSES, SECRET
from fundbank.outbox.server import NotSent, hand_over
from fundbank.outbox.worker import LEASE, Rests, Worker
from fundbank.people.models import User
from tests.builders import AT
from tests.integration.outbox.conftest import MINUTE, all_of, no_day
from tests.post import NAME, PostOffice, a_post_office, html, plain, setting

Write = Callable[..., int | None]


def mail(mail_id: int | None) -> Mail:
    return db.session.get_one(Mail, mail_id, populate_existing=True)


def test_a_mail_is_sent_after_the_commit_in_the_addressees_language(worker: Worker, office: PostOffice, write: Write) -> None:
    danish, english = write("one"), write("two", language="en", address="ben@lindby.dk")
    assert office.mails == []
    assert all_of(worker) == 2
    first, second = office.mails
    assert (first["To"], first["From"]) == ("anna@lindby.dk", "Digitaliseringsbanken <bank@kommune.dk>")
    assert first["Subject"] == "Ansøgningen er imødekommet"
    assert first["Message-ID"] == f"<{mail(danish).message_id}@kommune.dk>" != second["Message-ID"]
    assert parsedate_to_datetime(first["Date"]) == AT
    assert first["Auto-Submitted"] == "auto-generated"
    for said in (plain(first), html(first)):
        assert "Der er nyt om „Åbne skærme“." in said
        assert "https://bank.kommune.dk/x" in said
    assert (
        html(first).count("<a ") == 1 and "<img" not in html(first) and "http" not in html(first).replace("https://bank.kommune.dk/x", "")
    )
    assert 'lang="en"' in html(second)
    assert (mail(english).state, mail(english).sent_at) == ("sent", AT)
    assert all_of(worker, AT + timedelta(days=30)) == 0


def test_what_is_rolled_back_is_not_sent(worker: Worker, office: PostOffice, write: Write) -> None:
    commit()
    write()
    db.session.rollback()
    assert all_of(worker) == 0 and office.mails == []


def test_the_same_fact_is_written_once_and_a_newer_one_of_a_topic_stands_for_all(worker: Worker, office: PostOffice, write: Write) -> None:
    old = write("claim:1:step:1", topic="claim:1", subject="første")
    assert write("claim:1:step:1", topic="claim:1", subject="igen") is None
    write("claim:1:step:2", topic="claim:1", subject="anden")
    all_of(worker)
    assert [one["Subject"] for one in office.mails] == ["anden"]
    assert mail(old).state == "withdrawn"


@pytest.mark.parametrize("subject", ["to\r\nBcc: x@y.dk", "to\nlinjer"])
def test_a_header_is_one_line(worker: Worker, office: PostOffice, write: Write, subject: str) -> None:
    write(subject=subject)
    all_of(worker)
    assert len(office.mails) == 1 and office.mails[0]["Bcc"] is None
    assert office.mails[0]["Subject"].startswith("to ")


def test_a_secret_is_in_the_mail_alone_and_forgotten_once_it_is_sent(worker: Worker, office: PostOffice, write: Write) -> None:
    sent = write(items=[("Vælg en adgangskode.", "Vælg", SECRET)], secret="https://bank.kommune.dk/link/hemmeligt")
    assert "hemmeligt" not in repr(mail(sent).items)
    all_of(worker)
    assert "https://bank.kommune.dk/link/hemmeligt" in plain(office.mails[0])
    assert mail(sent).secret is None
    assert "hemmeligt" not in repr(db.session.execute(select(Job.payload, Job.error)).all())


def test_a_server_that_is_away_is_tried_again_after_growing_pauses_and_then_the_mail_lies_there(
    app: Flask, worker: Worker, write: Write, office: PostOffice
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        away = setting(closed.getsockname()[1])
        there, app.config["MAIL_SERVER"] = app.config["MAIL_SERVER"], away
        written, at, moments = write(items=[("Vælg.", "Vælg", SECRET)], secret="https://bank/link/x"), AT, []
        while mail(written).state == "waiting":
            if all_of(worker, at):
                moments.append(at)
            at += MINUTE * 30 if len(moments) > 4 else MINUTE
            assert at < AT + timedelta(days=10)
    assert len(moments) == GIVEN_UP_AFTER
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert all(pause >= wanted for pause, wanted in zip(pauses, PAUSES, strict=True)) and pauses[-1] > pauses[0]
    assert mail(written).error and all_of(worker, at + timedelta(days=30)) == 0
    app.config["MAIL_SERVER"] = there
    operations.try_mail_again(mail(written), at=at)
    all_of(worker, at)
    assert [mail(written).state, len(office.mails)] == ["sent", 1]
    with pytest.raises(WrongState):
        operations.try_mail_again(mail(written), at=at)


def test_workers_of_one_process_find_out_once_that_a_mail_server_is_away(app: Flask, office: PostOffice, write: Write) -> None:
    """Of a hundred municipalities each would wait as long as the first for an answer that does not come, and nothing else would be done."""
    for key in ("one", "another"):
        write(key)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        there, app.config["MAIL_SERVER"] = app.config["MAIL_SERVER"], setting(closed.getsockname()[1])
        rests: Rests = {}
        assert [all_of(Worker(app, {}, no_day, rests=rests)) for _ in range(3)] == [1, 0, 0]
        app.config["MAIL_SERVER"] = there
    assert all_of(Worker(app, {}, no_day, rests=rests)) == 1, "another server does not rest with it"


def test_an_address_that_the_server_refuses_for_good_is_not_tried_again(worker: Worker, office: PostOffice, write: Write) -> None:
    office.answers = {"anna@lindby.dk": "550 no such person", "full@lindby.dk": "452 full"}
    refused, later, odd = write("a"), write("b", address="full@lindby.dk"), write("c", address="to ord@lindby.dk")
    all_of(worker)
    assert (mail(refused).state, mail(refused).error) == ("failed", "550 no such person")
    assert mail(odd).state == "waiting"  # after mail that was not taken the worker rests
    office.answers = {}
    all_of(worker, AT + MINUTE * 2)
    assert (mail(later).state, mail(odd).state) == ("sent", "failed")


def test_a_link_that_is_forgotten_is_not_sent_again(worker: Worker, office: PostOffice, write: Write) -> None:
    office.answers = {"anna@lindby.dk": "550 no such person"}
    written = write(items=[("Vælg.", "Vælg", SECRET)], secret="https://bank/link/x")
    all_of(worker)
    operations.forget_old(at=AT + timedelta(days=8))
    assert mail(written).secret is None
    with pytest.raises(WrongState, match="no longer good"):
        operations.try_mail_again(mail(written), at=AT)


def test_a_mail_whose_link_is_forgotten_while_it_waits_is_never_sent(worker: Worker, office: PostOffice, write: Write) -> None:
    mail_id = write(items=[("Vælg en adgangskode.", "Vælg", SECRET)], secret="https://bank.kommune.dk/link/x")
    operations.forget_old(at=AT + timedelta(days=8))
    all_of(worker, AT + timedelta(days=8))
    assert office.mails == [] and mail(mail_id).state == "withdrawn"


def test_whoever_took_too_long_notes_nothing(app: Flask, worker: Worker, office: PostOffice, write: Write) -> None:
    """A worker that stood still while its lease ran out wakes up: the mail is another's by then."""
    written = write()
    commit()
    job = queries.take_first_due(AT, with_mail=True)
    assert job is not None
    token = operations.lease(job, at=AT, until=AT + LEASE)
    commit()
    assert all_of(worker, AT + MINUTE) == 0
    assert all_of(worker, AT + LEASE) == 1
    for note in (operations.note_sent, lambda job_id, _mail_id, token, at: operations.note_failure(job_id, "x", at=at, token=token)):
        note(job.id, written, token, at=AT + LEASE * 2)
    assert (mail(written).sent_at, mail(written).error, len(office.mails)) == (AT + LEASE, "", 1)


def test_without_a_mail_server_nothing_is_ever_sent(app: Flask, worker: Worker, office: PostOffice, write: Write) -> None:
    there, app.config["MAIL_SERVER"] = app.config["MAIL_SERVER"], None
    held = write()
    app.config["MAIL_SERVER"] = there
    assert all_of(worker, AT + timedelta(days=1)) == 0
    assert (mail(held).state, office.mails) == ("held", [])


def test_mail_that_waits_when_the_server_is_taken_away_waits_on(app: Flask, worker: Worker, office: PostOffice, write: Write) -> None:
    write()
    there, app.config["MAIL_SERVER"] = app.config["MAIL_SERVER"], None
    assert all_of(worker) == 0
    app.config["MAIL_SERVER"] = there
    assert all_of(worker) == 1


def test_what_a_backup_held_is_not_sent_after_it_was_restored(worker: Worker, office: PostOffice, write: Write) -> None:
    written = write(items=[("Vælg.", "Vælg", SECRET)], secret="https://bank/link/x")
    assert operations.hold_back_all(at=AT) == 1
    assert all_of(worker, AT + timedelta(days=1)) == 0
    assert (mail(written).state, mail(written).secret, office.mails) == ("withdrawn", None, [])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_signing_in_to_the_mail_server(app: Flask, worker: Worker, write: Write, person: User) -> None:
    with a_post_office(auth_require_tls=False) as (office, port):
        app.config["MAIL_SERVER"] = setting(port, who="bank%40kommune.dk:hem%2Fmeligt%40ord@")
        write()
        all_of(worker)
        assert (len(office.mails), office.names) == (1, [NAME.encode()])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_no_mail(
    app: Flask, worker: Worker, write: Write, scheme: str, a_certificate: ssl.SSLContext
) -> None:
    more = {"ssl_context": a_certificate} if scheme == "smtps" else {"tls_context": a_certificate, "require_starttls": True}
    with a_post_office(**more) as (office, port):
        app.config["MAIL_SERVER"] = setting(port, scheme)
        written = write()
        all_of(worker)
        assert office.mails == [] and "certificate" in mail(written).error.lower()


def test_a_server_that_offers_no_tls_gets_no_mail_where_tls_is_asked_for(office: PostOffice, app: Flask) -> None:
    plain_server = app.config["MAIL_SERVER"]
    from email.message import EmailMessage

    message = EmailMessage()
    message["To"], message["From"] = "anna@lindby.dk", "bank@kommune.dk"
    with pytest.raises(NotSent):
        hand_over(plain_server._replace(scheme="smtp+starttls"), message)
    assert office.mails == []


def test_workers_beside_each_other_send_each_mail_once(app: Flask, office: PostOffice, write: Write) -> None:
    for number in range(15):
        write(f"mail:{number}")
    commit()
    faults: list[BaseException] = []

    def work() -> None:
        worker = Worker(app, {}, no_day)
        try:
            for _ in range(60):
                worker.step(AT)
        except BaseException as error:
            faults.append(error)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(office.ids) == len(set(office.ids)) == 15
