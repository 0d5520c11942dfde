"""The pools on the first screen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Integer, and_, bindparam, literal_column, select

from fundbank.extensions import db
from fundbank.kit.prepared import Prepared
from fundbank.ledger.chart import AccountKind
from fundbank.ledger.models import Account
from fundbank.people.models import User
from fundbank.pools.models import Pool, PoolRole
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


_WITH_BALANCE = (
    select(Pool.id, Pool.name, Account.balance_ore)
    .outerjoin(Account, and_(Account.pool_id == Pool.id, Account.kind == literal_column(f"'{AccountKind.AVAILABLE}'")))
    .where(Pool.municipality_id == bindparam("municipality", type_=Integer))
    .order_by(Pool.sort_key, Pool.id)
)
_MINE = select(PoolRole.pool_id).where(PoolRole.user_id == bindparam("me", type_=Integer))
ALL_POOLS = Prepared(_WITH_BALANCE)
POOLS_WITH_A_ROLE = Prepared(_WITH_BALANCE.where(Pool.id.in_(_MINE)))


def pool_cards(person: User, roles: Mapping[int, Iterable[Role]]) -> list[PoolCard]:
    """The pools in which the person has a role, or all of the municipality's for its administrator, by name."""
    asked = ALL_POOLS if person.is_administrator else POOLS_WITH_A_ROLE
    cards = []
    for pool_id, name, available_ore in asked.run(db.session.connection(), {"municipality": person.municipality_id, "me": person.id}):
        rights = rights_of(roles.get(pool_id, ()))
        cards.append(PoolCard(pool_id, name, rights, (available_ore or 0) if Right.LEDGER_READ in rights else None))
    return cards
