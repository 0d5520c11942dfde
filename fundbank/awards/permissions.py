"""Who may see, accept, pay out and close an award (domain.md §11)."""

from fundbank.applications.permissions import leads
from fundbank.awards.models import Award, Disbursement
from fundbank.ledger.permissions import can_see_ledger
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import has_role
from fundbank.pools.roles import Role

READERS = (Role.ADVISER, Role.MEMBER, Role.CHAIR, Role.COORDINATOR, Role.FINANCE, Role.AUDITOR)


def can_see_award(person: User, award: Award) -> bool:
    """The forum, finance and auditors; the department's people; the people of a department that shares its gains."""
    application = award.application
    if has_role(person, application.pool, *READERS):
        return True
    if not has_role(person, application.pool, Role.APPLICANT, Role.LEADER):
        return False
    concerned = [application.department, *(participant.department for participant in award.participants)]
    return any(department.is_in_line_with(person.department) for department in concerned)


def sees_all_awards(person: User, pool: Pool) -> bool:
    """The forum, advisers, finance and auditors."""
    return has_role(person, pool, *READERS)


def can_see_awards(person: User, pool: Pool) -> bool:
    """Those who see all awards, and the departments' people, who see what concerns them."""
    return has_role(person, pool, *READERS, Role.APPLICANT, Role.LEADER)


def can_see_disbursements(person: User, pool: Pool) -> bool:
    """Those who see the pool's ledger."""
    return can_see_ledger(person, pool)


def can_accept_award(person: User, award: Award) -> bool:
    """A leader of the department, or of a unit above it."""
    return leads(person, award.application.pool, award.application.department)


def can_move_money(person: User, pool: Pool) -> bool:
    """Finance, and nobody else."""
    return has_role(person, pool, Role.FINANCE)


def can_register_disbursement(person: User, award: Award) -> bool:
    """Finance, but not who recorded the decision (domain.md §7)."""
    return can_move_money(person, award.application.pool) and person.id != award.decided_by_id


def can_approve_disbursement(person: User, disbursement: Disbursement) -> bool:
    """Finance, but neither who registered it nor who recorded the decision (domain.md §7)."""
    return can_register_disbursement(person, disbursement.award) and person.id != disbursement.registered_by_id


def can_close_award(person: User, award: Award) -> bool:
    """The coordinator follows up and closes."""
    return has_role(person, award.application.pool, Role.COORDINATOR)
