"""The forum's year: ordinary meetings planned together, and a planned one that is cancelled (domain.md §4)."""

from collections.abc import Sequence
from datetime import date, datetime

from fundbank.errors import N_, AlreadyPosted, Incomplete, require
from fundbank.extensions import db
from fundbank.history.steps import check_move, move, record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting, PoolRhythm
from fundbank.meetings.operations.calendar import plan_meeting, put_on_agenda
from fundbank.meetings.permissions import can_plan_meetings
from fundbank.meetings.queries.agenda import meetings_after, where_it_goes
from fundbank.meetings.queries.calendar import rhythm_of, upcoming_ordinary_days
from fundbank.meetings.rules import Rhythm
from fundbank.meetings.states import TRANSITIONS, State
from fundbank.people.models import User
from fundbank.pools.models import Pool


def plan_year(
    *, actor: User, at: datetime, pool: Pool, days: Sequence[date], place: str = "", rhythm: Rhythm | None = None
) -> list[Meeting]:  # fmt: skip
    """Plan an ordinary meeting on each of the days, and keep the rule that named them for the years to come.

    Raises NotAllowed, CprNumber, InvalidDate for a day that has passed, AlreadyPosted where somebody else has planned one meanwhile.
    """
    require(can_plan_meetings(actor, pool))
    lock(pool)
    if set(days) & set(upcoming_ordinary_days(pool, local_date(at))):
        raise AlreadyPosted(N_("One of these meetings has been planned meanwhile."))
    if rhythm is not None:
        _keep_rhythm(actor, at, pool, rhythm)
    return [plan_meeting(actor=actor, at=at, pool=pool, held_on=day, place=place) for day in days]


def _keep_rhythm(actor: User, at: datetime, pool: Pool, rhythm: Rhythm) -> None:
    kept = rhythm_of(pool.id)
    if kept is not None and kept.rhythm == rhythm:
        return
    kept = kept or PoolRhythm(pool_id=pool.id)
    kept.weekday, kept.week, kept.months = rhythm.weekday, rhythm.week, list(rhythm.months)
    kept.set_by_id, kept.set_at = actor.id, at
    db.session.add(kept)
    db.session.flush()
    record(pool, "rhythm_set", actor_id=actor.id, at=at, weekday=rhythm.weekday, week=rhythm.week, months=list(rhythm.months))


def cancel_meeting(*, actor: User, at: datetime, meeting: Meeting, reason: str) -> None:
    """Cancel a planned meeting: each matter on its agenda goes to the next ordinary one that it reaches, or waits until there is one.

    The cancelled meeting keeps its agenda to look at. Raises NotAllowed, WrongState, CprNumber, Incomplete without a reason.
    """
    require(can_plan_meetings(actor, meeting.pool))
    check_no_cpr_number(reason=reason)
    for one in sorted([meeting, *meetings_after(meeting, local_date(at))], key=lambda one: one.id):
        lock(one)
    check_move(meeting, State.CANCELLED, TRANSITIONS)
    if not reason.strip():
        raise Incomplete(N_("Write why the meeting is cancelled."), field="reason")
    for item in sorted(meeting.agenda, key=lambda item: item.application_id):
        lock(item.application)
    going = where_it_goes(meeting, local_date(at))
    meeting.cancelled_because = reason
    move(meeting, State.CANCELLED, TRANSITIONS, "meeting_cancelled", actor_id=actor.id, at=at, reason=reason)
    for application, goes_to in going:
        if goes_to is not None and application.id not in {item.application_id for item in goes_to.agenda}:
            put_on_agenda(actor=actor, at=at, meeting=goes_to, application=application)
        to = goes_to.held_on.isoformat() if goes_to else None
        record(application, "postponed", actor_id=actor.id, at=at, meeting_id=meeting.id, goes_to=to)
    db.session.flush()
