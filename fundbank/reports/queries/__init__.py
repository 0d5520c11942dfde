"""What the papers ask that no package upstream asks for itself: several things at once, and letters."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload, undefer

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.queries.gainers import gaining_departments
from fundbank.extensions import db
from fundbank.meetings.models import CaseRevision, Decision, Meeting, Settlement
from fundbank.meetings.states import Outcome, RevisionState
from fundbank.people.models import Department, User
from fundbank.pools.models import PolicyVersion
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine
from fundbank.reports.models import Letter
from fundbank.scoring.models import Consensus


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """What these people are called, by id."""
    ids = {id_ for id_ in user_ids if id_ is not None}
    return {id_: name for id_, name in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))} if ids else {}


def consensus_of_meeting(meeting_id: int) -> dict[int, list[Consensus]]:
    """The levels agreed in a meeting, by application; where a criterion was settled twice, the last one counts."""
    query = select(Consensus).where(Consensus.meeting_id == meeting_id).order_by(Consensus.id)
    newest = {(row.application_id, row.criterion): row for row in db.session.scalars(query)}
    found: dict[int, list[Consensus]] = defaultdict(list)
    for row in newest.values():
        found[row.application_id].append(row)
    return found


def revisions_of_meeting(meeting_id: int) -> Sequence[CaseRevision]:
    """The revised business cases that a meeting had before it, in the order in which they came."""
    query = select(CaseRevision).options(joinedload(CaseRevision.application))
    query = query.where(CaseRevision.meeting_id == meeting_id, CaseRevision.state != RevisionState.REPLACED)
    return db.session.scalars(query.order_by(CaseRevision.id)).all()


def versions_consented_before(meeting_id: int) -> Sequence[ApplicationVersion]:
    """The revised business cases that name the meeting's consent from before the chair recorded it."""
    recorded = exists().where(CaseRevision.meeting_id == meeting_id, CaseRevision.application_id == ApplicationVersion.application_id)
    query = select(ApplicationVersion).options(joinedload(ApplicationVersion.application))
    return db.session.scalars(query.where(ApplicationVersion.meeting_id == meeting_id, ~recorded).order_by(ApplicationVersion.id)).all()


def policy_version(version_id: int) -> PolicyVersion:
    """The rules that something was decided under."""
    return db.session.get_one(PolicyVersion, version_id)


def decisions_without_letter(application_id: int | None = None) -> Sequence[Decision]:
    """The decisions, on one application or on any, of which no letter tells yet."""
    query = select(Decision).where(~exists().where(Letter.decision_id == Decision.id)).order_by(Decision.id)
    return db.session.scalars(query if application_id is None else query.where(Decision.application_id == application_id)).all()


def lines_without_letter(award_id: int | None = None) -> Sequence[ClaimLine]:
    """The lines of claims, of one award or of any, of which no letter tells yet."""
    query = select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id).where(~exists().where(Letter.claim_line_id == ClaimLine.id))
    query = query.order_by(ClaimLine.id)
    return db.session.scalars(query if award_id is None else query.where(Claim.award_id == award_id)).all()


def entries_without_letter(award_id: int | None = None) -> Sequence[ClaimEntry]:
    """What changed what is due on claims, of one award or of any, and is told by no letter yet."""
    query = select(ClaimEntry).join(ClaimLine, ClaimLine.id == ClaimEntry.claim_line_id).join(Claim, Claim.id == ClaimLine.claim_id)
    query = query.where(ClaimEntry.due_ore != 0, ~exists().where(Letter.claim_entry_id == ClaimEntry.id)).order_by(ClaimEntry.id)
    return db.session.scalars(query if award_id is None else query.where(Claim.award_id == award_id)).all()


def letters_of_line(line: ClaimLine) -> Sequence[Letter]:
    """The letters about the department's line of a claim, the oldest first: what was sent stays to be read."""
    return db.session.scalars(select(Letter).where(Letter.claim_line_id == line.id).order_by(Letter.id)).all()


def letter_of_claim(line: ClaimLine, number: int) -> Letter | None:
    """The first, second … letter about the department's line of a claim."""
    query = select(Letter).options(undefer(Letter.pdf)).where(Letter.claim_line_id == line.id).order_by(Letter.id)
    return db.session.scalars(query.offset(max(number, 1) - 1).limit(1)).one_or_none()


def letter_of_decision(decision: Decision, department_id: int | None = None) -> Letter | None:
    """The letter that told the department of the decision; without one that to the department that had applied, which is written first.

    Whoever the application has been handed to since, a letter stays with the department that it was sent to.
    """
    query = select(Letter).options(undefer(Letter.pdf)).where(Letter.decision_id == decision.id)
    if department_id is not None:
        query = query.where(Letter.department_id == department_id)
    return db.session.scalars(query.order_by(Letter.id).limit(1)).one_or_none()


def others_concerned(decision: Decision) -> list[Department]:
    """The departments beside the applicant's that a decision for good is told to: those that the award asks or names as sharing their
    gains, and those that the business case names as gaining.
    """
    if decision.outcome not in (Outcome.APPROVE, Outcome.REJECT):
        return []
    application, award = decision.application, decision.award
    asked = [one.department for one in award.acceptances] if award else []
    sharing = [one.department for one in award.participants] if award else []
    units = [*asked, *sharing, *gaining_departments([application.id])[application.id]]
    return list({unit.id: unit for unit in units if unit.id != application.department_id}.values())


def letters_to_others(decision_ids: Collection[int]) -> dict[int, list[Letter]]:
    """The letters about these decisions to other departments than the one that had applied, by the decision's id."""
    earlier = aliased(Letter)
    is_not_the_first = exists().where(earlier.decision_id == Letter.decision_id, earlier.id < Letter.id)
    query = select(Letter).options(joinedload(Letter.department)).where(Letter.decision_id.in_(decision_ids), is_not_the_first)
    found: dict[int, list[Letter]] = defaultdict(list)
    for letter in db.session.scalars(query.order_by(Letter.id)) if decision_ids else ():
        found[letter.decision_id or 0].append(letter)
    return found


def letter_of_line(line: ClaimLine) -> Letter | None:
    """The letter that tells of the department's line of a claim; the newest, where one replaced another."""
    query = select(Letter).options(undefer(Letter.pdf)).where(Letter.claim_line_id == line.id)
    return db.session.scalars(query.order_by(Letter.id.desc()).limit(1)).one_or_none()


def extensions_of(award_ids: Iterable[int | None]) -> dict[int, int]:
    """By how many years the forum has extended these loans since it made them; those never extended are left out."""
    ids = {id_ for id_ in award_ids if id_ is not None}
    if not ids:
        return {}
    query = select(Settlement.award_id, func.sum(Settlement.years)).where(Settlement.award_id.in_(ids), Settlement.years.is_not(None))
    return {award_id: int(years or 0) for award_id, years in db.session.execute(query.group_by(Settlement.award_id))}


def applications_by_id(ids: Collection[int]) -> dict[int, Application]:
    """These applications with their departments."""
    query = select(Application).options(joinedload(Application.department), joinedload(Application.pool)).where(Application.id.in_(ids))
    return {application.id: application for application in db.session.scalars(query)} if ids else {}


def meeting_days(ids: Collection[int]) -> dict[int, date]:
    """The days of these meetings."""
    rows = db.session.execute(select(Meeting.id, Meeting.held_on).where(Meeting.id.in_(ids))) if ids else ()
    return {meeting_id: held_on for meeting_id, held_on in rows}


def department_names(ids: Collection[int]) -> dict[int, str]:
    """What these departments are called, by id."""
    rows = db.session.execute(select(Department.id, Department.name).where(Department.id.in_(ids))) if ids else ()
    return {department_id: name for department_id, name in rows}
