"""To whom a notice goes: by what people may do with its subject, asked of the same permissions as the pages.

Each takes the subject of an event (an application, an award, a meeting, a pool) and the line of the history.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application, leads, writes_for
from fundbank.applications.queries.gainers import following_departments
from fundbank.awards.models import Award, Disbursement
from fundbank.awards.permissions import can_approve_disbursement, can_register_disbursement, can_see_award
from fundbank.awards.queries import award_of
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.ideas.models import Call
from fundbank.ideas.queries.calls import is_sent
from fundbank.ledger.chart import Event
from fundbank.meetings.models import Meeting
from fundbank.meetings.permissions import may_decide, unsaid, without_decider
from fundbank.notices.waiting import Due
from fundbank.people.models import Confirmation, Department, User
from fundbank.people.queries import reachable_administrators, units_by_id
from fundbank.people.rules import is_in_line, is_within
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_see_confirmation, role_givers
from fundbank.pools.permissions import confirmers as second_people
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right
from fundbank.repayments.queries import claim_of_year
from fundbank.scoring.permissions import can_score, has_conflict

Audience = Callable[[Any, HistoryEntry], Iterable[User]]


def _application(subject: Application | Award) -> Application:
    return subject.application if isinstance(subject, Award) else subject


def _leaders(pool: Pool, departments: Iterable[Department]) -> list[User]:
    units = list(departments)
    return [person for person in people_with(pool, Right.DEPARTMENT_LEAD) if any(leads(person, pool, unit) for unit in units)]


def _writers(pool: Pool, departments: Iterable[Department]) -> list[User]:
    units = list(departments)
    return [person for person in people_with(pool, Right.APPLICATION_WRITE) if any(writes_for(person, pool, unit) for unit in units)]


def leaders(subject: Application | Award, line: HistoryEntry) -> list[User]:
    """The leaders of the department that applied."""
    application = _application(subject)
    return _leaders(application.pool, [application.department])


def all_leaders(application: Application) -> list[User]:
    """Whoever may have been asked to sign it, of whatever department it was."""
    return people_with(application.pool, Right.DEPARTMENT_LEAD)


def author(subject: Application | Award, line: HistoryEntry) -> list[User]:
    """Who began the application, as long as they may see it: people change departments and roles."""
    application = _application(subject)
    person = application.created_by
    return [person] if person.is_active and can_see_application(person, application) else []


def department(subject: Application | Award, line: HistoryEntry) -> list[User]:
    """Who began the application, and the leaders of its department."""
    return [*author(subject, line), *leaders(subject, line)]


def writers(application: Application, line: HistoryEntry) -> list[User]:
    """Whoever writes for the department that applies."""
    return _writers(application.pool, [application.department])


def all_writers(call: Call, line: HistoryEntry) -> list[User]:
    """Whoever writes for any department of the pool."""
    return people_with(call.pool, Right.APPLICATION_WRITE)


def writers_of_another_day(call: Call, line: HistoryEntry) -> list[User]:
    """The same, of a change of the deadline; of another change nobody."""
    return all_writers(call, line) if line.details["former"] != line.details["due_on"] else []


def writers_let_in(call: Call, line: HistoryEntry) -> list[User]:
    """Whoever writes for the department that was let in late."""
    return _writers(call.pool, units_by_id({line.details["department_id"]}, municipality_id=call.municipality_id))


def readers_of_needs(call: Call, line: HistoryEntry) -> list[User]:
    """The forum; nobody of a call to which no department has sent a need, opened by mistake perhaps."""
    return people_with(call.pool, Right.MEETING_ATTEND) if is_sent(call) else []


def who_asked(application: Application, line: HistoryEntry) -> list[User]:
    """Who asked what the line tells was answered, as long as they may see it."""
    person = db.session.get_one(User, line.details["asker_id"])
    return [person] if can_see_application(person, application) else []


def gainers(application: Application, line: HistoryEntry) -> list[User]:
    """The applicants and leaders of the other departments that gain by it, or that a revised business case concerns that waits."""
    return _writers(application.pool, following_departments([application.id])[application.id])


def newly_named(application: Application, line: HistoryEntry) -> list[User]:
    """The applicants and leaders of the departments that the line says a revised business case is the first to name as gaining."""
    units = units_by_id(set(line.details.get("newly_named", ())), municipality_id=application.municipality_id)
    return _writers(application.pool, units)


def revised_for(application: Application, line: HistoryEntry) -> list[User]:
    """Those of a revision that took effect at once; of one that the forum consented to nobody, for they are told of that."""
    return [] if line.details.get("meeting_id") else newly_named(application, line)


def screeners(application: Application, line: HistoryEntry) -> list[User]:
    return people_with(application.pool, Right.APPLICATION_SCREEN)


def asked(application: Application, line: HistoryEntry) -> list[User]:
    """The leaders of the other departments that the award asks to accept its terms."""
    award = award_of(application)
    others = [one.department for one in award.acceptances if one.department_id != application.department_id] if award else []
    return _leaders(application.pool, others)


def planners(subject: Application | Award, line: HistoryEntry) -> list[User]:
    return people_with(subject.pool, Right.MEETING_PLAN)


def chairs_of(application: Application, line: HistoryEntry) -> list[User]:
    """The chairs who may say what the forum says, and who prepares the meetings."""
    pool = application.pool
    chairs = [person for person in people_with(pool, Right.MEETING_CHAIR) if not has_conflict(person, application)]
    return [*chairs, *people_with(pool, Right.MEETING_PLAN)]


def concerned(application: Application, line: HistoryEntry) -> list[User]:
    """The department that applied, and the others whose gains the business case counts."""
    return [*department(application, line), *gainers(application, line)]


def scorers(application: Application, line: HistoryEntry) -> list[User]:
    """The members who may score it: nobody who has a conflict of interest."""
    return [person for person in people_with(application.pool, Right.APPLICATION_SCORE) if can_score(person, application)]


def named(subject: Application | Award, line: HistoryEntry) -> list[User]:
    """Whom the line names."""
    return [db.session.get_one(User, line.details["user_id"])]


def signer(application: Application, line: HistoryEntry) -> list[User]:
    """Who had signed it, or sent it to signature, before the line ended that; as long as they may see it."""
    return [person for person in named(application, line) if can_see_application(person, application)]


def new_owner(award: Award, line: HistoryEntry) -> list[User]:
    """Who sees to a follow-up from now on, if it was somebody else until now."""
    return [] if _is_same_owner(line) else named(award, line)


def former_owner(award: Award, line: HistoryEntry) -> list[User]:
    """Who saw to it until now and no longer does, as long as they may see the award: people change departments and roles."""
    former = db.session.get_one(User, line.details["former_owner_id"])
    return [] if _is_same_owner(line) or not can_see_award(former, award) else [former]


def same_owner(award: Award, line: HistoryEntry) -> list[User]:
    """Who sees to it as before, by another day."""
    return named(award, line) if _is_same_owner(line) else []


def _is_same_owner(line: HistoryEntry) -> bool:
    same: bool = line.details["user_id"] == line.details["former_owner_id"]
    return same


def administrators(subject: Application, line: HistoryEntry) -> Sequence[User]:
    """The municipality's administrators."""
    return reachable_administrators(subject.municipality_id)


def payers(award: Award, line: HistoryEntry) -> list[User]:
    """Finance, but for who recorded the decision."""
    return [person for person in people_with(award.pool, Right.MONEY_MOVE) if can_register_disbursement(person, award)]


def approvers(award: Award, line: HistoryEntry) -> list[User]:
    """Who may be the second pair of eyes on a payment."""
    disbursement = db.session.get_one(Disbursement, line.details["disbursement_id"])
    return [person for person in people_with(award.pool, Right.MONEY_MOVE) if can_approve_disbursement(person, disbursement)]


def finance(subject: Award | Pool, line: HistoryEntry) -> list[User]:
    return people_with(subject.pool if isinstance(subject, Award) else subject, Right.MONEY_MOVE)


def verifiers(award: Award, line: HistoryEntry) -> list[User]:
    return people_with(award.pool, Right.GAIN_VERIFY)


def debtors(award: Award, line: HistoryEntry) -> list[User]:
    """The leaders of the departments that the claim of the year is made of."""
    claim = claim_of_year(award, line.details["year"])
    return _leaders(award.pool, [part.department for part in claim.lines]) if claim else []


def sharers(award: Award, line: HistoryEntry) -> list[User]:
    """The leaders of the departments that share in the loan."""
    return _leaders(award.pool, [part.department for part in award.participants])


def reporters(award: Award, line: HistoryEntry) -> list[User]:
    """The leaders of the department whose gain or claim it is about."""
    return _leaders(award.pool, units_by_id({line.details["department_id"]}, municipality_id=award.municipality_id))


def payers_back(award: Award, line: HistoryEntry) -> list[User]:
    """Of a reversal of a repayment the leaders of the department that had paid; of another movement nobody."""
    return reporters(award, line) if "department_id" in line.details else []


def paid_out_to(award: Award, line: HistoryEntry) -> list[User]:
    """Of a reversal of a payment the department that had got it; of another movement nobody."""
    return department(award, line) if line.details["reversed_event"] == Event.DISBURSEMENT else []


def forum(meeting: Meeting, line: HistoryEntry) -> list[User]:
    """Whoever comes to the meetings."""
    return people_with(meeting.pool, Right.MEETING_ATTEND)


def deciders(meeting: Meeting, line: HistoryEntry) -> list[User]:
    """Who may say of anything that the meeting recommends whether it is approved."""
    able = people_with(meeting.pool, Right.DECISION_APPROVE)
    decided = may_decide(able, meeting, unsaid(meeting))
    return [person for person in able if decided[person.id]]


def givers_of_roles(meeting: Meeting, line: HistoryEntry) -> list[User]:
    """Who gives roles in the pool, if something that the meeting recommends can be decided by nobody."""
    return role_givers(meeting.pool) if without_decider(meeting, unsaid(meeting)) else []


def _confirmation(line: HistoryEntry) -> Confirmation | None:
    """What the line asks a second person for, or has been answered; None for what took no second person."""
    number = line.details.get("confirmation_id")
    return db.session.get_one(Confirmation, number) if number else None


def confirmers(subject: Pool | User, line: HistoryEntry) -> list[User]:
    """Who can be the second person."""
    wanted = _confirmation(line)
    return second_people(wanted) if wanted else []


def asker(subject: Pool | User, line: HistoryEntry) -> list[User]:
    """Who asked for what a second person has answered, as long as they may see it."""
    wanted = _confirmation(line)
    return [wanted.asked_by] if wanted and can_see_confirmation(wanted.asked_by, wanted) else []


# Of a reminder, among those who hold its right.


def is_of_all(person: User, due: Due) -> bool:
    return True


def is_of_leader(person: User, due: Due) -> bool:
    """Is it of the leader's department, or of one below it?"""
    return is_within(due.unit.path, person.department.path)


def is_of_unit(person: User, due: Due) -> bool:
    """Is it of the person's very own department?"""
    return due.unit.id == person.department_id


def is_of_unit_or_written(person: User, due: Due) -> bool:
    """The same, or has the person, of a unit above, written it?"""
    is_below = isinstance(due.unit, Department) and due.unit.is_within(person.department)
    return is_of_unit(person, due) or (is_owner(person, due) and is_below)


def is_owner(person: User, due: Due) -> bool:
    """Is it the person's own to see to?"""
    return person.id == due.owner_id


def is_not_in_line(person: User, due: Due) -> bool:
    """Is there no conflict of interest by department? Those who declared one, or are done, are not asked (``Due.not_for``)."""
    return not is_in_line(due.unit.path, person.department.path)
