"""Which meetings there are, when the forum meets, and one meeting whole."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.meetings.models import AgendaItem, Attendance, Decision, Meeting, PendingDecision, PoolRhythm, Settlement
from fundbank.meetings.rules import Rhythm, days_of
from fundbank.meetings.states import ENDED, PendingState, State
from fundbank.people.models import User
from fundbank.pools.models import Pool

_WHOLE = (
    joinedload(Meeting.pool),
    selectinload(Meeting.agenda).joinedload(AgendaItem.application).joinedload(Application.department),
    selectinload(Meeting.attendances).joinedload(Attendance.user).joinedload(User.department),
    selectinload(Meeting.decisions).joinedload(Decision.award),
    selectinload(Meeting.decisions).joinedload(Decision.decided_by),
    selectinload(Meeting.pending).joinedload(PendingDecision.award),
    selectinload(Meeting.pending).joinedload(PendingDecision.application),
    selectinload(Meeting.pending).joinedload(PendingDecision.decided_by),
    selectinload(Meeting.pending).joinedload(PendingDecision.ended_by),
    selectinload(Meeting.settlements).joinedload(Settlement.award).joinedload(Award.application),
)


def all_attendances(meeting: Meeting) -> Sequence[Attendance]:
    """Everybody who was ever said to be present at the meeting."""
    return db.session.scalars(select(Attendance).where(Attendance.meeting_id == meeting.id).order_by(Attendance.id)).all()


class Listed(NamedTuple):
    """A meeting as a list shows it: with how many matters are on its agenda, and how many have been decided."""

    meeting: Meeting
    on_agenda: int
    decided: int


_DECIDED = select(func.count()).where(Decision.meeting_id == Meeting.id).scalar_subquery()
_STANDING = (
    select(func.count())
    .where(PendingDecision.meeting_id == Meeting.id, PendingDecision.state == PendingState.STANDING)
    .correlate(Meeting)
    .scalar_subquery()
)
_LISTED = select(Meeting, select(func.count()).where(AgendaItem.meeting_id == Meeting.id).scalar_subquery(), _DECIDED + _STANDING)


def meeting(meeting_id: int, *, municipality_id: int) -> Meeting | None:
    """The municipality's meeting with its agenda, attendance and decisions, if there is one."""
    query = select(Meeting).options(*_WHOLE).join(Pool, Pool.id == Meeting.pool_id)
    return db.session.scalar(query.where(Meeting.id == meeting_id, Pool.municipality_id == municipality_id))


def coming_meetings(pool_id: int, today: date) -> list[Listed]:
    """The pool's meetings that are not over, the next first."""
    query = _LISTED.where(Meeting.pool_id == pool_id, Meeting.held_on >= today, Meeting.state != State.CLOSED)
    return [Listed(*row) for row in db.session.execute(query.order_by(Meeting.held_on, Meeting.id))]


def past_meetings(pool_id: int, today: date, *, before_id: int | None = None, limit: int = 25) -> list[Listed]:
    """Up to ``limit`` + 1 of the pool's meetings that are over, the latest first, before ``before_id`` (keyset)."""
    query = _LISTED.where(Meeting.pool_id == pool_id, Meeting.held_on <= today)
    query = query.where(or_(Meeting.held_on < today, Meeting.state == State.CLOSED))
    if before_id is not None:
        last = select(Meeting.held_on).where(Meeting.id == before_id).scalar_subquery()
        query = query.where(or_(Meeting.held_on < last, and_(Meeting.held_on == last, Meeting.id < before_id)))
    return [Listed(*row) for row in db.session.execute(query.order_by(Meeting.held_on.desc(), Meeting.id.desc()).limit(limit + 1))]


def has_meeting_on(pool_id: int, day: date, *, but_for: int | None = None) -> bool:
    """Does the forum meet on that day, in another meeting than the one with the id ``but_for``?"""
    query = select(Meeting.id).where(Meeting.pool_id == pool_id, Meeting.held_on == day, Meeting.state != State.CANCELLED)
    return db.session.scalar((query if but_for is None else query.where(Meeting.id != but_for)).limit(1)) is not None


def months_with_ordinary_meeting(pool_id: int, first: date) -> set[tuple[int, int]]:
    """The months from ``first`` on in which there is one, as year and month."""
    query = select(Meeting.held_on).where(Meeting.pool_id == pool_id, Meeting.held_on >= first, Meeting.is_ordinary.is_(True))
    query = query.where(Meeting.state != State.CANCELLED)
    return {(held_on.year, held_on.month) for held_on in db.session.scalars(query)}


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


def open_meeting(pool_id: int, today: date) -> Meeting | None:
    """The pool's meeting that is open today."""
    query = select(Meeting).where(Meeting.pool_id == pool_id, Meeting.state == State.OPEN, Meeting.held_on == today)
    return db.session.scalars(query.order_by(Meeting.id).limit(1)).one_or_none()


def meetings_that_take(pool_id: int, today: date) -> Sequence[Meeting]:
    """The meetings to which something can be put: those that are open, and those to come, the next first."""
    query = select(Meeting).where(Meeting.pool_id == pool_id, Meeting.held_on >= today, Meeting.state.not_in(ENDED))
    return db.session.scalars(query.order_by(Meeting.held_on, Meeting.id)).all()


def rhythm_of(pool_id: int) -> PoolRhythm | None:
    """The rule by which the pool's forum meets, if its meetings have been planned by one."""
    return db.session.scalar(select(PoolRhythm).where(PoolRhythm.pool_id == pool_id))


def usual_rhythm(pool_id: int) -> Rhythm:
    """The pool's own rule, or what is usual."""
    kept = rhythm_of(pool_id)
    return kept.rhythm if kept else Rhythm()


def free_days(pool_id: int, rhythm: Rhythm, year: int, today: date) -> list[date]:
    """The days from ``today`` on that a rule names in a year, in months without an ordinary meeting."""
    taken = months_with_ordinary_meeting(pool_id, today.replace(day=1))
    return [one for one in days_of(rhythm, year, today) if (one.year, one.month) not in taken]
