"""Who may score, and who may see which scores. Conflict of interest is asked here by everyone who decides (domain.md §4, §5)."""

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application
from fundbank.applications.states import DECIDABLE
from fundbank.people.models import User
from fundbank.pools.permissions import has_role
from fundbank.pools.roles import Role
from fundbank.scoring.queries import current_score, declared_interest


def has_conflict(person: User, application: Application) -> bool:
    """Is it the person's own department, a unit above or below it, or did the person declare an interest?"""
    return person.department.is_in_line_with(application.department) or declared_interest(application, person) is not None


def is_member(person: User, application: Application) -> bool:
    """Only members of the forum score."""
    return has_role(person, application.pool, Role.MEMBER)


def can_score(person: User, application: Application) -> bool:
    """May the person hand in a score now?"""
    return is_member(person, application) and application.state in DECIDABLE and not has_conflict(person, application)


def can_see_scores(person: User, application: Application) -> bool:
    """Members score blind: others' scores show once the own is handed in, or when the matter has left the forum (domain.md §5)."""
    if not can_see_application(person, application):
        return False
    if application.state not in DECIDABLE:
        return application.submitted_at is not None
    if is_member(person, application):
        return has_conflict(person, application) or current_score(application, person) is not None
    return has_role(person, application.pool, Role.CHAIR, Role.COORDINATOR, Role.AUDITOR)
