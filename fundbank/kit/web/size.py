"""How much one request may say. Its bytes are counted by Flask (MAX_CONTENT_LENGTH, or what a view that takes files says); here its
fields, before they are read apart.
"""

from flask import Flask, abort, current_app, request

MOST_FIELDS = 2_000  # the largest form, a business case with all its rows, has some hundreds


def install(app: Flask) -> None:
    """Let ``app`` refuse a request with more fields than any form has (413)."""
    app.config["MAX_FORM_PARTS"] = MOST_FIELDS  # of multipart forms, whose parts Werkzeug counts itself
    app.before_request(_let_files_in)
    app.before_request(_count)


def _let_files_in() -> None:
    """What is larger than that is refused as it is read. Files lie on the disk meanwhile, but for small ones.

    Only what comes as files do: any other body is read into memory, whoever sends it.
    """
    most = getattr(current_app.view_functions.get(request.endpoint or ""), "largest", None)
    if most is not None and request.mimetype == "multipart/form-data":
        request.max_content_length = most


def _count() -> None:
    if request.query_string.count(b"&") >= MOST_FIELDS:
        abort(413)
    if request.mimetype == "application/x-www-form-urlencoded" and request.get_data().count(b"&") >= MOST_FIELDS:
        abort(413)
