"""What a request leaves behind: a line in the program's log, and, where it matters, one in the access log that auditors read.

Every answer has a number, which the fault page names and the log repeats. A line of the program's log is JSON and holds no personal data:
method, endpoint, status and time, never an address, a value or who asked.

A line of the access log says who signed in, failed to, or out; what was refused; and which file was taken away. It is kept after the
answer: a refusal leaves it although the request changed nothing, and a database that can't be written to costs the line, never the answer.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, has_request_context, request

from fundbank.kit.web.boundary import moment
from fundbank.kit.web.session import reader

KEEP = "fundbank.log.keep"  # in the application's extensions
NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
HEADER = "X-Request-ID"
TAKEN = {
    "text/csv": "exported",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "exported",
    "application/pdf": "downloaded",
}
TO_BE_MENDED = 422  # what was typed must be put right: no refusal that an auditor asks for

requests = logging.getLogger("fundbank.requests")


@dataclass(frozen=True)
class Access:
    """One line of the access log. ``more`` is how many further ones of the kind ``code`` it stands for: of the same person, or of guests at
    the same address.

    ``user_id`` is whom it is about, ``asker_id`` who was signed in: a wrong password is counted with those of whoever tried it.
    """

    kind: str
    code: str
    what: str
    at: datetime
    address: str
    number: str
    user_id: int | None
    municipality_id: int | None
    asker_id: int | None = None
    more: int = 0

    @property
    def counted_of(self) -> str:
        """Whose lines it is one of, and of which kind: who is refused often on purpose hides no file that they took away.

        Guests count for the municipality whose people they say they are, so that its auditors see how many there were.
        """
        whose = f"guest of {self.municipality_id} at {self.address}" if self.asker_id is None else f"person {self.asker_id}"
        return f"{self.kind} {whose}"


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"at": self.formatTime(record), "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if has_request_context():
            said["request"] = number()
        return json.dumps({**said, **getattr(record, "said", {})}, ensure_ascii=False)


def install(app: Flask, keep: Callable[[Access], None]) -> None:
    """Number the requests of ``app``, log each, and give those that matter to ``keep`` after the answer."""

    def after(response: Response) -> Response:
        response.headers[HEADER] = number()
        lines = _access(response)
        if lines:
            response.direct_passthrough = False  # a file that the server passes on by itself would never say that it is closed
            response.call_on_close(lambda: _keep(app, lines))
        said = {"method": request.method, "endpoint": request.endpoint, "status": response.status_code, "ms": _milliseconds()}
        requests.info("answered", extra={"said": said})
        return response

    app.extensions[KEEP] = keep
    app.before_request(_begin)
    app.after_request(after)
    app.jinja_env.globals["request_number"] = number
    if not app.logger.handlers or not any(isinstance(handler.formatter, Lines) for handler in app.logger.handlers):
        app.logger.handlers[:] = [_handler()]
        app.logger.setLevel(logging.INFO)


def number() -> str:
    """The request's number: what a proxy in front calls it, or a new one. Nobody else may give it: it would be another request's."""
    if "number" not in g:
        given = request.headers.get(HEADER, "") if current_app.config["PROXIES"] else ""
        g.number = given if NUMBER.fullmatch(given) else uuid4().hex
    return g.number


def note(kind: str, *people: Any) -> None:
    """Say what kind of line the request is to leave, and about whom: a line for each, or one about nobody that is known."""
    g.noted = kind, [_named(person) for person in people] or [_named(None)], _named(reader())


def note_nothing() -> None:
    """Let the request leave no line after all."""
    g.pop("noted", None)


def _handler() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    return handler


def _begin() -> None:
    g.begun = time.perf_counter()


def _milliseconds() -> int:
    return round((time.perf_counter() - g.begun) * 1000) if "begun" in g else 0


def _access(response: Response) -> list[Access]:
    """The lines that this answer leaves, if it is one that matters."""
    code, status = g.get("refused", ""), response.status_code
    kind, people, asker = g.get("noted") or (TAKEN.get(response.mimetype or "") if status == 200 else None, None, None)
    if kind is None and code and status != TO_BE_MENDED:
        kind = "refused"
    if kind is None:
        return []
    asker = asker or _named(reader())
    address = request.remote_addr or ""
    return [
        Access(kind, str(code), _what(), moment(), address, number(), user_id, municipality_id, asker[0])
        for user_id, municipality_id in people or [asker]
    ]


def _named(person: Any) -> tuple[int | None, int | None]:
    """The numbers of a person and of their municipality; of nobody, none."""
    return (None, None) if person is None else (person.id, person.municipality_id)


def _what() -> str:
    """Method and address, with the ids that it names and no other value."""
    path = str(request.url_rule or "")
    for name, value in (request.view_args or {}).items():
        if isinstance(value, int):
            path = path.replace(f"<int:{name}>", str(value))
    return f"{request.method} {path}"


def _keep(app: Flask, lines: list[Access]) -> None:
    with app.app_context():
        for line in lines:
            try:
                app.extensions[KEEP](line)
            except Exception as error:  # the answer has gone out: nothing may come of it but a word in the log
                requests.error("a line of the access log was lost: %s", type(error).__name__, extra={"said": {"request": line.number}})
