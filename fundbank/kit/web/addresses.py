"""Addresses: those of pages, and which ones a reader may be sent to (this site's own, never another's)."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, has_request_context, request, url_for
from werkzeug.routing import IntegerConverter, Map

THIS_MACHINE = "http://127.0.0.1:8000"


def install(app: Flask) -> None:
    """Let the routes of ``app``, which come later, read numbers as ``Number`` says."""
    app.url_map.converters["int"] = Number
    app.jinja_env.globals["this_page"] = this_page
    app.before_request(_refuse_nul)


def absolute(endpoint: str, **values: Any) -> str:
    """The whole address of a page, for what leaves the program: at FUNDBANK_ADDRESS, in a request and outside of one.

    Without that setting only this machine is served: at the address of the request, or where the program was told to listen (SERVED_AT).
    """
    address: str | None = current_app.config["ADDRESS"]
    if not address and has_request_context():
        return url_for(endpoint, _external=True, **values)
    return (address or current_app.config.get("SERVED_AT", THIS_MACHINE)) + current_app.url_map.bind("").build(endpoint, values)


def this_page() -> str:
    """Where the reader finds this page again: at its address, or, of an answer that only a button leads to, at the page with the button."""
    if request.method == "GET":
        return request.full_path
    if request.url_rule and "GET" in (request.url_rule.methods or ()):
        return request.path
    return local_path(request.referrer) or "/"


def asked_number(name: str) -> int | None:
    """The whole number that the address of this page says under ``name`` (``?before=17``); None for anything else."""
    return _number(request.args.get(name, ""))


def sent_number(name: str) -> int | None:
    """The whole number that a button's form sends under ``name``; None for anything else."""
    return _number(request.form.get(name, ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class Number(IntegerConverter):
    """A number in an address: what no row can have for an id is no page."""

    regex = "[0-9]{1,19}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


def _refuse_nul() -> None:
    """Answer 400 for a question with the sign NUL, which nobody writes and PostgreSQL takes in no text."""
    if b"%00" in request.query_string:
        abort(400)


def local_path(address: str | None) -> str | None:
    """The path and query of ``address`` if it lies on this site, else None."""
    if not address or "\\" in address or any(ord(sign) < 32 for sign in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc:
        if parts.scheme not in ("http", "https") or parts.netloc != request.host:
            return None
    elif parts.scheme or not parts.path.startswith("/"):
        return None
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
