"""What stands on a meeting's agenda, and what could come on it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import defer, joinedload

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.states import DECIDABLE
from fundbank.applications.states import State as ApplicationState
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.meetings.models import AgendaItem, Meeting
from fundbank.meetings.queries.approvals import is_recommended, waits_for_word
from fundbank.meetings.queries.calendar import upcoming_ordinary_days
from fundbank.meetings.rules import first_reached, submission_deadline
from fundbank.meetings.states import ENDED, State


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


def coming_up(application_ids: Collection[int], today: date) -> dict[int, Meeting]:
    """The first meeting from ``today`` on, planned or open, that has the application on its agenda, by application."""
    return _coming_up(AgendaItem.application_id.in_(application_ids), today)


def meetings_after(meeting: Meeting, today: date) -> Sequence[Meeting]:
    """The other planned ordinary meetings of the pool from the meeting's day on, the next first."""
    query = select(Meeting).where(Meeting.pool_id == meeting.pool_id, Meeting.state == State.PLANNED, Meeting.is_ordinary.is_(True))
    query = query.where(Meeting.held_on >= max(today, meeting.held_on), Meeting.id != meeting.id)
    return db.session.scalars(query.order_by(Meeting.held_on, Meeting.id)).all()


def where_it_goes(meeting: Meeting, today: date) -> list[tuple[Application, Meeting | None]]:
    """Where the agenda of a planned meeting goes if that is cancelled, in its order (domain.md §4).

    A matter goes to the first ordinary meeting from the same day on that it reaches. None: none is planned that it reaches. What has been
    withdrawn, decided or recommended meanwhile goes nowhere, and is left out.
    """
    working_days, others = meeting.pool.policy.submission_working_days, meetings_after(meeting, today)
    found: list[tuple[Application, Meeting | None]] = []
    for application in (item.application for item in meeting.agenda):
        if is_recommended(application):
            continue
        if application.state in DECIDABLE:
            submitted_on = local_date(application.versions[-1].made_at)
            day = first_reached([one.held_on for one in others], submitted_on, working_days)
            found.append((application, next((one for one in others if one.held_on == day), None)))
        elif application.state == ApplicationState.AWARDED:
            found.append((application, others[0] if others else None))
    return found


def _waiting(meeting: Meeting) -> Iterable[tuple[int, datetime]]:
    """What could come on the agenda, with the moment of its newest submission, the earliest first one first: no more of it than that."""
    submitted_at = select(func.max(ApplicationVersion.made_at)).where(ApplicationVersion.application_id == Application.id).scalar_subquery()
    query = select(Application.id, submitted_at).where(*_could_come_on(meeting))
    return ((row[0], row[1]) for row in db.session.execute(query.order_by(Application.submitted_at, Application.id)))


def _could_come_on(meeting: Meeting) -> tuple[ColumnElement[bool], ...]:
    on_agenda = select(AgendaItem.application_id).where(AgendaItem.meeting_id == meeting.id)
    waits = Application.pool_id == meeting.pool_id, Application.state.in_(DECIDABLE)
    return *waits, Application.id.not_in(on_agenda), ~waits_for_word()


def _coming_up(which: ColumnElement[bool], today: date) -> dict[int, Meeting]:
    query = select(AgendaItem.application_id, Meeting).join(Meeting, Meeting.id == AgendaItem.meeting_id)
    query = query.where(which, Meeting.held_on >= today, Meeting.state.not_in(ENDED))
    found: dict[int, Meeting] = {}
    for application_id, meeting in db.session.execute(query.order_by(Meeting.held_on, Meeting.id)):
        found.setdefault(application_id, meeting)
    return found


def _read(application_ids: Sequence[int]) -> dict[int, Application]:
    query = select(Application).options(joinedload(Application.department), defer(Application.content_json))
    return {application.id: application for application in db.session.scalars(query.where(Application.id.in_(application_ids)))}
