"""Who may read, write, sign, submit, withdraw and screen an application (domain.md §4, §11)."""

from fundbank.applications.models import Application
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


def can_see_application(person: User, application: Application) -> bool:
    """The department's people see it always, an auditor too; the forum's and finance's people once it has been submitted."""
    pool = application.pool
    if has_role(person, pool, Role.AUDITOR):
        return True
    if has_role(person, pool, Role.APPLICANT, Role.LEADER) and application.department.is_in_line_with(person.department):
        return True
    sees_submitted = has_role(person, pool, Role.ADVISER, Role.MEMBER, Role.CHAIR, Role.COORDINATOR, Role.FINANCE)
    return sees_submitted and application.submitted_at is not None


def can_write_application(person: User, application: Application) -> bool:
    """May the person change, submit, revise or withdraw it?"""
    return writes_for(person, application.pool, application.department)


def can_sign_application(person: User, application: Application) -> bool:
    """Only a leader of the department or above signs."""
    return leads(person, application.pool, application.department)


def can_screen_application(person: User, application: Application) -> bool:
    """Coordinator and advisers screen."""
    return has_role(person, application.pool, Role.COORDINATOR, Role.ADVISER)
