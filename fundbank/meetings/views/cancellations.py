"""The page on which an open meeting gives up an award before anything was paid."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.awards import queries as awards
from fundbank.awards.forms import GiveUpForm
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.ledger.queries import award_balances
from fundbank.meetings.operations import cancellations as operations
from fundbank.meetings.permissions import can_chair
from fundbank.meetings.views import CHAIR, blueprint, meeting_or_404
from fundbank.meetings.views.decisions import conflict_page
from fundbank.scoring.permissions import has_conflict


@blueprint.route("/meetings/<int:meeting_id>/awards/<int:award_id>/cancellation", methods=["GET", "POST"])
@requires(f"{CHAIR}, without a conflict of interest")
def cancel_award(meeting_id: int, award_id: int) -> ResponseReturnValue:
    meeting, award = meeting_or_404(meeting_id), found(awards.award(award_id, municipality_id=me().municipality_id))
    ensure(can_chair(me(), meeting.pool) and award.pool_id == meeting.pool_id)
    if has_conflict(me(), award.application):
        return conflict_page(meeting, award.application)
    form = GiveUpForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.cancel_in_meeting(actor=me(), at=moment(), meeting=meeting, award=award, reason=form.reason.data)
            return done(_("The decision has been recorded."), "meetings.show", meeting_id=meeting.id)
    if not form.refusal_code:
        operations.check_cancellation(actor=me(), at=moment(), meeting=meeting, award=award)
    held = award_balances(award.id)
    return render_template("awards/give_up.html", award=award, form=form, held=held, is_decline=False, meeting=meeting)
