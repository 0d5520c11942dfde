"""The pages of claims: the pool's list, making one with its arithmetic shown first, one claim, and a repayment."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.awards.permissions import sees_all_awards
from fundbank.awards.queries import award as find_award
from fundbank.awards.queries import bound_people
from fundbank.awards.states import PAID_OUT
from fundbank.kit.clock import local_date
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.web import Shown, asked_number, done, ensure, found, me, moment, refusals_on, request_key, requires, shown
from fundbank.ledger.forms import ore_in, refused_at
from fundbank.ledger.permissions import can_move_money, can_see_ledger, may_be_first
from fundbank.ledger.queries import award_balances, balances
from fundbank.pools import queries as pools
from fundbank.repayments import queries
from fundbank.repayments.forms import ClaimForm, RepaymentForm
from fundbank.repayments.operations.claims import due_on, make_claim, post_repayment, work_out_claim
from fundbank.repayments.permissions import can_see_claim, can_see_claims
from fundbank.repayments.queries.facts import facts_of, facts_of_award
from fundbank.repayments.queries.waiting import part_of_overdue_lines, years_to_claim
from fundbank.repayments.rules import Due
from fundbank.repayments.states import EntryKind
from fundbank.repayments.views import FINANCE, ROWS, blueprint


@blueprint.route("/pools/<int:pool_id>/claims", endpoint="claims")
@requires("whoever has a role in the pool but administrators; departments see their own")
def index(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_claims(me(), pool))
    today = local_date(moment())
    before = asked_number("before")
    seen_from = None if sees_all_awards(me(), pool) else me().department
    rows = queries.page_of_claims(pool.id, seen_from=seen_from, before_id=before, limit=ROWS)
    page = rows[:ROWS]
    facts = facts_of([claim.award for claim in page], today)
    overdue, to_make = Shown[Any](), Shown[Any]()
    if not before:
        overdue = shown("overdue", lambda after: part_of_overdue_lines(pool.id, today, seen_from=seen_from, after=after))
        to_make = shown("to_make", lambda after: years_to_claim(pool.id, today, seen_from=seen_from, after=after))
    return render_template(
        "repayments/claims.html", pool=pool, claims=page, before=before, today=today, overdue=overdue,
        stands=queries.lines_now([*overdue.rows, *(line for claim in page for line in claim.lines)]),
        to_pay={line.id for of_award in facts.values() for line in of_award.lines_to_pay},
        to_make=to_make,
        older=url_for("repayments.claims", pool_id=pool.id, before=page[-1].id) if len(rows) > ROWS else None,
        is_finance=can_move_money(me(), pool), sees_all=seen_from is None,
    )  # fmt: skip


@blueprint.route("/awards/<int:award_id>/claims/new", methods=["GET", "POST"], endpoint="claim")
@requires(FINANCE)
def make(award_id: int) -> ResponseReturnValue:
    award = found(find_award(award_id, municipality_id=me().municipality_id))
    ensure(can_move_money(me(), award.application.pool))
    today = local_date(moment())
    facts = facts_of_award(award, today)
    form = ClaimForm()
    # A year that has come to lack a gain since the page was opened stays, so that its refusal stands at the field.
    years = [*facts.claimable_years, *(year for year in facts.waiting_years if year == form.year.data)]
    form.year.choices = [(year, str(year)) for year in years]
    if not form.is_submitted():
        asked = request.args.get("year", type=int)
        form.year.data = asked if asked in years else next(iter(years), None)
    worked_out: tuple[int, list[Due]] | None = None
    if form.validate_on_submit():
        with refusals_on(form):
            cap_ore, dues = work_out_claim(award=award, year=form.year.data, today=today)
            if form.is_seen(cap_ore, dues):
                claim = make_claim(actor=me(), at=moment(), award=award, year=form.year.data)
                told = _("%(amount)s has been claimed for %(year)s.",
                         amount=kroner(sum(due.due_ore for due in dues)), year=str(claim.year))  # fmt: skip
                return done(told, "repayments.show", claim_id=claim.id)
            worked_out = cap_ore, dues
    return render_template(
        "repayments/make_claim.html", award=award, form=form, years=years, worked_out=worked_out,
        lacking=[(year, [unit.name for unit in facts.lacking(year)]) for year in facts.waiting_years], due_on=due_on(award, today),
        departments={part.department_id: part.department for part in award.participants}, held=award_balances(award.id),
        share_sum=sum(due.share_due_ore for due in worked_out[1]) if worked_out else 0,
    )  # fmt: skip


@blueprint.route("/claims/<int:claim_id>", endpoint="show")
@requires("the forum, advisers, finance, auditors, and the departments that the award concerns")
def show(claim_id: int) -> ResponseReturnValue:
    claim = found(queries.claim(claim_id, municipality_id=me().municipality_id))
    ensure(can_see_claim(me(), claim))
    today, entries = local_date(moment()), queries.entries_of(claim.lines)
    corrected = [entry for entry in entries if entry.kind == EntryKind.CORRECTION]
    again = (corrected[-1].cap_ore, queries.dues_of(claim, corrected)) if corrected else None
    return render_template(
        "repayments/show.html", claim=claim, award=claim.award, stands=queries.lines_now(claim.lines), today=today, entries=entries,
        sees_ledger=can_see_ledger(me(), claim.pool),
        to_pay=[line.id for line in facts_of_award(claim.award, today).lines_to_pay],
        is_finance=can_move_money(me(), claim.award.application.pool), share_sum=sum(line.share_due_ore for line in claim.lines),
        names={line.id: line.department.name for line in claim.lines}, again=again,
        refunds=[refund for refund in queries.refunds_of(claim.award) if refund.line.claim_id == claim.id],
        may_refund=may_be_first(me(), claim.award.application.pool, bound_people(claim.award)) and claim.award.state in PAID_OUT,
    )  # fmt: skip


@blueprint.route("/claim-lines/<int:line_id>/repayments/new", methods=["GET", "POST"], endpoint="repay")
@requires(FINANCE)
def repay(line_id: int) -> ResponseReturnValue:
    line = found(queries.claim_line(line_id, municipality_id=me().municipality_id))
    award = line.claim.award
    ensure(can_move_money(me(), award.application.pool))
    now, facts = queries.lines_now([line])[line.id], facts_of_award(award, local_date(moment()))
    form = RepaymentForm()
    held = award_balances(award.id)
    if not form.is_submitted() and (payable_ore := min(now.unpaid_ore, held.loan_ore)):
        form.amount.data = payable_ore
    if form.validate_on_submit():
        with refusals_on(form), refused_at("amount"):
            post_repayment(
                actor=me(),
                at=moment(),
                line=line,
                amount_ore=ore_in(form.amount),
                reference=form.reference.data or "",
                value_on=form.value_on.data,
                key=request_key(),
            )
            told = _(
                "%(amount)s has been repaid. Outstanding: %(before)s before, %(after)s now. Available in the pool: %(available)s.",
                amount=kroner(ore_in(form.amount)), before=kroner(held.loan_ore), after=kroner(award_balances(award.id).loan_ore),
                available=kroner(balances(award.pool_id).available_ore),
            )  # fmt: skip
            return done(told, "repayments.show", claim_id=line.claim_id)
    return render_template(
        "repayments/repay.html", line=line, award=award, form=form, now=now, held=held,
        is_late=line.id in [late.id for late in facts.overdue_lines],
    )  # fmt: skip
