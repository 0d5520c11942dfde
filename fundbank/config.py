"""Settings: from the environment, with defaults that work on one machine."""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from fundbank.paths import instance_folder, sync_folder

THIS_MACHINE = ("localhost", "127.0.0.1")
SESSION_ABSOLUTE = timedelta(hours=8)
SESSION_IDLE = timedelta(hours=1)
LARGEST_REQUEST = 2 * 1024 * 1024  # bytes
LARGEST_UPLOAD = 52 * 1024 * 1024  # bytes, of a request that brings files: as many as may be sent at once, and the form
SCHEMA_NAME = re.compile("[a-z][a-z0-9_]{0,62}")
OWN = ("FUNDBANK_ADDRESS", "FUNDBANK_MAIL_URL", "FUNDBANK_MAIL_FROM")  # what a municipality with a schema of its own may have for itself
KEY_LEAST = 32  # characters: a shorter one can be worked out from a cookie that it has signed


MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class MailServer(NamedTuple):
    """Where mail is handed over, how the connection is made safe (a key of MAIL_PORTS), and who the program is to the server."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: Address


class VirusScanner(NamedTuple):
    """Where clamd listens: a socket of this machine (``path``), or a host and port."""

    path: str
    host: str = ""
    port: int = 0


class BadSetting(Exception):
    """What the environment or the instance folder says cannot be used. The message is a sentence for whoever starts the program."""


def database_url(environment: Mapping[str, str] = os.environ) -> str:
    """The database: FUNDBANK_DATABASE_URL, or the embedded one in the instance folder."""
    return from_here(environment.get("FUNDBANK_DATABASE_URL") or f"sqlite:///{instance_folder() / 'fundbank.sqlite'}")


def migration_url(environment: Mapping[str, str] = os.environ) -> str:
    """Where migrations run: FUNDBANK_MIGRATION_URL for a role that owns the tables, or the same database."""
    return from_here(environment.get("FUNDBANK_MIGRATION_URL") or database_url(environment))


def schema(environment: Mapping[str, str] = os.environ) -> str | None:
    """The schema of a PostgreSQL database in which the municipality lives: FUNDBANK_SCHEMA; None for the server's default one.

    Raises BadSetting for a name that PostgreSQL would cut short or keep for itself.
    """
    said = environment.get("FUNDBANK_SCHEMA", "").strip()
    if said and (not SCHEMA_NAME.fullmatch(said) or said.startswith("pg_")):
        raise BadSetting("FUNDBANK_SCHEMA is the name of a schema: a to z, 0 to 9 and _, a letter first, at most 63 signs.")
    return said or None


def of_schema(schema: str, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment of one municipality of several: what names its schema (FUNDBANK_ADDRESS_LINDBY) goes before what is said of all."""
    own = {name: environment[f"{name}_{schema.upper()}"] for name in OWN if f"{name}_{schema.upper()}" in environment}
    return {**environment, **own, "FUNDBANK_SCHEMA": schema}


def from_here(url: str) -> str:
    """Make a relative path to an SQLite file start in the current folder: Flask-SQLAlchemy takes it from another."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return url  # whoever opens it says what is wrong
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database.startswith(("file:", ":")):
        return url
    return parsed.set(database=str(Path.cwd() / parsed.database)).render_as_string(hide_password=False)


def proxies(environment: Mapping[str, str] = os.environ) -> int:
    """The number of proxies in front. Raises BadSetting for what is no number."""
    said = environment.get("FUNDBANK_PROXIES", "").strip() or "0"
    if not (said.isascii() and said.isdigit() and len(said) < 3):
        raise BadSetting(f"FUNDBANK_PROXIES is the number of proxies in front, not {said!r}.")
    return int(said)


def named_key(environment: Mapping[str, str] = os.environ) -> str | None:
    """FUNDBANK_SECRET_KEY; None where it is not set. Raises BadSetting for one that can be guessed."""
    key = environment.get("FUNDBANK_SECRET_KEY")
    if key is not None and len(key.strip()) < KEY_LEAST:
        raise BadSetting(
            f"FUNDBANK_SECRET_KEY has fewer than {KEY_LEAST} characters, so that whoever has a cookie can work it out. "
            "Set it to a long random text, or leave it out: a key is then kept in ./instance."
        )
    return key


def key_of(key: str, schema: str | None) -> str:
    """What signs the sessions of a municipality with a schema of its own: whoever has signed in to one is nobody in the one beside it."""
    return sha256(f"{key} {schema}".encode()).hexdigest() if schema else key


def secret_key(database: str) -> str:
    """What signs the sessions of a database where FUNDBANK_SECRET_KEY is not set.

    It comes from a random key that the instance folder keeps for its owner alone. Each database has its own: whoever has signed in to
    the demo is nobody in the municipality's database beside it. Raises BadSetting where no key can be kept, or none is left.
    """
    return sha256(f"{_kept_key()} {database}".encode()).hexdigest()


def _kept_key() -> str:
    file = instance_folder() / "secret_key"
    try:
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _keep(file, secrets.token_urlsafe(48))
        key = file.read_text("ascii", errors="replace").strip()
    except OSError as error:
        raise BadSetting(
            f"the key that signs sessions cannot be kept in {file} ({error.strerror}). "
            "Make room for it in a folder that you may write in, or set FUNDBANK_SECRET_KEY."
        ) from error
    if len(key) < KEY_LEAST:
        raise BadSetting(
            f"{file} holds no whole key, and whoever signs with half a key can be imitated. Restore the file from a backup, "
            "or remove it: a new key is then made, and everybody signs in again."
        )
    return key


def _keep(file: Path, key: str) -> None:
    """Put the key there whole or not at all, on a full disk and without power too; of two that start at once, one wins."""
    handle, beside = mkstemp(prefix=".secret_key-", dir=file.parent)  # for its owner alone
    try:
        with os.fdopen(handle, "w", encoding="ascii") as fresh:
            fresh.write(key)
            fresh.flush()
            os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            os.link(beside, file)
    finally:
        os.unlink(beside)
    sync_folder(file.parent)


def address(environment: Mapping[str, str] = os.environ) -> str | None:
    """Where people find the program, without a slash at the end; None where it serves this machine alone. Raises BadSetting."""
    said = environment.get("FUNDBANK_ADDRESS", "").strip()
    if not said:
        return None
    try:
        parts = urlsplit(said)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_whole = False
    if not is_whole or parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadSetting("FUNDBANK_ADDRESS is where people find the program, such as https://digitaliseringsbank.kommune.dk")
    if ":" in (parts.hostname or ""):
        raise BadSetting(
            "FUNDBANK_ADDRESS is an IPv6 address, and the program answers under names and IPv4 addresses alone: give it a name."
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def of_address(where: str | None) -> dict[str, Any]:
    """Flask's settings that follow: only this host is answered, and this machine; addresses outside a request begin with it."""
    parts = urlsplit(where or "")
    return {
        "ADDRESS": where,
        "TRUSTED_HOSTS": ["localhost", "127.0.0.1", *filter(None, [parts.hostname])],
        "SERVER_NAME": parts.netloc or None,
        "PREFERRED_URL_SCHEME": parts.scheme or "http",
    }


def mail_server(environment: Mapping[str, str] = os.environ) -> MailServer | None:
    """FUNDBANK_MAIL_URL and FUNDBANK_MAIL_FROM; None where no mail is sent. Raises BadSetting."""
    said = environment.get("FUNDBANK_MAIL_URL", "").strip()
    if not said:
        return None
    try:
        parts = urlsplit(said)
        port = MAIL_PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        is_whole = bool(port and parts.hostname) and parts.scheme in MAIL_PORTS and parts.path in ("", "/")
    except ValueError:
        is_whole = False
    if not is_whole or parts.query or parts.fragment:
        raise BadSetting(  # without what was said: a password is in it
            "FUNDBANK_MAIL_URL is where mail is handed over, such as smtp+starttls://name:password@mail.kommune.dk:587. It begins with "
            f"{', '.join(f'{scheme}://' for scheme in MAIL_PORTS)}; in a name or password signs such as @ and / are written as %40 and %2F."
        )
    if not address(environment):
        raise BadSetting("mail leads people to pages of the program: with FUNDBANK_MAIL_URL, set FUNDBANK_ADDRESS too.")
    sender = _sender(environment.get("FUNDBANK_MAIL_FROM", "").strip())
    return MailServer(parts.scheme, parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), sender)


def _sender(said: str) -> Address:
    name, email = parseaddr(said)
    try:
        sender = Address(name, addr_spec=email)
    except (ValueError, IndexError, HeaderParseError):
        sender = Address()
    if not (sender.username and sender.domain and sender.addr_spec.isascii() and said.isprintable()):
        raise BadSetting(
            "with FUNDBANK_MAIL_URL, FUNDBANK_MAIL_FROM says whom mail is from, such as "
            "'Digitaliseringsbanken <digitaliseringsbank@kommune.dk>'."
        )
    return sender


def virus_scanner(environment: Mapping[str, str] = os.environ) -> VirusScanner | None:
    """FUNDBANK_CLAMD: a socket's path, or host:port; None where nothing is scanned. Raises BadSetting."""
    said = environment.get("FUNDBANK_CLAMD", "").strip()
    if not said:
        return None
    if said.startswith("/"):
        return VirusScanner(said)
    host, _, port = said.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise BadSetting("FUNDBANK_CLAMD is where clamd listens: the path of its socket, such as /run/clamav/clamd.ctl, or host:port.")
    return VirusScanner("", host.strip("[]"), int(port))


def settings(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Flask's settings.

    Cookies are marked Secure everywhere but on this machine's own address; FUNDBANK_PLAIN_HTTP=1 lifts that for a closed network.
    FUNDBANK_PROXIES is the number of proxies in front that set X-Forwarded-For and X-Forwarded-Proto. Raises BadSetting.
    """
    if where := schema(environment):
        environment = of_schema(where, environment)
    return {
        "SECRET_KEY": named_key(environment),
        "SQLALCHEMY_DATABASE_URI": database_url(environment),
        "SCHEMA": where,
        "PERMANENT_SESSION_LIFETIME": SESSION_ABSOLUTE,
        "SESSION_IDLE": SESSION_IDLE,
        "PLAIN_HTTP": environment.get("FUNDBANK_PLAIN_HTTP") == "1",
        "PROXIES": proxies(environment),
        **of_address(address(environment)),
        "MAIL_SERVER": mail_server(environment),
        "VIRUS_SCANNER": virus_scanner(environment),
        "SESSION_COOKIE_NAME": "fundbank",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: nobody loses an hour's writing to a clock
        "LIMITS_URL": environment.get("FUNDBANK_LIMITS_URL") or "memory://",
        "TEMPLATES_AUTO_RELOAD": False,
    }
