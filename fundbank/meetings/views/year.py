"""The coordinator's year: meetings proposed by a rule and planned together, and one that is cancelled."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.errors import WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.language import ngettext
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.calendar import CancelMeetingForm, YearForm
from fundbank.meetings.operations import year as operations
from fundbank.meetings.permissions import can_plan_meetings
from fundbank.meetings.queries import agenda, calendar
from fundbank.meetings.rules import closed_months, doubts, submission_deadline
from fundbank.meetings.states import State
from fundbank.meetings.views import COORDINATOR, blueprint, meeting_or_404
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.scoring.permissions import hidden_among


@blueprint.route("/pools/<int:pool_id>/meetings/year", methods=["GET", "POST"])
@requires(COORDINATOR)
def plan_year(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_plan_meetings(me(), pool))
    today = local_date(moment())
    form = YearForm(today.year, data=_first(pool, today))
    days = calendar.free_days(pool.id, form.rhythm, form.of_year, today)
    is_seen = form.offer([(one, _label(pool, one)) for one in days])
    if form.validate_on_submit() and is_seen and request.form.get("act") == "plan":
        with refusals_on(form):
            planned = operations.plan_year(
                actor=me(), at=moment(), pool=pool, days=form.chosen, place=form.place.data or "", rhythm=form.rhythm
            )
            told = ngettext("%(num)s meeting has been planned.", "%(num)s meetings have been planned.", len(planned))
            return done(told, "meetings.index", pool_id=pool.id)
    return render_template("meetings/year.html", pool=pool, form=form, days=days, kept=calendar.rhythm_of(pool.id))


@blueprint.route("/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
@requires(COORDINATOR)
def cancel(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_plan_meetings(me(), meeting.pool))
    form = CancelMeetingForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.cancel_meeting(actor=me(), at=moment(), meeting=meeting, reason=form.reason.data)
            return done(_("The meeting has been cancelled."), "meetings.show", meeting_id=meeting.id)
    if meeting.state != State.PLANNED:
        raise WrongState()
    going = agenda.where_it_goes(meeting, local_date(moment()))
    if hidden_among(me(), meeting.pool, [application for application, _goes_to in going]):
        going.sort(key=lambda one: one[0].number)  # the agenda's order follows the ranking
    return render_template("meetings/cancel.html", meeting=meeting, form=form, going=going)


def _first(pool: Pool, today: date) -> dict[str, object]:
    """What the form begins with: the pool's own rule or the usual one, for the first year in which it names a day that is free."""
    rhythm = calendar.usual_rhythm(pool.id)
    years = (today.year, today.year + 1)
    year = next((one for one in years if calendar.free_days(pool.id, rhythm, one, today)), years[-1])
    return {"weekday": rhythm.weekday, "week": rhythm.week, "months": list(rhythm.months), "year": year}


def _label(pool: Pool, held_on: date) -> str:
    deadline = submission_deadline(held_on, pool.policy.submission_working_days)
    is_taken = calendar.has_meeting_on(pool.id, held_on)
    told = _("%(day)s (deadline for applications %(deadline)s)", day=day(held_on), deadline=day(deadline))
    return " ".join([told, *map(_, doubts(held_on, closed_months=closed_months(pool.policy), is_taken=is_taken))])
