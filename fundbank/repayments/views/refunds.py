"""The pages of what departments owe and have paid too much, and of refunds under four eyes."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.awards.forms import RefuseForm
from fundbank.awards.operations import check_paid_out
from fundbank.awards.permissions import sees_all_awards
from fundbank.awards.queries import bound_people
from fundbank.kit.clock import local_date
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.web import Shown, done, ensure, found, me, moment, refusals_on, request_key, requires, shown
from fundbank.kit.web.forms import Form
from fundbank.ledger.forms import ore_in, refused_at
from fundbank.ledger.operations import check_waits
from fundbank.ledger.permissions import can_move_money, may_be_first, may_be_second
from fundbank.ledger.queries import award_balances, balances
from fundbank.people.models import User
from fundbank.pools import queries as pools
from fundbank.repayments import queries
from fundbank.repayments.forms import RefundForm
from fundbank.repayments.models import Refund
from fundbank.repayments.operations.refunds import (
    approve_refund,
    check_refund_approval,
    check_refund_refusal,
    refuse_refund,
    register_refund,
)
from fundbank.repayments.permissions import can_see_claims
from fundbank.repayments.queries.facts import facts_of
from fundbank.repayments.queries.owed import owed_by_department, unsettled_lines
from fundbank.repayments.views import FINANCE, blueprint


@blueprint.route("/pools/<int:pool_id>/owed")
@requires("whoever has a role in the pool but administrators; departments see their own")
def owed(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_claims(me(), pool))
    today, is_finance = local_date(moment()), can_move_money(me(), pool)
    seen_from = None if sees_all_awards(me(), pool) else me().department
    rows = owed_by_department(pool.id, today, seen_from=seen_from)
    asked = request.args.get("department", type=int)
    chosen = next((row for row in rows if row.department.id == asked), rows[0] if len(rows) == 1 else None)
    unit_id = chosen.department.id if chosen else 0
    lines = shown("lines", lambda after: unsettled_lines(pool.id, unit_id, seen_from=seen_from, after=after), department=unit_id)
    awards = {line.claim.award.id: line.claim.award for line in lines.rows}
    facts = facts_of(list(awards.values()), today)
    waiting = shown("waiting", lambda after: queries.refunds_to_approve(pool.id, after)) if is_finance else Shown()
    return render_template(
        "repayments/owed.html", pool=pool, rows=rows, chosen=chosen, lines=lines, stands=queries.lines_now(lines.rows), today=today,
        to_pay={line.id for of_award in facts.values() for line in of_award.lines_to_pay}, waiting=waiting, is_finance=is_finance,
        may_refund={award.id for award in awards.values() if may_be_first(me(), pool, bound_people(award))},
        may_approve={refund.id for refund in waiting.rows if _may_approve(me(), refund)},
    )  # fmt: skip


@blueprint.route("/claim-lines/<int:line_id>/refunds/new", methods=["GET", "POST"])
@requires(FINANCE)
def refund(line_id: int) -> ResponseReturnValue:
    line = found(queries.claim_line(line_id, municipality_id=me().municipality_id))
    award = line.claim.award
    ensure(can_move_money(me(), award.application.pool))
    now, waiting_ore = queries.lines_now([line])[line.id], queries.refund_waiting_ore(line)
    left_ore = max(now.overpaid_ore - waiting_ore, 0)
    form = RefundForm()
    if not form.is_submitted() and left_ore:
        form.amount.data = left_ore
    if form.validate_on_submit():
        with refusals_on(form), refused_at("amount"):
            register_refund(
                actor=me(), at=moment(), line=line, amount_ore=ore_in(form.amount), reference=form.reference.data or ""
            )  # fmt: skip
            told = _("A refund of %(amount)s has been registered. Somebody else in finance must approve it.",
                     amount=kroner(ore_in(form.amount)))  # fmt: skip
            return done(told, "repayments.show", claim_id=line.claim_id)
    if not form.refusal_code:
        check_paid_out(award)
    return render_template(
        "repayments/refund.html", line=line, award=award, form=form, now=now, left_ore=left_ore, waiting_ore=waiting_ore,
        may_register=may_be_first(me(), award.application.pool, bound_people(award)),
    )  # fmt: skip


@blueprint.route("/refunds/<int:refund_id>/approval", methods=["GET", "POST"])
@requires(FINANCE)
def approve(refund_id: int) -> ResponseReturnValue:
    refund = _refund(refund_id)
    award = refund.award
    form = Form()
    if form.validate_on_submit():
        with refusals_on(form):
            approve_refund(actor=me(), at=moment(), refund=refund, key=request_key())
            told = _("%(amount)s has been handed back to %(department)s.",
                     amount=kroner(refund.amount_ore), department=refund.line.department.name)  # fmt: skip
            return done(told, "repayments.show", claim_id=refund.line.claim_id)
    may_approve = _may_approve(me(), refund)
    if not form.refusal_code:
        check_waits(refund)
        if may_approve:
            with refusals_on(form):
                check_refund_approval(actor=me(), at=moment(), refund=refund)
    return render_template(
        "repayments/approve_refund.html", refund=refund, line=refund.line, award=award, form=form, may_approve=may_approve,
        held=award_balances(award.id), pool_now=balances(refund.pool_id),
    )  # fmt: skip


@blueprint.route("/refunds/<int:refund_id>/refusal", methods=["GET", "POST"])
@requires(FINANCE)
def refuse(refund_id: int) -> ResponseReturnValue:
    refund = _refund(refund_id)
    form = RefuseForm()
    if form.validate_on_submit():
        with refusals_on(form):
            refuse_refund(actor=me(), at=moment(), refund=refund, reason=form.reason.data)
            return done(_("The refund has been refused. No money has moved."), "repayments.owed", pool_id=refund.pool_id)
    if not form.refusal_code:
        check_refund_refusal(actor=me(), refund=refund)
    return render_template("repayments/refuse_refund.html", refund=refund, award=refund.award, form=form)


def _refund(refund_id: int) -> Refund:
    refund = found(queries.refund(refund_id, municipality_id=me().municipality_id))
    ensure(can_move_money(me(), refund.award.application.pool))
    return refund


def _may_approve(person: User, refund: Refund) -> bool:
    award = refund.award
    return may_be_second(person, award.application.pool, refund.registered_by, bound_people(award))
