"""Who may see, accept, pay out and close an award (domain.md §11)."""

from collections.abc import Iterable, Sequence

from fundbank.applications.models import Application
from fundbank.applications.permissions import is_of_a_gainer, leads
from fundbank.awards.models import Award, Disbursement, FollowUp
from fundbank.awards.queries import bound_people
from fundbank.awards.states import IN_THE_ROOM
from fundbank.ledger.permissions import can_see_ledger, may_be_first, may_be_second
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.queries import people_with, roles_of_people
from fundbank.pools.rights import Right


def can_see_award(person: User, award: Award) -> bool:
    """The forum, finance and auditors; the department's people; the people of a department that gains, or shares its gains.

    Of one that is decided in an open meeting, or was taken back there, none of the departments' people learn.
    """
    application = award.application
    if knows_the_room(person, application.pool):
        return True
    if award.state in IN_THE_ROOM or not holds(person, application.pool, Right.OWN_READ):
        return False
    concerned = [application.department, *(participant.department for participant in award.participants)]
    return any(department.is_within(person.department) for department in concerned) or is_of_a_gainer(person, application)


def knows_the_room(person: User, pool: Pool) -> bool:
    """May the person know what an open meeting has decided: the forum, advisers, finance and auditors (domain.md §4)?"""
    return holds(person, pool, Right.AWARDS_READ)


def sees_all_awards(person: User, pool: Pool) -> bool:
    """The forum, advisers, finance and auditors."""
    return holds(person, pool, Right.AWARDS_READ)


def can_see_awards(person: User, pool: Pool) -> bool:
    """Those who see all awards, and the departments' people, who see what concerns them."""
    return holds(person, pool, Right.AWARDS_READ, Right.OWN_READ)


def can_see_disbursements(person: User, pool: Pool) -> bool:
    """Those who see the pool's ledger."""
    return can_see_ledger(person, pool)


def can_accept_award(person: User, award: Award) -> bool:
    """A leader of one of the departments that the award asks, or of a unit above it."""
    return any(leads(person, award.application.pool, asked.department) for asked in award.acceptances)


def waits_for_answer(person: User, award: Award) -> bool:
    """Does the person lead a department that was asked and has not accepted?"""
    pool = award.application.pool
    return any(asked.accepted_at is None and leads(person, pool, asked.department) for asked in award.acceptances)


def can_decline_award(person: User, award: Award) -> bool:
    """A leader of the department that applied, or of a unit above it."""
    return leads(person, award.application.pool, award.application.department)


def can_decline_late(person: User, award: Award) -> bool:
    """The coordinator, once the time to accept is over."""
    return can_close_award(person, award)


def can_cancel_award(person: User, award: Award) -> bool:
    """A leader of the department that applied, or of a unit above it; the forum does it in a meeting."""
    return leads(person, award.application.pool, award.application.department)


def can_register_disbursement(person: User, award: Award) -> bool:
    """Finance, but nobody who decided the award, signed its application or accepted it (domain.md §7)."""
    return may_be_first(person, award.application.pool, bound_people(award))


def can_approve_disbursement(person: User, disbursement: Disbursement) -> bool:
    """Finance, but neither who registered it nor who is bound by the award (domain.md §7)."""
    award = disbursement.award
    return may_be_second(person, award.application.pool, disbursement.registered_by, bound_people(award))


def can_pay_disbursement(person: User, disbursement: Disbursement) -> bool:
    """Finance, but nobody who is bound by the award: on its day, what two people have seen takes no third (domain.md §7)."""
    return can_register_disbursement(person, disbursement.award)


def can_close_award(person: User, award: Award) -> bool:
    """The coordinator follows up and closes."""
    return holds(person, award.application.pool, Right.AWARD_CLOSE)


def can_follow_up(person: User, award: Award) -> bool:
    """The chair and the coordinator say what is to be followed up, and by whom."""
    return holds(person, award.application.pool, Right.AWARD_FOLLOW_UP)


def owners(application: Application) -> list[User]:
    """Who can see to something of its award: the department's people, and the forum, its coordinator, advisers and finance, by name."""
    return owners_among(application.pool, [application])[application.id]


def owners_among(pool: Pool, applications: Iterable[Application]) -> dict[int, list[User]]:
    """The same of some of the pool's applications, by their ids."""
    of_pool = people_with(pool, Right.MEETING_ATTEND, Right.MEETING_PLAN, Right.APPLICATION_SCREEN, Right.MONEY_MOVE)
    writers = people_with(pool, Right.APPLICATION_WRITE)
    found: dict[int, list[User]] = {}
    for one in applications:
        of_unit = [person for person in writers if one.department.is_within(person.department)]
        found[one.id] = sorted({*of_pool, *of_unit}, key=lambda person: (person.sort_key, person.id))
    return found


def can_finish(person: User, follow_up: FollowUp) -> bool:
    """Its owner, as long as they may see the award, and whoever says what is to be followed up."""
    is_owner = person.id == follow_up.owner_id and can_see_award(person, follow_up.award)
    return is_owner or can_follow_up(person, follow_up.award)


def without_owner(follow_ups: Sequence[FollowUp]) -> list[FollowUp]:
    """Those that are not done, and whose owner can no longer see to them: their account was closed, or they may not see the award any more,
    because they changed departments or lost a role. The chair or the coordinator names somebody else.
    """
    waiting = [one for one in follow_ups if one.done_at is None]
    roles_of_people([one.owner for one in waiting])  # read at once
    return [one for one in waiting if not can_see_award(one.owner, one.award)]
