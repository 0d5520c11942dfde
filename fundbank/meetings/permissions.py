"""Who plans meetings, who leads them, and who reads the minutes (domain.md §4, §11)."""

from fundbank.awards.permissions import READERS
from fundbank.meetings.models import Meeting
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import has_role
from fundbank.pools.roles import Role


def can_see_meetings(person: User, pool: Pool) -> bool:
    """The forum, finance, advisers and auditors."""
    return has_role(person, pool, *READERS)


def can_plan_meetings(person: User, pool: Pool) -> bool:
    """The coordinator plans meetings and prepares agendas."""
    return has_role(person, pool, Role.COORDINATOR)


def can_chair(person: User, pool: Pool) -> bool:
    """The chair opens and closes meetings, records decisions and signs minutes."""
    return has_role(person, pool, Role.CHAIR)


def can_change_agenda(person: User, meeting: Meeting, pool: Pool) -> bool:
    """The coordinator prepares the agenda until the meeting opens."""
    return can_plan_meetings(person, pool) and meeting.state == "planned"
