"""The reader's language: the person's own, or the guest's choice kept in a cookie; Danish before either is made.

A page asks for its language and for its texts some two hundred times: both are found once, and kept.
"""

from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from flask import Flask, request
from flask_babel import Babel, force_locale, get_locale, get_translations
from markupsafe import Markup

from fundbank.kit.web.session import reader

LANGUAGES = {"da": "Dansk", "en": "English"}
DEFAULT = "da"
COOKIE = "language"

_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def install(app: Flask) -> None:
    """This function binds the catalogue to ``app`` and tells templates which languages there are."""
    Babel(app, locale_selector=choose, timezone_selector=lambda: "Europe/Copenhagen")  # one an application: it keeps the catalogue it read
    app.jinja_env.globals.update(languages=LANGUAGES, language=current)
    app.teardown_request(_forget)
    _translate_quickly(app)


def choose() -> str:
    """This function finds the language of this request, and keeps it for ``current``."""
    person = reader()
    wanted = person.language if person else request.cookies.get(COOKIE, DEFAULT)
    language = wanted if wanted in LANGUAGES else DEFAULT
    _chosen.set(language)
    return language


def current() -> str:
    """The language in which is being written."""
    language = _chosen.get()
    if language is not None:
        return language
    locale = get_locale()
    return locale.language if locale else DEFAULT


def _forget(error: BaseException | None) -> None:
    _chosen.set(None)


def _translate_quickly(app: Flask) -> None:
    """Give templates ``_`` and ``ngettext`` that look each message up once a language. Like Jinja's own, they escape what is put in."""

    @lru_cache
    def catalogue(language: str) -> Any:
        with force_locale(language):  # kept for all, whoever happens to ask first
            return get_translations()

    @lru_cache(maxsize=8192)
    def message(language: str, text: str) -> Markup:
        return Markup(catalogue(language).ugettext(text))  # noqa: S704  (the program's own message ids, never what a reader wrote)

    @lru_cache(maxsize=8192)
    def whole(language: str, text: str) -> Markup:
        return message(language, text) % {}

    def translated(text: str, /, **values: object) -> Markup:
        return message(current(), text) % values if values else whole(current(), text)

    def counted(one: str, many: str, num: int, /, **values: object) -> Markup:
        return Markup(catalogue(current()).ungettext(one, many, num)) % {"num": num, **values}  # noqa: S704

    app.jinja_env.filters["translated"] = translated
    app.jinja_env.globals.update(_=translated, gettext=translated, ngettext=counted)
