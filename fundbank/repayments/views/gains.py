"""The pages of a pool's gains: what waits for verification, what has not been reported, what has been verified; and verifying one."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.awards.permissions import sees_all_awards
from fundbank.gains import queries
from fundbank.gains import rules as gain_rules
from fundbank.gains.models import GainReport
from fundbank.gains.operations import check_return_gain, return_gain
from fundbank.gains.permissions import can_report_gain, can_see_gains, can_verify_gain
from fundbank.gains.views import shown_evidence
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import Shown, asked_number, done, ensure, found, me, moment, refusals_on, requires, shown
from fundbank.pools import queries as pools
from fundbank.repayments.forms import GainBackForm, VerifyForm
from fundbank.repayments.operations.verification import Seen, check_verify_gain, verify_gain, work_out_correction
from fundbank.repayments.queries.waiting import missing_gains
from fundbank.repayments.views import ROWS, blueprint


@blueprint.route("/pools/<int:pool_id>/gains", endpoint="gains")
@requires("whoever has a role in the pool but administrators; departments see their own")
def index(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    person, today = me(), local_date(moment())
    ensure(can_see_gains(person, pool))
    before = asked_number("before")
    seen_from = None if sees_all_awards(person, pool) else person.department
    waiting, missing = Shown[Any](), Shown[Any]()
    if not before:
        waiting = shown("waiting", lambda after: queries.unverified_reports(pool.id, seen_from=seen_from, after=after))
        missing = shown("missing", lambda after: missing_gains(pool.id, today, seen_from=seen_from, after=after))
    rows = queries.page_of_reports(pool.id, seen_from=seen_from, before_id=before, limit=ROWS)
    return render_template(
        "gains/index.html", pool=pool, waiting=waiting, missing=missing, before=before, verified=rows[:ROWS],
        older=url_for("repayments.gains", pool_id=pool.id, before=rows[ROWS - 1].id) if len(rows) > ROWS else None,
        may_verify={report.id for report in waiting.rows if can_verify_gain(person, report.award)},
        may_report={(award.id, department.id) for _, department, award in missing.rows if can_report_gain(person, award, department)},
    )  # fmt: skip


@blueprint.route("/gains/<int:report_id>/verification", methods=["GET", "POST"], endpoint="verify")
@requires("finance, but not who reported it")
def verify(report_id: int) -> ResponseReturnValue:
    report = _report(report_id)
    award = report.award
    form = VerifyForm()
    if form.validate_on_submit():
        with refusals_on(form):
            seen = Seen(report.id, form.evidence.data)
            verify_gain(actor=me(), at=moment(), award=award, department=report.department, year=report.year, seen=seen)
            told = _("The gain of %(department)s in %(year)s has been verified.", department=report.department.name, year=str(report.year))
            return done(told, "overviews.award", award_id=award.id)
    elif not form.is_submitted() and report.ended_at is None and report.reported_by_id != me().id:
        with refusals_on(form):
            check_verify_gain(actor=me(), award=award, department=report.department, year=report.year)
    content, key = award.application.content, (report.year, report.department_id)
    first, now = (gain_rules.planned_by_calendar_year(said, award.year_1).get(key, 0) for said in (award.application.promised, content))
    waits = report.ended_at is None and not report.is_verified and not form.refusal_code
    evidence = shown_evidence([report])
    form.evidence.data = len(evidence.get(report.id, ()))
    return render_template(
        "repayments/verify.html", award=award, report=report, form=form, promised_ore=first, planned_ore=now,
        measured=gain_rules.measured(content, report.planned_keys), worked_out=work_out_correction(report) if waits else [],
        departments={part.department_id: part.department.name for part in award.participants}, evidence=evidence,
    )  # fmt: skip


@blueprint.route("/gains/<int:report_id>/return", methods=["GET", "POST"])
@requires("finance, but not who reported it")
def send_back(report_id: int) -> ResponseReturnValue:
    report = _report(report_id)
    form = GainBackForm()
    if form.validate_on_submit():
        with refusals_on(form):
            return_gain(actor=me(), at=moment(), report=report, reason=form.reason.data)
            return done(_("The gain has been sent back to the department."), "overviews.award", award_id=report.award_id)
    elif not form.is_submitted():
        check_return_gain(actor=me(), report=report)
    return render_template("repayments/send_back.html", award=report.award, report=report, form=form, evidence=shown_evidence([report]))


def _report(report_id: int) -> GainReport:
    report = found(queries.gain_report(report_id, municipality_id=me().municipality_id))
    ensure(can_verify_gain(me(), report.award))
    return report
