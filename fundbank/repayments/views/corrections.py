"""The page that corrects a verified gain. It stands here because a year that has been claimed can't be corrected."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.errors import WrongState
from fundbank.gains.forms import CorrectionForm
from fundbank.gains.operations import correct_gain as correct
from fundbank.gains.permissions import can_report_gain
from fundbank.gains.queries import gain_report
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.ledger.forms import refused_at
from fundbank.repayments.queries import claim_of_year
from fundbank.repayments.views import blueprint


@blueprint.route("/gains/<int:report_id>/correction", methods=["GET", "POST"])
@requires("a leader of the department that gains, or of a unit above it")
def correct_gain(report_id: int) -> ResponseReturnValue:
    report = found(gain_report(report_id, municipality_id=me().municipality_id))
    award = report.award
    ensure(can_report_gain(me(), award, report.department))
    is_claimed = claim_of_year(award, report.year) is not None
    form = CorrectionForm()
    if not form.is_submitted():
        form.amount.data, form.is_loss.data = abs(report.amount_ore), report.amount_ore < 0
        form.cashable.data = "yes" if report.cashable else "no"
    if form.validate_on_submit():
        with refusals_on(form), refused_at("amount"):
            correct(
                actor=me(), at=moment(), award=award, department=report.department, year=report.year, amount_ore=form.amount_ore,
                cashable=form.cashable.data == "yes", reason=form.reason.data, is_claimed=is_claimed,
            )  # fmt: skip
            return done(_("The gain has been corrected. Finance verifies it anew."), "award.show", award_id=award.id)
    elif (report.ended_at is not None or not report.is_verified or is_claimed) and not form.is_submitted():
        raise WrongState()
    return render_template("gains/correct.html", award=award, report=report, form=form)
