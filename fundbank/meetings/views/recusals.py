"""The pages on which the chair keeps somebody out of one item, and on which somebody else lets them in again."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications import queries as applications
from fundbank.applications.models import Application
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.calendar import ReadmissionForm, RecusalForm
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations import recusals as operations
from fundbank.meetings.permissions import can_chair, can_readmit
from fundbank.meetings.views import CHAIR, blueprint, meeting_or_404
from fundbank.meetings.views.decisions import conflict_page
from fundbank.pools import queries as pools
from fundbank.pools.rights import Right
from fundbank.scoring.permissions import conflicts_among, has_conflict
from fundbank.scoring.queries.conflicts import kept_out


@blueprint.route("/meetings/<int:meeting_id>/applications/<int:application_id>/recusal", methods=["GET", "POST"])
@requires(f"{CHAIR}, without a conflict of interest")
def recuse(meeting_id: int, application_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_chair(me(), meeting.pool))
    application = _item(meeting, application_id)
    if has_conflict(me(), application):
        return conflict_page(meeting, application)
    sitting = pools.people_with(meeting.pool, Right.DECISION_JOIN)
    out = conflicts_among(sitting, [application])[application.id]
    people = [one for one in sitting if one.id != me().id and one not in out]
    form = RecusalForm()
    form.offer(people)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.recuse(
                actor=me(), at=moment(), meeting=meeting, application=application, person=form.chosen, reason=form.reason.data
            )
            told = _("%(name)s stays out of “%(title)s”.", name=form.chosen.name, title=application.title)
            return done(told, "meetings.show", meeting_id=meeting.id)
    return render_template(
        "meetings/recuse.html",
        meeting=meeting,
        application=application,
        form=form,
        people=people,
        out=out,
        kept_out=kept_out(application),
    )


@blueprint.route("/meetings/<int:meeting_id>/applications/<int:application_id>/readmission", methods=["GET", "POST"])
@requires("the chairs and the coordinator of the pool, without a conflict of interest")
def readmit(meeting_id: int, application_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_readmit(me(), meeting.pool))
    application = _item(meeting, application_id)
    if has_conflict(me(), application):
        return conflict_page(meeting, application)
    out = [one for one in kept_out(application).values() if me().id not in (one.user.id, one.said_by_id)]
    form = ReadmissionForm()
    form.offer([one.user for one in out])
    if form.validate_on_submit():
        with refusals_on(form):
            operations.readmit(
                actor=me(), at=moment(), meeting=meeting, application=application, person=form.chosen, reason=form.reason.data
            )
            told = _("%(name)s takes part in “%(title)s” again.", name=form.chosen.name, title=application.title)
            return done(told, "meetings.show", meeting_id=meeting.id)
    return render_template("meetings/readmit.html", meeting=meeting, application=application, form=form, out=out)


def _item(meeting: Meeting, application_id: int) -> Application:
    """The application on the meeting's agenda; 404 for one that is not on it."""
    named = applications.application(application_id, municipality_id=me().municipality_id)
    return found(named if any(item.application_id == application_id for item in meeting.agenda) else None)
