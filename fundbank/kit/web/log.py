"""What a request leaves behind: a line in the program's log, and, where it matters, one in the access log that auditors read.

Every answer has a number, which the fault page names and the log repeats. A line of the program's log is JSON and holds no personal data:
method, endpoint, status and time, never an address, a value or who asked.

A line of the access log says who signed in, failed to, or out; what was refused; and which file was taken away. It is written after the
answer, in a transaction of its own (kit.transaction.apart): a refusal leaves it although the request changed nothing, and a database
that can't be written to costs the line, never the answer. Of one person who is signed in, and of the guests at one address, come no more
than ``MOST``; the rest is counted in one line. So nobody can push a colleague's line out of the log.
"""

import json
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

from flask import Flask, Response, current_app, g, has_request_context, request

from fundbank.kit.web.boundary import moment
from fundbank.kit.web.session import reader
from fundbank.kit.web.tries import AtMost

NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")
HEADER = "X-Request-ID"
MOST = AtMost("access", "30 per minute")
TOLD_AFTER = timedelta(minutes=1)
TAKEN = {"text/csv": "exported", "application/pdf": "downloaded"}
TO_BE_MENDED = 422  # what was typed must be put right: no refusal that an auditor asks for

requests = logging.getLogger("fundbank.requests")


@dataclass(frozen=True)
class Access:
    """One line of the access log. ``more`` is how many further ones it stands for: of the same person, or of guests at the same address.

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
        """Whose lines it is one of."""
        return self.address if self.asker_id is None else f"person {self.asker_id}"


@dataclass
class Beyond:
    """How many lines too many there have been of somebody since a moment, and the id of the line that says so, once it is written."""

    since: datetime
    count: int = 1
    line_id: int | None = None


class AccessLog:
    """Keeps lines by ``write``, which gives a line's id, and tells by ``recount`` how many more there were.

    Nothing is written under the lock: while the database is locked each request waits for itself, not for all before it.
    """

    def __init__(self, write: Callable[[Access], int], recount: Callable[[int, int], None]) -> None:
        self._write, self._recount = write, recount
        self._beyond: dict[str, Beyond] = {}  # by ``counted_of``
        self._lock = Lock()

    def keep(self, line: Access) -> None:
        """Write the line, or count it where there have been too many."""
        if MOST.take(line.counted_of):
            self._tell(line.at)
            self._write(line)
        elif (first := self._count(line)) is not None:
            try:
                first.line_id = self._write(replace(line, kind="more", code="", what="", user_id=line.asker_id, more=1))
            except BaseException:
                with self._lock:
                    self._beyond.pop(line.counted_of, None)  # the next one tries again
                raise

    def _count(self, line: Access) -> Beyond | None:
        """Count one too many, and return the count if the line that says so is still to be written."""
        with self._lock:
            if known := self._beyond.get(line.counted_of):
                known.count += 1
                return None
            return self._beyond.setdefault(line.counted_of, Beyond(line.at))

    def _tell(self, at: datetime) -> None:
        with self._lock:
            due = {of: one for of, one in self._beyond.items() if one.line_id is not None and at - one.since >= TOLD_AFTER}
            for of in due:
                del self._beyond[of]
        for one in due.values():
            self._recount(one.line_id, one.count)  # type: ignore[arg-type]  # it has been written


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"at": self.formatTime(record), "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if has_request_context():
            said["request"] = number()
        return json.dumps({**said, **getattr(record, "said", {})}, ensure_ascii=False)


def install(app: Flask, write: Callable[[Access], int], recount: Callable[[int, int], None]) -> None:
    """Number the requests of ``app``, log each, and give those that matter to ``write`` after the answer."""
    access = AccessLog(write, recount)

    def after(response: Response) -> Response:
        response.headers[HEADER] = number()
        line = _access(response)
        if line is not None:
            response.direct_passthrough = False  # a file that the server passes on by itself would never say that it is closed
            response.call_on_close(lambda: _keep(app, access, line))
        said = {"method": request.method, "endpoint": request.endpoint, "status": response.status_code, "ms": _milliseconds()}
        requests.info("answered", extra={"said": said})
        return response

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


def note(kind: str, person: Any) -> None:
    """Say what kind of line the request is to leave, and about whom (None: nobody that is known)."""
    g.noted = kind, _named(person), _named(reader())


def _handler() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    return handler


def _begin() -> None:
    g.begun = time.perf_counter()


def _milliseconds() -> int:
    return round((time.perf_counter() - g.begun) * 1000) if "begun" in g else 0


def _access(response: Response) -> Access | None:
    """The line that this answer leaves, if it is one that matters."""
    code, status = g.get("refused", ""), response.status_code
    kind, person, asker = g.get("noted") or (TAKEN.get(response.mimetype or "") if status == 200 else None, None, None)
    if kind is None and code and status != TO_BE_MENDED:
        kind = "refused"
    if kind is None:
        return None
    asker = asker or _named(reader())
    user_id, municipality_id = person or asker
    return Access(kind, str(code), _what(), moment(), request.remote_addr or "", number(), user_id, municipality_id, asker[0])


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


def _keep(app: Flask, access: AccessLog, line: Access) -> None:
    with app.app_context():
        try:
            access.keep(line)
        except Exception as error:  # the answer has gone out: nothing may come of it but a word in the log
            requests.error("a line of the access log was lost: %s", type(error).__name__, extra={"said": {"request": line.number}})
