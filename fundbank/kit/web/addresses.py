"""Addresses that a reader may be sent to: this site's own, never another's."""

from urllib.parse import urlsplit

from flask import request


def local_path(address: str | None) -> str | None:
    """This function returns the path and query of ``address`` if it lies on this site, else None."""
    if not address or "\\" in address or any(ord(sign) < 32 for sign in address):
        return None
    parts = urlsplit(address)
    if parts.netloc:
        if parts.scheme not in ("http", "https") or parts.netloc != request.host:
            return None
    elif parts.scheme or not parts.path.startswith("/"):
        return None
    path = "/" + parts.path.lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path
