"""``fundbank work`` as a process: it sends what lies in the outbox, and ends what it is at when it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask

from fundbank.extensions import db
from fundbank.kit.clock import now
from fundbank.kit.transaction import commit
from fundbank.outbox.operations import write_mail
from tests.builders import a_department, a_user
from tests.post import ADDRESS, a_post_office, setting


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_sends_the_mail_and_stops(app: Flask, tmp_path: Path, told: signal.Signals) -> None:
    with a_post_office() as (office, port):
        app.config["MAIL_SERVER"] = setting(port)
        person = a_user(a_department(), email="anna@lindby.dk")
        write_mail(
            "one", at=now(), municipality_id=person.municipality_id, user_id=person.id, address="anna@lindby.dk", language="da",
            subject="Nyt", items=[("Der er nyt.", "Læs mere", ADDRESS)],
        )  # fmt: skip
        commit()
        db.session.remove()
        named = {
            "FUNDBANK_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"], "FUNDBANK_MAIL_URL": f"smtp://127.0.0.1:{port}",
            "FUNDBANK_MAIL_FROM": "bank@kommune.dk", "FUNDBANK_ADDRESS": ADDRESS,
        }  # fmt: skip
        command = [Path(sys.executable).parent / "fundbank", "work"]
        with subprocess.Popen(command, cwd=tmp_path, env={**os.environ, **named}, stderr=subprocess.PIPE, text=True) as process:
            until = time.monotonic() + 60
            while not office.mails:
                assert process.poll() is None and time.monotonic() < until
                time.sleep(0.05)
            process.send_signal(told)
            _out, said = process.communicate(timeout=30)
    assert (process.returncode, "Traceback" in said, office.mails[0]["Subject"]) == (0, False, "Nyt")
