"""What has happened to an idea or to a call, as its page tells it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from fundbank.errors import N_
from fundbank.history import queries as history
from fundbank.history.events import words
from fundbank.history.models import HistoryEntry
from fundbank.ideas.models import Call, Idea
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import me
from fundbank.people import queries as people

OF_A_NEED = {"idea_withdrawn": N_("Withdrew the need"), "idea_applied": N_("Made an application of the need")}
"""What happens to every idea, said of one that answers a call."""


class Told(NamedTuple):
    """One line: when, who (nobody, where a day did it), what as a message id, which department or day it was about, and why."""

    event: str
    at: datetime
    who: str
    what: str
    about: str
    reason: str


def story(of: Idea | Call, sees: Callable[[HistoryEntry], bool] = lambda line: True) -> list[Told]:
    """Everything that has happened to it and that the reader ``sees``, the earliest first."""
    owner, lines = me().municipality_id, [line for line in history.entries(of.__tablename__, of.id) if sees(line)]
    names = people.people_by_id({line.actor_id for line in lines if line.actor_id}, municipality_id=owner)
    asked = {line.details["department_id"] for line in lines if isinstance(of, Call) and "department_id" in line.details}
    units = {unit.id: unit.name for unit in people.units_by_id(asked, municipality_id=owner)}
    said = OF_A_NEED if isinstance(of, Idea) and of.need is not None else {}
    return [
        Told(
            line.event, line.at, names[line.actor_id].name if line.actor_id in names else "", said.get(line.event) or words(line.event),
            ", ".join(filter(None, (units.get(line.details.get("department_id", 0)), _day_said(line)))), line.reason,
        )
        for line in lines
    ]  # fmt: skip


def _day_said(line: HistoryEntry) -> str:
    """The day that the line sets: the deadline, if it is another one than before, or the last day of a department that was let in."""
    said: str | None = line.details.get("due_on") or line.details.get("until")
    if said is None or line.event == "let_in_ended" or (said == line.details.get("former") and line.to_state is None):
        return ""
    return _("until %(day)s", day=day(date.fromisoformat(said)))
