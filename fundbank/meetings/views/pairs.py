"""The page on which the coordinator says of two applications on an agenda: not both, or the first only if the second."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.errors import WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.proposal import PairForm
from fundbank.meetings.operations.pairs import set_pair, take_pair_away
from fundbank.meetings.permissions import can_plan_meetings
from fundbank.meetings.queries.proposals import pairs_of
from fundbank.meetings.views import COORDINATOR, blueprint, meeting_or_404
from fundbank.meetings.words import TIES


@blueprint.route("/meetings/<int:meeting_id>/pairs", methods=["GET", "POST"])
@requires(COORDINATOR)
def pairs(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_plan_meetings(me(), meeting.pool))
    if meeting.is_over(local_date(moment())):
        raise WrongState()
    said, by = pairs_of(meeting), {"actor": me(), "at": moment(), "meeting": meeting}
    if "away" in request.form:
        pair = found(next((one for one in said if str(one.id) == request.form["away"]), None))
        take_pair_away(**by, pair=pair)
        return done(_("It holds no more."), "meetings.pairs", meeting_id=meeting.id)
    ordered = sorted((item.application for item in meeting.agenda), key=lambda one: one.number)
    form = PairForm([(one.id, f"{one.number}. {one.title}") for one in ordered])
    if form.validate_on_submit():
        with refusals_on(form):
            set_pair(**by, tie=form.tie.data, application_id=form.application.data, other_id=form.other.data)
            return done(_("The proposal keeps it."), "meetings.pairs", meeting_id=meeting.id)
    return render_template("meetings/pairs.html", meeting=meeting, form=form, pairs=said, ties=TIES)
