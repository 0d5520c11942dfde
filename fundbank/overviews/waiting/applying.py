"""Work on applications: to write, submit, say something about, screen, score, and to put on an agenda."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union_all
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application, ApplicationVersion, Comment, Consulted
from fundbank.applications.models.advice import AdviceRequest
from fundbank.applications.models.questions import Question, QuestionAnswer
from fundbank.applications.queries.gainers import is_named, newest_submitted_number
from fundbank.applications.states import DECIDABLE, EDITABLE, HANDED_IN, ON_THE_WAY
from fundbank.applications.states import State as ApplicationState
from fundbank.kit.columns import among
from fundbank.meetings.models import AgendaItem, Meeting
from fundbank.meetings.queries.approvals import waits_for_word
from fundbank.meetings.states import State as MeetingState
from fundbank.overviews.waiting.columns import A_WEEK_AGO, ME, MOST, TODAY, Pools, in_line, of_own, own, row
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
    """Those of other departments by which a department gains that the person acts for, and on which it has not said what it thinks since
    they were handed in last: what was handed in, and what is revised and waits for the forum.
    """
    unit, writer = aliased(Department), aliased(Department)
    units = select(unit.id).where(of_own(unit))
    of_newest = Comment.version_number >= newest_submitted_number(Application.id)
    said = exists().where(Comment.application_id == Application.id, of_newest, writer.id == Comment.department_id, of_own(writer))
    waits = (Application.pool_id.in_(pools), Application.department_id.not_in(units), ~said)
    # The first of what was handed in, as it is met: asked for all that names a unit, a database would look through all that ever did.
    handed_in = select(Application.id).where(*waits, among(Application.state, HANDED_IN), is_named(units, Application.id))
    first = handed_in.order_by(Application.id).limit(MOST).subquery()
    heard = select(Consulted.application_id).where(Consulted.department_id.in_(units))
    return _applications(pools, *waits, Application.id.in_(union_all(select(first.c.id), heard)))


def to_answer(pools: Pools) -> Select[Any]:
    """What the department has been asked, and somebody else than who asked may answer; of what it was returned with, until it is handed in
    again. In the order of an index that tells what is on the way from all that is over.
    """
    open_ones = exists().where(Question.application_id == Application.id, Question.asker_id != ME, ~Question.answers.any())
    returned = and_(Question.is_return, among(Application.state, EDITABLE), ~_is_of_an_earlier_version())
    query = _applications(pools, own(), among(Application.state, ON_THE_WAY), open_ones.where(or_(~Question.is_return, returned)))
    return query.order_by(None).order_by(Application.state, Application.id)


def _is_of_an_earlier_version() -> ColumnElement[bool]:
    newer = exists().where(ApplicationVersion.application_id == Application.id, ApplicationVersion.number > Question.version_number)
    return newer.correlate(Application, Question)


def answered(pools: Pools) -> Select[Any]:
    """What the person asked and the department answered within a week, as long as it is undecided."""
    lately = exists().where(QuestionAnswer.question_id == Question.id, QuestionAnswer.answered_at >= A_WEEK_AGO)
    own_ones = select(Question.application_id).where(Question.asker_id == ME, lately)
    return _applications(pools, among(Application.state, HANDED_IN), Application.id.in_(own_ones))


def to_advise(pools: Pools) -> Select[Any]:
    """What nobody has advised on yet, and is not late."""
    return _advice(pools, AdviceRequest.due_on >= TODAY)


def late_advice(pools: Pools) -> Select[Any]:
    """The same once it is."""
    return _advice(pools, AdviceRequest.due_on < TODAY)


def _advice(pools: Pools, *conditions: ColumnElement[bool]) -> Select[Any]:
    query = row(
        AdviceRequest.id, AdviceRequest.pool_id, AdviceRequest.content_json["title"].as_string(), Department.name, AdviceRequest.due_on
    )
    query = query.join(Application, Application.id == AdviceRequest.application_id)
    query = query.join(Department, Department.id == Application.department_id)
    waits = (among(Application.state, ON_THE_WAY), ~AdviceRequest.advice.any())
    return query.where(AdviceRequest.pool_id.in_(pools), *waits, *conditions).order_by(AdviceRequest.due_on, AdviceRequest.id)


def to_screen(pools: Pools) -> Select[Any]:
    return _applications(pools, Application.state == ApplicationState.SUBMITTED)


def to_score(pools: Pools) -> Select[Any]:
    scored = exists().where(Score.application_id == Application.id, Score.member_id == ME, Score.ended_at.is_(None))
    stepped_back = exists().where(Interest.application_id == Application.id, Interest.user_id == ME, stays_out())
    return _decidable(pools, ~in_line(), ~scored, ~stepped_back, ~waits_for_word())


def for_an_agenda(pools: Pools) -> Select[Any]:
    planned = exists().where(AgendaItem.application_id == Application.id, Meeting.id == AgendaItem.meeting_id)
    return _decidable(pools, ~planned.where(Meeting.held_on >= TODAY, Meeting.state != MeetingState.CANCELLED), ~waits_for_word())
