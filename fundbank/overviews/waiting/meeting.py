"""Work of the forum: meetings to come, and minutes to sign; and of the deciders: what a forum recommends."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    or_,
)

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.states import DECIDABLE
from fundbank.history.models import HistoryEntry
from fundbank.kit.columns import among
from fundbank.meetings.models import Approval, Attendance, CaseRevision, Decision, Meeting, PendingDecision
from fundbank.meetings.queries.approvals import LED
from fundbank.meetings.states import ASKS_A_WORD, ENDED, ON_AWARDS, PendingState, RevisionState
from fundbank.meetings.states import State as MeetingState
from fundbank.overviews.waiting.columns import ME, TODAY, Pools, in_line, row
from fundbank.people.models import Department
from fundbank.pools.models import Pool
from fundbank.scoring.models import Interest, Score
from fundbank.scoring.queries import stays_out


def _meetings(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = row(Meeting.id, Meeting.pool_id, Pool.name, Meeting.place, Meeting.held_on).join(Pool, Pool.id == Meeting.pool_id)
    return query.where(Meeting.pool_id.in_(pools), *conditions).order_by(Meeting.held_on, Meeting.id)


def meetings_to_come(pools: Pools) -> Select[Any]:
    return _meetings(pools, Meeting.held_on >= TODAY, Meeting.state.not_in(ENDED))


def minutes_to_sign(pools: Pools) -> Select[Any]:
    over = or_(Meeting.state == MeetingState.CLOSED, and_(Meeting.state == MeetingState.OPEN, Meeting.held_on < TODAY))
    decided = exists().where(Decision.meeting_id == Meeting.id)
    stands = exists().where(PendingDecision.meeting_id == Meeting.id, PendingDecision.state == PendingState.STANDING)
    return _meetings(pools, over, or_(decided, stands), Meeting.minutes_signed_at.is_(None))


def to_decide(pools: Pools) -> Select[Any]:
    """Meetings that recommend what lacks a decider's word, and in which the person had no hand (``meetings.permissions.kept_from``)."""
    led = exists().where(HistoryEntry.subject_type == Meeting.__tablename__, HistoryEntry.subject_id == Meeting.id)
    led = led.where(HistoryEntry.event.in_(sorted(LED)), HistoryEntry.actor_id == ME)
    came = exists().where(Attendance.meeting_id == Meeting.id, Attendance.user_id == ME)
    pending, revision = PendingDecision, CaseRevision
    decision = exists().where(pending.meeting_id == Meeting.id, pending.state == PendingState.STANDING, pending.outcome.in_(ASKS_A_WORD))
    decision = decision.where(or_(pending.outcome.in_(ON_AWARDS), among(Application.state, DECIDABLE)), pending.decided_by_id != ME)
    decision = decision.where(~exists().where(Approval.pending_id == pending.id), Application.id == pending.application_id, *_no_hand())
    consent = exists().where(revision.meeting_id == Meeting.id, revision.state == RevisionState.GRANTED, revision.ended_at.is_(None))
    consent = consent.where(revision.put_by_id != ME, revision.decided_by_id != ME, ~exists().where(Approval.revision_id == revision.id))
    consent = consent.where(Application.id == revision.application_id, *_no_hand())
    return _meetings(pools, Meeting.recommended_at.is_not(None), ~led, ~came, or_(decision, consent))


def _no_hand() -> tuple[ColumnElement[bool], ...]:
    """Of an application: the person is in no conflict of interest, scored it not, and neither wrote nor signed it."""
    scored = exists().where(Score.application_id == Application.id, Score.member_id == ME)
    handed_in = exists().where(ApplicationVersion.application_id == Application.id, ApplicationVersion.made_by_id == ME)
    stepped_back = exists().where(Interest.application_id == Application.id, Interest.user_id == ME, stays_out())
    signed = Application.signed_by_id.is_not_distinct_from(ME)
    is_own = exists().where(Department.id == Application.department_id, in_line())
    return Application.created_by_id != ME, ~signed, ~scored, ~handed_in, ~stepped_back, ~is_own
