"""Answers for people: what a view says when it has done something, and the page for a refusal, an error and a form that has expired."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm.exc import StaleDataError

from fundbank.errors import Refusal, StaleVersion
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import rollback
from fundbank.kit.web import json
from fundbank.kit.web.addresses import local_path
from fundbank.kit.web.boundary import succeed
from fundbank.kit.web.sentences import sentence
from fundbank.kit.web.session import LEFT


def done(message: str, endpoint: str, **values: Any) -> Response:
    """The answer to a POST that succeeded: say so, and send the reader on (303)."""
    flash(message, "success")
    return sent_on(url_for(endpoint, **values))


def with_way(message: str, url: str, text: str) -> Markup:
    """A message for the next page, with the way to where it is mended."""
    return Markup('{} <a href="{}">{}</a>').format(message, url, text)


def sent_on(location: str) -> Response:
    """The answer to a POST that succeeded and whose next page says enough."""
    succeed(location)
    return redirect(location, 303)  # type: ignore[return-value]  # werkzeug's Response is Flask's here


@contextmanager
def refusals_on(form: Any) -> Iterator[None]:
    """Turn a refusal into the form's error: at the field that it names, or at the top.

    What the block had begun is forgotten; the view goes on and renders the form again with what was typed. What the writer has ticked to
    be no CPR number is taken within it. A page that only says what would be refused is a page like any other.
    """
    try:
        with form.denials():
            yield
    except (Refusal, StaleDataError) as error:
        rollback()
        refusal = error if isinstance(error, Refusal) else StaleVersion()
        if json.is_wanted():
            raise refusal from error
        form.refuse(refusal.field, sentence(refusal), refusal.code)
        if form.is_submitted():  # else the page only says beforehand what would be refused
            g.refused_status, g.refused = refusal.status, refusal.code


def refusal(refused: Refusal) -> str:
    """The page of a refusal that no form shows."""
    return render_template("_errors/refusal.html", code=refused.code, sentence=sentence(refused), back=_way_back())


def error(status: int, title: str, text: str) -> str:
    """The page of an error. Whoever has been signed out can send again from it what they typed."""
    return render_template(
        "_errors/error.html", status=status, title=title, text=text, back=_way_back(), typed=typed() if status == 401 else [],
        again=request.full_path.removesuffix("?"),
    )  # fmt: skip


def sign_in(endpoint: str) -> ResponseReturnValue:
    """Send a guest to the page where they sign in, and from there back to where they wanted to go."""
    if session.get(LEFT):
        flash(_("Your sign-in has ended. Sign in again to go on where you were."), "info")
    wanted = local_path(request.full_path.removesuffix("?"))
    return redirect(url_for(endpoint, next=wanted if wanted != "/" else None))


def typed() -> list[tuple[str, str]]:
    """What the form said, to be sent again with its tokens. Where a password was among it, nothing: that goes into no page."""
    said = list(request.form.items(multi=True))
    return [] if any("password" in name for name, _value in said) else said


def _way_back() -> str:
    """Where the reader came from, if that was here; else the first page."""
    return local_path(request.referrer) or "/"
