"""Who may read a letter: whoever sees what it tells of, and whom it was sent to."""

from fundbank.awards.permissions import can_see_award
from fundbank.meetings.permissions import can_see_decision
from fundbank.people.models import User
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right
from fundbank.reports.models import Letter


def can_read_letter(person: User, letter: Letter) -> bool:
    """Whoever sees the decision or the claim; and who acts for the department that it was sent to, or for one above it.

    What was sent stays to be read, also by a department that has handed the application on since, or that it names no longer.
    """
    if letter.decision is not None:
        pool, sees_it = letter.decision.application.pool, can_see_decision(person, letter.decision)
    elif letter.line is not None:
        award = letter.line.claim.award
        pool, sees_it = award.application.pool, can_see_award(person, award)
    else:
        return False  # a CHECK of the table lets no letter tell of nothing
    return sees_it or (holds(person, pool, Right.OWN_READ) and letter.department.is_within(person.department))
