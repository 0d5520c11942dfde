"""Who wrote last in each step of an application, and when: the history's lines name the topics that they wrote (rules.topics)."""

from collections.abc import Iterable
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.rules.topics import TOPICS
from fundbank.history import queries as history
from fundbank.history.models import HistoryEntry

WRITTEN = "written"


def written_marks(codes: Iterable[str]) -> dict[str, Any]:
    """What a line of the history says of what was written, for the question below."""
    return {WRITTEN: dict.fromkeys(codes, 1)}


def last_written(application: Application) -> dict[str, HistoryEntry]:
    """The newest line that wrote each topic, by its code; none of what nobody has written, or was written before lines told it."""
    return history.newest_marked(Application.__tablename__, application.id, WRITTEN, [topic.code for topic in TOPICS])
