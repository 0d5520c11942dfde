"""What waits for a member: half-done sheets, which nobody else sees, and what is left to score."""

from datetime import datetime

from sqlalchemy import and_, exists, select

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDABLE
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.kit.columns import among
from fundbank.people.models import Department, User
from fundbank.people.rules import is_in_line
from fundbank.scoring.models import Interest, Score, ScoreDraft, ScoringPause
from fundbank.scoring.queries import RANKED, stays_out
from fundbank.scoring.rules import own_order


def draft_of(application: Application, member: User) -> ScoreDraft | None:
    """The member's own half-done sheet."""
    return db.session.scalar(select(ScoreDraft).where(ScoreDraft.application_id == application.id, ScoreDraft.member_id == member.id))


def next_to_score(member: User, application: Application) -> Application | None:
    """What the member scores after this application: the next of the pool in the member's own order that has no score of theirs yet."""
    scored = exists().where(Score.application_id == Application.id, Score.member_id == member.id, Score.ended_at.is_(None))
    left = exists().where(Interest.application_id == Application.id, Interest.user_id == member.id, stays_out())
    query = select(Application.id, Department.path).join(Department, Department.id == Application.department_id)
    query = query.where(Application.pool_id == application.pool_id, among(Application.state, DECIDABLE), and_(~scored, ~left))
    rows = db.session.execute(query.order_by(Application.submitted_at, Application.id).limit(RANKED)).all()
    ids = {id_ for id_, path in rows if not is_in_line(member.department.path, path)} - {application.id}
    order = own_order(member.id, ids | {application.id})
    here = order.index(application.id)
    after = [*order[here + 1 :], *order[:here]]
    return db.session.get(Application, after[0]) if after else None


def openings(application: Application) -> list[datetime]:
    """When the meetings opened that had the application before them."""
    query = select(ScoringPause.began_at).where(ScoringPause.application_id == application.id, ScoringPause.began_at.is_not(None))
    return [began_at for began_at in db.session.scalars(query) if began_at is not None]


def came_late(score: Score, openings: list[datetime]) -> bool:
    """Was it handed in on a day on which a meeting with the application was open already?"""
    day = local_date(score.handed_in_at)
    return any(local_date(began_at) == day and score.handed_in_at >= began_at for began_at in openings)
