"""The pages of money that comes back unspent, and of the end of an award."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.awards.operations import check_paid_out
from fundbank.awards.permissions import can_close_award
from fundbank.awards.queries import award as find_award
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, request_key, requires
from fundbank.ledger import queries as ledger
from fundbank.ledger.forms import ore_in, refused_at
from fundbank.ledger.permissions import can_move_money
from fundbank.repayments.forms import CloseForm, ReturnForm
from fundbank.repayments.operations.ending import check_closable, check_return, close_award, return_unspent
from fundbank.repayments.queries.previews import credits_if
from fundbank.repayments.views import FINANCE, blueprint


@blueprint.route("/awards/<int:award_id>/return", methods=["GET", "POST"], endpoint="return_unspent")
@requires(FINANCE)
def give_back(award_id: int) -> ResponseReturnValue:
    award = found(find_award(award_id, municipality_id=me().municipality_id))
    ensure(can_move_money(me(), award.application.pool))
    held, pool_now, asked, value_date = ledger.award_balances(award.id), ledger.balances(award.pool_id), None, None
    limits = {part: ore for part, ore in (("loan", held.loan_ore), ("grant", held.grant_ore)) if ore}
    form = ReturnForm()
    form.offer(limits)
    if form.validate_on_submit():
        part, amount_ore = form.part.data, ore_in(form.amount)
        wanted = {"actor": me(), "at": moment(), "award": award, "part": part, "amount_ore": amount_ore, "key": request_key()}
        with refusals_on(form), refused_at("amount"):
            value_date = check_return(**wanted, value_on=form.value_on.data)
            if form.is_seen(part, amount_ore, value_date):
                return_unspent(**wanted, reference=form.reference.data or "", value_on=value_date)
                told = _("%(amount)s has come back to the pool.", amount=kroner(amount_ore))
                return done(told, "overviews.award", award_id=award.id)
            asked = amount_ore
    if not form.refusal_code:
        check_paid_out(award)
    return render_template(
        "repayments/return_unspent.html", award=award, form=form, limits=limits, pool_now=pool_now, asked=asked, value_date=value_date,
        credited=credits_if(award, asked) if asked and form.part.data == "loan" else [],
    )  # fmt: skip


@blueprint.route("/awards/<int:award_id>/close", methods=["GET", "POST"])
@requires("the coordinator")
def close(award_id: int) -> ResponseReturnValue:
    award = found(find_award(award_id, municipality_id=me().municipality_id))
    ensure(can_close_award(me(), award))
    form = CloseForm(is_required=award.policy.knowledge_report == "required")
    if form.validate_on_submit():
        with refusals_on(form):
            close_award(actor=me(), at=moment(), award=award, report=form.report.data or "")
            return done(_("The award has been closed."), "overviews.award", award_id=award.id)
    elif not form.is_submitted():
        with refusals_on(form):
            check_closable(award)
    return render_template("repayments/close.html", award=award, form=form, held=ledger.award_balances(award.id))
