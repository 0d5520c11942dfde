"""Settings: from the environment, with defaults that work on one machine."""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from fundbank.paths import PACKAGE, instance_folder

SESSION_ABSOLUTE = timedelta(hours=8)
SESSION_IDLE = timedelta(hours=1)
LARGEST_REQUEST = 2 * 1024 * 1024  # bytes


def database_url(environment: Mapping[str, str] = os.environ) -> str:
    """The database: FUNDBANK_DATABASE_URL, or the embedded one in the instance folder."""
    return from_here(environment.get("FUNDBANK_DATABASE_URL") or f"sqlite:///{instance_folder() / 'fundbank.sqlite'}")


def migration_url(environment: Mapping[str, str] = os.environ) -> str:
    """Where migrations run: FUNDBANK_MIGRATION_URL for a role that owns the tables, or the same database."""
    return from_here(environment.get("FUNDBANK_MIGRATION_URL") or database_url(environment))


def from_here(url: str) -> str:
    """This function makes a relative path to an SQLite file start in the current folder: Flask-SQLAlchemy takes it from another."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return url  # whoever opens it says what is wrong
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database.startswith(("file:", ":")):
        return url
    return parsed.set(database=str(Path.cwd() / parsed.database)).render_as_string(hide_password=False)


def proxies(environment: Mapping[str, str] = os.environ) -> int:
    """The number of proxies in front. Raises ValueError for what is no number."""
    said = environment.get("FUNDBANK_PROXIES", "").strip() or "0"
    if not (said.isascii() and said.isdigit() and len(said) < 3):
        raise ValueError(f"FUNDBANK_PROXIES is the number of proxies in front, not {said!r}")
    return int(said)


def secret_key(database: str) -> str:
    """What signs the sessions of a database where FUNDBANK_SECRET_KEY is not set.

    It comes from a random key that the instance folder keeps for its owner alone. Each database has its own: whoever has signed in to
    the demo is nobody in the municipality's database beside it.
    """
    return sha256(f"{_kept_key()} {database}".encode()).hexdigest()


def _kept_key() -> str:
    file = instance_folder() / "secret_key"
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as fresh:
        key = secrets.token_urlsafe(48)
        fresh.write(key)
    return key


def settings(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """This function gives Flask's settings.

    Cookies are marked Secure everywhere but on this machine's own address; FUNDBANK_PLAIN_HTTP=1 lifts that for a closed network.
    FUNDBANK_PROXIES is the number of proxies in front that set X-Forwarded-For and X-Forwarded-Proto.
    """
    return {
        "SECRET_KEY": environment.get("FUNDBANK_SECRET_KEY"),
        "SQLALCHEMY_DATABASE_URI": database_url(environment),
        "PERMANENT_SESSION_LIFETIME": SESSION_ABSOLUTE,
        "SESSION_IDLE": SESSION_IDLE,
        "PLAIN_HTTP": environment.get("FUNDBANK_PLAIN_HTTP") == "1",
        "PROXIES": proxies(environment),
        "SESSION_COOKIE_NAME": "fundbank",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: nobody loses an hour's writing to a clock
        "LIMITS_URL": environment.get("FUNDBANK_LIMITS_URL", "memory://"),
        "BABEL_TRANSLATION_DIRECTORIES": str(PACKAGE / "translations"),
        "BABEL_DEFAULT_LOCALE": "da",
        "TEMPLATES_AUTO_RELOAD": False,
    }
