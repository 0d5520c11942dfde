"""Work on applications: to write, submit, say something about, screen, score, and to put on an agenda."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select, union_all
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application, Comment, Consulted
from fundbank.applications.queries.gainers import is_named
from fundbank.applications.states import DECIDABLE, HANDED_IN
from fundbank.applications.states import State as ApplicationState
from fundbank.kit.columns import among
from fundbank.meetings.models import AgendaItem, Meeting
from fundbank.meetings.queries.approvals import waits_for_word
from fundbank.meetings.states import State as MeetingState
from fundbank.overviews.waiting.columns import ME, MOST, TODAY, Pools, in_line, of_own, own, row
from fundbank.people.models import Department
from fundbank.scoring.models import Interest, Score
from fundbank.scoring.queries import stays_out


def _applications(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = row(
        Application.id,
        Application.pool_id,
        Application.title,
        Department.name,
        None,
        Application.requested_loan_ore + Application.requested_grant_ore,
    )
    query = query.join(Department, Department.id == Application.department_id).where(Application.pool_id.in_(pools), *conditions)
    return query.order_by(Application.id)


def _decidable(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    """Those that wait for a decision are met in the order of their submission, as in the ranking."""
    query = _applications(pools, among(Application.state, DECIDABLE), *conditions)
    return query.order_by(None).order_by(Application.submitted_at, Application.id)


def to_finish(pools: Pools) -> Select[Any]:
    """What is being written: until a writer sends it to signature, or a leader signs it all the same."""
    unsigned = among(Application.state, (ApplicationState.DRAFT, ApplicationState.RETURNED))
    return _applications(pools, own(), unsigned, Application.sent_to_signature_at.is_(None))


def to_sign(pools: Pools) -> Select[Any]:
    """What a writer has sent to signature."""
    return _applications(pools, own(), Application.sent_to_signature_at.is_not(None))


def to_submit(pools: Pools) -> Select[Any]:
    return _applications(pools, own(), Application.state == ApplicationState.SIGNED)


def to_comment(pools: Pools) -> Select[Any]:
    """Those of other departments by which a department gains that the person acts for, and on which it has not said what it thinks: what
    was handed in, and what is revised and waits for the forum.
    """
    unit, writer = aliased(Department), aliased(Department)
    units = select(unit.id).where(of_own(unit))
    said = exists().where(Comment.application_id == Application.id, writer.id == Comment.department_id, of_own(writer))
    waits = (Application.pool_id.in_(pools), Application.department_id.not_in(units), ~said)
    # The first of what was handed in, as it is met: asked for all that names a unit, a database would look through all that ever did.
    handed_in = select(Application.id).where(*waits, among(Application.state, HANDED_IN), is_named(units, Application.id))
    first = handed_in.order_by(Application.id).limit(MOST).subquery()
    heard = select(Consulted.application_id).where(Consulted.department_id.in_(units))
    return _applications(pools, *waits, Application.id.in_(union_all(select(first.c.id), heard)))


def to_screen(pools: Pools) -> Select[Any]:
    return _applications(pools, Application.state == ApplicationState.SUBMITTED)


def to_score(pools: Pools) -> Select[Any]:
    scored = exists().where(Score.application_id == Application.id, Score.member_id == ME, Score.ended_at.is_(None))
    stepped_back = exists().where(Interest.application_id == Application.id, Interest.user_id == ME, stays_out())
    return _decidable(pools, ~in_line(), ~scored, ~stepped_back, ~waits_for_word())


def for_an_agenda(pools: Pools) -> Select[Any]:
    planned = exists().where(AgendaItem.application_id == Application.id, Meeting.id == AgendaItem.meeting_id)
    return _decidable(pools, ~planned.where(Meeting.held_on >= TODAY, Meeting.state != MeetingState.CANCELLED), ~waits_for_word())
