"""The pools on the first screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, select

from fundbank.extensions import db
from fundbank.ledger.chart import AccountKind
from fundbank.ledger.models import Account
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.rights import Right, rights_of
from fundbank.pools.roles import Role


@dataclass(frozen=True)
class PoolCard:
    """A pool on the first screen: its name, what the person may do there, and what is available (øre; None for who may not see it)."""

    pool_id: int
    name: str
    rights: frozenset[Right]
    available_ore: int | None

    @property
    def works(self) -> bool:
        """Does the person meet applications here?"""
        return bool(self.rights & {Right.OWN_READ, Right.SUBMITTED_READ, Right.DRAFTS_READ})

    @property
    def applies(self) -> bool:
        """May the person write applications here?"""
        return Right.APPLICATION_WRITE in self.rights


_EVERY_POOL = (
    select(Pool.id, Pool.name, Account.balance_ore)
    .outerjoin(Account, and_(Account.pool_id == Pool.id, Account.kind == AccountKind.AVAILABLE))
    .where(Pool.municipality_id == bindparam("municipality_id"))
    .order_by(Pool.sort_key, Pool.id)
)
_OF_ROLES = _EVERY_POOL.where(Pool.id.in_(bindparam("pool_ids", expanding=True)))


def pool_cards(person: User, roles: Mapping[int, Iterable[Role]]) -> list[PoolCard]:
    """The pools in which the person has a role, or all of the municipality's for its administrator, by name."""
    asked = {"municipality_id": person.municipality_id, "pool_ids": list(roles)}
    cards = []
    for pool_id, name, available_ore in db.session.execute(_EVERY_POOL if person.is_administrator else _OF_ROLES, asked):
        rights = rights_of(roles.get(pool_id, ()))
        cards.append(PoolCard(pool_id, name, rights, (available_ore or 0) if Right.LEDGER_READ in rights else None))
    return cards
