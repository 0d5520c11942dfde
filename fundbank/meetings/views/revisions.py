"""The page on which a department revises the business case of its award, and the one on which an open meeting consents or not."""

from datetime import date
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.applications.operations import newest_version
from fundbank.applications.permissions import can_write_application
from fundbank.applications.queries.gainers import answers_on, comments_on
from fundbank.applications.rules.business_case import promises
from fundbank.applications.rules.completeness import ConsentMissing
from fundbank.awards import queries as awards
from fundbank.awards.models import Award
from fundbank.errors import StaleVersion, WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import check_version, done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.decisions import ConsentForm, RevisionForm
from fundbank.meetings.models import CaseRevision, Meeting
from fundbank.meetings.operations import revisions as operations
from fundbank.meetings.permissions import can_chair, can_see_meetings
from fundbank.meetings.queries.calendar import meetings_that_take
from fundbank.meetings.queries.revisions import open_revision, revisions_on
from fundbank.meetings.views import MEETING_READERS, blueprint, meeting_or_404
from fundbank.meetings.views.decisions import conflict_page
from fundbank.people import queries as people
from fundbank.scoring.permissions import conflicts_among, has_conflict


@blueprint.route("/awards/<int:award_id>/revision", methods=["GET", "POST"])
@requires("applicants and leaders of the department, until the award is closed")
def revise(award_id: int) -> ResponseReturnValue:
    award = _award(award_id)
    application = award.application
    ensure(can_write_application(me(), application))
    units = people.departments(municipality_id=application.pool.municipality_id)
    taking = meetings_that_take(award.pool_id, _today())
    waiting = open_revision(application.id)
    begins_with_waiting = waiting is not None and "waiting" in request.args
    begins_with = waiting.content if waiting and begins_with_waiting else application.content
    form = RevisionForm(units, begins_with, [(one.id, _told(one)) for one in taking], revision=application.revision, waiting=_id(waiting))
    asked: list[Any] = []
    if form.is_submitted() and "row" in request.form:
        form.press(request.form["row"])
        form.fail()
    elif form.validate_on_submit():
        with refusals_on(form):
            content = form.content(application.content)
            check_version(form.revision, application)
            meeting = next((meeting for meeting in taking if meeting.id == form.meeting.data), None)
            wanted = {"award": award, "content": content, "reason": form.reason.data, "meeting": meeting}
            try:
                asked = operations.check_revise_case(actor=me(), at=moment(), **wanted)
            except ConsentMissing as refusal:
                asked = refusal.asked
                raise
            if not asked or form.is_seen(*asked):
                made = operations.revise_case(actor=me(), at=moment(), **wanted, seen=form.waiting.data or 0)
                return done(_done(made, award), "overviews.award", award_id=award.id)
    elif not form.is_submitted():
        operations.check_revisable(actor=me(), award=award)
    if form.refusal_code == StaleVersion.code:  # the next save is made knowingly
        waiting, begins_with_waiting = open_revision(application.id), False
        form.waiting.data = _id(waiting)
    return render_template(
        "meetings/revise.html",
        award=award,
        application=application,
        form=form,
        asked=asked,
        names={unit.id: unit.name for unit in units},
        taking=taking,
        waiting=waiting,
        begins_with_waiting=begins_with_waiting,
        consent_missing=form.refusal_code == ConsentMissing.code,
    )


@blueprint.route("/meetings/<int:meeting_id>/awards/<int:award_id>/consent", methods=["GET", "POST"])
@requires(f"{MEETING_READERS}; the chair, without a conflict of interest, writes on it")
def consent(meeting_id: int, award_id: int) -> ResponseReturnValue:
    meeting, award = meeting_or_404(meeting_id), _award(award_id)
    chairs = can_chair(me(), meeting.pool)
    ensure(can_see_meetings(me(), meeting.pool) if request.method == "GET" else chairs)
    application = award.application
    on_agenda = revisions_on(meeting, _today())
    revision = found(next((one for one in reversed(on_agenda) if one.application_id == application.id), None))
    if chairs and has_conflict(me(), application):
        return conflict_page(meeting, application)
    form = ConsentForm(data={"waiting": revision.id, "outcome": revision.state, "reason": revision.decision_reason})
    if form.validate_on_submit():
        with refusals_on(form):
            operations.decide_consent(
                actor=me(), at=moment(), meeting=meeting, award=award, outcome=form.outcome.data, reason=form.reason.data,
                seen=form.waiting.data or 0,
            )  # fmt: skip
            return done(_("What the forum says has been recorded."), "meetings.show", meeting_id=meeting.id)
    if form.refusal_code == StaleVersion.code:
        form.waiting.data = revision.id
    return render_template(
        "meetings/consent.html",
        answers=answers_on([application.id])[application.id],
        said=comments_on([application.id])[application.id],
        meeting=meeting,
        award=award,
        application=application,
        revision=revision,
        rows=promises(application.promised, application.content, revision.content),
        costs=(application.content.establishment_ore, revision.content.establishment_ore),
        names={unit.id: unit.name for unit in people.departments(municipality_id=application.pool.municipality_id)},
        form=form,
        is_ready=chairs and _is_ready(meeting, award, revision),
        leaving=conflicts_among(meeting.present, [application])[application.id],
    )


def _is_ready(meeting: Meeting, award: Award, revision: CaseRevision) -> bool:
    try:
        operations.check_consent(actor=me(), at=moment(), meeting=meeting, revision=revision, award=award)
    except WrongState:
        return False
    return True


def _done(made: Any, award: Award) -> str:
    if isinstance(made, CaseRevision):
        return _("The revised business case waits for the forum's consent at the meeting of %(day)s.", day=day(made.meeting.held_on))
    return _("The business case has been revised: version %(number)s.", number=newest_version(award.application).number)


def _id(waiting: CaseRevision | None) -> int:
    return waiting.id if waiting else 0


def _today() -> date:
    return local_date(moment())


def _award(award_id: int) -> Award:
    return found(awards.award(award_id, municipality_id=me().municipality_id))


def _told(meeting: Meeting) -> str:
    return _("The meeting of %(day)s", day=day(meeting.held_on))
