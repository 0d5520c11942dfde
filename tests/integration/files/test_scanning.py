"""The virus scan: asked after the commit, tried again until it answers; until then others wait, and what is infected is shown to nobody."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from fundbank.applications.models import Application
from fundbank.applications.operations import sign_application, submit_application
from fundbank.applications.operations.annexes import attach_annexes
from fundbank.config import BadSetting, VirusScanner, virus_scanner
from fundbank.errors import Code
from fundbank.extensions import db
from fundbank.files import server
from fundbank.files.models import File, FileScan
from fundbank.files.operations import Sent, ask_for_scans
from fundbank.files.server import NotScanned
from fundbank.history import queries as history
from fundbank.jobs import HANDLERS
from fundbank.outbox.models import Job, Mail
from fundbank.outbox.worker import Worker
from tests.annexes import PDF
from tests.builders import AT, an_administrator
from tests.integration.applications.office import Office, an_office
from tests.integration.outbox.conftest import all_of, no_day
from tests.pictures import Pictures
from tests.scanner import VIRUS, Scanner, a_scanner


@pytest.fixture
def office(app: Flask, pictures: Pictures) -> Office:
    return pictures.of("office", an_office)


@pytest.fixture
def scanner(app: Flask) -> Iterator[Scanner]:
    with a_scanner(app.config) as scanner:
        yield scanner


@pytest.fixture
def worker(app: Flask) -> Worker:
    return Worker(app, HANDLERS, no_day)


def handed_in(office: Office, content: bytes = PDF, name: str = "Tilbud.pdf") -> tuple[Application, File]:
    application = office.application()
    sent = [Sent(name, BytesIO(content))]
    (file,) = attach_annexes(actor=office.person("applicant"), at=AT, application=application, sent=sent, purpose="offer")
    sign_application(actor=office.person("leader"), at=AT, application=application)
    submit_application(actor=office.person("applicant"), at=AT, application=application)
    return application, file


def address(application: Application, file: File) -> str:
    return f"/applications/{application.id}/annexes/{file.id}"


def test_others_read_a_file_once_it_has_been_scanned(office, client, scanner, worker):
    application, file = handed_in(office, PDF * 20_000)
    for role, status in (("member", 409), ("leader", 409), ("applicant", 200)):
        answer = client.sign_in(office.person(role)).get(address(application, file))
        assert answer.status_code == status, role
        if status == 409:
            assert answer.code == Code.WRONG_STATE and "waits for the virus scan" in answer.words
    page = client.sign_in(office.person("member")).get(f"/applications/{application.id}")
    assert "Waiting for the virus scan" in page.words and address(application, file) not in page.text
    assert "Files are scanned for viruses before others can read them" in client.get(f"/applications/{application.id}/annexes").words
    assert all_of(worker) == 1
    assert scanner.seen == [PDF * 20_000], "it is sent in pieces, and whole"
    for role in ("member", "leader", "applicant"):
        assert client.sign_in(office.person(role)).get(address(application, file)).data == PDF * 20_000
    assert "Waiting for the virus scan" not in client.get(f"/applications/{application.id}").words


def test_what_is_infected_is_shown_to_nobody_and_who_attached_it_and_the_administrator_are_told(office, client, scanner, worker):
    boss = an_administrator(office.top, name="Bo Boss", language="en")
    application, file = handed_in(office, VIRUS, "referat.txt")
    all_of(worker)
    (line,) = [one for one in history.entries("applications", application.id) if one.event == "file_infected"]
    assert (line.actor_id, line.details["file_id"], line.pool_id) == (None, file.id, application.pool_id)
    for person in (office.person("applicant"), office.person("leader"), office.person("member"), office.person("auditor")):
        client.sign_in(person)
        answer = client.get(address(application, file))
        assert answer.status_code == 409 and "found something" in answer.words and b"EICAR" not in answer.data
        assert "Virus found: shown to nobody" in client.get(f"/applications/{application.id}").words
    assert "A file has a virus" in client.sign_in(office.person("applicant")).get(f"/applications/{application.id}/annexes").words
    mails = {mail.user_id: mail for mail in db.session.scalars(select(Mail))}
    mine, theirs = mails[office.person("applicant").id], mails[boss.id]
    assert mine.subject == "A virus in a file: Tidsbestilling" and mine.items[0][2].endswith(f"/applications/{application.id}/annexes")
    assert office.person("applicant").name in theirs.subject and theirs.items[0][2].endswith("/outbox")
    assert "Tidsbestilling" not in f"{theirs.subject} {theirs.items}", "whoever may not read the application is not told its title"
    outbox = client.sign_in(boss).get("/outbox").words
    assert "referat.txt" in outbox and "Eicar-Test-Signature" in outbox


def test_a_scanner_that_does_not_answer_is_asked_again(office, client, scanner, worker):
    application, file = handed_in(office)
    scanner.says = ""
    assert all_of(worker) == 1
    job = db.session.scalars(select(Job)).one()
    assert job.done_at is None and job.error.startswith("NotScanned: ")
    assert client.sign_in(office.person("member")).get(address(application, file)).status_code == 409
    scanner.says = None
    assert all_of(worker, AT) == 0, "after a pause"
    assert all_of(worker, AT + timedelta(minutes=2)) == 1
    assert client.get(address(application, file)).status_code == 200


def test_what_was_attached_before_there_was_a_scanner_is_scanned_on_the_next_day(app, office, client, worker):
    application, file = handed_in(office)
    member = client.sign_in(office.person("member"))
    assert not db.session.scalars(select(Job)).all()
    assert member.get(address(application, file)).status_code == 200, "nothing is scanned, so nothing is waited for"
    with a_scanner(app.config):
        assert member.get(address(application, file)).status_code == 409
        for _twice in range(2):
            ask_for_scans(at=AT)
        assert all_of(worker) == 1
        assert member.get(address(application, file)).status_code == 200
        ask_for_scans(at=AT + timedelta(days=1))
        assert all_of(worker, AT + timedelta(days=1)) == 0, "once is enough"


def test_the_same_content_is_scanned_once_and_two_workers_note_it_once(office, scanner, app):
    handed_in(office)
    handed_in(office)
    assert all_of(Worker(app, HANDLERS, no_day)) == 1
    handed_in(office)
    assert all_of(Worker(app, HANDLERS, no_day)) == 0 and len(scanner.seen) == 1
    assert [scan.found for scan in db.session.scalars(select(FileScan))] == [""]


@pytest.mark.parametrize("said", ["INSTREAM size limit exceeded. ERROR", "", "what?"])
def test_what_is_no_answer_is_none(scanner, said):
    scanner.says = said
    with pytest.raises(NotScanned):
        server.scan(scanner.setting, [b"x"])


def test_where_nobody_listens_nothing_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        for nobody in (VirusScanner("", "127.0.0.1", taken.getsockname()[1]), VirusScanner("/nowhere/clamd.ctl")):
            with pytest.raises(NotScanned):
                server.scan(nobody, [b"x"])


def test_where_the_scanner_listens_is_a_setting():
    assert virus_scanner({}) is None
    assert virus_scanner({"FUNDBANK_CLAMD": "/run/clamav/clamd.ctl"}) == VirusScanner("/run/clamav/clamd.ctl")
    assert virus_scanner({"FUNDBANK_CLAMD": "[::1]:3310"}) == VirusScanner("", "::1", 3310)
    for wrong in ("clamd", "clamd:", ":3310", "clamd:x", "clamd:70000"):
        with pytest.raises(BadSetting, match="FUNDBANK_CLAMD"):
            virus_scanner({"FUNDBANK_CLAMD": wrong})


@pytest.mark.skipif(not (shutil.which("clamd") and shutil.which("sigtool")), reason="clamd is not installed (apt install clamav-daemon)")
def test_a_real_clamd_is_understood(tmp_path: Path):
    """With a database of one signature, made here: none is fetched."""
    virus, signatures, where = tmp_path / "eicar.com", tmp_path / "db", tmp_path / "clamd.ctl"
    virus.write_bytes(VIRUS)
    signatures.mkdir()
    made = subprocess.run(["sigtool", "--md5", virus], check=True, capture_output=True)
    (signatures / "test.hdb").write_bytes(made.stdout)
    settings = tmp_path / "clamd.conf"
    settings.write_text(f"LocalSocket {where}\nDatabaseDirectory {signatures}\nForeground yes\n")
    with subprocess.Popen(["clamd", "--config-file", settings], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as clamd:
        try:
            for _try in range(300):
                if where.exists():
                    break
                time.sleep(0.1)
            assert server.scan(VirusScanner(str(where)), [PDF * 100, PDF]) == ""
            assert "UNOFFICIAL" in server.scan(VirusScanner(str(where)), [VIRUS[:20], VIRUS[20:]])
        finally:
            clamd.terminate()
