"""The factory: one application from its settings, with every package's pages."""

import os
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from fundbank import config, migrations, paths
from fundbank.extensions import db, login
from fundbank.following import FOLLOWERS
from fundbank.history import operations as history
from fundbank.kit import web
from fundbank.kit.database import engine_options, is_trouble
from fundbank.kit.transaction import follow, rollback
from fundbank.kit.web import (
    addresses,
    answers,
    boundary,
    headers,
    language,
    log,
    menu,
    permission,
    returned,
    session,
    size,
    titles,
    tries,
    unavailable,
)
from fundbank.notices.operations import end_calendars, tell
from fundbank.people.operations import change_language
from fundbank.pools import queries as pools
from fundbank.sight import SIGHT

# Every package with pages, along the way of the krone. Each module has a ``blueprint``.
PAGES = (
    "fundbank.people.views",
    "fundbank.pools.views",
    "fundbank.wording.views",
    "fundbank.ledger.views",
    "fundbank.applications.views",
    "fundbank.ideas.views",
    "fundbank.scoring.views",
    "fundbank.questions.views",
    "fundbank.awards.views",
    "fundbank.gains.views",
    "fundbank.repayments.views",
    "fundbank.reversals.views",
    "fundbank.meetings.views",
    "fundbank.reports.views",
    "fundbank.workbooks.views",
    "fundbank.overviews.views",
    "fundbank.notices.views",
)


def create_app(settings: Mapping[str, Any] | None = None, environment: Mapping[str, str] = os.environ) -> Flask:
    """Build the application; ``settings`` go before those of the environment."""
    app = Flask("fundbank", template_folder=str(paths.TEMPLATES), static_folder=str(paths.STATIC), static_url_path="/static")
    app.config.from_mapping({**config.settings(environment), **(settings or {})})
    key = app.config["SECRET_KEY"] or config.secret_key(app.config["SQLALCHEMY_DATABASE_URI"])
    app.config["SECRET_KEY"] = config.key_of(key, app.config["SCHEMA"])
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(app.config["SQLALCHEMY_DATABASE_URI"], app.config["SCHEMA"]))
    app.session_interface = Session()
    if app.config["PROXIES"]:
        hops = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]  # as Flask's documentation does it
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    db.init_app(app)
    follow(app, *FOLLOWERS, tell, end_calendars)
    login.init_app(app, add_context_processor=False)
    log.install(app, history.AccessLog().keep)
    for part in (boundary, language, size):  # first, so that whoever is refused is told in their own language
        part.install(app)
    returned.install(app, change_language)
    permission.install(app, SIGHT)
    for part in (addresses, headers, titles, menu, tries, unavailable):
        part.install(app)
    answers.install(app, sign_in="people.sign_in")
    app.before_request(boundary.claim)
    session.install(app, pools.person_of_session)
    app.view_functions["static"] = web.public(app.send_static_file)
    app.add_url_rule("/health", "health", health)
    for name in PAGES:
        app.register_blueprint(import_module(name).blueprint)
    return app


@web.public
def health() -> ResponseReturnValue:
    """Is the program up, and can its database be read? One that is being filled from a backup, or of another version, cannot be used."""
    try:
        migrations.require_still_current(db.session.connection())
    except migrations.WrongDatabase:
        return {"status": "the database cannot be used"}, 503, unavailable.RETRY_AFTER
    except Exception as error:
        if not is_trouble(error):
            raise
        with suppress(Exception):
            rollback()
        return {"status": "the database cannot be used"}, 503, unavailable.RETRY_AFTER
    return {"status": "ok"}


class Session(SecureCookieSessionInterface):
    """The session's cookie travels over TLS alone, except on this machine. Its name says so, and that it is this host's.

    It is read without asking how old it is: a sign-in says itself when it was made (kit.web.session), and by a clock that has been set back
    every cookie would come from the time to come, and be refused.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        try:
            return self.session_class(serializer.loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()

    def get_cookie_name(self, app: Flask) -> str:
        name = super().get_cookie_name(app)
        return f"__Host-{name}" if self.get_cookie_secure(app) else name

    def get_cookie_secure(self, app: Flask) -> bool:
        try:
            is_here = urlsplit(request.host_url).hostname in config.THIS_MACHINE
        except SecurityError:  # another's host, which is told nothing (kit.web.answers)
            is_here = False
        return request.is_secure or not (app.config["PLAIN_HTTP"] or is_here)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """As Flask does it, but for ``Vary: Cookie``: no shared cache keeps an answer (kit.web.headers), and the browser's own would fetch
        the page anew on the way back, once the cookie has changed. What was typed, and the form's one-time token, would be gone.
        """
        super().save_session(app, session, response)
        response.vary.discard("Cookie")
