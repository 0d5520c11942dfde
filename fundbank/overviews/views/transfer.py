"""A posting on one page: what happened, between which accounts, who, why, its seal, and the way to all that it belongs to."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.kit.web import ensure, found, me, requires
from fundbank.ledger.chart import REVERSIBLE
from fundbank.ledger.permissions import can_move_money, can_see_ledger
from fundbank.ledger.queries import transfer as transfer_by_id
from fundbank.overviews.queries.belonging import belonging_of
from fundbank.overviews.views import blueprint
from fundbank.pools import queries as pools
from fundbank.pools.permissions import can_read_people


@blueprint.get("/transfers/<int:transfer_id>")
@requires("finance, auditors, and the forum with its coordinator")
def transfer(transfer_id: int) -> ResponseReturnValue:
    row = found(transfer_by_id(transfer_id))
    pool = found(pools.pool(row.pool_id, municipality_id=me().municipality_id))
    ensure(can_see_ledger(me(), pool))
    return render_template(
        "overviews/transfer.html", row=row, pool=pool, belongs=belonging_of(row), reads_people=can_read_people(me()),
        may_reverse=can_move_money(me(), pool) and row.event in REVERSIBLE and row.reversed_by is None,
    )  # fmt: skip
