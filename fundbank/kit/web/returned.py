"""A form that comes back with what was typed in it, and does nothing.

So nobody writes twice because the language was changed in the middle (the header's button sends the page's form, with ``speak``), or
because the form came from another sign-in: it stands there again, with tokens that are good, and a sentence. The view draws it as it
draws a form that has been refused; that it does nothing else is seen to by kit.web.forms and kit.web.boundary. No password comes back.
"""

from collections.abc import Callable

from flask import Flask, abort, current_app, g, request
from flask_wtf.csrf import CSRFError

from fundbank.extensions import csrf
from fundbank.kit.language import LANGUAGES
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import commit
from fundbank.kit.web import json, language
from fundbank.kit.web.boundary import READING, moment
from fundbank.kit.web.session import reader


def install(app: Flask, keep: Callable[..., None]) -> None:
    """Ask each request of ``app`` for the token of its session; ``keep`` stores a person's language."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # it is asked for here
    csrf.init_app(app)
    app.before_request(lambda: _look(keep))


def _look(keep: Callable[..., None]) -> None:
    if request.method in READING or request.endpoint is None or not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        csrf.protect()
    except CSRFError:
        if not _has_page():
            raise
        g.comes_back = _("The page had been open for too long, or came from another sign-in. What you typed is here: send it again.")
        return
    wanted = request.form.get("speak")
    if wanted is not None:
        if wanted not in LANGUAGES or not _has_page():
            abort(400)
        language.choose(wanted)
        if (person := reader()) is not None:
            keep(actor=person, at=moment(), language=wanted)
            commit()
        g.comes_back = ""


def _has_page() -> bool:
    """Does the address show the form that it is sent? What only a button sends has nothing to bring back."""
    if request.url_rule is None or json.is_wanted():
        return False
    view = current_app.view_functions[request.url_rule.endpoint]
    return "GET" in (request.url_rule.methods or ()) or getattr(view, "shows_form", False)
