"""A pool on one page: where every øre is, where it came from, what waits, and the way to everything else."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.awards.permissions import can_see_awards
from fundbank.awards.queries import count_waiting, sums_by_state
from fundbank.gains.queries import count_unverified
from fundbank.kit.clock import local_date
from fundbank.kit.web import ensure, found, me, moment, requires
from fundbank.ledger.permissions import can_fund, can_see_ledger
from fundbank.ledger.queries import balances, sources
from fundbank.ledger.words import PARTS
from fundbank.overviews.views import blueprint
from fundbank.pools import queries as pools
from fundbank.pools.permissions import can_see_pool
from fundbank.repayments.queries import repaid_ore
from fundbank.repayments.queries.facts import facts_of_pool, may_ask_for_settlement, may_await_claim, may_be_paid_out, may_owe
from fundbank.reversals.queries import count_waiting_reversals


@blueprint.route("/pools/<int:pool_id>")
@requires("whoever has a role in the pool, and administrators")
def pool(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    person, today = me(), local_date(moment())
    ensure(can_see_pool(person, pool))
    now = balances(pool.id)
    repaid = repaid_ore(pool.id)
    sees_ledger = can_see_ledger(person, pool)
    waiting = None
    if sees_ledger:
        asked = facts_of_pool(pool.id, today, may_be_paid_out(), may_await_claim(today), may_owe(), may_ask_for_settlement())
        waiting = {
            "to_pay": sum(facts.left_to_register_ore > 0 for facts in asked),
            "disbursements": count_waiting(pool.id),
            "gains": count_unverified(pool.id),
            "claims": sum(len(facts.years_to_claim) for facts in asked),
            "overdue": sum(len(facts.overdue_lines) for facts in asked),
            "reversals": count_waiting_reversals(pool.id),
            "settlements": sum(facts.asks_for_settlement for facts in asked),
        }
    return render_template(
        "overviews/pool.html", pool=pool, now=now, parts=[(key, name, getattr(now, f"{key}_ore")) for key, name in PARTS.items()],
        sources=sources(pool.id), states=sums_by_state(pool.id), repaid_ore=repaid,
        recycled_ore=max(repaid - now.available_ore, 0), waiting=waiting, can_fund=can_fund(person, pool), sees_ledger=sees_ledger,
        sees_awards=can_see_awards(person, pool),
    )  # fmt: skip
