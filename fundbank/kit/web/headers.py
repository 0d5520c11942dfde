"""The headers that every answer carries: what a page may load, and who may keep a copy."""

from flask import Flask, Response, g, request

from fundbank.kit.web.session import reader

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SHUT_IN = "default-src 'none'; frame-ancestors 'none'; sandbox"

# The browser's back button must find the page as it was left, with what was typed and the form's one-time token: fetched anew, it would
# carry a new token, and the same thing could be sent twice. Nobody else gets the copy, and it goes when the person signs out (FORGET).
FOR_THE_WAY_BACK = "private, no-cache"
FORGET = '"cache"'


def install(app: Flask) -> None:
    """Add the headers to every answer of ``app``."""
    app.after_request(_add)


def shut_in() -> None:
    """Let this answer, which holds what somebody has made elsewhere, do nothing in a browser, however it is opened."""
    g.is_shut_in = True


def keep_for(seconds: int) -> None:
    """Let whoever asks keep this answer for so long, for themselves: a program that asks again and again, not a page."""
    g.kept_for = seconds


def _add(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = SHUT_IN if "is_shut_in" in g else CONTENT_SECURITY_POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "kept_for" in g:
        headers["Cache-Control"] = f"private, max-age={g.kept_for}"
    elif request.endpoint != "static":
        headers["Cache-Control"] = FOR_THE_WAY_BACK if _is_a_page_of_somebody(response) else "no-store"
    return response


def _is_a_page_of_somebody(response: Response) -> bool:
    return response.mimetype == "text/html" and response.status_code < 500 and reader() is not None
