"""The pages of the ledger: every transfer in words, the check on demand, money into the pool and back to its source."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, done, ensure, found, me, moment, refusals_on, request_key, requires
from fundbank.kit.web.codes import says
from fundbank.ledger import checks, operations, queries, words
from fundbank.ledger.chart import REVERSIBLE
from fundbank.ledger.forms import FirstDayForm, FundForm, ReturnFundingForm, ore_in, refused_at
from fundbank.ledger.models import FirstDay
from fundbank.ledger.permissions import can_fund, can_see_ledger
from fundbank.ledger.rules import described
from fundbank.pools import queries as pools
from fundbank.pools.forms import AnswerForm
from fundbank.pools.models import Pool
from fundbank.pools.permissions import can_change_policy

blueprint = Blueprint("ledger", __name__)
says(blueprint, account=words.ACCOUNTS, ledger_event=words.POSTINGS)

LEDGER_READERS = "finance, auditors, and the forum with its coordinator"
FINANCE = "finance of the pool"
ROWS = 50


@blueprint.route("/pools/<int:pool_id>/ledger")
@requires(LEDGER_READERS)
def index(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_ledger(me(), pool))
    before, award_id = asked_number("before"), asked_number("award")
    rows = queries.transfers(pool.id, before_number=before, award_id=award_id, limit=ROWS + 1)
    page = rows[:ROWS]
    ids = {account.award_id for row in page for account in (row.debit_account, row.credit_account) if account.award_id}
    names = queries.award_names(pool.id, ids | ({award_id} if award_id else set()))
    older = None
    if len(rows) > ROWS:
        older = url_for("ledger.index", pool_id=pool.id, award=award_id, before=page[-1].number)
    return render_template(
        "ledger/index.html", pool=pool, rows=page, names=names, award_id=award_id, before=before, older=older,
        last=queries.chain_head(pool.id), can_fund=can_fund(me(), pool), reversible=REVERSIBLE,
    )  # fmt: skip


@blueprint.route("/pools/<int:pool_id>/ledger/check")
@requires(LEDGER_READERS)
def check(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_see_ledger(me(), pool))
    return render_template("ledger/check.html", pool=pool, findings=checks.check(pool.id), last=queries.chain_head(pool.id))


@blueprint.route("/pools/<int:pool_id>/funding/new", methods=["GET", "POST"])
@requires(FINANCE)
def fund(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_fund(me(), pool))
    form = FundForm(pool.policy)
    if not form.is_submitted():
        if form.is_per_mille:
            form.way.data = "expenditure"
        else:
            form.amount.data = pool.policy.yearly_amount_ore
    shares: tuple[int, int] | None = None
    value_date = None
    if form.validate_on_submit():
        shares = form.shares(pool.policy)
        with refusals_on(form), refused_at("expenditure" if form.by_expenditure else "amount"):
            value_date = operations.check_funding(
                actor=me(), at=moment(), pool=pool, source=form.source.data, amount_ore=shares[0], value_on=form.value_on.data,
                text=described(form.text.data or "", form.reference.data or ""),
            )  # fmt: skip
            if form.is_seen(*shares, form.source.data, value_date):
                _fund(pool, form)
                now = queries.balances(pool.id)
                told = _("%(amount)s has been put into the pool. Available now: %(available)s.",
                         amount=kroner(shares[0]), available=kroner(now.available_ore))  # fmt: skip
                return done(told, "overviews.pool", pool_id=pool.id)
    return render_template(
        "ledger/fund.html", pool=pool, form=form, shares=None if form.errors else shares, now=queries.balances(pool.id),
        sources=queries.sources(pool.id), value_date=value_date,
    )  # fmt: skip


@blueprint.route("/pools/<int:pool_id>/funding/return", methods=["GET", "POST"])
@requires(FINANCE)
def return_funding(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    ensure(can_fund(me(), pool))
    given = {source: ore for source, ore in queries.sources(pool.id) if ore > 0}
    form = ReturnFundingForm()
    form.source.choices = [
        (source, _("%(source)s: %(amount)s not handed back", source=source, amount=kroner(ore))) for source, ore in given.items()
    ]
    if not form.is_submitted() and len(given) == 1:
        form.source.data = next(iter(given))
    now, asked, value_date = queries.balances(pool.id), None, None
    if form.validate_on_submit():
        source, amount_ore = form.source.data, ore_in(form.amount)
        wanted = {
            "actor": me(),
            "at": moment(),
            "pool": pool,
            "source": source,
            "amount_ore": amount_ore,
            "reason": described(form.reason.data, form.reference.data or ""),
        }
        with refusals_on(form), refused_at("amount"):
            value_date = operations.check_return_funding(**wanted, value_on=form.value_on.data)
            if form.is_seen(source, amount_ore, value_date):
                operations.register_return_funding(**wanted, value_on=form.value_on.data)
                told = _("The money is handed back when somebody else in finance has approved it.")
                return done(told, "reversals.index", pool_id=pool.id)
            asked = amount_ore
    return render_template("ledger/return_funding.html", pool=pool, form=form, given=given, now=now, asked=asked, value_date=value_date)


@blueprint.route("/pools/<int:pool_id>/first-day", methods=["GET", "POST"])
@requires("administrators of the municipality and of the pool, and its finance")
def first_day(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    can_ask, can_answer = can_change_policy(me(), pool), can_fund(me(), pool)
    ensure(can_ask or can_answer)
    wanted = queries.first_day_wanted(pool.id)
    if wanted:
        form = AnswerForm(can_confirm=can_answer and wanted.asked_by_id != me().id, can_withdraw=can_ask)
    else:
        form = FirstDayForm()
    if form.validate_on_submit():
        with refusals_on(form):
            return done(_answer(wanted, form) if wanted else _ask(pool, form), "pools.policy", pool_id=pool.id)
    return render_template("ledger/first_day.html", pool=pool, wanted=wanted, form=form, can_ask=can_ask)


def _ask(pool: Pool, form: FirstDayForm) -> str:
    operations.ask_first_day(actor=me(), at=moment(), pool=pool, day=form.day.data, reason=form.reason.data)
    return _("The first day holds when somebody in finance has confirmed it.")


def _answer(wanted: FirstDay, form: AnswerForm) -> str:
    """Do what was answered, and say it."""
    asked = {"actor": me(), "at": moment(), "wanted": wanted}
    if form.answer.data == "confirm":
        operations.confirm_first_day(**asked)
        return _("It has been confirmed, and holds from now on.")
    if form.answer.data == "refuse":
        operations.refuse_first_day(**asked)
        return _("It has been refused. Nothing has changed.")
    operations.withdraw_first_day(**asked)
    return _("It has been taken back. Nothing has changed.")


def _fund(pool: Pool, form: FundForm) -> None:
    if form.by_expenditure:
        operations.fund_pool_per_mille(
            actor=me(), at=moment(), pool=pool, source=form.source.data, service_expenditure_ore=ore_in(form.expenditure),
            text=described(form.text.data or "", form.reference.data or ""), value_on=form.value_on.data, key=request_key(),
        )  # fmt: skip
    else:
        operations.fund_pool(
            actor=me(), at=moment(), pool=pool, source=form.source.data, amount_ore=ore_in(form.amount),
            text=described(form.text.data or "", form.reference.data or ""), value_on=form.value_on.data, key=request_key(),
        )  # fmt: skip


def _pool(pool_id: int) -> Pool:
    return found(pools.pool(pool_id, municipality_id=me().municipality_id))
