"""What the program itself writes down, on nobody's behalf: lines of the access log, and what it has done without a person."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import insert, update

from fundbank.history import steps
from fundbank.history.models import AccessLine
from fundbank.kit.transaction import apart
from fundbank.kit.web.log import Access
from fundbank.kit.web.tries import AtMost

MOST = AtMost("access", "30 per minute")
TOLD_AFTER = timedelta(minutes=1)


def record_own(subject: steps.Subject, event: str, *, at: datetime) -> None:
    """Add a line to the history about what the program itself did with ``subject``."""
    steps.record(subject, event, actor_id=None, at=at)


def remember(line: Access) -> int:
    """Write a line of the access log, at once and apart from any unit of work; returns its id."""
    values = {**asdict(line), "what": line.what[:200], "address": line.address[:45]}
    del values["asker_id"]
    with apart() as connection:
        return connection.execute(insert(AccessLine).values(values).returning(AccessLine.id)).scalar_one()


def recount(line_id: int, more: int) -> None:
    """Write how many further lines a line of the access log stands for."""
    with apart() as connection:
        connection.execute(update(AccessLine).where(AccessLine.id == line_id).values(more=more))


@dataclass
class Beyond:
    """How many lines too many there have been of somebody since a moment, and the id of the line that says so, once it is written."""

    since: datetime
    count: int = 1
    line_id: int | None = None


class AccessLog:
    """Keeps lines of the access log: of each kind no more than ``MOST`` of one person who is signed in, and of the guests at one address;
    the rest is counted in one line. So nobody can push a line out of it, of a colleague's or of another kind.

    Nothing is written under the lock: while the database is locked each request waits for itself, not for all before it.
    """

    def __init__(self, write: Callable[[Access], int] = remember, recount: Callable[[int, int], None] = recount) -> None:
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
                first.line_id = self._write(replace(line, kind="more", code=line.kind, what="", user_id=line.asker_id, more=1))
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
