"""The reader's language: the person's own, or the guest's choice kept in a cookie; Danish before either is made."""

from flask import Flask, request
from flask_babel import Babel
from flask_login import current_user

LANGUAGES = {"da": "Dansk", "en": "English"}
DEFAULT = "da"
COOKIE = "language"

babel = Babel()


def install(app: Flask) -> None:
    """This function binds the catalogue to ``app`` and tells templates which languages there are."""
    babel.init_app(app, locale_selector=choose, timezone_selector=lambda: "Europe/Copenhagen")
    app.jinja_env.globals["languages"] = LANGUAGES
    app.context_processor(lambda: {"language": choose()})


def choose() -> str:
    """The language of this request."""
    if current_user.is_authenticated:
        wanted = current_user.language
    else:
        wanted = request.cookies.get(COOKIE, DEFAULT)
    return wanted if wanted in LANGUAGES else DEFAULT
