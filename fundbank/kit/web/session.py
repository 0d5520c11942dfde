"""A sign-in that ends: after a while unused, after a day's work, and at once when the account or the password changes.

The session is a signed cookie. It names the person's row and its generation, when the sign-in was made and when it was last used.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import generate_csrf

from fundbank.extensions import login
from fundbank.kit.language import gettext as _
from fundbank.kit.web.addresses import local_path
from fundbank.kit.web.edge import READING, moment

BEGUN, USED, LEFT = "begun", "used", "left_by"
NOTED_EVERY = timedelta(minutes=1)

Finder = Callable[[str], Any]


def install(app: Flask, find: Finder, find_reader: Finder, sign_in: str) -> None:
    """This function lets ``find`` turn the session's name into a person, and sends guests to the endpoint ``sign_in``.

    ``find_reader`` does the same for a request that only reads.
    """
    login.user_loader(lambda name: _person(name, find_reader if request.method in READING else find))
    login.unauthorized_handler(lambda: _ask_to_sign_in(sign_in))
    login.session_protection = None  # addresses change behind a municipality's proxies
    app.jinja_env.globals["form_token"] = _tokens()


def _tokens() -> Callable[[], str]:
    """What gives forms their CSRF token. It is good for as long as the session, so it is signed once a session and not for each page."""

    @lru_cache(maxsize=1024)
    def signed(held: str) -> str:
        return generate_csrf()  # of the token that the session holds

    def token() -> str:
        return signed(session["csrf_token"]) if "csrf_token" in session and "csrf_token" not in g else generate_csrf()

    return token


def reader() -> Any:
    """The signed-in person's own row, without a proxy in front; None for a guest."""
    person = current_user._get_current_object()
    return person if person.is_authenticated else None


def forget_reader() -> None:
    """This function lets what is left of the request be a guest's, so that nobody is looked for in the database."""
    g._login_user = login.anonymous_user()


def begin(person: Any) -> None:
    """This function signs the person in with a fresh session.

    Whoever comes back after their own session ran out keeps the forms that they have open.
    """
    token = session.get("csrf_token") if session.get(LEFT) == person.id else None
    session.clear()
    if token is not None:
        session["csrf_token"] = token
    login_user(person)
    session[BEGUN] = session[USED] = int(moment().timestamp())


def end() -> None:
    """This function signs the person out of this browser."""
    logout_user()
    session.clear()


def _person(name: str, find: Finder) -> Any:
    now = int(moment().timestamp())
    begun, used = session.get(BEGUN, 0), session.get(USED, 0)
    absolute, idle = current_app.config["PERMANENT_SESSION_LIFETIME"], current_app.config["SESSION_IDLE"]
    if now - begun >= absolute.total_seconds() or now - used >= idle.total_seconds():
        _leave(name)
        return None
    person = find(name)
    if person is None:
        _leave(name)
        return None
    if now - used >= NOTED_EVERY.total_seconds():
        session[USED] = now
    return person


def _leave(name: str) -> None:
    for key in ("_user_id", "_fresh", "_id", BEGUN, USED):
        session.pop(key, None)
    number = name.partition(":")[0]
    if number.isdecimal():
        session[LEFT] = int(number)


def _ask_to_sign_in(endpoint: str) -> ResponseReturnValue:
    if request.method not in READING:
        abort(401)
    if session.get(LEFT):
        flash(_("Your sign-in has ended. Sign in again to go on where you were."), "info")
    wanted = local_path(request.full_path.removesuffix("?"))
    return redirect(url_for(endpoint, next=wanted if wanted != "/" else None))
