"""Answers when a rule or the web says no: to people as a page (kit.web.pages), to programs as JSON (kit.web.json)."""

import re
from contextlib import suppress
from traceback import format_exception
from typing import NoReturn

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from fundbank.errors import N_, Refusal, StaleVersion
from fundbank.extensions import login
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import rollback
from fundbank.kit.web import json, pages, session
from fundbank.kit.web.boundary import READING
from fundbank.kit.web.sentences import sentence

DETAIL = re.compile(r"^DETAIL: .*\n?", re.MULTILINE)

PAGES = {
    400: (N_("The request could not be understood"), N_("Go back, open the page again, and try once more.")),
    401: (
        N_("You have been signed out"),
        N_("Sign in again in another tab, then come back to this one and send the form again: what you typed is kept."),
    ),
    403: (N_("You do not have access"), N_("You do not have permission to see this page or to do this.")),
    404: (N_("The page does not exist"), N_("The address may be wrong, or what it showed is no longer there.")),
    405: (N_("This cannot be opened in that way"), N_("Go back and use the buttons on the page.")),
    413: (N_("That is too much at once"), N_("What you sent is too large. Shorten it, and try again.")),
    429: (N_("Too many tries"), N_("Wait a little, and try again.")),
}


def install(app: Flask, sign_in: str) -> None:
    """Answer every refusal and every error, and send guests to the endpoint ``sign_in``."""
    app.register_error_handler(Refusal, _refuse)
    app.register_error_handler(StaleDataError, lambda error: _refuse(StaleVersion()))
    app.register_error_handler(HTTPException, _show_error)
    app.register_error_handler(SecurityError, _refuse_host)
    app.register_error_handler(CSRFError, _show_expired_form)
    app.register_error_handler(Exception, show_fault)
    login.unauthorized_handler(lambda: _ask_to_sign_in(sign_in))


def _refuse(refusal: Refusal) -> ResponseReturnValue:
    rollback()
    g.refused = refusal.code
    if json.is_wanted():
        return json.problem(refusal.status, sentence(refusal), refusal.code, refusal.field)
    return pages.refusal(refusal), refusal.status


def _ask_to_sign_in(sign_in: str) -> ResponseReturnValue:
    if request.method in READING and not json.is_wanted():
        return pages.sign_in(sign_in)
    return _say(401)


def _show_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect of the router's own
    if isinstance(error, InternalServerError):  # a fault in the making of another answer
        return show_fault(error.original_exception or error)
    rollback()
    answer = _say(error.code)
    answer.headers.extend(_headers(error))
    return answer


def _headers(error: HTTPException) -> list[tuple[str, str]]:
    return [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]


def _show_expired_form(error: CSRFError) -> ResponseReturnValue:
    rollback()
    text = _("The page had been open for too long, or came from another sign-in. Go back, load the page again and send it.")
    return _say(400, _("The form has expired"), text)


def _say(status: int, title: str = "", text: str = "") -> Response:
    if not title:
        title, text = map(_, PAGES.get(status, PAGES[400]))
    if json.is_wanted():
        return json.problem(status, title)
    return current_app.make_response((pages.error(status, title, text), status))


def _refuse_host(error: SecurityError) -> ResponseReturnValue:
    """To a host that is not the program's nothing is told: no page, since its addresses would lead to that host."""
    return Response(_("The program does not answer under this address."), 400, mimetype="text/plain")


def show_fault(error: BaseException) -> ResponseReturnValue | NoReturn:
    """Answer a fault of the program: the log gets the whole of it, the reader a page without the database.

    The database may be what failed: what it then cannot say or undo is left.
    """
    if current_app.testing or current_app.debug:
        rollback()
        raise error
    current_app.logger.error("%s %s failed\n%s", request.method, request.endpoint, told(error))
    with suppress(Exception):
        rollback()
    session.forget_reader()
    if json.is_wanted():
        return json.problem(500, _("Something went wrong"))
    nothing_changed = request.method not in READING and not g.get("commit_begun")
    return render_template("_errors/fault.html", nothing_changed=nothing_changed), 500


def told(error: BaseException) -> str:
    """Where the program failed, for the log: without the values of a row, which PostgreSQL tells as a detail."""
    return DETAIL.sub("", "".join(format_exception(error)))
