"""The server is killed at random moments while somebody types: a real process, SIGKILL. What it has answered is there afterwards."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from random import Random
from threading import Timer
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from tests.integration.applications.office import an_office, form_of
from tests.integration.applications.writing import step
from tests.web import WITHOUT_CATALOGUE, new_cookie

pytestmark = pytest.mark.each_database

SERVE = "import sys; from waitress import serve; from fundbank.app import create_app; serve(create_app({}), host='127.0.0.1', port={})"


class Browser:
    """Somebody's browser, on a machine that the server comes and goes from."""

    def __init__(self, address: str, cookie: str) -> None:
        self.address, self.cookie = address, cookie

    def open(self, path: str, said: dict[str, str] | None = None) -> str:
        headers = {"Cookie": f"fundbank={self.cookie}", "Accept": "application/json" if said else "text/html", "Referer": self.address}
        body = urlencode(said).encode() if said else None
        with urlopen(Request(self.address + path, body, headers), timeout=30) as answer:  # noqa: S310  (the own program)
            for one in answer.headers.get_all("Set-Cookie") or ():
                self.cookie = one.partition(";")[0].removeprefix("fundbank=")
            return str(answer.read().decode())


def test_what_was_kept_is_there_after_the_server_was_killed(app: Flask, whole: bool) -> None:
    office = an_office()
    application, person = office.application("draft"), office.person("applicant")
    page, cookie = step(application, "need"), new_cookie(app, person)
    commit()
    db.session.remove()
    chance, typed, answered = Random(7), "", ""  # noqa: S311  (which moments: no secret)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    browser = Browser(f"http://127.0.0.1:{port}", cookie)
    for _ in range(30 if whole else 3):
        with served(app, port, browser) as server:
            text = browser.open(page)
            form = form_of(text)
            assert form["need"] in (answered, typed), "all but what was on its way"
            token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', text)[1]
            seen = dict(one.rsplit(":", 1) for one in form["seen"].split())["need"]
            typed = answered = form["need"]
            Timer(chance.uniform(0.2, 1.5), server.kill).start()
            try:
                for turn in range(1, 10_000):
                    typed = f"{answered}{chance.choice('abc')}"[-200:]
                    said = {"csrf_token": token, "pen": form["pen"], "turn": str(turn), "seen": f"need:{seen}", "need": typed}
                    browser.open(f"{page}/typed", said)
                    answered = typed
            except HTTPError as refusal:
                pytest.fail(f"{refusal.code} {refusal.read()!r}")
            except (OSError, HTTPException):
                pass  # it is gone, perhaps in the middle of an answer
            assert answered, "something was answered before it was killed"
    with served(app, port, browser):
        assert form_of(browser.open(page))["need"] in (answered, typed)


@contextmanager
def served(app: Flask, port: int, browser: Browser) -> Iterator["subprocess.Popen[bytes]"]:
    """The program in a process of its own, once it answers."""
    settings = {name: app.config[name] for name in ("SECRET_KEY", "SQLALCHEMY_DATABASE_URI")} | WITHOUT_CATALOGUE
    with subprocess.Popen([sys.executable, "-c", SERVE.format(settings, port)], stderr=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + 60
            while True:
                try:
                    browser.open("/health")
                    break
                except URLError:
                    assert server.poll() is None and time.monotonic() < until
                    time.sleep(0.1)
            yield server
        finally:
            server.kill()
