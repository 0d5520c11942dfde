"""The forum's calendar: the list of meetings, a new one, and the page of one meeting from its plan to its signed minutes."""

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.errors import N_, InvalidDate, WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, check_version, done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.calendar import OTHER_DAY, MeetingEditForm, MeetingForm
from fundbank.meetings.operations import calendar as operations
from fundbank.meetings.permissions import (
    can_plan_meetings,
    can_see_meetings,
)
from fundbank.meetings.queries import calendar
from fundbank.meetings.rules import closed_months, doubts, submission_deadline
from fundbank.meetings.states import State
from fundbank.meetings.views import COORDINATOR, MEETING_READERS, blueprint, meeting_or_404
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool

PROPOSED = 6  # months ahead
PAST = 25  # meetings a page
SHOWN = 20  # applications that are not on the agenda: those that could be, and those that go elsewhere


@blueprint.route("/pools/<int:pool_id>/meetings")
@requires(MEETING_READERS)
def index(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_meetings(me(), pool))
    today, before_id = _today(), asked_number("before")
    past = calendar.past_meetings(pool.id, today, before_id=before_id, limit=PAST)
    return render_template(
        "meetings/index.html",
        pool=pool,
        today=today,
        upcoming=[] if before_id else calendar.coming_meetings(pool.id, today),
        past=past[:PAST],
        older=url_for("meetings.index", pool_id=pool.id, before=past[PAST - 1].meeting.id) if len(past) > PAST else None,
        newest=url_for("meetings.index", pool_id=pool.id) if before_id else None,
        deadline_of=lambda meeting: submission_deadline(meeting.held_on, pool.policy.submission_working_days),
        can_plan=can_plan_meetings(me(), pool),
        kept=calendar.rhythm_of(pool.id),
    )


@blueprint.route("/pools/<int:pool_id>/meetings/new", methods=["GET", "POST"])
@requires(COORDINATOR)
def new(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_plan_meetings(me(), pool))
    form = MeetingForm()
    form.propose([(one.isoformat(), day(one)) for one in _proposed_days(pool)])
    asked: list[str] = []
    if form.validate_on_submit():
        with refusals_on(form):
            held_on = _chosen_day(form)
            asked = _doubts(pool, held_on)
            if not asked or form.is_seen(held_on):
                meeting = operations.plan_meeting(
                    actor=me(), at=moment(), pool=pool, held_on=held_on, place=form.place.data or "",
                    is_ordinary=form.kind.data == "ordinary",
                )  # fmt: skip
                return done(_("The meeting has been planned."), "meetings.show", meeting_id=meeting.id)
    return render_template("meetings/new.html", pool=pool, form=form, days=pool.policy.submission_working_days, asked=asked)


@blueprint.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(COORDINATOR)
def edit(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_plan_meetings(me(), meeting.pool))
    if meeting.state != State.PLANNED:
        raise WrongState()
    form = MeetingEditForm(obj=meeting)
    asked: list[str] = []
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, meeting)
            held_on = form.held_on.data
            asked = _doubts(meeting.pool, held_on, but_for=meeting.id) if held_on != meeting.held_on else []
            if not asked or form.is_seen(held_on):
                operations.change_meeting(actor=me(), at=moment(), meeting=meeting, held_on=held_on, place=form.place.data or "")
                return done(_("The meeting has been changed."), "meetings.show", meeting_id=meeting.id)
    return render_template("meetings/edit.html", meeting=meeting, pool=meeting.pool, form=form, asked=asked)


def _today() -> date:
    return local_date(moment())


def _pool(pool_id: int) -> Pool:
    return found(pools.pool(pool_id, municipality_id=me().municipality_id))


def _proposed_days(pool: Pool) -> list[date]:
    """The next days that have no meeting yet, by the pool's own rule, or monthly where the policy asks for that."""
    if pool.policy.meetings != "monthly_not_july" and calendar.rhythm_of(pool.id) is None:
        return []
    today, rhythm = _today(), calendar.usual_rhythm(pool.id)
    return [one for year in (today.year, today.year + 1) for one in calendar.free_days(pool.id, rhythm, year, today)][:PROPOSED]


def _doubts(pool: Pool, held_on: date, *, but_for: int | None = None) -> list[str]:
    """What to ask about before a meeting is planned for that day."""
    return doubts(held_on, closed_months=closed_months(pool.policy), is_taken=calendar.has_meeting_on(pool.id, held_on, but_for=but_for))


def _chosen_day(form: MeetingForm) -> date:
    """The proposed day, or the one that was written. Raises InvalidDate if there is neither."""
    if "proposed" in form and form.proposed.data not in (None, OTHER_DAY):
        return date.fromisoformat(form.proposed.data)
    if form.held_on.data is None:
        raise InvalidDate(N_("Choose a day, or write one."), field="held_on")
    return form.held_on.data
