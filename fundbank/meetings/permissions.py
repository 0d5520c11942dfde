"""Who plans meetings, who leads them, and who reads the minutes (domain.md §4, §11)."""

from fundbank.meetings.models import Meeting
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right


def can_see_meetings(person: User, pool: Pool) -> bool:
    """The forum, finance, advisers and auditors."""
    return holds(person, pool, Right.MEETINGS_READ)


def can_plan_meetings(person: User, pool: Pool) -> bool:
    """The coordinator plans meetings and prepares agendas."""
    return holds(person, pool, Right.MEETING_PLAN)


def can_chair(person: User, pool: Pool) -> bool:
    """The chair opens and closes meetings, records decisions and signs minutes."""
    return holds(person, pool, Right.MEETING_CHAIR)


def can_change_agenda(person: User, meeting: Meeting, pool: Pool) -> bool:
    """The coordinator prepares the agenda until the meeting opens."""
    return can_plan_meetings(person, pool) and meeting.state == "planned"
