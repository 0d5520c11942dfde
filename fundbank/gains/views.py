"""The pages of one gain: a department's report, and its correction. What waits in a pool, and its verification, stand beside the claims
(repayments)."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from fundbank.awards.models import Award
from fundbank.awards.operations import check_paid_out
from fundbank.awards.permissions import can_see_award
from fundbank.awards.queries import award as find_award
from fundbank.config import LARGEST_UPLOAD
from fundbank.files.downloads import hand_over, is_open
from fundbank.files.forms import sent
from fundbank.files.models import File
from fundbank.gains import operations, queries, rules
from fundbank.gains.forms import CorrectionForm, ReportForm
from fundbank.gains.models import GainReport
from fundbank.gains.permissions import can_report_gain, can_see_gains
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires, takes_files
from fundbank.kit.web.codes import colours, says
from fundbank.ledger.forms import refused_at
from fundbank.people.models import Department
from fundbank.people.queries import departments

blueprint = Blueprint("gains", __name__)
says(blueprint, gain_state=rules.STATES)
colours(blueprint, gain_tone=rules.STATE_COLOURS)


@blueprint.route("/awards/<int:award_id>/gains/new", methods=["GET", "POST"])
@takes_files(LARGEST_UPLOAD)
@requires("a leader of a department that gains, or of a unit above it")
def report(award_id: int) -> ResponseReturnValue:
    award = found(find_award(award_id, municipality_id=me().municipality_id))
    units = {unit.id: unit for unit in _units(award) if can_report_gain(me(), award, unit)}
    ensure(bool(units))
    this_year = local_date(moment()).year
    first, last = award.first_year or award.decided_at.year, award.last_year or this_year + 1
    over = range(first, min(last + 1, this_year))
    form = ReportForm()
    form.department.choices = [(id_, unit.name) for id_, unit in units.items()]
    form.year.choices = [(year, str(year)) for year in over]
    reports = {(row.year, row.department_id): row for row in queries.current_reports(award)}
    if not form.is_submitted():
        usual = over[-1] if over else None, next(iter(units))
        year, department_id = rules.next_to_report(over, list(units), reports) or usual
        form.cashable.data = "yes"
        form.department.data = request.args.get("department", type=int) or department_id
        form.year.data = request.args.get("year", type=int) or year
    if form.validate_on_submit():
        with refusals_on(form), refused_at("amount"):
            operations.report_gain(
                actor=me(), at=moment(), award=award, department=units[form.department.data], year=form.year.data,
                amount_ore=form.amount_ore, cashable=form.cashable.data == "yes", note=form.note.data,
                sent=sent(form.files.data),
            )  # fmt: skip
            return done(_("The gain has been reported. Finance is to verify it."), "overviews.award", award_id=award.id)
    if not form.refusal_code:
        check_paid_out(award)
    first_said, now_said = (
        rules.planned_by_calendar_year(one, award.year_1) for one in (award.application.promised, award.application.content)
    )
    said = [(key, first_said.get(key, 0), now_said.get(key, 0)) for key in sorted({*first_said, *now_said}) if key[1] in units]
    coming = max(first, this_year)
    return render_template(
        "gains/report.html", award=award, form=form, units=units, said=said, reports=reports,
        is_over=bool(over), coming=coming if coming <= last else None,
    )  # fmt: skip


@blueprint.route("/gains/<int:report_id>/correction", methods=["GET", "POST"])
@takes_files(LARGEST_UPLOAD)
@requires("a leader of the department that gains, or of a unit above it")
def correct(report_id: int) -> ResponseReturnValue:
    report = found(queries.gain_report(report_id, municipality_id=me().municipality_id))
    award = report.award
    ensure(can_report_gain(me(), award, report.department))
    wanted = {"actor": me(), "award": award, "department": report.department, "year": report.year}
    form = CorrectionForm()
    if not form.is_submitted():
        form.amount.data, form.is_loss.data = abs(report.amount_ore), report.amount_ore < 0
        form.cashable.data = "yes" if report.cashable else "no"
    if form.validate_on_submit():
        with refusals_on(form), refused_at("amount"):
            operations.check_newest(report)
            operations.correct_gain(
                **wanted, at=moment(), amount_ore=form.amount_ore, cashable=form.cashable.data == "yes", reason=form.reason.data,
                sent=sent(form.files.data),
            )  # fmt: skip
            return done(_("The gain has been corrected. Finance is to verify it again."), "overviews.award", award_id=award.id)
    elif not form.is_submitted():
        operations.check_newest(report)
        operations.check_correct_gain(**wanted)
    return render_template("gains/correct.html", award=award, report=report, form=form, evidence=shown_evidence([report]))


@blueprint.get("/gains/<int:report_id>/evidence/<int:evidence_id>")
@requires("whoever may see the award")
def evidence(report_id: int, evidence_id: int) -> ResponseReturnValue:
    return hand_over(_evidence_here(report_id, evidence_id)[1])


@blueprint.post("/gains/<int:report_id>/evidence/<int:evidence_id>/remove")
@requires("a leader of the department that gains, or of a unit above it, until finance has verified it")
def remove_evidence(report_id: int, evidence_id: int) -> ResponseReturnValue:
    report, file = _evidence_here(report_id, evidence_id)
    ensure(can_report_gain(me(), report.award, report.department))
    operations.take_evidence_away(actor=me(), at=moment(), report=report, file=file)
    return done(_("“%(name)s” has been taken away.", name=file.name), "overviews.award", award_id=report.award_id)


def shown_evidence(reports: Sequence[GainReport]) -> dict[int, list[tuple[File, bool]]]:
    """What each of these reports has as evidence, and whether the reader may open it now; by the report's id, of those that have any."""
    known = queries.evidence_of([report.evidence for report in reports])
    had = {report.id: [(known[id_], is_open(known[id_])) for id_ in report.evidence if id_ in known] for report in reports}
    return {id_: files for id_, files in had.items() if files}


def _evidence_here(report_id: int, evidence_id: int) -> tuple[GainReport, File]:
    """The report, and the piece of evidence of it, that the reader may know of; or 404."""
    report = queries.gain_report(report_id, municipality_id=me().municipality_id)
    report = found(report if report is not None and can_see_award(me(), report.award) else None)
    ensure(can_see_gains(me(), report.award.application.pool))
    return report, found(queries.evidence_of([report.evidence]).get(evidence_id))


def _units(award: Award) -> list[Department]:
    """The departments whose gains are followed: those that share them, the applicant's, and those that the case names."""
    application = award.application
    named = {department_id for _year, department_id in rules.planned_by_calendar_year(application.content, 1)}
    others = [unit for unit in departments(municipality_id=application.pool.municipality_id) if unit.id in named]
    units = [*(participant.department for participant in award.participants), application.department, *others]
    return list({unit.id: unit for unit in units}.values())
