"""The steps of an application as its pages list them: how far each is, who wrote last in it, and where what is missing is mended."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import url_for

from fundbank.applications.models import Application
from fundbank.applications.operations.typing import NotSaved
from fundbank.applications.queries.annexes import annexes_of
from fundbank.applications.queries.writers import last_written
from fundbank.applications.rules import topics
from fundbank.applications.rules.content import Content
from fundbank.applications.rules.topics import Standing, Topic
from fundbank.applications.states import State
from fundbank.errors import Refusal
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
    content, annexes = application.content, annexes_of(application)
    is_sent = application.is_sent or application.state == State.SIGNED
    written = {code: (line.actor_id, line.at) for code, line in last_written(application).items()}
    if annexes:
        written[topics.ANNEXES.code] = (annexes[-1].added_by_id, annexes[-1].added_at)
    ids = {actor_id for actor_id, _at in written.values() if actor_id}
    names = people.people_by_id(ids, municipality_id=application.municipality_id) if ids else {}
    not_saved = [topics.topic_of(fault.field) for fault in faults if isinstance(fault, NotSaved)]
    found = []
    for topic in topics.STEPS:
        actor_id, at = written.get(topic.code, (None, None))
        standing = topics.standing(topic, content, faults, is_sent=is_sent, has_annexes=bool(annexes))
        found.append(Task(topic, standing, names.get(actor_id) if actor_id else None, at, topic in not_saved))
    return found


def lacking_here(
    here: Topic, content: Content, faults: Sequence[Refusal], unsaid: Sequence[Refusal]
) -> tuple[Sequence[Refusal], Sequence[Refusal]]:
    """What the page of a step says is missing, and what will be asked for: nothing until the step has been begun.

    It does not ask to open the step and save it: whoever reads it has.
    """
    if topics.standing(here, content, faults) == Standing.NOT_BEGUN:
        return (), ()
    return [fault for fault in topics.faults_in(here, faults) if not isinstance(fault, NotSaved)], topics.faults_in(here, unsaid)


def to_mend(application: Application, faults: Iterable[Refusal]) -> list[Fault]:
    """What is missing, each with the way to its step and field."""
    return [_to_mend(application, fault, topics.topic_of(fault.field)) for fault in faults]


def _to_mend(application: Application, fault: Refusal, topic: Topic) -> Fault:
    page = url_for("applications.write", application_id=application.id, topic=topic.code)
    return Fault(topic, f"{page}#{fault.field}", sentence(fault))
