"""The page on which a department revises the business case of its award, and an open meeting consents to a lower promise."""

from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.applications.operations import newest_version
from fundbank.applications.permissions import can_write_application
from fundbank.applications.rules.business_case import lowered
from fundbank.applications.rules.completeness import ConsentMissing
from fundbank.awards import queries as awards
from fundbank.awards.models import Award
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import check_version, done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings import queries
from fundbank.meetings.forms import RevisionForm
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations import revisions as operations
from fundbank.meetings.views import blueprint
from fundbank.people import queries as people


@blueprint.route("/awards/<int:award_id>/revision", methods=["GET", "POST"])
@requires("applicants and leaders of the department, until the award is closed")
def revise(award_id: int) -> ResponseReturnValue:
    award = _award(award_id)
    application = award.application
    ensure(can_write_application(me(), application))
    units = people.departments(municipality_id=application.pool.municipality_id)
    open_now = queries.open_meetings(award.pool_id, _today())
    form = RevisionForm(units, application.content, [(one.id, _told(one)) for one in open_now], revision=application.revision)
    falls: list[Any] = []
    if form.is_submitted() and "row" in request.form:
        form.press(request.form["row"])
        form.fail()
    elif form.validate_on_submit():
        with refusals_on(form):
            content = form.content(application.content)
            falls = lowered(application.content, content)
            check_version(form.revision, application)
            consenting = next((meeting for meeting in open_now if meeting.id == form.meeting.data), None)
            wanted = {"award": award, "content": content, "reason": form.reason.data, "meeting": consenting}
            operations.check_revise_case(actor=me(), at=moment(), **wanted)
            if form.is_seen(*falls) or not falls:
                operations.revise_case(actor=me(), at=moment(), **wanted)
                told = _("The business case has been revised: version %(number)s.", number=newest_version(application).number)
                return done(told, "overviews.award", award_id=award.id)
    elif not form.is_submitted():
        operations.check_revisable(actor=me(), award=award)
    return render_template(
        "meetings/revise.html",
        award=award,
        application=application,
        form=form,
        falls=falls,
        names={unit.id: unit.name for unit in units},
        open_now=open_now,
        consent_missing=form.refusal_code == ConsentMissing.code,
    )


def _today() -> date:
    return local_date(moment())


def _award(award_id: int) -> Award:
    return found(awards.award(award_id, municipality_id=me().municipality_id))


def _told(meeting: Meeting) -> str:
    return _("The meeting of %(day)s", day=day(meeting.held_on))
