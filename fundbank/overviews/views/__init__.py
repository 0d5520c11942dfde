"""The pages that look across. One page, one module: home, application, award, pool, posting, forecast, history, access, outbox."""

from flask import Blueprint

from fundbank.overviews import navigation

blueprint = Blueprint("overviews", __name__)
blueprint.record_once(lambda state: navigation.install(state.app))

from fundbank.overviews.views import (  # noqa: E402, F401  (their routes)
    access,
    application,
    award,
    forecast,
    history,
    home,
    leaving,
    ledger_search,
    outbox,
    people,
    pool,
    results,
    transfer,
)
