"""A forum that only recommends, with two deciders, and what they say."""

from datetime import datetime, timedelta
from typing import Any

from fundbank.applications.models import Application
from fundbank.kit.clock import local_date
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.approvals import give_words
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.revisions import carry_out_after_its_day
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.queries.approvals import matters_of
from fundbank.meetings.queries.revisions import meetings_to_carry_out
from fundbank.meetings.rules.approvals import Word
from fundbank.people.models import User
from fundbank.pools.roles import Role
from tests.integration.scoring.forum import TODAY, Forum

LATER = TODAY + timedelta(hours=2)
NEXT_WEEK = TODAY + timedelta(days=7)


class Town(Forum):
    """A forum that recommends, with two deciders."""

    def __init__(self, **overrides: Any) -> None:
        super().__init__(**{"forum_recommends": True, **overrides})
        self.director = self.person("Dorte Direktør", Role.DECIDER)
        self.other = self.person("Dan Direktør", Role.DECIDER)

    def closed(self, *outcomes: str) -> tuple[Meeting, list[Application]]:
        """A closed meeting, with an application for each of the outcomes."""
        matters = [self.scored(3, title=f"Sag {number}", grant_ore=200_000_00) for number, _outcome in enumerate(outcomes, 1)]
        meeting = self.open_meeting(*matters)
        for application, outcome in zip(matters, outcomes, strict=True):
            ore = 200_000_00 if outcome == "approve" else 0
            decide(actor=self.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, outcome, "Fordi.", grant_ore=ore))
        close_meeting(actor=self.chair, at=LATER, meeting=meeting)
        return meeting, matters


def say(meeting: Meeting, actor: User, *words: bool | str | None, at: datetime = NEXT_WEEK) -> bool:
    """Say of the matters of the meeting, in their order, whether they are approved; a reason is a no, None leaves it."""
    pairs = zip(matters_of(meeting), words, strict=True)
    said = [Word(matter.key, word is True, "" if word is True else str(word)) for matter, word in pairs if word]
    return give_words(actor=actor, at=at, meeting=meeting, words=said)


def at_night(at: datetime) -> None:
    """What the day's work does with meetings."""
    for meeting_id, _owner in meetings_to_carry_out(local_date(at)):
        carry_out_after_its_day(at=at, meeting_id=meeting_id)
