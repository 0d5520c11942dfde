"""The ledger, the payments and the claims as CSV."""

from flask.typing import ResponseReturnValue

from fundbank.ideas.permissions import can_read_needs
from fundbank.ideas.views.calls import call_here
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import ensure, me, moment, requires
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
@requires("coordinator, advisers and auditors; once the call is closed the forum and its deciders too")
def needs_csv(call_id: int) -> ResponseReturnValue:
    call = call_here(call_id)
    ensure(can_read_needs(me(), call))
    return _csv(spreadsheets.needs_csv(call), call.title, call.pool)


def _csv(content: bytes, what: str, pool: Pool) -> ResponseReturnValue:
    return a_file(content, "text/csv", f"{file_name(what, pool.name, local_date(moment()))}.csv")
