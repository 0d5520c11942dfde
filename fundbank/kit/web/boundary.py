"""One request, one transaction: begun here, and ended here.

A GET promises to read only. A POST is committed if and only if its view has said ``succeed``, whatever it answers; else nothing has
changed. A signed-in POST claims its one-time token before it does anything. One whose token has been used

- and says the same again does nothing, and goes where the first one went;
- and says something else does nothing either: the form is shown again with what was typed and the way to what the first one made
  (kit.web.forms). Only where it holds the revision of a row does the revision decide (kit.web.versions).

What the request says is its form or its JSON, and its files. One that only brings a form back (kit.web.returned) can't succeed.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import file_digest, sha256
from hmac import digest
from json import dumps
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from fundbank.kit import once
from fundbank.kit.clock import now
from fundbank.kit.database import expect_reading
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import commit, rollback
from fundbank.kit.web import json

View = Callable[..., ResponseReturnValue]

READING = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD, HEADER = "once", "Idempotency-Key"
NOT_SAID = ("csrf_token", FIELD, "then")  # tokens, and where to go afterwards


def install(app: Flask) -> None:
    """Put the transaction and the one-time tokens around every request of ``app``."""
    app.before_request(_begin)
    app.teardown_request(_end)
    app.jinja_env.globals["once_token"] = new_token


def repeatable(view: View) -> View:
    """Declare that it does no harm to send this POST again, so that it needs no one-time token."""
    view.repeatable = True  # type: ignore[attr-defined]  # functions take attributes
    return view


def only_reads(view: View) -> View:
    """Declare that this POST answers a question and changes nothing: it needs no one-time token, and holds up nobody who writes."""
    view.only_reads = True  # type: ignore[attr-defined]  # functions take attributes
    return repeatable(view)


def shows_form(view: View) -> View:
    """Declare that this view, to which a form is only posted, shows the form again itself (kit.web.returned)."""
    view.shows_form = True  # type: ignore[attr-defined]  # functions take attributes
    return view


def takes_files(most: int) -> Callable[[View], View]:
    """Declare that this view takes files: requests of up to ``most`` bytes (kit.web.size)."""

    def declare(view: View) -> View:
        view.largest = most  # type: ignore[attr-defined]  # functions take attributes
        return view

    return declare


def new_token() -> str:
    """A one-time token for a form that is being rendered."""
    return str(uuid4())


def moment() -> datetime:
    """The request's one point in time (UTC): every operation of the request happens then."""
    if "moment" not in g:
        g.moment = current_app.config.get("CLOCK", now)()
    return g.moment


def request_key() -> str:
    """The request's one-time token: the idempotency key of what it posts in the ledger. Raises MissingToken."""
    token = request.form.get(FIELD) or request.headers.get(HEADER, "")
    if not once.TOKEN.fullmatch(token):
        raise once.MissingToken()
    return token


def _begin() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    expect_reading(request.method in READING or getattr(view, "only_reads", False))


def succeed(location: str) -> None:
    """Declare that the request has done what was asked: it is committed, whatever the view answers.

    Whoever sends the same again is sent to ``location``, which is kept: it holds no secret.
    """
    g.leads_to = location


def sent_before() -> str | None:
    """Where the request's one-time token led when it came with something else; None for a token that is new."""
    location: str | None = g.get("sent_before")
    return location


def claim() -> ResponseReturnValue | None:
    """Send a repeated POST to where the first one went, and let pass what is new or says something else."""
    if request.method in READING or request.endpoint is None or "comes_back" in g or not current_user.is_authenticated:
        return None
    if getattr(current_app.view_functions[request.endpoint], "repeatable", False):
        return None
    token = request_key()
    content = _content(token)
    first = once.claim(token, user_id=current_user.id, content=content, at=moment())
    if first is None:
        g.claimed = token
        return None
    if first.content != content:
        g.sent_before = first.location
        return None
    flash(_("You had already sent this. Nothing has been done twice."), "info")
    return redirect(first.location, 303)


def _content(token: str) -> str:
    """What the request says, and to which page, as a digest that is of no use without the program's key: a form may hold a password."""
    said: list[Any] = [(name, values) for name, values in request.form.lists() if name not in NOT_SAID]
    said += [(name, file.filename, _seen(file)) for name, file in request.files.items(multi=True)]
    if request.is_json:
        said.append(sha256(request.get_data()).hexdigest())
    return digest(current_app.config["SECRET_KEY"].encode(), dumps([token, request.path, said]).encode(), "sha256").hex()


def _seen(file: FileStorage) -> str:
    """What a file holds, as a digest. It is read from its beginning, and left there."""
    seen = file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]  # werkzeug says no more than IO
    file.stream.seek(0)
    return seen


def settle(response: Response) -> Response:
    """End a POST's transaction: commit if the view has said ``succeed``, else rollback. A form that was refused says so in its answer.

    Raises SentBefore for a view that would do something although its token has been used with something else.
    """
    if request.method not in READING:
        if "leads_to" in g:
            _store()
            return response
        rollback()
    if response.status_code == 200 and "refused_status" in g:
        if "told" in g and json.is_wanted():
            return json.problem(g.refused_status, *g.told)
        response.status_code = g.refused_status
    return response


def _store() -> None:
    if "comes_back" in g:
        raise RuntimeError(f"{request.endpoint} did something with a form that only comes back")
    if sent_before() is not None and "revision_held" not in g:
        raise once.SentBefore()
    if "claimed" in g:
        once.answer(g.claimed, g.leads_to)
    g.commit_begun = True  # from here on nobody can say that nothing has been changed
    commit()


def _end(error: BaseException | None) -> None:
    if request.method not in READING:  # what has only been read ends with the session itself
        rollback()
    expect_reading(False)
