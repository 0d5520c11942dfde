"""A pool's ledger searched: by words, what happened, award, department, amount, person and period. As a page and as CSV."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.kit.language import gettext as _
from fundbank.kit.searching import Found
from fundbank.kit.web import asked_number, ensure, found, me, requires
from fundbank.ledger.chart import REVERSIBLE
from fundbank.ledger.models import Transfer
from fundbank.ledger.permissions import can_fund, can_see_ledger
from fundbank.ledger.queries import award_names
from fundbank.overviews.forms import LedgerForm
from fundbank.overviews.queries.searches import search_ledger
from fundbank.overviews.views import blueprint
from fundbank.overviews.views.narrowing import EXPORTED_MOST, chosen_department, csv_file, department_choices, must_be_valid
from fundbank.pools import queries as pools
from fundbank.pools.models import Pool
from fundbank.reports.spreadsheets import ledger_csv

LEDGER_READERS = "finance, auditors, and the forum with its coordinator"
ROWS = 50


@blueprint.get("/pools/<int:pool_id>/ledger/search")
@requires(LEDGER_READERS)
def ledger_search(pool_id: int) -> ResponseReturnValue:
    pool = _pool(pool_id)
    form, before = LedgerForm(pool, department_choices()), asked_number("before")
    lines = _searched(pool, form, before, ROWS) if form.validate() else Found[Transfer]()
    asked: dict[str, Any] = form.asked
    ids = {account.award_id for row in lines.rows for account in (row.debit_account, row.credit_account) if account.award_id}
    return render_template(
        "overviews/ledger_search.html", pool=pool, form=form, rows=lines.rows, names=award_names(pool.id, ids), is_cut=lines.is_cut,
        can_fund=can_fund(me(), pool), reversible=REVERSIBLE, most=EXPORTED_MOST,
        older=url_for("overviews.ledger_search", pool_id=pool.id, **asked, before=lines.before) if lines.before else None,
        newest=url_for("overviews.ledger_search", pool_id=pool.id, **asked) if before else None,
        csv=url_for("overviews.ledger_search_export", pool_id=pool.id, **asked),
    )  # fmt: skip


@blueprint.get("/pools/<int:pool_id>/ledger/search.csv")
@requires(LEDGER_READERS)
def ledger_search_export(pool_id: int) -> ResponseReturnValue:
    """The newest of the postings that are asked for; the export leaves a line in the access log."""
    pool = _pool(pool_id)
    form = LedgerForm(pool, department_choices())
    must_be_valid(form)
    lines = _searched(pool, form, None, EXPORTED_MOST, is_whole=True)
    return csv_file(ledger_csv(pool, {row.number for row in lines.rows}), f"{_('Ledger')} {pool.name}")


def _searched(pool: Pool, form: LedgerForm, before: int | None, size: int, *, is_whole: bool = False) -> Found[Transfer]:
    wanted = form.wanted(chosen_department(form), form.event.data or "")
    return search_ledger(pool.id, wanted, first=form.first.data, last=form.last.data, before=before, size=size, is_whole=is_whole)


def _pool(pool_id: int) -> Pool:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    return pool
