"""Answers when a rule or the web says no: at the form's field, or as a page with a way back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from traceback import format_exception
from typing import Any, NoReturn

from flask import Flask, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from fundbank.errors import N_, Refusal, StaleVersion
from fundbank.kit import formats
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import rollback
from fundbank.kit.web import session
from fundbank.kit.web.addresses import local_path
from fundbank.kit.web.edge import READING

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


def install(app: Flask) -> None:
    """This function gives every refusal and every error a page of its own."""
    app.register_error_handler(Refusal, _show_refusal)
    app.register_error_handler(StaleDataError, lambda error: _show_refusal(StaleVersion()))
    app.register_error_handler(HTTPException, _show_error)
    app.register_error_handler(CSRFError, _show_expired_form)
    app.register_error_handler(Exception, show_fault)


def done(message: str, endpoint: str, **values: Any) -> Response:
    """The answer to a POST that succeeded: say so, and send the reader on (303)."""
    flash(message, "success")
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[return-value]  # werkzeug's Response is Flask's here


@contextmanager
def refusals_on(form: Any) -> Iterator[None]:
    """This block turns a refusal into the form's error: at the field that it names, or at the top.

    What the block had begun is forgotten; the view goes on and renders the form again with what was typed. What the writer has ticked to
    be no CPR number is taken within it.
    """
    try:
        with form.denials():
            yield
    except (Refusal, StaleDataError) as error:
        rollback()
        refusal = error if isinstance(error, Refusal) else StaleVersion()
        form.refuse(refusal.field, sentence(refusal), refusal.code)
        g.refused_status, g.refused = refusal.status, refusal.code


def sentence(refusal: Refusal) -> str:
    """The refusal in the reader's language, its amounts and dates in the reader's form."""
    values = {name: _shown(name, value) for name, value in refusal.values.items()}
    return _(refusal.sentence, **values)


def _shown(name: str, value: Any) -> Any:
    if name.endswith("_ore") and isinstance(value, int):
        return formats.kroner(value)
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    return value


def _show_refusal(refusal: Refusal) -> ResponseReturnValue:
    rollback()
    g.refused = refusal.code
    page = render_template("_errors/refusal.html", code=refusal.code, sentence=sentence(refusal), back=_way_back())
    return page, refusal.status


def _show_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error  # a redirect of the router's own
    if isinstance(error, InternalServerError):  # a fault in the making of another answer
        return show_fault(error.original_exception or error)
    rollback()
    title, text = PAGES.get(error.code, PAGES[400])
    page = render_template("_errors/error.html", status=error.code, title=_(title), text=_(text), back=_way_back())
    return page, error.code, _headers(error)


def _headers(error: HTTPException) -> list[tuple[str, str]]:
    return [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]


def _show_expired_form(error: CSRFError) -> ResponseReturnValue:
    rollback()
    text = _("The page had been open for too long, or came from another sign-in. Go back, load the page again and send it.")
    page = render_template("_errors/error.html", status=400, title=_("The form has expired"), text=text, back=_way_back())
    return page, 400


def show_fault(error: BaseException) -> ResponseReturnValue | NoReturn:
    """This function answers a fault of the program: the log gets the whole of it, the reader a page without the database.

    The database may be what failed: what it then cannot say or undo is left.
    """
    if current_app.testing or current_app.debug:
        rollback()
        raise error
    current_app.logger.error("%s %s failed\n%s", request.method, request.endpoint, told(error))
    with suppress(Exception):
        rollback()
    session.forget_reader()
    nothing_changed = request.method not in READING and not g.get("commit_begun")
    return render_template("_errors/fault.html", nothing_changed=nothing_changed), 500


def told(error: BaseException) -> str:
    """Where the program failed, for the log: without the values of a row, which PostgreSQL tells as a detail."""
    return DETAIL.sub("", "".join(format_exception(error)))


def _way_back() -> str:
    """Where the reader came from, if that was here; else the first page."""
    return local_path(request.referrer) or "/"
