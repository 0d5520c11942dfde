"""Work on applications: to write, submit, screen, score, and to put on an agenda."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
)

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDABLE
from fundbank.applications.states import State as ApplicationState
from fundbank.meetings.models import AgendaItem, Meeting
from fundbank.overviews.waiting.columns import ME, TODAY, Pools, among, in_line, own, row
from fundbank.people.models import Department
from fundbank.scoring.models import Interest, Score


def _applications(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = row(
        Application.id,
        Application.pool_id,
        Application.title,
        Department.name,
        None,
        Application.requested_loan_ore + Application.requested_grant_ore,
    )
    return query.join(Department, Department.id == Application.department_id).where(Application.pool_id.in_(pools), *conditions)


def to_finish(pools: Pools) -> Select[Any]:
    return _applications(pools, own(), among(Application.state, (ApplicationState.DRAFT, ApplicationState.RETURNED)))


def to_sign(pools: Pools) -> Select[Any]:
    """Drafts; which of them lack nothing, the database cannot tell."""
    return _applications(pools, own(), Application.state == ApplicationState.DRAFT)


def to_submit(pools: Pools) -> Select[Any]:
    return _applications(pools, own(), Application.state == ApplicationState.SIGNED)


def to_screen(pools: Pools) -> Select[Any]:
    return _applications(pools, Application.state == ApplicationState.SUBMITTED)


def to_score(pools: Pools) -> Select[Any]:
    scored = exists().where(Score.application_id == Application.id, Score.member_id == ME, Score.ended_at.is_(None))
    stepped_back = exists().where(Interest.application_id == Application.id, Interest.user_id == ME)
    return _applications(pools, among(Application.state, DECIDABLE), ~in_line(), ~scored, ~stepped_back)


def for_an_agenda(pools: Pools) -> Select[Any]:
    planned = exists().where(AgendaItem.application_id == Application.id, Meeting.id == AgendaItem.meeting_id, Meeting.held_on >= TODAY)
    return _applications(pools, among(Application.state, DECIDABLE), ~planned)
