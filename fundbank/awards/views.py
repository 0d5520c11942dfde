"""The pages of awards: the list, acceptance, disbursement under four eyes, and release."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.awards import operations, queries, words
from fundbank.awards.forms import AcceptForm, DisbursementForm, GiveUpForm, RefuseForm, ReleaseForm, WithdrawForm
from fundbank.awards.models import Award, Disbursement
from fundbank.awards.permissions import (
    can_accept_award,
    can_approve_disbursement,
    can_cancel_award,
    can_decline_award,
    can_decline_late,
    can_pay_disbursement,
    can_register_disbursement,
    can_see_awards,
    can_see_disbursements,
    sees_all_awards,
)
from fundbank.awards.states import IN_THE_ROOM, State
from fundbank.errors import N_, Incomplete, StaleVersion
from fundbank.kit.clock import local_date
from fundbank.kit.formats import day, kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.web import (
    Shown,
    asked_number,
    check_version,
    done,
    ensure,
    found,
    me,
    moment,
    refusals_on,
    request_key,
    requires,
    shown,
)
from fundbank.kit.web.codes import colours, says
from fundbank.kit.web.forms import Form
from fundbank.ledger import queries as ledger
from fundbank.ledger.forms import ore_in, refused_at
from fundbank.ledger.permissions import can_move_money
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool

blueprint = Blueprint("awards", __name__)
says(
    blueprint, award_state=words.STATES, award_part=words.PARTS, basis=words.BASES, shortfall=words.SHORTFALLS,
    disbursement_state=words.DISBURSEMENT_STATES,
)  # fmt: skip
colours(blueprint, award_tone=words.STATE_COLOURS, disbursement_tone=words.DISBURSEMENT_COLOURS)

CASE_REVISED = N_("The business case has been revised since you opened the page. Read what it comes to now before you accept.")
FINANCE = "finance of the pool"
ROWS = 50


@blueprint.route("/pools/<int:pool_id>/awards")
@requires("whoever has a role in the pool but administrators; departments see their own")
def index(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_awards(me(), pool))
    states = {code: word for code, word in words.STATES.items() if sees_all_awards(me(), pool) or code not in IN_THE_ROOM}
    state, text = request.args.get("state", ""), request.args.get("text", "").strip()[:100]
    rows = queries.page_of_awards(
        pool.id, states=[state] if state in states else [], text=text, before_id=asked_number("before"), limit=ROWS,
        seen_from=None if sees_all_awards(me(), pool) else me().department,
    )  # fmt: skip
    page, older = rows[:ROWS], None
    if len(rows) > ROWS:
        older = url_for("awards.index", pool_id=pool.id, state=state or None, text=text or None, before=page[-1].id)
    return render_template(
        "awards/index.html", pool=pool, awards=page, balances=ledger.award_balances_of([award.id for award in page]), state=state,
        text=text, older=older, is_later_page="before" in request.args, states=states,
    )  # fmt: skip


@blueprint.route("/awards/<int:award_id>/accept", methods=["GET", "POST"])
@requires("a leader of a department that the award asks, or of a unit above it")
def accept(award_id: int) -> ResponseReturnValue:
    award = _award(award_id)
    ensure(can_accept_award(me(), award))
    form = AcceptForm(obj=award, case=award.application.revision)
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, award)
            check_version(form.case, award.application, said=partial(StaleVersion, CASE_REVISED))
            if not form.agreed.data:
                raise Incomplete(N_("Tick the box if the department accepts the award."), field="agreed")
            operations.accept_award(actor=me(), at=moment(), award=award)
            told = _("The award has been accepted. Finance can now pay it out.")
            if award.state == State.OFFERED:
                told = _("You have accepted. The award is agreed when the other departments have accepted too.")
            return done(told, "overviews.award", award_id=award.id)
    asked = [] if form.refusal_code else operations.check_accept(actor=me(), award=award)
    return render_template("awards/accept.html", award=award, form=form, asked=asked)


@blueprint.route("/awards/<int:award_id>/decline", methods=["GET", "POST"])
@requires("a leader of the department, or of a unit above it; the coordinator when the time to accept is over")
def decline(award_id: int) -> ResponseReturnValue:
    award = _award(award_id)
    ensure(can_decline_award(me(), award) or can_decline_late(me(), award))
    form = GiveUpForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.decline_award(actor=me(), at=moment(), award=award, reason=form.reason.data)
            return done(_("The offer has been declined. Its money is available to others."), "overviews.award", award_id=award.id)
    if not form.refusal_code:
        operations.check_decline(actor=me(), at=moment(), award=award)
    return render_template("awards/give_up.html", award=award, form=form, held=ledger.award_balances(award.id), is_decline=True)


@blueprint.route("/awards/<int:award_id>/cancellation", methods=["GET", "POST"])
@requires("a leader of the department, or of a unit above it")
def cancel(award_id: int) -> ResponseReturnValue:
    award = _award(award_id)
    ensure(can_cancel_award(me(), award))
    form = GiveUpForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.cancel_award(actor=me(), at=moment(), award=award, reason=form.reason.data)
            return done(_("The award has been given up. Its money is available to others."), "overviews.award", award_id=award.id)
    if not form.refusal_code:
        operations.check_cancel(actor=me(), award=award)
    return render_template("awards/give_up.html", award=award, form=form, held=ledger.award_balances(award.id), is_decline=False)


@blueprint.route("/awards/<int:award_id>/disbursements/new", methods=["GET", "POST"])
@requires(FINANCE)
def disburse(award_id: int) -> ResponseReturnValue:
    award = _award(award_id)
    ensure(can_move_money(me(), award.application.pool))
    reserved_ore = ledger.award_balances(award.id).reserved_ore
    waiting_ore = queries.waiting_ore(award)
    limits = {part: queries.room_to_register_ore(award, part) for part in ("loan", "grant") if award.part_ore(part)}
    form = DisbursementForm()
    form.offer(limits)
    if not form.is_submitted():
        form.pay_on.data = local_date(moment())
    if form.validate_on_submit():
        with refusals_on(form), refused_at("amount"):
            operations.register_disbursement(
                actor=me(), at=moment(), award=award, part=form.part.data, amount_ore=ore_in(form.amount), text=form.text.data or "",
                pay_on=form.pay_on.data,
            )  # fmt: skip
            told = _("%(amount)s has been registered. Somebody else in finance must approve it.", amount=kroner(ore_in(form.amount)))
            return done(told, "overviews.award", award_id=award.id)
    if not form.refusal_code:
        operations.check_payable(award)
    return render_template(
        "awards/disburse.html", award=award, form=form, reserved_ore=reserved_ore, waiting_ore=waiting_ore,
        is_bound=not can_register_disbursement(me(), award),
    )  # fmt: skip


@blueprint.route("/pools/<int:pool_id>/disbursements")
@requires("finance, auditors, and the forum with its coordinator")
def disbursements(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_disbursements(me(), pool))
    before = asked_number("before")
    rows = queries.page_of_disbursements(pool.id, before_id=before, limit=ROWS)
    older = url_for("awards.disbursements", pool_id=pool.id, before=rows[ROWS - 1].id) if len(rows) > ROWS else None
    waiting = Shown() if before else shown("waiting", lambda after: queries.disbursements_to_approve(pool.id, after))
    approved = Shown() if before else shown("approved", lambda after: queries.disbursements_approved(pool.id, after))
    return render_template(
        "awards/disbursements.html", pool=pool, waiting=waiting, approved=approved, settled=rows[:ROWS],
        older=older, before=before, today=local_date(moment()), is_finance=can_move_money(me(), pool),
        may_approve={row.id for row in waiting.rows if can_approve_disbursement(me(), row)},
        may_pay={row.id for row in approved.rows if can_pay_disbursement(me(), row)},
        held_up=operations.held_up(approved.rows, at=moment(), in_the_room=True),
    )  # fmt: skip


@blueprint.route("/disbursements/<int:disbursement_id>/approval", methods=["GET", "POST"])
@requires(FINANCE)
def approve(disbursement_id: int) -> ResponseReturnValue:
    disbursement = _disbursement(disbursement_id)
    award = disbursement.award
    ensure(can_move_money(me(), award.application.pool))
    form = Form()
    if form.validate_on_submit():
        with refusals_on(form):
            if operations.approve_disbursement(actor=me(), at=moment(), disbursement=disbursement, key=request_key()):
                return _paid(disbursement)
            told = _("%(amount)s has been approved. It is paid out on %(day)s.",
                     amount=kroner(disbursement.amount_ore), day=day(disbursement.pay_on))  # fmt: skip
            return done(told, "overviews.award", award_id=award.id)
    may_approve = can_approve_disbursement(me(), disbursement)
    if not form.refusal_code:
        operations.check_awaits_approval(disbursement)
        if may_approve:
            with refusals_on(form):
                operations.check_approval(actor=me(), disbursement=disbursement)
    return render_template(
        "awards/approve.html", award=award, disbursement=disbursement, form=form, now=ledger.award_balances(award.id),
        may_approve=may_approve, is_for_later=disbursement.pay_on > local_date(moment()),
    )  # fmt: skip


@blueprint.route("/disbursements/<int:disbursement_id>/payment", methods=["GET", "POST"])
@requires(FINANCE)
def pay(disbursement_id: int) -> ResponseReturnValue:
    disbursement = _disbursement(disbursement_id)
    award = disbursement.award
    ensure(can_move_money(me(), award.application.pool))
    form = Form()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.pay_disbursement(actor=me(), at=moment(), disbursement=disbursement)
            return _paid(disbursement)
    if not form.refusal_code:
        operations.check_awaits_its_day(disbursement)
        with refusals_on(form):
            operations.check_payment(actor=me(), at=moment(), disbursement=disbursement)
    return render_template(
        "awards/pay.html", award=award, disbursement=disbursement, form=form, now=ledger.award_balances(award.id),
        may_pay=not form.refusal_code,
    )  # fmt: skip


@blueprint.route("/disbursements/<int:disbursement_id>/withdrawal", methods=["GET", "POST"])
@requires(FINANCE)
def withdraw(disbursement_id: int) -> ResponseReturnValue:
    told = _("The payment has been withdrawn. No money has moved.")
    return _taken_off(
        disbursement_id, WithdrawForm(), operations.check_withdrawal, operations.withdraw_disbursement, "awards/withdraw.html", told
    )


@blueprint.route("/disbursements/<int:disbursement_id>/refusal", methods=["GET", "POST"])
@requires(FINANCE)
def refuse(disbursement_id: int) -> ResponseReturnValue:
    told = _("The disbursement has been refused. No money has moved.")
    return _taken_off(disbursement_id, RefuseForm(), operations.check_refusable, operations.refuse_disbursement, "awards/refuse.html", told)


def _taken_off(
    disbursement_id: int, form: Form, check: Callable[..., None], take_off: Callable[..., None], page: str, told: str
) -> ResponseReturnValue:
    """A payment that is taken off the list with a reason, before or after it was approved."""
    disbursement = _disbursement(disbursement_id)
    ensure(can_move_money(me(), disbursement.award.application.pool))
    if form.validate_on_submit():
        with refusals_on(form):
            take_off(actor=me(), at=moment(), disbursement=disbursement, reason=form.data["reason"])
            return done(told, "overviews.award", award_id=disbursement.award_id)
    if not form.refusal_code:
        check(actor=me(), disbursement=disbursement)
    return render_template(page, award=disbursement.award, disbursement=disbursement, form=form)


@blueprint.route("/awards/<int:award_id>/release", methods=["GET", "POST"])
@requires(FINANCE)
def release(award_id: int) -> ResponseReturnValue:
    award = _award(award_id)
    ensure(can_move_money(me(), award.application.pool))
    held, pool_now, asked = ledger.award_balances(award.id), ledger.balances(award.pool_id), None
    waiting_ore, room_ore = queries.waiting_ore(award), queries.room_to_release_ore(award)
    form = ReleaseForm()
    if not form.is_submitted() and room_ore:
        form.amount.data = room_ore
    if form.validate_on_submit():
        amount_ore = ore_in(form.amount)
        wanted = {"actor": me(), "at": moment(), "award": award, "amount_ore": amount_ore}
        with refusals_on(form), refused_at("amount"):
            operations.check_release(**wanted)
            if form.is_seen(amount_ore):
                operations.register_release(**wanted, reason=form.reason.data)
                return done(_("The release waits for somebody else in finance to approve it."), "reversals.index", pool_id=award.pool_id)
            asked = amount_ore
    if not form.refusal_code:
        operations.check_paid_out(award)
    return render_template(
        "awards/release.html", award=award, form=form, held=held, pool_now=pool_now, asked=asked, waiting_ore=waiting_ore,
        is_bound=not can_register_disbursement(me(), award),
    )  # fmt: skip


def _paid(disbursement: Disbursement) -> ResponseReturnValue:
    """Say that a payment has been posted, and what the award still has."""
    now = ledger.award_balances(disbursement.award_id)
    told = _("%(amount)s has been paid out. Still reserved: %(reserved)s.",
             amount=kroner(disbursement.amount_ore), reserved=kroner(now.reserved_ore))  # fmt: skip
    return done(told, "overviews.award", award_id=disbursement.award_id)


def _pool(pool_id: int) -> Pool:
    return found(pools.pool(pool_id, municipality_id=me().municipality_id))


def _award(award_id: int) -> Award:
    return found(queries.award(award_id, municipality_id=me().municipality_id))


def _disbursement(disbursement_id: int) -> Disbursement:
    return found(queries.disbursement(disbursement_id, municipality_id=me().municipality_id))
