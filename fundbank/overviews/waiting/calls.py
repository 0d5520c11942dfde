"""Calls for development needs that the person's own department has not answered, or not with all that it has written."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select

from fundbank.ideas.models import Call, Idea, LetIn, Need, NoNeeds
from fundbank.ideas.queries.calls import COUNTS, SAID_LAST
from fundbank.ideas.states import CallState, State
from fundbank.overviews.waiting.columns import MY_PATH, TODAY, Pools, row
from fundbank.people.models import Department


def to_answer(pools: Pools) -> Select[Any]:
    """By the call's day, or by that of a department that was let in late."""
    late = select(LetIn.until).where(LetIn.call_id == Call.id, LetIn.department_id == Department.id, COUNTS).scalar_subquery()
    runs = and_(Call.state == CallState.OPEN, Call.due_on >= TODAY)
    last = case((runs, Call.due_on), else_=late)
    none = exists().where(NoNeeds.call_id == Call.id, NoNeeds.department_id == Department.id, NoNeeds.has_none, SAID_LAST)
    query = row(Call.id, Call.pool_id, Call.title, Department.name, last).join(Department, Department.path == MY_PATH)
    query = query.where(Call.pool_id.in_(pools), Department.is_active, or_(runs, and_(Call.state != CallState.WITHDRAWN, late >= TODAY)))
    half = _has_need(Need.sent_at.is_(None), Idea.state == State.IDEA)
    query = query.where(or_(half, ~or_(none, _has_need(Need.sent_at.is_not(None), Idea.state != State.WITHDRAWN))))
    return query.order_by(Call.due_on, Call.id)


def _has_need(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    of_it = (Need.call_id == Call.id, Idea.id == Need.idea_id, Idea.department_id == Department.id)
    return exists().where(*of_it, *conditions)
