"""The web as tests use it: strict about HTML and about transactions, and able to fill in a form."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy import event
from werkzeug.test import TestResponse

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.kit.web.session import begin
from fundbank.people.models import User
from fundbank.people.views.choosing import ask_where

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b(?!.*\b(answered_requests|access_lines)\b)", re.IGNORECASE | re.DOTALL)
WITHOUT_CATALOGUE = {"CATALOGUES": "no-catalogue"}
# What a page says and where it leads, so far as nothing in it could be markup.
TEXT = re.compile(r">[^<>&]+<")
VALUE = re.compile(r' (href|action|value|content|datetime|title|aria-label)="[^"<>&]*"')

_sound: set[int] = set()
"""The pages that have been found well-formed, as hashes of their markup alone: most pages of a test differ in what they say."""


class Response(TestResponse):
    """An answer whose text is easy to look for: no-break spaces are plain spaces."""

    @property
    def text(self) -> str:
        return self.get_data(as_text=True).replace("\xa0", " ")

    @property
    def words(self) -> str:
        """What a reader sees, without tags, each run of white space as one space."""
        tree, _errors = parsed(self.get_data(as_text=True))
        body = tree.find("body")
        assert body is not None
        return " ".join(" ".join(body.itertext()).split())

    @property
    def code(self) -> str | None:
        """The refusal's code, if the page shows one."""
        match = re.search(r'data-code="([a-z_0-9]+)"', self.text)
        return match[1] if match else None


class Client(FlaskClient):
    """A browser without pictures. Each request has an application context of its own, as on a real server.

    What the test has built so far is committed before the request. Every page is parsed strictly; a GET that writes, and a
    POST that writes and then shows a page, fail.
    """

    application: Flask

    def open(self, *args: Any, **kwargs: Any) -> Response:
        commit()
        with self.application.app_context(), statements() as run, commits() as kept:
            response: Response = super().open(*args, **{"buffered": True, **kwargs})
        written = [statement for statement in run if WRITES.match(statement)]
        if written and response.status_code < 300 and not (kept and response.request.method == "POST"):
            raise AssertionError(f"{response.request.path} answered {response.status} after writing: {written}")
        if response.mimetype == "text/html":
            check_html(response.get_data(as_text=True), response.request.path)
        return response

    def submit(self, url: str, data: dict[str, Any] | None = None, *, once: str | None = None, **kwargs: Any) -> Response:
        """Send a form as its page would: with the tokens that the page carries."""
        return self.post(
            url, data={"csrf_token": self.csrf_token(kwargs.get("base_url")), "once": once or str(uuid4()), **(data or {})}, **kwargs
        )

    def csrf_token(self, base_url: str | None = None) -> str:
        """The token of this client's session, as the forms of its pages carry it."""
        with self.session_transaction(base_url=base_url) as cookie:
            held = cookie.setdefault("csrf_token", uuid4().hex)
        with self.application.app_context(), self.application.test_request_context():
            session["csrf_token"] = held
            return generate_csrf()

    def sign_in(self, user: User) -> "Client":
        """Sign the person in without the password's work."""
        commit()
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie.update(_session_of(self.application, user))
        return self

    def sign_out(self) -> "Client":
        with self.session_transaction() as cookie:
            cookie.clear()
        return self


def new_cookie(app: Flask, user: User) -> str:
    """The value of the session's cookie after ``user`` has signed in."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return serializer.dumps(_session_of(app, user))


def cookie_of_choice(app: Flask, people: list[User]) -> str:
    """The value of the session's cookie after a password was right for all of ``people``, who are asked where they come in."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with app.app_context(), app.test_request_context():
        ask_where(people, None)
        return serializer.dumps(dict(session))


def _session_of(app: Flask, user: User) -> dict[str, Any]:
    with app.app_context(), app.test_request_context():
        begin(user)
        return dict(session)


@lru_cache(maxsize=1)
def parsed(text: str) -> tuple[Element, list[Any]]:
    """The page as a tree, and the parser's errors; the last page is kept, since most tests read what has just been checked."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    return parser.parse(text), parser.errors


def sent_along(text: str, action: str) -> dict[str, str]:
    """What the button to the address ``action`` sends along from this page, but for its tokens."""
    form = next(one for one in parsed(text)[0].iter("form") if one.get("action") == action)
    fields = {str(one.get("name")): one.get("value", "") for one in form.iter("input")}
    return {name: value for name, value in fields.items() if name not in ("csrf_token", "once")}


def check_html(text: str, where: str) -> None:
    """Fail if a page is not well-formed HTML, or carries what the Content-Security-Policy forbids."""
    markup = hash(VALUE.sub(r" \1", TEXT.sub("><", text)))
    if markup not in _sound:
        check_page(text, where)
        _sound.add(markup)


def check_page(text: str, where: str) -> None:
    """The same for a page whose like has not been seen yet."""
    tree, errors = parsed(text)
    if errors:
        lines = text.splitlines()
        found = [f"{line}:{column} {code} {lines[line - 1].strip()[:160]}" for (line, column), code, _ in errors]
        raise AssertionError(f"{where} is not well-formed:\n" + "\n".join(found))
    seen: set[str] = set()
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            assert not str(name).startswith("on") and name != "style", f"{where}: {name}={value!r} on <{element.tag}>"
            if name == "id":
                assert value not in seen, f"{where}: the id {value!r} is there twice"
                seen.add(value)
        if element.tag == "script":
            assert element.get("src"), f"{where}: a script in the page itself"
    for element in tree.iter():
        for name in ("aria-describedby", "aria-labelledby", "for", "form"):
            if isinstance(element.tag, str):
                for target in (element.get(name) or "").split():
                    assert target in seen, f"{where}: {name} names {target!r}, which is not on the page"


@contextmanager
def commits() -> Iterator[list[bool]]:
    """Note each time that something is made permanent within it."""
    kept: list[bool] = []

    def note(connection: Any) -> None:
        kept.append(True)

    engine = db.engine
    event.listen(engine, "commit", note)
    try:
        yield kept
    finally:
        event.remove(engine, "commit", note)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL that is run within it."""
    run: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        run.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        event.remove(engine, "before_cursor_execute", note)


def declared_rules(app: Flask) -> dict[str, str | None]:
    """Each endpoint's rule in words; None where none was declared."""
    return {endpoint: getattr(view, "rule", None) for endpoint, view in app.view_functions.items()}
