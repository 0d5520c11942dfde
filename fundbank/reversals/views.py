"""The pages of reversals: the pool's list, asking for one with a reason, and the second person's approval."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.awards.permissions import can_see_disbursements
from fundbank.kit.language import gettext as _
from fundbank.kit.web import Shown, asked_number, done, ensure, found, me, moment, refusals_on, request_key, requires, shown
from fundbank.kit.web.forms import Form
from fundbank.ledger import operations as money
from fundbank.ledger import queries as ledger
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_move_money
from fundbank.pools import queries as pools
from fundbank.repayments.queries.previews import credits_if_reversed, paid_if_reversed
from fundbank.reversals import operations, queries
from fundbank.reversals.forms import RefuseMovementForm, ReversalForm
from fundbank.reversals.operations import (
    approve_reversal,
    check_reversal,
    check_reversal_approval,
    check_reversal_refusal,
    refuse_reversal,
    register_reversal,
)
from fundbank.reversals.permissions import can_approve_movement, can_approve_reversal

blueprint = Blueprint("reversals", __name__)

FINANCE = "finance of the pool"
ROWS = 50


@blueprint.route("/pools/<int:pool_id>/reversals")
@requires("the forum, advisers, finance and auditors")
def index(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_disbursements(me(), pool))
    before = asked_number("before")
    waiting = Shown() if before else shown("waiting", lambda after: queries.reversals_to_approve(pool.id, after))
    movements = Shown() if before else shown("movements", lambda after: queries.movements_to_approve(pool.id, after))
    settled = queries.page_of_reversals(pool.id, before_id=before, limit=ROWS)
    return render_template(
        "reversals/index.html", pool=pool, waiting=waiting, movements=movements,
        names=ledger.award_names(pool.id, {row.award_id for row in movements.rows if row.award_id}),
        may_approve_movement={row.id for row in movements.rows if can_approve_movement(me(), row)}, settled=settled[:ROWS], before=before,
        older=url_for("reversals.index", pool_id=pool.id, before=settled[ROWS - 1].id) if len(settled) > ROWS else None,
        is_finance=can_move_money(me(), pool), may_approve={row.id for row in waiting.rows if can_approve_reversal(me(), row)},
    )  # fmt: skip


@blueprint.route("/transfers/<int:transfer_id>/reversal", methods=["GET", "POST"])
@requires(FINANCE)
def reverse(transfer_id: int) -> ResponseReturnValue:
    transfer = found(ledger.transfer(transfer_id))
    pool = found(pools.pool(transfer.pool_id, municipality_id=me().municipality_id))
    ensure(can_move_money(me(), pool))
    form = ReversalForm()
    if form.validate_on_submit():
        with refusals_on(form):
            register_reversal(actor=me(), at=moment(), transfer=transfer, reason=form.reason.data)
            told = _("The reversal has been registered. It is posted when somebody else in finance has approved it.")
            return done(told, "reversals.index", pool_id=pool.id)
    elif not form.is_submitted():
        check_reversal(actor=me(), transfer=transfer)
    return render_template("reversals/reverse.html", pool=pool, transfer=transfer, form=form, **_claims_then(transfer))


@blueprint.route("/reversals/<int:reversal_id>/approval", methods=["GET", "POST"])
@requires(FINANCE)
def approve(reversal_id: int) -> ResponseReturnValue:
    reversal = found(queries.reversal(reversal_id, municipality_id=me().municipality_id))
    ensure(can_move_money(me(), reversal.pool))
    form = Form()
    if form.validate_on_submit():
        with refusals_on(form):
            counter = approve_reversal(actor=me(), at=moment(), reversal=reversal, key=request_key())
            told = _("The reversal has been posted as number %(number)s.", number=counter.number)
            return done(told, "ledger.index", pool_id=reversal.pool_id)
    may_approve = can_approve_reversal(me(), reversal)
    if not form.refusal_code:
        money.check_waits(reversal)
        if may_approve:
            with refusals_on(form):
                check_reversal_approval(actor=me(), at=moment(), reversal=reversal)
    return render_template(
        "reversals/approve.html", pool=reversal.pool, reversal=reversal, transfer=reversal.transfer, form=form,
        may_approve=may_approve, **_claims_then(reversal.transfer),
    )  # fmt: skip


def _claims_then(transfer: Transfer) -> dict[str, Any]:
    """What the reversal would do to claims, as long as it has not been done."""
    if ledger.is_reversed(transfer.id):
        return {"credited": [], "paid": []}
    return {"credited": credits_if_reversed(operations.award_of(transfer), transfer), "paid": paid_if_reversed(transfer)}


@blueprint.route("/reversals/<int:reversal_id>/refusal", methods=["GET", "POST"])
@requires(FINANCE)
def refuse(reversal_id: int) -> ResponseReturnValue:
    reversal = found(queries.reversal(reversal_id, municipality_id=me().municipality_id))
    ensure(can_move_money(me(), reversal.pool))
    form = RefuseMovementForm()
    if form.validate_on_submit():
        with refusals_on(form):
            refuse_reversal(actor=me(), at=moment(), reversal=reversal, reason=form.reason.data)
            return done(_("The reversal has been refused. The posting stands."), "reversals.index", pool_id=reversal.pool_id)
    if not form.refusal_code:
        check_reversal_refusal(actor=me(), reversal=reversal)
    return render_template("reversals/refuse.html", pool=reversal.pool, reversal=reversal, transfer=reversal.transfer, form=form)


@blueprint.route("/movements/<int:movement_id>/approval", methods=["GET", "POST"])
@requires(FINANCE)
def approve_movement(movement_id: int) -> ResponseReturnValue:
    movement = found(queries.movement(movement_id, municipality_id=me().municipality_id))
    pool = movement.pool
    ensure(can_move_money(me(), pool))
    form = Form()
    if form.validate_on_submit():
        with refusals_on(form):
            transfer = operations.approve_movement(actor=me(), at=moment(), movement=movement, key=request_key())
            told = _("It has been posted as number %(number)s.", number=transfer.number)
            return done(told, "reversals.index", pool_id=pool.id)
    may_approve = can_approve_movement(me(), movement)
    if may_approve and not form.refusal_code:
        with refusals_on(form):
            operations.check_movement_approval(actor=me(), at=moment(), movement=movement)
    return render_template(
        "reversals/movement.html", pool=pool, movement=movement, form=form, may_approve=may_approve, now=ledger.balances(pool.id),
        held=ledger.award_balances(movement.award_id) if movement.award_id else None,
        title=ledger.award_names(pool.id, {movement.award_id}).get(movement.award_id) if movement.award_id else None,
    )  # fmt: skip


@blueprint.route("/movements/<int:movement_id>/refusal", methods=["GET", "POST"])
@requires(FINANCE)
def refuse_movement(movement_id: int) -> ResponseReturnValue:
    movement = found(queries.movement(movement_id, municipality_id=me().municipality_id))
    ensure(can_move_money(me(), movement.pool))
    form = RefuseMovementForm()
    if form.validate_on_submit():
        with refusals_on(form):
            money.refuse_movement(actor=me(), at=moment(), movement=movement, reason=form.reason.data)
            return done(_("It has been taken off the list. No money has moved."), "reversals.index", pool_id=movement.pool_id)
    if not form.refusal_code:
        money.check_movement_refusal(actor=me(), movement=movement)
    return render_template("reversals/refuse_movement.html", pool=movement.pool, movement=movement, form=form)
