"""What is said before the last of finance, or the second to last, or the last decider leaves a pool in which something waits for them."""

from fundbank.kit.clock import local_date
from fundbank.kit.formats import day
from fundbank.kit.language import gettext as _
from fundbank.kit.web import moment
from fundbank.meetings.permissions import decides_alone
from fundbank.meetings.queries.approvals import meetings_with_deciders
from fundbank.overviews.waiting import waiting_in_pools
from fundbank.people.models import User
from fundbank.people.views import leaving
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.queries import people_with, pools_with
from fundbank.pools.rights import Right, roles_with


def warnings(user: User, pool_id: int | None) -> list[str]:
    """A sentence for each pool that would be short of finance while work waits, and for each meeting that nobody could decide any more."""
    pools = [pool for pool in pools_with(user) if pool_id in (None, pool.id)]
    short = [sentence for pool in pools if holds(user, pool, Right.MONEY_MOVE) for sentence in _short(user, pool)]
    return short + [sentence for pool in pools if holds(user, pool, Right.DECISION_APPROVE) for sentence in _undecided(user, pool)]


def _undecided(user: User, pool: Pool) -> list[str]:
    return [
        _(
            "Nobody but %(name)s may decide all that was recommended in %(pool)s on %(day)s. "
            "Give the role of decider to somebody else first.",
            name=user.name, pool=pool.name, day=day(meeting.held_on),
        )
        for meeting in meetings_with_deciders(pool.id) if decides_alone(user, meeting)
    ]  # fmt: skip


def _short(user: User, pool: Pool) -> list[str]:
    holders = people_with(pool, Right.MONEY_MOVE)
    if user not in holders or len(holders) > 2:
        return []
    today = local_date(moment())
    groups = {group.kind: group for one in holders for group in waiting_in_pools(one, {pool.id: roles_with(Right.MONEY_MOVE)}, today)}
    if not groups:
        return []
    waits = ", ".join(_(group.heading) for group in groups.values())
    values = {"name": user.name, "pool": pool.name, "waits": waits}
    if len(holders) == 1:
        return [_("%(name)s is the last of finance in %(pool)s. Nobody is left for what waits there: %(waits)s.", **values)]
    return [
        _(
            "%(name)s is one of two of finance in %(pool)s. What takes two people can then not be finished. There waits: %(waits)s.",
            **values,
        )
    ]


leaving.tell("overviews", warnings)
