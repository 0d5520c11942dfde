"""The items of an agenda that are no applications."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.extensions import db
from fundbank.meetings.models import Meeting, OtherItem
from fundbank.meetings.queries.calendar import upcoming_ordinary_days
from fundbank.meetings.states import State


def left_over_items(pool_id: int) -> Sequence[OtherItem]:
    """What stood on the agenda of a meeting that was cancelled: the next ordinary one takes it up."""
    query = select(OtherItem).join(Meeting, Meeting.id == OtherItem.meeting_id)
    query = query.where(Meeting.pool_id == pool_id, Meeting.state == State.CANCELLED)
    return db.session.scalars(query.order_by(OtherItem.id)).all()


def items_on(meeting: Meeting, today: date) -> list[OtherItem]:
    """The other items of the meeting, and those left to the next ordinary meeting, if it is the one; the earliest first."""
    query = select(OtherItem).options(joinedload(OtherItem.recorded_by)).where(OtherItem.meeting_id == meeting.id)
    found = list(db.session.scalars(query.order_by(OtherItem.id)))
    if meeting.is_to_come(today) and meeting.is_ordinary and meeting.held_on == min(upcoming_ordinary_days(meeting.pool, today)):
        found += left_over_items(meeting.pool_id)
    return found
