"""Revised business cases that wait for the forum, and what it said of them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.awards.queries import is_known
from fundbank.awards.states import OVER
from fundbank.extensions import db
from fundbank.meetings.models import CaseRevision, Meeting, PendingDecision
from fundbank.meetings.queries.calendar import upcoming_ordinary_days
from fundbank.meetings.states import CONSENTS, ENDED, PendingState, RevisionState, State
from fundbank.pools.models import Pool

_OF_A_REVISION = (
    joinedload(CaseRevision.application).joinedload(Application.department),
    joinedload(CaseRevision.put_by),
    joinedload(CaseRevision.meeting),
)


def open_revision(application_id: int) -> CaseRevision | None:
    """The revised business case of the application that waits for the forum, or for the end of the meeting that decided it."""
    query = select(CaseRevision).options(joinedload(CaseRevision.meeting), joinedload(CaseRevision.put_by))
    return db.session.scalar(query.where(CaseRevision.application_id == application_id, CaseRevision.ended_at.is_(None), ~is_over()))


def revision_under_way(application_id: int) -> CaseRevision | None:
    """The revised business case that was neither carried out, refused nor replaced, whatever has become of the award."""
    return db.session.scalar(select(CaseRevision).where(CaseRevision.application_id == application_id, CaseRevision.ended_at.is_(None)))


def decided_revisions(meeting_id: int) -> Sequence[CaseRevision]:
    """What was decided in the meeting and is not carried out yet, as it stands at this moment."""
    query = select(CaseRevision).where(CaseRevision.meeting_id == meeting_id, CaseRevision.ended_at.is_(None))
    query = query.where(CaseRevision.state.in_(CONSENTS)).order_by(CaseRevision.application_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def meetings_to_carry_out(today: date) -> Sequence[tuple[int, int]]:
    """The meetings that decided something which is not carried out yet, each with its municipality: those whose day is over, and those that
    wait for deciders, who may have said all there is to say.
    """
    said = exists().where(CaseRevision.meeting_id == Meeting.id, CaseRevision.ended_at.is_(None), CaseRevision.state.in_(CONSENTS))
    decided = exists().where(PendingDecision.meeting_id == Meeting.id, PendingDecision.state == PendingState.STANDING)
    query = select(Meeting.id, Pool.municipality_id).join(Pool, Pool.id == Meeting.pool_id)
    query = query.where(or_(Meeting.held_on < today, Meeting.recommended_at.is_not(None)), or_(said, decided)).order_by(Meeting.id)
    return [(number, owner) for number, owner in db.session.execute(query)]


def left_over_revisions(pool_id: int, today: date) -> Sequence[CaseRevision]:
    """What waits for consent, and whose meeting is over."""
    query = select(CaseRevision).join(Meeting, Meeting.id == CaseRevision.meeting_id).where(Meeting.pool_id == pool_id)
    query = query.where(CaseRevision.ended_at.is_(None), CaseRevision.state == RevisionState.WAITING)
    query = query.where(or_(Meeting.held_on < today, Meeting.state.in_(ENDED)), ~is_over())
    return db.session.scalars(query.options(*_OF_A_REVISION).order_by(CaseRevision.application_id)).all()


def revisions_on(meeting: Meeting, today: date) -> list[CaseRevision]:
    """The revised business cases on the meeting's agenda: put to it, or left to the next ordinary meeting, which it is."""
    query = select(CaseRevision).where(CaseRevision.meeting_id == meeting.id, CaseRevision.state != RevisionState.REPLACED)
    query = query.where(or_(CaseRevision.state != RevisionState.WAITING, ~is_over()))
    found = list(db.session.scalars(query.options(*_OF_A_REVISION).order_by(CaseRevision.id)))
    if meeting.is_to_come(today) and meeting.is_ordinary and meeting.held_on == min(upcoming_ordinary_days(meeting.pool, today)):
        found += left_over_revisions(meeting.pool_id, today)
    return found


def awards_of_revisions(revisions: Sequence[CaseRevision]) -> dict[int, int]:
    """The id of the award that each revision is of, by the revision's id."""
    query = select(CaseRevision.id, Award.id).join(Award, and_(Award.application_id == CaseRevision.application_id, is_known()))
    return dict(db.session.execute(query.where(CaseRevision.id.in_([one.id for one in revisions]))).all()) if revisions else {}


def waits_for_meeting(revision: CaseRevision, today: date) -> Meeting | None:
    """The meeting that has a revision on its agenda: its own, or the next ordinary one after that is over; None while there is none.

    What waits for a decider looks like what waits for the forum: nobody outside may tell them apart.
    """
    is_said = revision.state != RevisionState.WAITING and revision.meeting.recommended_at is None
    if not revision.meeting.is_over(today) or is_said:
        return revision.meeting
    query = select(Meeting).where(Meeting.pool_id == revision.meeting.pool_id, Meeting.is_ordinary.is_(True), Meeting.held_on >= today)
    return db.session.scalar(query.where(Meeting.state == State.PLANNED).order_by(Meeting.held_on, Meeting.id).limit(1))


def is_over() -> ColumnElement[bool]:
    """Is the award that the revision is of over? Then nothing of it waits."""
    return exists().where(Award.application_id == CaseRevision.application_id, Award.state.in_(OVER), is_known())
