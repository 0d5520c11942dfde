"""A pool on one page: where every øre is, where it came from, what waits, and the way to everything else."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.awards.permissions import can_see_awards, knows_the_room
from fundbank.awards.queries import ADDED_UP, count_approved, count_waiting, known_money, sums_by_state
from fundbank.awards.states import IN_THE_ROOM, State
from fundbank.gains.queries import count_unverified
from fundbank.kit.clock import local_date
from fundbank.kit.web import ensure, found, me, moment, requires
from fundbank.ledger.permissions import can_fund, can_see_ledger
from fundbank.ledger.queries import balances, lent_again_ore, repaid_ore, sources
from fundbank.ledger.words import PARTS
from fundbank.overviews.views import blueprint
from fundbank.pools import queries as pools
from fundbank.pools.permissions import can_see_pool
from fundbank.repayments.queries import count_waiting_refunds
from fundbank.repayments.queries.waiting import count_by_facts
from fundbank.reversals.queries import count_waiting_reversals


@blueprint.route("/pools/<int:pool_id>")
@requires("whoever has a role in the pool, and administrators")
def pool(pool_id: int) -> ResponseReturnValue:
    pool = found(pools.pool(pool_id, municipality_id=me().municipality_id))
    person, today = me(), local_date(moment())
    ensure(can_see_pool(person, pool))
    sees_room = knows_the_room(person, pool)
    now, again_ore = (balances(pool.id), lent_again_ore(pool.id)) if sees_room else known_money(pool.id)
    states = [state for state in State if sees_room or state not in IN_THE_ROOM]
    sees_ledger = can_see_ledger(person, pool)
    waiting = None
    if sees_ledger:
        waiting = {
            **count_by_facts(pool.id, today),
            "disbursements": count_waiting(pool.id),
            "approved": count_approved(pool.id),
            "gains": count_unverified(pool.id),
            "refunds": count_waiting_refunds(pool.id),
            "reversals": count_waiting_reversals(pool.id),
        }
    return render_template(
        "overviews/pool.html", pool=pool, now=now, parts=[(key, name, getattr(now, f"{key}_ore")) for key, name in PARTS.items()],
        sources=sources(pool.id), states=sums_by_state(pool.id, states=states), added_up=ADDED_UP, repaid_ore=repaid_ore(pool.id),
        lent_again_ore=again_ore, waiting=waiting, can_fund=can_fund(person, pool), sees_ledger=sees_ledger,
        sees_awards=can_see_awards(person, pool),
    )  # fmt: skip
