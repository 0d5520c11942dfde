"""Devices on which somebody has signed in before. A cookie tells them again; it opens nothing, and strangers' guesses don't slow it down.

It holds a number of the device's own and the people who have signed in there, signed with the program's key, and knows no time: a clock
that is set back changes nothing.
"""

import secrets
from datetime import timedelta

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

NAME = "fundbank-device"
KEPT = timedelta(days=400)  # browsers keep no cookie for longer
MOST = 20  # people; a device at a counter is shared


def of(person_id: int) -> str | None:
    """The number of the device that asks, if this person has signed in on it before."""
    number, people = _told()
    return number if person_id in people else None


def remember(*person_ids: int) -> None:
    """Let the device know these people from now on, once the answer has been sent."""
    number, people = _told()
    people = [*person_ids, *(known for known in people if known not in person_ids)][:MOST]
    value = _serializer().dumps([number or secrets.token_hex(16), people])

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(_name(), value, max_age=KEPT, httponly=True, samesite="Lax", secure=_is_secure())
        return response


def _told() -> tuple[str, list[int]]:
    try:
        number, people = _serializer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return "", []
    return number, people


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="fundbank.device")


def _name() -> str:
    return f"__Host-{NAME}" if _is_secure() else NAME


def _is_secure() -> bool:
    return current_app.session_interface.get_cookie_secure(current_app)
