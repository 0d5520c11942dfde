"""Answers for programs: a refusal with its code, as problem details (RFC 9457)."""

from flask import Response, jsonify, request


def is_wanted() -> bool:
    """Does whoever asks want JSON? They say so, or they send it."""
    wanted = request.accept_mimetypes
    if wanted.best_match(["text/html", "application/json"]) == "application/json":
        return wanted["application/json"] > wanted["text/html"] or request.is_json
    return request.is_json and not wanted


def problem(status: int, title: str, code: str = "", field: str | None = None) -> Response:
    """A refusal or an error: ``code`` names it for programs, ``title`` says it to people, ``field`` is what it is about."""
    said = {"type": "about:blank", "status": status, "title": title, "code": code, "field": field}
    response = jsonify({name: value for name, value in said.items() if value not in ("", None)})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
