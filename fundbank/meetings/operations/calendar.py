"""Planning, opening and closing meetings, their agendas, and the minutes' signature (domain.md §4)."""

from collections.abc import Sequence
from datetime import date, datetime

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDABLE
from fundbank.applications.states import State as ApplicationState
from fundbank.errors import N_, AlreadyPosted, FourEyes, InvalidDate, NotAllowed, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import check_move, move, record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import AgendaItem, Attendance, Meeting
from fundbank.meetings.permissions import can_chair, can_plan_meetings
from fundbank.meetings.queries.approvals import is_recommended, words_of
from fundbank.meetings.queries.calendar import all_attendances
from fundbank.meetings.rules import DeadlinePassed, submission_deadline
from fundbank.meetings.states import TRANSITIONS, State
from fundbank.meetings.steps import conclude, take_up_revisions
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.scoring.queries import ranking
from fundbank.scoring.steps import pause_scoring

PASSED = N_("The day has passed.")
ON_AN_AGENDA = DECIDABLE | {ApplicationState.AWARDED}  # an awarded one comes back for follow-up or a shortfall


def plan_meeting(*, actor: User, at: datetime, pool: Pool, held_on: date, place: str = "", is_ordinary: bool = True) -> Meeting:
    """Plan a meeting of the forum. Raises NotAllowed, CprNumber, InvalidDate for a day that has passed."""
    require(can_plan_meetings(actor, pool))
    return _plan(actor, at, pool, held_on, place, is_ordinary)


def _plan(actor: User, at: datetime, pool: Pool, held_on: date, place: str, is_ordinary: bool) -> Meeting:
    check_no_cpr_number(place=place)
    if held_on < local_date(at):
        raise InvalidDate(PASSED, field="held_on")
    meeting = Meeting(
        pool_id=pool.id,
        held_on=held_on,
        place=place,
        is_ordinary=is_ordinary,
        state=State.PLANNED,
        planned_by_id=actor.id,
    )
    db.session.add(meeting)
    db.session.flush()
    record(meeting, "planned", actor_id=actor.id, at=at, held_on=held_on.isoformat(), is_ordinary=is_ordinary)
    return meeting


def change_meeting(*, actor: User, at: datetime, meeting: Meeting, held_on: date, place: str) -> None:
    """Move a planned meeting to another day or place; its agenda goes with it.

    Raises NotAllowed, CprNumber, WrongState once the meeting has been opened, InvalidDate for a day that has passed, DeadlinePassed for a
    day that is too early for what stands on the agenda of an ordinary meeting.
    """
    require(can_plan_meetings(actor, meeting.pool))
    check_no_cpr_number(known=[meeting.place], place=place)
    lock(meeting)
    if meeting.state != State.PLANNED:
        raise WrongState()
    if held_on < local_date(at):
        raise InvalidDate(PASSED, field="held_on")
    for item in _held(meeting):
        _check_in_time(meeting, held_on, item.application)
    former = meeting.held_on
    meeting.held_on, meeting.place = held_on, place
    record(meeting, "changed", actor_id=actor.id, at=at, held_on=held_on.isoformat(), former=former.isoformat(), place=place)


def put_on_agenda(*, actor: User, at: datetime, meeting: Meeting, application: Application) -> AgendaItem:
    """Put an application on the agenda of a planned meeting.

    Raises NotAllowed, WrongState, AlreadyPosted, DeadlinePassed for an ordinary meeting whose deadline the submission missed.
    """
    require(can_plan_meetings(actor, application.pool))
    return _put(actor, at, meeting, application)


def _put(actor: User, at: datetime, meeting: Meeting, application: Application) -> AgendaItem:
    if meeting.pool_id != application.pool_id:
        raise NotAllowed()
    lock(meeting)
    lock(application)
    if meeting.state != State.PLANNED or application.state not in ON_AN_AGENDA:
        raise WrongState()
    if any(item.application_id == application.id for item in meeting.agenda):
        raise AlreadyPosted()
    if is_recommended(application):
        raise WrongState(N_("It is not known yet what the forum has said of it: it waits for a decider, and for no meeting."))
    _check_in_time(meeting, meeting.held_on, application)
    item = AgendaItem(application=application, position=len(meeting.agenda) + 1)
    meeting.agenda.append(item)
    record(meeting, "put_on_agenda", actor_id=actor.id, at=at, application_id=application.id)
    return item


def _check_in_time(meeting: Meeting, held_on: date, application: Application) -> None:
    """Does an ordinary meeting on that day leave the forum the time to read the application?"""
    deadline = submission_deadline(held_on, application.pool.policy.submission_working_days)
    if meeting.is_ordinary and application.state in DECIDABLE and local_date(application.versions[-1].made_at) > deadline:
        raise DeadlinePassed(deadline=deadline)


def take_off_agenda(*, actor: User, at: datetime, meeting: Meeting, application: Application) -> None:
    """Take an application off the agenda of a planned meeting. Raises NotAllowed, WrongState."""
    require(can_plan_meetings(actor, application.pool))
    lock(meeting)
    item = next((item for item in meeting.agenda if item.application_id == application.id), None)
    if meeting.state != State.PLANNED or item is None:
        raise WrongState()
    meeting.agenda.remove(item)
    db.session.delete(item)
    _number(meeting, meeting.agenda)
    record(meeting, "taken_off_agenda", actor_id=actor.id, at=at, application_id=application.id)


def move_on_agenda(*, actor: User, at: datetime, meeting: Meeting, application: Application, up: bool) -> None:
    """Move an item of a planned meeting's agenda one place up or down. Raises NotAllowed, WrongState beyond either end."""
    require(can_plan_meetings(actor, application.pool))
    lock(meeting)
    items = list(meeting.agenda)
    place = next((place for place, item in enumerate(items) if item.application_id == application.id), None)
    if meeting.state != State.PLANNED or place is None:
        raise WrongState()
    other = place - 1 if up else place + 1
    if not 0 <= other < len(items):
        raise WrongState(N_("The application already stands at the end of the agenda."))
    items[place], items[other] = items[other], items[place]
    _number(meeting, items)
    record(meeting, "agenda_ordered", actor_id=actor.id, at=at, application_id=application.id, position=other + 1)


def rank_agenda(*, actor: User, at: datetime, meeting: Meeting) -> None:
    """Put the agenda of a planned meeting in the order of the ranking; what nobody has scored comes last. Raises NotAllowed, WrongState."""
    require(can_plan_meetings(actor, meeting.pool))
    lock(meeting)
    if meeting.state != State.PLANNED:
        raise WrongState()
    places = ranking([item.application for item in meeting.agenda])
    ranks = {place.application.id: place.rank for place in places}
    _number(meeting, sorted(meeting.agenda, key=lambda item: (ranks.get(item.application_id, len(ranks) + 1), item.position)))
    record(meeting, "agenda_ordered", actor_id=actor.id, at=at)


def open_meeting(*, actor: User, at: datetime, meeting: Meeting, present: Sequence[User]) -> None:
    """The chair opens the meeting on its day, with those who are present; scores now rest. Raises NotAllowed, WrongState."""
    require(can_chair(actor, meeting.pool))
    _open(actor, at, meeting, present)


def change_attendance(*, actor: User, at: datetime, meeting: Meeting, present: Sequence[User]) -> None:
    """The chair says anew who is present at an open meeting; decisions keep who was there then. Raises NotAllowed, WrongState."""
    require(can_chair(actor, meeting.pool) and _belong(present, meeting))
    lock(meeting)
    if not meeting.is_open(local_date(at)):
        raise WrongState(N_("Attendance is corrected while the meeting is open."))
    came, known = {person.id for person in present}, {one.user_id: one for one in all_attendances(meeting)}
    for user_id, attendance in known.items():
        attendance.gone_at = None if user_id in came else attendance.gone_at or at
    db.session.add_all(Attendance(meeting_id=meeting.id, user_id=user_id) for user_id in sorted(came - known.keys()))
    db.session.flush()
    db.session.expire(meeting, ["attendances"])
    record(meeting, "attendance_changed", actor_id=actor.id, at=at, present=sorted(came))


def hold_meeting(
    *,
    actor: User,
    at: datetime,
    pool: Pool,
    applications: Sequence[Application],
    present: Sequence[User],
    place: str = "",
) -> Meeting:
    """Call the forum together for today with a ready agenda, outside its calendar; such a meeting has no deadline.

    The coordinator does, or the chair. Raises NotAllowed, WrongState for an application that no agenda can hold.
    """
    require(can_plan_meetings(actor, pool) or can_chair(actor, pool))
    meeting = _plan(actor, at, pool, local_date(at), place, is_ordinary=False)
    for application in applications:
        _put(actor, at, meeting, application)
    _open(actor, at, meeting, present)
    return meeting


def close_meeting(*, actor: User, at: datetime, meeting: Meeting) -> None:
    """The chair closes the meeting: what it decided is known, or goes to the deciders. Raises NotAllowed, WrongState."""
    require(can_chair(actor, meeting.pool))
    lock(meeting)
    check_move(meeting, State.CLOSED, TRANSITIONS)
    conclude(at=at, meeting=meeting)
    move(meeting, State.CLOSED, TRANSITIONS, "closed", actor_id=actor.id, at=at)


def sign_minutes(*, actor: User, at: datetime, meeting: Meeting) -> None:
    """The chair signs the minutes of a meeting that is over. Raises NotAllowed, WrongState, AlreadyPosted, FourEyes for its decider."""
    require(can_chair(actor, meeting.pool))
    lock(meeting)
    if any(word.said_by_id == actor.id for word in words_of(meeting.id)):
        raise FourEyes(N_("You have decided what the meeting recommends: another chair signs its minutes."))
    if meeting.state in (State.PLANNED, State.CANCELLED) or meeting.is_open(local_date(at)):
        raise WrongState(N_("The minutes can be signed once the meeting has been closed."))
    if meeting.minutes_signed_at is not None:
        raise AlreadyPosted()
    conclude(at=at, meeting=meeting)
    meeting.minutes_signed_by_id, meeting.minutes_signed_at = actor.id, at
    record(meeting, "minutes_signed", actor_id=actor.id, at=at)


def _number(meeting: Meeting, items: Sequence[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        item.position = position
    db.session.flush()
    db.session.expire(meeting, ["agenda"])


def _open(actor: User, at: datetime, meeting: Meeting, present: Sequence[User]) -> None:
    require(_belong(present, meeting))
    lock(meeting)
    if meeting.held_on != local_date(at):
        raise WrongState(N_("A meeting is opened on its own day."))
    move(meeting, State.OPEN, TRANSITIONS, "opened", actor_id=actor.id, at=at)
    meeting.attendances = [Attendance(user=person) for person in dict.fromkeys(present)]
    for item in _held(meeting):
        pause_scoring(application=item.application, at=at)
    take_up_revisions(at=at, meeting=meeting)
    db.session.flush()


def _held(meeting: Meeting) -> list[AgendaItem]:
    """The agenda of a meeting that is held, its applications held too: nothing happens to them until the unit of work ends."""
    items = sorted(meeting.agenda, key=lambda item: item.application_id)
    for item in items:
        lock(item.application)
    return items


def _belong(people: Sequence[User], meeting: Meeting) -> bool:
    return all(person.municipality_id == meeting.pool.municipality_id for person in people)
