"""Every question about meetings, agendas and decisions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.states import DECIDABLE
from fundbank.awards.models import Award
from fundbank.awards.states import OVER
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.meetings.models import AgendaItem, Attendance, CaseRevision, Decision, Meeting, Settlement
from fundbank.meetings.rules import first_reached, submission_deadline
from fundbank.meetings.states import CONSENTS, RevisionState, State
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


class Listed(NamedTuple):
    """A meeting as a list shows it: with how many matters are on its agenda, and how many have been decided."""

    meeting: Meeting
    on_agenda: int
    decided: int


_LISTED = select(
    Meeting,
    select(func.count()).where(AgendaItem.meeting_id == Meeting.id).scalar_subquery(),
    select(func.count()).where(Decision.meeting_id == Meeting.id).scalar_subquery(),
)


@dataclass
class Wishes:
    """Applications that are ready or deferred and not on a meeting's agenda.

    ``proposals`` belong to it, ``earlier`` reach an earlier meeting too, ``missed`` came after its deadline; each of these with the
    day of the first ordinary meeting that it reaches. ``elsewhere`` stand on the agenda of another coming meeting. Those that are not
    read are counted: ``more_proposals``, and ``more`` of the others.
    """

    deadline: date | None
    proposals: list[Application] = field(default_factory=list)
    earlier: list[tuple[Application, date | None]] = field(default_factory=list)
    missed: list[tuple[Application, date | None]] = field(default_factory=list)
    elsewhere: list[tuple[Application, Meeting]] = field(default_factory=list)
    more_proposals: int = 0
    more: int = 0


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
    query = select(Meeting.id).where(Meeting.pool_id == pool_id, Meeting.held_on == day)
    return db.session.scalar((query if but_for is None else query.where(Meeting.id != but_for)).limit(1)) is not None


def months_with_ordinary_meeting(pool_id: int, first: date) -> set[tuple[int, int]]:
    """The months from ``first`` on in which there is one, as year and month."""
    query = select(Meeting.held_on).where(Meeting.pool_id == pool_id, Meeting.held_on >= first, Meeting.is_ordinary.is_(True))
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


def coming_up(application_ids: Collection[int], today: date) -> dict[int, Meeting]:
    """The first meeting from ``today`` on, planned or open, that has the application on its agenda, by application."""
    return _coming_up(AgendaItem.application_id.in_(application_ids), today)


def meetings_that_take(pool_id: int, today: date) -> Sequence[Meeting]:
    """The meetings to which something can be put: those that are open, and those to come, the next first."""
    query = select(Meeting).where(Meeting.pool_id == pool_id, Meeting.held_on >= today, Meeting.state != State.CLOSED)
    return db.session.scalars(query.order_by(Meeting.held_on, Meeting.id)).all()


def open_revision(application_id: int) -> CaseRevision | None:
    """The revised business case of the application that waits for the forum, or for the end of the meeting that decided it."""
    query = select(CaseRevision).options(joinedload(CaseRevision.meeting), joinedload(CaseRevision.put_by))
    return db.session.scalar(query.where(CaseRevision.application_id == application_id, CaseRevision.ended_at.is_(None), ~_is_over()))


def decided_revisions(meeting_id: int) -> Sequence[CaseRevision]:
    """What was decided in the meeting and is not carried out yet."""
    query = select(CaseRevision).where(CaseRevision.meeting_id == meeting_id, CaseRevision.ended_at.is_(None))
    return db.session.scalars(query.where(CaseRevision.state.in_(CONSENTS)).order_by(CaseRevision.application_id)).all()


def meetings_to_carry_out(today: date) -> Sequence[Meeting]:
    """The meetings whose day is over, and that decided something which is not carried out yet."""
    undone = exists().where(CaseRevision.meeting_id == Meeting.id, CaseRevision.ended_at.is_(None), CaseRevision.state.in_(CONSENTS))
    return db.session.scalars(select(Meeting).where(Meeting.held_on < today, undone).order_by(Meeting.id)).all()


def left_over_revisions(pool_id: int, today: date) -> Sequence[CaseRevision]:
    """What waits for consent, and whose meeting is over."""
    query = select(CaseRevision).join(Meeting, Meeting.id == CaseRevision.meeting_id).where(Meeting.pool_id == pool_id)
    query = query.where(CaseRevision.ended_at.is_(None), CaseRevision.state == RevisionState.WAITING)
    query = query.where(or_(Meeting.held_on < today, Meeting.state == State.CLOSED), ~_is_over())
    return db.session.scalars(query.options(*_OF_A_REVISION).order_by(CaseRevision.application_id)).all()


def _is_over() -> ColumnElement[bool]:
    """Is the award that the revision is of over? Then nothing of it waits."""
    return exists().where(Award.application_id == CaseRevision.application_id, Award.state.in_(OVER))


def revisions_on(meeting: Meeting, today: date) -> list[CaseRevision]:
    """The revised business cases on the meeting's agenda: put to it, or left to the next ordinary meeting, which it is."""
    query = select(CaseRevision).where(CaseRevision.meeting_id == meeting.id, CaseRevision.state != RevisionState.REPLACED)
    query = query.where(or_(CaseRevision.state != RevisionState.WAITING, ~_is_over()))
    found = list(db.session.scalars(query.options(*_OF_A_REVISION).order_by(CaseRevision.id)))
    if meeting.is_to_come(today) and meeting.is_ordinary and meeting.held_on == min(upcoming_ordinary_days(meeting.pool, today)):
        found += left_over_revisions(meeting.pool_id, today)
    return found


def awards_of_revisions(revisions: Sequence[CaseRevision]) -> dict[int, int]:
    """The id of the award that each revision is of, by the revision's id."""
    query = select(CaseRevision.id, Award.id).join(Award, Award.application_id == CaseRevision.application_id)
    return dict(db.session.execute(query.where(CaseRevision.id.in_([one.id for one in revisions]))).all()) if revisions else {}


def waits_for_meeting(revision: CaseRevision, today: date) -> Meeting | None:
    """The meeting that has a revision on its agenda: its own, or the next ordinary one after that is over; None while there is none."""
    if not revision.meeting.is_over(today) or revision.state != RevisionState.WAITING:
        return revision.meeting
    query = select(Meeting).where(Meeting.pool_id == revision.meeting.pool_id, Meeting.is_ordinary.is_(True), Meeting.held_on >= today)
    return db.session.scalar(query.where(Meeting.state == State.PLANNED).order_by(Meeting.held_on, Meeting.id).limit(1))


_OF_A_REVISION = (
    joinedload(CaseRevision.application).joinedload(Application.department),
    joinedload(CaseRevision.put_by),
    joinedload(CaseRevision.meeting),
)


def waiting_for_agenda(meeting: Meeting) -> Sequence[Application]:
    """Applications that are ready or deferred and not on this meeting's agenda."""
    query = select(Application).options(joinedload(Application.department)).where(*_could_come_on(meeting))
    return db.session.scalars(query.order_by(Application.submitted_at, Application.id)).all()


def wishes(meeting: Meeting, today: date, *, most: int | None = None) -> Wishes:
    """What could come on this agenda, and where the rest goes: each to the first ordinary meeting that it reaches (domain.md §4).

    ``most`` of those that belong to it, and of the others, are read, the earliest submissions first.
    """
    pool, working_days = meeting.pool, meeting.pool.policy.submission_working_days
    taken, days = _coming_up(Meeting.pool_id == pool.id, today), upcoming_ordinary_days(pool, today)
    reached = cache(lambda submitted_on: first_reached(days, submitted_on, working_days))
    found = Wishes(deadline=submission_deadline(meeting.held_on, working_days) if meeting.is_ordinary else None)
    proposed: list[int] = []
    others: dict[str, list[tuple[int, Any]]] = {"elsewhere": [], "earlier": [], "missed": []}
    for application_id, submitted_at in _waiting(meeting):
        submitted_on = local_date(submitted_at)
        if application_id in taken:
            others["elsewhere"].append((application_id, taken[application_id]))
        elif found.deadline is None or reached(submitted_on) == meeting.held_on:
            proposed.append(application_id)
        else:
            others["earlier" if submitted_on <= found.deadline else "missed"].append((application_id, reached(submitted_on)))
    shown = {kind: few[:most] for kind, few in others.items()}
    applications = _read([*proposed[:most], *(application_id for few in shown.values() for application_id, _where in few)])
    found.proposals = [applications[application_id] for application_id in proposed[:most]]
    for kind, few in shown.items():
        setattr(found, kind, [(applications[application_id], where) for application_id, where in few])
    found.more_proposals = len(proposed) - len(found.proposals)
    found.more = sum(map(len, others.values())) - sum(map(len, shown.values()))
    return found


def _waiting(meeting: Meeting) -> Iterable[tuple[int, datetime]]:
    """What could come on the agenda, with the moment of its newest submission, the earliest first one first: no more of it than that."""
    submitted_at = select(func.max(ApplicationVersion.made_at)).where(ApplicationVersion.application_id == Application.id).scalar_subquery()
    query = select(Application.id, submitted_at).where(*_could_come_on(meeting))
    return ((row[0], row[1]) for row in db.session.execute(query.order_by(Application.submitted_at, Application.id)))


def _could_come_on(meeting: Meeting) -> tuple[ColumnElement[bool], ...]:
    on_agenda = select(AgendaItem.application_id).where(AgendaItem.meeting_id == meeting.id)
    return Application.pool_id == meeting.pool_id, Application.state.in_(DECIDABLE), Application.id.not_in(on_agenda)


def _coming_up(which: ColumnElement[bool], today: date) -> dict[int, Meeting]:
    query = select(AgendaItem.application_id, Meeting).join(Meeting, Meeting.id == AgendaItem.meeting_id)
    query = query.where(which, Meeting.held_on >= today, Meeting.state != State.CLOSED)
    found: dict[int, Meeting] = {}
    for application_id, meeting in db.session.execute(query.order_by(Meeting.held_on, Meeting.id)):
        found.setdefault(application_id, meeting)
    return found


def _read(application_ids: Sequence[int]) -> dict[int, Application]:
    query = select(Application).options(joinedload(Application.department), defer(Application.content_json))
    return {application.id: application for application in db.session.scalars(query.where(Application.id.in_(application_ids)))}


def decisions_on(application: Application) -> Sequence[Decision]:
    """The forum's decisions on the application, the earliest first."""
    query = select(Decision).options(joinedload(Decision.decided_by), joinedload(Decision.meeting))
    return db.session.scalars(query.where(Decision.application_id == application.id).order_by(Decision.id)).all()


def decision(decision_id: int, *, municipality_id: int) -> Decision | None:
    """The municipality's decision with this id, if there is one."""
    query = select(Decision).join(Meeting, Meeting.id == Decision.meeting_id).join(Pool, Pool.id == Meeting.pool_id)
    return db.session.scalar(query.where(Decision.id == decision_id, Pool.municipality_id == municipality_id))


def open_meeting(pool_id: int, today: date) -> Meeting | None:
    """The pool's meeting that is open today."""
    query = select(Meeting).where(Meeting.pool_id == pool_id, Meeting.state == State.OPEN, Meeting.held_on == today)
    return db.session.scalars(query.order_by(Meeting.id).limit(1)).one_or_none()


def decision_of(award: Award) -> Decision | None:
    """The decision that made the award."""
    return db.session.scalar(select(Decision).where(Decision.award_id == award.id))


def given_up_in(meeting: Meeting) -> Sequence[Award]:
    """The awards that the forum gave up in the meeting."""
    query = select(Award).options(joinedload(Award.application)).where(Award.given_up_meeting_id == meeting.id)
    return db.session.scalars(query.order_by(Award.given_up_at, Award.id)).all()


def settlements_of(award: Award) -> Sequence[Settlement]:
    """What the forum decided on the loan's shortfall, the earliest first."""
    query = select(Settlement).options(joinedload(Settlement.decided_by), joinedload(Settlement.meeting))
    return db.session.scalars(query.where(Settlement.award_id == award.id).order_by(Settlement.id)).all()


def approved_in_frame_ore(pool: Pool, frame: str, year: int) -> int:
    """What the pool has promised within a budget frame in a calendar year, in øre."""
    query = select(Award).options(joinedload(Award.application)).where(Award.pool_id == pool.id)
    # A day more on either side: the year is that of the local day.
    query = query.where(Award.decided_at >= datetime(year - 1, 12, 31, tzinfo=UTC), Award.decided_at < datetime(year + 1, 1, 2, tzinfo=UTC))
    return sum(
        award.loan_ore + award.grant_ore
        for award in db.session.scalars(query)
        if award.application.content.frame == frame and local_date(award.decided_at).year == year
    )
