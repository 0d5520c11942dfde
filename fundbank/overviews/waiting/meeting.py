"""Work of the forum: meetings to come, and minutes to sign."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    or_,
)

from fundbank.meetings.models import Decision, Meeting, PendingDecision
from fundbank.meetings.states import ENDED, PendingState
from fundbank.meetings.states import State as MeetingState
from fundbank.overviews.waiting.columns import TODAY, Pools, row
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
    return _meetings(pools, over, or_(decided, stands), Meeting.minutes_signed_at.is_(None))
