"""Who plans meetings, who leads them, and who reads the minutes (domain.md §4, §11)."""

from fundbank.applications.permissions import can_see_application
from fundbank.awards.permissions import can_see_award
from fundbank.meetings.models import Decision, Meeting
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right


def can_see_meetings(person: User, pool: Pool) -> bool:
    """The forum, finance, advisers and auditors."""
    return holds(person, pool, Right.MEETINGS_READ)


def can_see_decision(person: User, decision: Decision) -> bool:
    """Whoever sees the application, and whom the award concerns that came of it."""
    award = decision.award
    return can_see_application(person, decision.application) or (award is not None and can_see_award(person, award))


def can_plan_meetings(person: User, pool: Pool) -> bool:
    """The coordinator plans meetings and prepares agendas."""
    return holds(person, pool, Right.MEETING_PLAN)


def can_chair(person: User, pool: Pool) -> bool:
    """The chair opens and closes meetings, records decisions and signs minutes."""
    return holds(person, pool, Right.MEETING_CHAIR)


def can_change_agenda(person: User, meeting: Meeting, pool: Pool) -> bool:
    """The coordinator prepares the agenda until the meeting opens."""
    return can_plan_meetings(person, pool) and meeting.state == "planned"
