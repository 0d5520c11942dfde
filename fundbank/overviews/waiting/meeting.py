"""Work of the forum: meetings to come, and minutes to sign; and of the deciders: what a forum recommends."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.states import DECIDABLE
from fundbank.awards.models import Award
from fundbank.awards.queries import is_known
from fundbank.awards.states import OVER
from fundbank.history.models import HistoryEntry
from fundbank.kit.columns import among
from fundbank.meetings.models import Approval, Attendance, CaseRevision, Decision, Meeting, PendingDecision
from fundbank.meetings.queries.approvals import LED
from fundbank.meetings.states import ASKS_A_WORD, ENDED, ON_AWARDS, PendingState, RevisionState
from fundbank.meetings.states import State as MeetingState
from fundbank.overviews.waiting.columns import ME, MY_PATH, TODAY, Pools, row
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool, PoolRole
from fundbank.pools.rights import Right, roles_with
from fundbank.scoring.models import Consensus, Interest, InterestTurn, Score
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
    said = exists().where(Approval.meeting_id == Meeting.id, Approval.said_by_id == ME)  # whose decider they were another chair signs
    return _meetings(pools, over, or_(decided, stands), ~said, Meeting.minutes_signed_at.is_(None))


def to_decide(pools: Pools) -> Select[Any]:
    """Meetings that recommend what lacks a decider's word, and in which the person had no hand (``meetings.permissions.kept_from``)."""
    pending, revision = PendingDecision, CaseRevision
    over = exists().where(Award.application_id == Application.id, Award.state.in_(sorted(OVER)), is_known())
    waits = or_(and_(pending.outcome.in_(ON_AWARDS), ~over), and_(pending.outcome.not_in(ON_AWARDS), among(Application.state, DECIDABLE)))
    decision = exists().where(pending.meeting_id == Meeting.id, pending.state == PendingState.STANDING, pending.outcome.in_(ASKS_A_WORD))
    decision = decision.where(waits, ~_has_word(Approval.pending_id == pending.id, pending), *_no_hand(ME, MY_PATH, pending))
    consent = exists().where(revision.meeting_id == Meeting.id, revision.state == RevisionState.GRANTED, revision.ended_at.is_(None))
    consent = consent.where(~_has_word(Approval.revision_id == revision.id, revision), *_no_hand(ME, MY_PATH, revision), ~over)
    return _meetings(pools, Meeting.recommended_at.is_not(None), or_(decision, consent))


def _has_word(about: ColumnElement[bool], of: type[PendingDecision | CaseRevision]) -> ColumnElement[bool]:
    """Has somebody said a word who is still a decider, and has no hand in it by now (``meetings.permissions.without_word``)?"""
    author, unit = aliased(User), aliased(Department)
    said = exists().where(about, author.id == Approval.said_by_id, author.is_active, unit.id == author.department_id)
    deciders = [str(role) for role in roles_with(Right.DECISION_APPROVE)]
    holds = exists().where(PoolRole.user_id == author.id, PoolRole.pool_id == Meeting.pool_id, PoolRole.role.in_(deciders))
    return said.where(holds, *_no_hand(author.id, unit.path, of))


def _no_hand(person: Any, path: Any, of: type[PendingDecision | CaseRevision]) -> tuple[ColumnElement[bool], ...]:
    """The person, whose unit has the path, has no conflict of interest, no part in the meeting, and neither scored nor wrote it."""
    led = exists().where(HistoryEntry.subject_type == Meeting.__tablename__, HistoryEntry.subject_id == Meeting.id)
    led = led.where(HistoryEntry.event.in_(sorted(LED)), HistoryEntry.actor_id == person)
    came = exists().where(Attendance.meeting_id == Meeting.id, Attendance.user_id == person)
    agreed = exists().where(Consensus.application_id == Application.id, Consensus.set_by_id == person)
    turned = exists().where(InterestTurn.interest_id == Interest.id, InterestTurn.made_by_id == person, Interest.user_id != person)
    kept_out = exists().where(Interest.application_id == Application.id, or_(Interest.found_by_id.is_not_distinct_from(person), turned))
    scored = exists().where(Score.application_id == Application.id, Score.member_id == person)
    handed_in = exists().where(ApplicationVersion.application_id == Application.id, ApplicationVersion.made_by_id == person)
    stepped_back = exists().where(Interest.application_id == Application.id, Interest.user_id == person, stays_out())
    in_line = or_(Department.path.like(path.concat("%")), path.like(Department.path.concat("%")))
    is_own = exists().where(Department.id == Application.department_id, in_line)
    wrote = or_(Application.created_by_id == person, Application.signed_by_id.is_not_distinct_from(person))
    if of is CaseRevision:
        wrote = or_(wrote, CaseRevision.put_by_id == person)
    nothing = (~led, ~came, ~agreed, ~kept_out, ~scored, ~handed_in, ~stepped_back, ~is_own, ~wrote)
    return Application.id == of.application_id, of.decided_by_id != person, *nothing
