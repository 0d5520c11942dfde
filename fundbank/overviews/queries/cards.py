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
from fundbank.pools.roles import Role

SEES_THE_SUM = frozenset({Role.FINANCE, Role.AUDITOR, Role.MEMBER, Role.CHAIR, Role.COORDINATOR})


@dataclass(frozen=True)
class PoolCard:
    """A pool on the first screen: its name, the person's roles, and what is available (øre; None where the person may not see it)."""

    pool_id: int
    name: str
    roles: frozenset[Role]
    available_ore: int | None

    @property
    def works(self) -> bool:
        """Has the person a role here that meets applications, and not the administrator's alone?"""
        return bool(self.roles - {Role.ADMINISTRATOR})

    @property
    def applies(self) -> bool:
        """May the person write applications here?"""
        return bool(self.roles & {Role.APPLICANT, Role.LEADER})


_WITH_BALANCE = (
    select(Pool.id, Pool.name, Account.balance_ore)
    .outerjoin(Account, and_(Account.pool_id == Pool.id, Account.kind == literal_column(f"'{AccountKind.AVAILABLE}'")))
    .where(Pool.municipality_id == bindparam("municipality", type_=Integer))
    .order_by(Pool.id)
)
_MINE = select(PoolRole.pool_id).where(PoolRole.user_id == bindparam("me", type_=Integer))
ALL_POOLS = Prepared(_WITH_BALANCE)
POOLS_WITH_A_ROLE = Prepared(_WITH_BALANCE.where(Pool.id.in_(_MINE)))


def pool_cards(person: User, roles: Mapping[int, Iterable[Role]]) -> list[PoolCard]:
    """The pools in which the person has a role, or all of the municipality's for its administrator, the oldest first."""
    asked = ALL_POOLS if person.is_administrator else POOLS_WITH_A_ROLE
    cards = []
    for pool_id, name, available_ore in asked.run(db.session.connection(), {"municipality": person.municipality_id, "me": person.id}):
        held = frozenset(roles.get(pool_id, ()))
        cards.append(PoolCard(pool_id, name, held, (available_ore or 0) if held & SEES_THE_SUM else None))
    return cards
