"""Where each of the department's own applications is, from the first draft until its award is closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.rules.completeness import submission_faults
from fundbank.applications.rules.next_step import NextStep
from fundbank.applications.states import EDITABLE, ON_THE_WAY, State
from fundbank.awards.models import Award, Participant
from fundbank.awards.queries import is_known
from fundbank.awards.states import OVER
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.overviews.queries.steps import Subject, next_steps
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from fundbank.pools.rights import Right, rights_of
from fundbank.pools.roles import Role

SHOWN = 8


@dataclass(frozen=True)
class OwnApplication:
    """One of the department's own applications as the first screen shows it."""

    id: int
    award_id: int | None
    title: str
    state: str
    department: str
    pool: str
    forum: str
    step: NextStep


def own_applications(person: User, roles: Mapping[int, Iterable[Role]], today: date) -> list[OwnApplication]:
    """The open applications of the units for which the person acts, newest first: SHOWN, and one more if there are more."""
    pools = [pool_id for pool_id, held in roles.items() if Right.APPLICATION_WRITE in rights_of(held)]
    if not pools:
        return []
    submitted_at = (
        select(func.max(ApplicationVersion.made_at))
        .where(ApplicationVersion.application_id == Application.id, ApplicationVersion.occasion == "submission")
        .scalar_subquery()
    )
    is_open = or_(Application.state.in_(ON_THE_WAY), and_(Application.state == State.AWARDED, Award.state.not_in(OVER)))
    query = (
        select(Application, Award, submitted_at)
        .join(Department, Department.id == Application.department_id)
        .outerjoin(Award, and_(Award.application_id == Application.id, is_known()))
        .options(
            contains_eager(Application.department),
            joinedload(Application.pool).joinedload(Pool.policy_version),
            joinedload(Award.policy_version),
            selectinload(Award.participants).joinedload(Participant.department),
        )
        .where(Application.pool_id.in_(pools), Department.path.startswith(person.department.path), is_open)
        .order_by(Application.id.desc())
        .limit(SHOWN + 1)
    )
    subjects = [
        Subject(application, award, _missing(application), local_date(last) if last else None)
        for application, award, last in db.session.execute(query)
    ]
    steps = next_steps(subjects, today, person)
    return [
        OwnApplication(
            application.id, award.id if award else None, application.title, application.state, application.department.name,
            application.pool.name, application.pool.policy.forum_name, steps[application.id],
        )
        for application, award in ((subject.application, subject.award) for subject in subjects)
    ]  # fmt: skip


def _missing(application: Application) -> int:
    return len(submission_faults(application.content, application.pool.policy)) if application.state in EDITABLE else 0
