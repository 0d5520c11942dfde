"""What became of a follow-up, in words: who saw to it before and by when, and what was taken back. The history keeps it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fundbank.awards.models import Award
from fundbank.history.events import words
from fundbank.history.models import HistoryEntry
from fundbank.history.queries import actor_ids, entries_of
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.reports.queries import names_of

CHANGES = ("follow_up_changed", "follow_up_reopened")
NAMING = ("user_id", "former_owner_id")  # details of its lines that name people


@dataclass(frozen=True)
class Note:
    """What was changed of one, by whom, when and why."""

    what: str
    who: str
    at: datetime
    details: str
    why: str


def notes_of(award: Award) -> Mapping[int, Sequence[Note]]:
    """What was changed of each follow-up of the award, the earliest first, by its id."""
    lines = entries_of("awards", award.id, CHANGES)
    people = names_of(actor_ids(lines) | {line.details[name] for line in lines for name in NAMING if name in line.details})
    found: dict[int, list[Note]] = defaultdict(list)
    for line in lines:
        who = people.get(line.actor_id or 0, "")
        note = Note(_(words(line.event)), who, line.at, "; ".join(in_words(line, people)), line.reason)
        found[line.details["follow_up_id"]].append(note)
    return found


def in_words(entry: HistoryEntry, people: Mapping[int, str]) -> list[str]:
    """What a line of the history tells of a follow-up beside its text."""
    of = entry.details
    if entry.event == "follow_up_made":
        return [_("%(name)s, by %(day)s", name=people.get(of["user_id"], ""), day=_day(of, "due_on"))]
    if entry.event == "follow_up_changed":
        owner = [people.get(of[name], "") for name in ("former_owner_id", "user_id")]
        days = [_day(of, name) for name in ("former_due_on", "due_on")]
        told = (_("Sees to it: %(change)s"), owner), (_("By when: %(change)s"), days)
        return [text % {"change": " → ".join(change)} for text, change in told if change[0] != change[1]]
    return [_("It had been said: %(outcome)s", outcome=of["outcome"])] if entry.event == "follow_up_reopened" else []


def _day(of: Mapping[str, Any], name: str) -> str:
    return day(date.fromisoformat(of[name]))
