"""Who wrote last in each step of an application, and when: as the history tells it. A line names the topics that it wrote (rules.topics),
and the revision that the application had then.
"""

from collections.abc import Iterable
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.rules.topics import TOPICS, Topic
from fundbank.history import queries as history
from fundbank.history.models import HistoryEntry

WRITTEN = "written"


def written_marks(application: Application, codes: Iterable[str]) -> dict[str, Any]:
    """What a line of the history says of what was written, for the questions below."""
    return {WRITTEN: dict.fromkeys(codes, 1), "revision": application.revision}


def last_written(application: Application) -> dict[str, HistoryEntry]:
    """The newest line that wrote each topic, by its code; none of what nobody has written, or was written before lines told it."""
    return history.newest_marked(Application.__tablename__, application.id, WRITTEN, [topic.code for topic in TOPICS])


def is_written_since(application: Application, revision: int | None, topic: Topic | None = None) -> bool:
    """Has anything been changed since the application had this revision; or has this topic been written?"""
    if revision is None or topic is None:
        return revision != application.revision
    return history.is_marked_since(Application.__tablename__, application.id, WRITTEN, topic.code, revision)
