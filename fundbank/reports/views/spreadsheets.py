"""The ledger, the payments and the claims as CSV."""

from flask.typing import ResponseReturnValue

from fundbank.ideas.views.calls import NEEDS_READERS, needs_of
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import moment, requires
from fundbank.pools.models import Pool
from fundbank.reports import spreadsheets
from fundbank.reports.papers.letterhead import file_name
from fundbank.reports.views import LEDGER_READERS, a_file, blueprint, pool_here


@blueprint.get("/pools/<int:pool_id>/ledger.csv")
@requires(LEDGER_READERS)
def ledger_csv(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    return _csv(spreadsheets.ledger_csv(pool), _("Ledger"), pool)


@blueprint.get("/pools/<int:pool_id>/payments.csv")
@requires(LEDGER_READERS)
def payments_csv(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    return _csv(spreadsheets.payments_csv(pool), _("Payments"), pool)


@blueprint.get("/pools/<int:pool_id>/claims.csv")
@requires(LEDGER_READERS)
def claims_csv(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    return _csv(spreadsheets.claims_csv(pool, local_date(moment())), _("Claims"), pool)


@blueprint.get("/calls/<int:call_id>/needs.csv")
@requires(NEEDS_READERS)
def needs_csv(call_id: int) -> ResponseReturnValue:
    call = needs_of(call_id)
    return _csv(spreadsheets.needs_csv(call), call.title, call.pool)


def _csv(content: bytes, what: str, pool: Pool) -> ResponseReturnValue:
    return a_file(content, "text/csv", f"{file_name(what, pool.name, local_date(moment()))}.csv")
