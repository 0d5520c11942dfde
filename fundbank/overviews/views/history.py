"""A pool's history: everything that was done in it, the newest first."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.history.queries import PAGE_SIZE, page_of_pool
from fundbank.kit.web import ensure, found, me, requires
from fundbank.ledger.permissions import can_see_ledger
from fundbank.overviews.chronicle import told
from fundbank.pools import queries as pools

blueprint = Blueprint("history", __name__)


@blueprint.get("/pools/<int:pool_id>/history")
@requires("finance, auditors, and the forum with its coordinator")
def index(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    before = request.args.get("before", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    entries = page_of_pool(pool.id, before_id)
    older = url_for("history.index", pool_id=pool.id, before=entries[PAGE_SIZE - 1].id) if len(entries) > PAGE_SIZE else None
    newest = url_for("history.index", pool_id=pool.id) if before_id else None
    lines = told(entries[:PAGE_SIZE], me(), pool)
    return render_template("overviews/history.html", pool=pool, lines=lines, older=older, newest=newest)
