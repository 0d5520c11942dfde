"""Who may read, write, sign, submit, withdraw and screen an application (domain.md §4, §11)."""

from fundbank.applications.models import Application
from fundbank.applications.queries import Scope
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import has_role
from fundbank.pools.roles import Role


def leads(person: User, pool: Pool, department: Department) -> bool:
    """Is the person a leader of the department or of a unit above it?"""
    return has_role(person, pool, Role.LEADER) and department.is_within(person.department)


def writes_for(person: User, pool: Pool, department: Department) -> bool:
    """May the person apply for this department: its applicant, or a leader of it or above it?"""
    own = has_role(person, pool, Role.APPLICANT) and person.department_id == department.id
    return own or leads(person, pool, department)


FORUM_AND_FINANCE = (Role.ADVISER, Role.MEMBER, Role.CHAIR, Role.COORDINATOR, Role.FINANCE)


def visible_applications(person: User, pool: Pool) -> Scope | None:
    """What the person sees of the pool's applications, by the same rule as ``can_see_application``; None for nothing at all."""
    if has_role(person, pool, Role.AUDITOR):
        return Scope(everything=True)
    submitted = has_role(person, pool, *FORUM_AND_FINANCE)
    in_line = has_role(person, pool, Role.APPLICANT, Role.LEADER)
    if not submitted and not in_line:
        return None
    return Scope(submitted=submitted, line_of=person.department.path if in_line else None)


def can_start_application(person: User, pool: Pool) -> bool:
    """Does the person apply for any department of the pool: their own as an applicant, or those they lead?"""
    return has_role(person, pool, Role.APPLICANT, Role.LEADER)


def can_see_application(person: User, application: Application) -> bool:
    """The department's people see it always, an auditor too; the forum's and finance's people once it has been submitted."""
    pool = application.pool
    if has_role(person, pool, Role.AUDITOR):
        return True
    if has_role(person, pool, Role.APPLICANT, Role.LEADER) and application.department.is_in_line_with(person.department):
        return True
    return has_role(person, pool, *FORUM_AND_FINANCE) and application.submitted_at is not None


def can_write_application(person: User, application: Application) -> bool:
    """May the person change, submit, revise or withdraw it?"""
    return writes_for(person, application.pool, application.department)


def can_sign_application(person: User, application: Application) -> bool:
    """Only a leader of the department or above signs."""
    return leads(person, application.pool, application.department)


def can_screen_application(person: User, application: Application) -> bool:
    """Coordinator and advisers screen."""
    return has_role(person, application.pool, Role.COORDINATOR, Role.ADVISER)
