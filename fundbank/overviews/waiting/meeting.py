"""Work of the forum: meetings to come, and minutes to sign; and of the deciders: what a forum recommends."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload

from fundbank.extensions import db
from fundbank.meetings.models import CaseRevision, DeciderWord, Decision, Meeting, PendingDecision
from fundbank.meetings.permissions import may_decide, unsaid
from fundbank.meetings.states import ENDED, PendingState, RevisionState
from fundbank.meetings.states import State as MeetingState
from fundbank.overviews.waiting.columns import ME, TODAY, Pools, row
from fundbank.people.models import User
from fundbank.pools.models import Pool


def _meetings(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = row(Meeting.id, Meeting.pool_id, Pool.name, Meeting.place, Meeting.held_on).join(Pool, Pool.id == Meeting.pool_id)
    return query.where(Meeting.pool_id.in_(pools), *conditions).order_by(Meeting.held_on, Meeting.id)


def meetings_to_come(pools: Pools) -> Select[Any]:
    return _meetings(pools, Meeting.held_on >= TODAY, Meeting.state.not_in(ENDED))


def minutes_to_sign(pools: Pools) -> Select[Any]:
    over = or_(Meeting.state == MeetingState.CLOSED, and_(Meeting.state == MeetingState.OPEN, Meeting.held_on < TODAY))
    decided = exists().where(Decision.meeting_id == Meeting.id)
    stands = exists().where(PendingDecision.meeting_id == Meeting.id, PendingDecision.state == PendingState.STANDING)
    said = exists().where(DeciderWord.meeting_id == Meeting.id, DeciderWord.said_by_id == ME)  # whose decider they were another chair signs
    return _meetings(pools, over, or_(decided, stands), ~said, Meeting.minutes_signed_at.is_(None))


def to_decide(pools: Pools) -> Select[Any]:
    """Meetings of which something that they recommend is not known yet; whose word it waits for, ``of_decider`` says."""
    stands = exists().where(PendingDecision.meeting_id == Meeting.id, PendingDecision.state == PendingState.STANDING)
    granted = exists().where(
        CaseRevision.meeting_id == Meeting.id, CaseRevision.state == RevisionState.GRANTED, CaseRevision.ended_at.is_(None)
    )
    return _meetings(pools, Meeting.recommended_at.is_not(None), or_(stands, granted))


def of_decider(person: User, meeting_ids: Collection[int]) -> set[int]:
    """The ids of those of the meetings that wait for the decider's word: in which something has none, and they had no hand in it.

    The meetings are few; of each, what is asked does not grow with what it recommends.
    """
    found = db.session.scalars(select(Meeting).options(joinedload(Meeting.pool)).where(Meeting.id.in_(meeting_ids)).order_by(Meeting.id))
    return {one.id for one in found if may_decide([person], one, unsaid(one))[person.id]}
