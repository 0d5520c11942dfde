"""The steps of an application as its pages list them: how far each is, who wrote last in it, and where what is missing is mended."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import url_for

from fundbank.applications.models import Application
from fundbank.applications.operations.typing import NotSaved
from fundbank.applications.queries.writers import last_written
from fundbank.applications.rules import topics
from fundbank.applications.rules.topics import Standing, Topic
from fundbank.applications.states import State
from fundbank.errors import Refusal
from fundbank.history import queries as history
from fundbank.kit.web.sentences import sentence
from fundbank.people import queries as people
from fundbank.people.models import User


class Task(NamedTuple):
    """One step, and who wrote last in it (None: nobody yet, or nobody knows)."""

    topic: Topic
    standing: Standing
    who: User | None = None
    when: datetime | None = None
    is_unsaved: bool = False
    """Is something typed in it that is no part of the application yet?"""


class Fault(NamedTuple):
    """A sentence of something that is missing, with the step that asks for it and the address of its field."""

    topic: Topic
    url: str
    sentence: str


def tasks(application: Application, faults: Sequence[Refusal]) -> list[Task]:
    """Every step, in order. ``faults`` are all that stand in the way of submitting."""
    content, lines = application.content, last_written(application)
    is_sent = application.is_sent or application.state == State.SIGNED
    names = people.people_by_id(history.actor_ids(lines.values()), municipality_id=application.municipality_id) if lines else {}
    not_saved = [topics.topic_of(fault.field) for fault in faults if isinstance(fault, NotSaved)]
    found = []
    for topic in topics.STEPS:
        line = lines.get(topic.code)
        who = names.get(line.actor_id) if line and line.actor_id else None
        found.append(
            Task(topic, topics.standing(topic, content, faults, is_sent=is_sent), who, line.at if line else None, topic in not_saved)
        )
    return found


def to_mend(application: Application, faults: Iterable[Refusal]) -> list[Fault]:
    """What is missing, each with the way to its step and field."""
    return [_to_mend(application, fault, topics.topic_of(fault.field)) for fault in faults]


def _to_mend(application: Application, fault: Refusal, topic: Topic) -> Fault:
    page = url_for("applications.write", application_id=application.id, topic=topic.code)
    return Fault(topic, f"{page}#{fault.field}", sentence(fault))
