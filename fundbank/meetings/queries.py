"""Every question about meetings, agendas and decisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDABLE
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.meetings.models import AgendaItem, Attendance, Decision, Meeting, Settlement
from fundbank.meetings.rules import first_reached, submission_deadline
from fundbank.meetings.states import State
from fundbank.people.models import User
from fundbank.pools.models import Pool

_WHOLE = (
    joinedload(Meeting.pool),
    selectinload(Meeting.agenda).joinedload(AgendaItem.application).joinedload(Application.department),
    selectinload(Meeting.attendances).joinedload(Attendance.user).joinedload(User.department),
    selectinload(Meeting.decisions).joinedload(Decision.award),
    selectinload(Meeting.decisions).joinedload(Decision.decided_by),
    selectinload(Meeting.settlements).joinedload(Settlement.award).joinedload(Award.application),
)


@dataclass
class Wishes:
    """Applications that are ready or deferred and not on a meeting's agenda.

    ``proposals`` belong to it, ``earlier`` reach an earlier meeting too, ``missed`` came after its deadline; each of these with the
    day of the first ordinary meeting that it reaches. ``elsewhere`` stand on the agenda of another coming meeting.
    """

    deadline: date | None
    proposals: list[Application] = field(default_factory=list)
    earlier: list[tuple[Application, date | None]] = field(default_factory=list)
    missed: list[tuple[Application, date | None]] = field(default_factory=list)
    elsewhere: list[tuple[Application, Meeting]] = field(default_factory=list)


def meeting(meeting_id: int, *, municipality_id: int) -> Meeting | None:
    """The municipality's meeting with its agenda, attendance and decisions, if there is one."""
    query = select(Meeting).options(*_WHOLE).join(Pool, Pool.id == Meeting.pool_id)
    return db.session.scalar(query.where(Meeting.id == meeting_id, Pool.municipality_id == municipality_id))


def meetings_of_pool(pool_id: int) -> Sequence[Meeting]:
    """The pool's meetings, the latest first."""
    query = select(Meeting).options(selectinload(Meeting.agenda), selectinload(Meeting.decisions))
    return db.session.scalars(query.where(Meeting.pool_id == pool_id).order_by(Meeting.held_on.desc(), Meeting.id.desc())).all()


def upcoming_ordinary_days(pool: Pool, today: date) -> Sequence[date]:
    """The days of the planned ordinary meetings from ``today`` on."""
    query = select(Meeting.held_on).where(Meeting.pool_id == pool.id, Meeting.state == State.PLANNED, Meeting.is_ordinary.is_(True))
    return db.session.scalars(query.where(Meeting.held_on >= today).order_by(Meeting.held_on)).all()


def ordinary_days(pool_ids: Collection[int], today: date) -> dict[int, list[date]]:
    """The days of the planned ordinary meetings from ``today`` on, the earliest first, by pool."""
    query = select(Meeting.pool_id, Meeting.held_on).where(Meeting.state == State.PLANNED, Meeting.is_ordinary.is_(True))
    found: dict[int, list[date]] = {pool_id: [] for pool_id in pool_ids}
    for pool_id, held_on in db.session.execute(
        query.where(Meeting.pool_id.in_(pool_ids), Meeting.held_on >= today).order_by(Meeting.held_on)
    ):
        found[pool_id].append(held_on)
    return found


def open_meetings(pool_id: int, today: date) -> Sequence[Meeting]:
    """The pool's meetings that are open today."""
    query = select(Meeting).where(Meeting.pool_id == pool_id, Meeting.state == State.OPEN, Meeting.held_on == today)
    return db.session.scalars(query.order_by(Meeting.id)).all()


def coming_up(application_ids: Collection[int], today: date) -> dict[int, Meeting]:
    """The first meeting from ``today`` on, planned or open, that has the application on its agenda, by application."""
    query = select(AgendaItem.application_id, Meeting).join(Meeting, Meeting.id == AgendaItem.meeting_id)
    query = query.where(AgendaItem.application_id.in_(application_ids), Meeting.held_on >= today, Meeting.state != State.CLOSED)
    found: dict[int, Meeting] = {}
    for application_id, on_agenda in db.session.execute(query.order_by(Meeting.held_on, Meeting.id)):
        found.setdefault(application_id, on_agenda)
    return found


def waiting_for_agenda(pool: Pool, meeting: Meeting) -> Sequence[Application]:
    """Applications that are ready or deferred and not on this meeting's agenda."""
    on_agenda = select(AgendaItem.application_id).where(AgendaItem.meeting_id == meeting.id)
    query = select(Application).options(joinedload(Application.department), selectinload(Application.versions))
    query = query.where(Application.pool_id == pool.id, Application.state.in_(DECIDABLE), Application.id.not_in(on_agenda))
    return db.session.scalars(query.order_by(Application.submitted_at, Application.id)).all()


def wishes(meeting: Meeting, today: date) -> Wishes:
    """What could come on this agenda, and where the rest goes: each to the first ordinary meeting that it reaches (domain.md §4)."""
    pool = meeting.pool
    waiting = waiting_for_agenda(pool, meeting)
    taken = coming_up([application.id for application in waiting], today)
    days, working_days = upcoming_ordinary_days(pool, today), pool.policy.submission_working_days
    found = Wishes(deadline=submission_deadline(meeting.held_on, working_days) if meeting.is_ordinary else None)
    for application in waiting:
        if application.id in taken:
            found.elsewhere.append((application, taken[application.id]))
            continue
        submitted_on = local_date(application.versions[-1].made_at)
        reached = first_reached(days, submitted_on, working_days)
        if found.deadline is None or reached == meeting.held_on:
            found.proposals.append(application)
        elif submitted_on <= found.deadline:
            found.earlier.append((application, reached))
        else:
            found.missed.append((application, reached))
    return found


def decisions_on(application: Application) -> Sequence[Decision]:
    """The forum's decisions on the application, the earliest first."""
    query = select(Decision).options(joinedload(Decision.decided_by), joinedload(Decision.meeting))
    return db.session.scalars(query.where(Decision.application_id == application.id).order_by(Decision.id)).all()


def decision(decision_id: int, *, municipality_id: int) -> Decision | None:
    """The municipality's decision with this id, if there is one."""
    query = select(Decision).join(Meeting, Meeting.id == Decision.meeting_id).join(Pool, Pool.id == Meeting.pool_id)
    return db.session.scalar(query.where(Decision.id == decision_id, Pool.municipality_id == municipality_id))


def settlements_of(award: Award) -> Sequence[Settlement]:
    """What the forum decided on the loan's shortfall, the earliest first."""
    query = select(Settlement).options(joinedload(Settlement.decided_by), joinedload(Settlement.meeting))
    return db.session.scalars(query.where(Settlement.award_id == award.id).order_by(Settlement.id)).all()


def approved_in_frame_ore(pool: Pool, frame: str, year: int) -> int:
    """What the pool has promised within a budget frame in a calendar year, in øre."""
    query = select(Award).options(joinedload(Award.application)).where(Award.pool_id == pool.id)
    return sum(
        award.loan_ore + award.grant_ore
        for award in db.session.scalars(query)
        if award.application.content.frame == frame and local_date(award.decided_at).year == year
    )
