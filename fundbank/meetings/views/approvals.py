"""The page on which a decider says, matter by matter, whether what the forum recommends is approved."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.applications import queries as applications
from fundbank.applications.queries.gainers import gaining_departments
from fundbank.awards.queries.follow_ups import seen_to_as_decided
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.approvals import ApprovalForm, approval_form
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations import approvals as operations
from fundbank.meetings.permissions import can_approve, can_see_meetings, kept_from, lapsed, without_decider, without_word
from fundbank.meetings.queries.approvals import Matter, matters_of
from fundbank.meetings.queries.revisions import awards_of_revisions
from fundbank.meetings.rules.approvals import Word
from fundbank.meetings.views import MEETING_READERS, blueprint, meeting_or_404
from fundbank.people import queries as people
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right


@blueprint.route("/meetings/<int:meeting_id>/approval", methods=["GET", "POST"])
@requires(f"{MEETING_READERS}; deciders, in whose recommendations they had no hand, write on it")
def approval(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    decides = can_approve(me(), meeting.pool)
    ensure(can_see_meetings(me(), meeting.pool) if request.method == "GET" else decides)
    matters = matters_of(meeting) if meeting.recommended_at else []
    kept = kept_from(me(), meeting, matters) if decides else {}
    waiting = [matter for matter in matters if matter.waits]
    form = _form([matter for matter in waiting if decides and matter.key not in kept])
    is_last = False
    if form.validate_on_submit():
        with refusals_on(form):
            words = form.words()
            said = {"actor": me(), "meeting": meeting, "words": words}
            operations.check_words(**said)
            is_last = operations.completes(meeting, words)
            if not is_last or form.is_seen(*form.figures()):
                told = (
                    _("Everything has been decided. It is known from now on, and the letters are sent.")
                    if operations.give_words(at=moment(), **said)
                    else _("Your word has been recorded. Nothing is known before each matter has its word.")
                )
                return done(told, "meetings.approval", meeting_id=meeting.id)
    return _page(meeting, form, matters, kept, is_last=is_last)


@blueprint.route("/meetings/<int:meeting_id>/approval/<int:application_id>/interest", methods=["POST"])
@requires("deciders, in whose recommendations they had no hand")
def step_back(meeting_id: int, application_id: int) -> ResponseReturnValue:
    meeting = meeting_or_404(meeting_id)
    ensure(can_approve(me(), meeting.pool))
    application = found(applications.application(application_id, municipality_id=me().municipality_id))
    operations.step_back(actor=me(), at=moment(), meeting=meeting, application=application)
    told = _("You have left “%(title)s” to another decider.", title=application.title)
    return done(told, "meetings.approval", meeting_id=meeting.id)


def _form(matters: list[Matter]) -> ApprovalForm:
    own = [(matter.key, matter.word) for matter in matters if matter.word is not None and matter.word.said_by_id == me().id]
    return approval_form(
        {matter.key: matter.application.title for matter in matters}, {key: Word(key, one.is_approved, one.reason) for key, one in own}
    )


def _page(meeting: Meeting, form: ApprovalForm, matters: list[Matter], kept: dict[str, str], *, is_last: bool) -> ResponseReturnValue:
    unsaid = without_word(meeting, matters)
    revisions = [matter.revision for matter in matters if matter.revision]
    return render_template(
        "meetings/approval.html",
        meeting=meeting,
        pool=meeting.pool,
        form=form,
        matters=matters,
        kept=kept,
        unsaid=unsaid,
        lapsed=lapsed(unsaid),
        seen_to=seen_to_as_decided([matter.pending.award_id for matter in matters if matter.pending and matter.pending.award_id]),
        is_last=is_last and not form.errors,
        nobody={matter.key for matter in without_decider(meeting, unsaid)} if unsaid else set(),
        deciders=people_with(meeting.pool, Right.DECISION_APPROVE),
        gaining=gaining_departments([matter.application.id for matter in matters]),
        units={unit.id: unit.name for unit in people.departments(municipality_id=meeting.municipality_id)},
        revision_awards=awards_of_revisions(revisions),
    )
