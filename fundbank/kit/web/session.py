"""A sign-in that ends: after a while unused, after a day's work, and at once when the account or the password changes.

The session is a signed cookie. It names the person's row and its generation, when the sign-in was made and when it was last used.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, session
from flask_login import current_user, login_user, logout_user

from fundbank.extensions import login
from fundbank.kit.web.boundary import moment

BEGUN, USED, LEFT = "begun", "used", "left_by"
NOTED_EVERY = timedelta(minutes=1)

Finder = Callable[[str], Any]


def install(app: Flask, find: Finder) -> None:
    """Let ``find`` turn the session's name into a person."""
    login.user_loader(lambda name: _person(name, find))
    login.session_protection = None  # addresses change behind a municipality's proxies
    app.context_processor(lambda: {"current_user": reader()})


def reader() -> Any:
    """The signed-in person's own row; None for a guest. It is looked for once a request, and not again where that failed."""
    if "reader" not in g:
        g.reader = None
        if current_user.is_authenticated:  # this asks Flask-Login, and that _person
            g.reader = g.found
        elif "left" in g:
            logout_user()
            for key in (BEGUN, USED):
                session.pop(key, None)
            session[LEFT] = g.left
    return g.reader


def forget_reader() -> None:
    """Let what is left of the request be a guest's, so that nobody is looked for in the database."""
    g.reader = None


def begin(person: Any) -> None:
    """Sign the person in with a fresh session.

    Whoever comes back after their own session ran out keeps the forms that they have open.
    """
    token = session.get("csrf_token") if session.get(LEFT) == person.id else None
    session.clear()
    g.reader = person
    if token is not None:
        session["csrf_token"] = token
    login_user(person)
    session[BEGUN] = session[USED] = int(moment().timestamp())


def end() -> None:
    """Sign the person out of this browser."""
    logout_user()
    session.clear()
    g.reader = None


def _person(name: str, find: Finder) -> Any:
    now = int(moment().timestamp())
    begun, used = session.get(BEGUN, 0), session.get(USED, 0)
    is_set_back = now < used
    if is_set_back:  # the clock; the sign-in goes on from there, and what was used of it stays used
        begun, used = begun - (used - now), now
    absolute, idle = current_app.config["PERMANENT_SESSION_LIFETIME"], current_app.config["SESSION_IDLE"]
    is_over = now - begun >= absolute.total_seconds() or now - used >= idle.total_seconds()
    g.found = None if is_over else find(name)
    if g.found is None:
        number = name.partition(":")[0]
        g.left = int(number) if number.isdecimal() else None
    elif is_set_back or now - used >= NOTED_EVERY.total_seconds():
        session[BEGUN], session[USED] = begun, now
    return g.found
