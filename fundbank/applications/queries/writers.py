"""Who wrote last in each step of an application, and when: the history's lines name the topics that they wrote (rules.topics)."""

from collections.abc import Iterable
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.rules.topics import TOPICS, Topic
from fundbank.history import queries as history
from fundbank.history.models import HistoryEntry

WRITTEN = "written"


def written_marks(application: Application, codes: Iterable[str]) -> dict[str, Any]:
    """What a line of the history says of what was written, for the questions below: each topic with the revision that came of it."""
    return {WRITTEN: dict.fromkeys(codes, application.revision)}


def last_written(application: Application) -> dict[str, HistoryEntry]:
    """The newest line that wrote each topic, by its code; none of what nobody has written, or was written before lines told it."""
    return history.newest_marked(Application.__tablename__, application.id, WRITTEN, [topic.code for topic in TOPICS])


def writers_since(application: Application, topic: Topic, revision: int) -> list[int | None]:
    """The ids of those who have written a topic after this revision, once for each time."""
    return history.actors_past(Application.__tablename__, application.id, WRITTEN, topic.code, revision)
