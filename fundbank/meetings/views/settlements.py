"""The page on which an open meeting settles a loan that fell short."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.awards import queries as awards
from fundbank.awards.models import Award
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.ledger.forms import refused_at
from fundbank.ledger.queries import award_balances, balances
from fundbank.meetings.forms.decisions import SettlementForm
from fundbank.meetings.operations import settlements as operations
from fundbank.meetings.permissions import can_chair
from fundbank.meetings.queries.decisions import settlements_of
from fundbank.meetings.queries.pending import standing_on
from fundbank.meetings.states import Action
from fundbank.meetings.views import CHAIR, blueprint, meeting_or_404
from fundbank.meetings.views.decisions import conflict_page
from fundbank.repayments.queries import claims_of, lines_now
from fundbank.repayments.queries.previews import credits_if
from fundbank.scoring.permissions import has_conflict


@blueprint.route("/meetings/<int:meeting_id>/awards/<int:award_id>/settlement", methods=["GET", "POST"])
@requires(f"{CHAIR}, without a conflict of interest")
def settle(meeting_id: int, award_id: int) -> ResponseReturnValue:
    meeting, award = meeting_or_404(meeting_id), _award(award_id)
    ensure(can_chair(me(), meeting.pool) and award.pool_id == meeting.pool_id)
    if has_conflict(me(), award.application):
        return conflict_page(meeting, award.application)
    decided_ore = sum(one.amount_ore or 0 for one in standing_on(award) if one.outcome != Action.EXTEND)
    form, outstanding_ore, asked = SettlementForm(), award_balances(award.id).loan_ore - decided_ore, None
    if form.validate_on_submit():
        given_up = form.action.data != Action.EXTEND
        wanted = {
            "actor": me(), "at": moment(), "meeting": meeting, "award": award, "action": form.action.data, "years": form.years.data,
            "amount_ore": form.amount.data if given_up else None, "reason": form.reason.data,
        }  # fmt: skip
        with refusals_on(form), refused_at("amount"):
            operations.check_settle_shortfall(**wanted)
            asked = (wanted["amount_ore"] or outstanding_ore) if given_up else 0
            if form.is_seen(form.action.data, form.years.data, asked):
                operations.settle_shortfall(**wanted)
                return done(_("The decision has been recorded."), "meetings.show", meeting_id=meeting.id)
    elif not form.is_submitted():
        with refusals_on(form):
            operations.check_before_meeting(actor=me(), at=moment(), meeting=meeting, award=award)
    unpaid = _unpaid(award)
    return render_template(
        "meetings/settle.html",
        meeting=meeting,
        award=award,
        application=award.application,
        form=form,
        outstanding_ore=outstanding_ore,
        asked=asked,
        pool_now=balances(award.pool_id),
        credited=credits_if(award, asked) if asked else [],
        unpaid=unpaid,
        unpaid_ore=sum(now.unpaid_ore for _line, now in unpaid),
        earlier=settlements_of(award),
    )


def _award(award_id: int) -> Award:
    return found(awards.award(award_id, municipality_id=me().municipality_id))


def _unpaid(award: Award) -> list[tuple[Any, Any]]:
    """The lines of the loan's claims with something unpaid, each with how it stands now."""
    lines = [line for claim in claims_of(award) for line in claim.lines]
    stands = lines_now(lines)
    return [(line, stands[line.id]) for line in lines if stands[line.id].unpaid_ore]
