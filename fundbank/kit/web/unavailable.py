"""While the database can't be used (locked, full, down, gone): 503, a sentence, and a button that sends again what was typed.

Nothing has been stored then, except where the trouble came in the middle of the commit: that is said, and it does no harm to send the
form again, since its one-time token is answered once (kit.once). The page asks nothing of the database, and the next request finds it well
again without a restart.
"""

import sqlite3
from contextlib import suppress

import psycopg
from flask import Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from fundbank.kit.database import WAIT_SECONDS, expect_reading, is_trouble, reason_of
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import CommitInDoubt, rollback
from fundbank.kit.web import answers, json, pages, session
from fundbank.kit.web.boundary import READING

RETRY_AFTER = {"Retry-After": str(WAIT_SECONDS)}


def install(app: Flask) -> None:
    """Let ``app`` answer trouble with the database as trouble, not as a fault of the program."""
    for kind in (DBAPIError, NoConnectionFree, sqlite3.Error, psycopg.Error, CommitInDoubt):
        app.register_error_handler(kind, _answer)


def _answer(error: Exception) -> ResponseReturnValue:
    cause = error.__cause__ if isinstance(error, CommitInDoubt) and error.__cause__ else error
    if not is_trouble(cause):
        return answers.show_fault(error)
    current_app.logger.error("%s %s: the database cannot be used: %s", request.method, request.endpoint, reason_of(cause))
    expect_reading(True)  # nothing that follows waits for a lock again
    with suppress(Exception):
        rollback()
    session.forget_reader()
    if json.is_wanted():
        return json.problem(503, _("The database is busy or cannot be reached.")), RETRY_AFTER
    sent = request.method not in READING
    page = render_template(
        "_errors/unavailable.html",
        in_doubt=isinstance(error, CommitInDoubt),
        sent=sent,
        typed=pages.typed() if sent else [],
        again=request.full_path.removesuffix("?"),
    )
    return page, 503, RETRY_AFTER
