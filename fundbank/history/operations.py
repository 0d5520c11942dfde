"""What the program itself writes down, on nobody's behalf: lines of the access log, and what it has done without a person."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import insert, update

from fundbank.history import steps
from fundbank.history.models import AccessLine
from fundbank.kit.transaction import apart
from fundbank.kit.web.log import Access


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
