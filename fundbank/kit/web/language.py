"""The reader's language: the person's own, or the guest's choice kept in a cookie; Danish before either is made."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Flask, Response, after_this_request, g, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from fundbank.kit import formats
from fundbank.kit.language import LANGUAGES, catalogue, current, gettext, speaking
from fundbank.kit.web.session import reader

COOKIE = "language"


def install(app: Flask) -> None:
    """Let each request of ``app`` speak its reader's language, and give templates its words and formats.

    Whatever may refuse a request comes after it, so that the refusal is understood.
    """
    app.before_request(_speak)
    app.teardown_request(_be_silent)
    app.jinja_env.globals.update(_=_message, ngettext=_counted, languages=LANGUAGES, language=current)
    shown = {show.__name__: for_each_reader(show) for show in formats.SHOWN}
    app.jinja_env.filters.update(shown, translated=for_each_reader(gettext))


def for_each_reader(show: Callable[[Any], Any]) -> Callable[[Context, Any], Any]:
    """A filter of templates that says its value in the reader's language.

    Jinja would work a plain one out once where its value stands in the template itself, in the language of whoever came first.
    """

    @pass_context
    def shown(_context: Context, value: Any) -> Any:
        return show(value)

    return shown


def _message(message: str, /, **values: Any) -> Markup:
    """The message as a template shows it: what stands in it is the program's own, the values are escaped.

    It is a literal of the template; what is none is said by ``|translated``, and escaped like any text.
    """
    text = Markup(catalogue().ugettext(message))  # noqa: S704  (the catalogue's: nobody types into it)
    return text % values if values else text


def _counted(one: str, many: str, num: int, /, **values: Any) -> Markup:
    """The message for ``num`` things, which it may name as ``%(num)s``."""
    return Markup(catalogue().ungettext(one, many, num)) % {"num": num, **values}  # noqa: S704


def _speak() -> None:
    if request.endpoint == "static":
        return
    person = reader()
    g.spoken = ExitStack()
    g.spoken.enter_context(speaking(person.language if person else request.cookies.get(COOKIE)))


def choose(language: str) -> None:
    """Let what is left of the request speak ``language``, and this browser's guests from now on."""
    g.spoken.enter_context(speaking(language))

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(COOKIE, language, max_age=365 * 24 * 3600, httponly=True, samesite="Lax", secure=request.is_secure)
        return response


def _be_silent(error: BaseException | None) -> None:
    g.pop("spoken", ExitStack()).close()
