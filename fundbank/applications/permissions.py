"""Who may read, write, sign, submit, withdraw and screen an application (domain.md §4, §11)."""

from collections.abc import Sequence

from fundbank.applications.models import Application
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.queries.annexes import annexes_handed_in, annexes_of, was_handed_in
from fundbank.applications.queries.gainers import following_departments, gaining_departments
from fundbank.applications.queries.lists import Scope
from fundbank.applications.rules.content import Content
from fundbank.applications.states import State
from fundbank.files.models import File
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right


def leads(person: User, pool: Pool, department: Department) -> bool:
    """Is the person a leader of the department or of a unit above it?"""
    return holds(person, pool, Right.DEPARTMENT_LEAD) and department.is_within(person.department)


def writes_for(person: User, pool: Pool, department: Department) -> bool:
    """May the person apply for this department: an applicant or a leader of it or above it?"""
    return holds(person, pool, Right.APPLICATION_WRITE) and department.is_within(person.department)


def can_see_applications(person: User, pool: Pool) -> bool:
    """Whoever sees any of them: the departments' people their own, the forum and finance what has been submitted, auditors all."""
    return holds(person, pool, Right.OWN_READ, Right.SUBMITTED_READ, Right.DRAFTS_READ)


def visible_applications(person: User, pool: Pool) -> Scope | None:
    """What the person sees of the pool's applications, by the same rule as ``can_see_application``; None for nothing at all."""
    if holds(person, pool, Right.DRAFTS_READ):
        return Scope(everything=True)
    submitted = holds(person, pool, Right.SUBMITTED_READ)
    own = holds(person, pool, Right.OWN_READ)
    if not submitted and not own:
        return None
    return Scope(submitted=submitted, own=person.department.path if own else None)


def gained_applications(person: User, pool: Pool) -> Scope | None:
    """What others applied for and the person's department gains by, by the same rule as ``is_of_a_gainer``; None for who acts for none."""
    return Scope(gained_by=person.department.path) if holds(person, pool, Right.OWN_READ) else None


def can_start_application(person: User, pool: Pool) -> bool:
    """Does the person apply for any department of the pool: their own as an applicant, or those they lead?"""
    return holds(person, pool, Right.APPLICATION_WRITE)


def can_see_application(person: User, application: Application) -> bool:
    """The department's people see it always, an auditor too; once it has been submitted the forum's and finance's people, and those of the
    departments that gain by it.
    """
    pool = application.pool
    if holds(person, pool, Right.DRAFTS_READ):
        return True
    if is_of_its_department(person, application):
        return True
    if application.submitted_at is None:
        return False
    return holds(person, pool, Right.SUBMITTED_READ) or is_of_a_gainer(person, application)


def is_of_its_department(person: User, application: Application) -> bool:
    """Is it an application of the own department, or of one below it, for somebody who acts for it? Reading does not reach upwards."""
    return holds(person, application.pool, Right.OWN_READ) and application.department.is_within(person.department)


def is_of_a_gainer(person: User, application: Application) -> bool:
    """Does the own department follow it, or one below it, and does the person act for it?

    Whom nothing in force names any more sees it no longer; what it said stands there.
    """
    if not holds(person, application.pool, Right.OWN_READ):
        return False
    return any(unit.is_within(person.department) for unit in following_departments([application.id])[application.id])


def works_on_it(person: User, application: Application) -> bool:
    """Is the person shown what the department has written? Whoever else reads is shown the newest version, and not what is being written
    since (domain.md §4); before the first there is only the one.
    """
    return is_of_its_department(person, application) or not application.versions


def content_for(person: User, application: Application) -> Content:
    """What the department has written, or, for whoever else reads the application, the newest version."""
    return application.content if works_on_it(person, application) else application.versions[-1].content


def annexes_for(person: User, application: Application) -> Sequence[File]:
    """The department sees what it has attached; whoever else reads the application sees what was handed in last (domain.md §4)."""
    return annexes_of(application) if works_on_it(person, application) else annexes_handed_in(application)


def can_see_annex(person: User, application: Application, file: File) -> bool:
    """One that was ever handed in: whoever sees the application, since they see each version. Else whoever sees what is being written,
    until it is taken away.
    """
    if not can_see_application(person, application):
        return False
    if was_handed_in(application, file):
        return True
    return file.removal is None and works_on_it(person, application)


def can_see_writing(person: User, application: Application) -> bool:
    """Who is told of each annex as it comes and goes: the department's people, and auditors."""
    return holds(person, application.pool, Right.DRAFTS_READ) or is_of_its_department(person, application)


def can_comment(person: User, application: Application) -> bool:
    """The applicants and leaders of the departments that gain by what was handed in last, or that a revised business case concerns, and of
    units above these: nobody who writes the application itself speaks for others.
    """
    if can_write_application(person, application):
        return False
    asked = following_departments if application.state == State.AWARDED else gaining_departments
    return any(writes_for(person, application.pool, unit) for unit in asked([application.id])[application.id])


def can_write_application(person: User, application: Application) -> bool:
    """May the person change, submit, revise or withdraw it?"""
    return writes_for(person, application.pool, application.department)


def can_end_unanswered(person: User, application: Application) -> bool:
    """The coordinator, of what was returned and nobody has answered for long."""
    return holds(person, application.pool, Right.MEETING_PLAN)


def can_sign_application(person: User, application: Application) -> bool:
    """Only a leader of the department or above signs."""
    return leads(person, application.pool, application.department)


def can_screen(person: User, pool: Pool) -> bool:
    """The same of whatever is handed in to the pool, or shown to its advisers."""
    return holds(person, pool, Right.APPLICATION_SCREEN)


def can_see_advice(person: User, request: AdviceRequest) -> bool:
    """What the department showed its advisers they read, and whoever may see what it writes."""
    return can_screen(person, request.pool) or can_see_writing(person, request.application)


def can_screen_application(person: User, application: Application) -> bool:
    """Coordinator and advisers screen."""
    return holds(person, application.pool, Right.APPLICATION_SCREEN)
