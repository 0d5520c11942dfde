"""Two people for every movement of money that one could misuse, asked here for all of them (domain.md §7, §11).

A disbursement, a release, a refund, money handed back to its source, a reversal: who registers one asks ``check_first``, who approves it
``check_second``, and ``check_pair`` asks both at once. ``bound`` are the people who have a hand in what the money follows: of an award,
who decided it, signed its application or accepted it (``awards.queries.bound_people``). Pages ask the same of ``ledger.permissions``.
"""

from collections.abc import Collection

from fundbank.errors import N_, FourEyes, require
from fundbank.ledger.permissions import are_four_eyes, can_move_money
from fundbank.people.models import User
from fundbank.pools.models import Pool


def check_first(person: User, *, pool: Pool, bound: Collection[int] = ()) -> None:
    """May the person register the movement? Raises NotAllowed outside finance, FourEyes for who is bound."""
    require(can_move_money(person, pool))
    if person.id in bound:
        raise FourEyes()


def check_second(person: User, *, first: User, pool: Pool, bound: Collection[int] = ()) -> None:
    """May the person approve what ``first`` registered? Raises NotAllowed outside finance, FourEyes also where ``first`` has left it."""
    require(can_move_money(person, pool))
    if not can_move_money(first, pool):
        raise FourEyes(N_("%(name)s, who registered this, is no longer in finance. Refuse it, and register it anew."), name=first.name)
    if not are_four_eyes(first, person, pool, bound):
        raise FourEyes()


def check_pair(*, first: User, second: User, pool: Pool, bound: Collection[int] = ()) -> None:
    """May these two move the money together? Raises NotAllowed unless both are of finance, before it raises FourEyes."""
    require(can_move_money(first, pool))
    check_second(second, first=first, pool=pool, bound=bound)
