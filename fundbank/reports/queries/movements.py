"""What a statement is made of: the movements of a period, what the accounts held when it ended, and the awards."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.kit.text import sort_key
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.models import Account, PerMille, Transfer
from fundbank.ledger.queries import AwardBalances
from fundbank.ledger.rules import Balances
from fundbank.people.models import User

AT_ONCE = 5_000  # transfers in one question: a statement may hold some tens of thousands of values


@dataclass(frozen=True, slots=True)
class Side:
    """One of a transfer's two accounts."""

    kind: AccountKind
    holder: str
    award_id: int | None


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer: ``amount_ore`` from ``credit`` to ``debit``. ``reverses`` is the number of the transfer that it reverses,
    ``reversed_by`` of the one that has reversed it.

    What came in per mille says of which expenditure, at which rate, with which part to the pool, and what the treasury had.
    """

    number: int
    event: Event
    value_date: date
    recorded_at: datetime
    debit: Side
    credit: Side
    amount_ore: int
    text: str
    actor: str
    approver: str | None
    reverses: int | None
    reversed_by: int | None
    hash: str
    expenditure_ore: int | None
    rate: Decimal | None
    to_pool: Decimal | None
    treasury_ore: int | None

    @property
    def award_id(self) -> int | None:
        """The award that the transfer concerns, if any."""
        return self.debit.award_id or self.credit.award_id


def movements(
    pool_id: int, first: date | None = None, last: date | None = None, *, numbers: Collection[int] | None = None
) -> list[Movement]:
    """The pool's transfers with a value date from ``first`` to ``last``, both included, or those with these ``numbers``, in their order.

    One query; for numbers one for each AT_ONCE of them.
    """
    if numbers is None:
        return _moved(pool_id, *([Transfer.value_date >= first] if first else ()), *([Transfer.value_date <= last] if last else ()))
    asked = sorted(numbers)
    parts = (asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE))
    return [movement for part in parts for movement in _moved(pool_id, Transfer.number.in_(part))]


def _moved(pool_id: int, *narrowed: ColumnElement[bool]) -> list[Movement]:
    debit, credit, actor, approver, reversed_one = aliased(Account), aliased(Account), aliased(User), aliased(User), aliased(Transfer)
    answer = aliased(Transfer)
    query = (
        select(
            Transfer.number, Transfer.event, Transfer.value_date, Transfer.recorded_at,
            debit.kind, debit.holder, debit.award_id, credit.kind, credit.holder, credit.award_id,
            Transfer.amount_ore, Transfer.text, actor.name, approver.name, reversed_one.number, answer.number, Transfer.hash,
            PerMille.expenditure_ore, PerMille.rate, PerMille.to_pool, PerMille.treasury_ore,
        )
        .join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .join(actor, actor.id == Transfer.actor_id)
        .outerjoin(approver, approver.id == Transfer.approver_id)
        .outerjoin(reversed_one, reversed_one.id == Transfer.reverses_id)
        .outerjoin(answer, answer.reverses_id == Transfer.id)
        .outerjoin(PerMille, PerMille.transfer_id == Transfer.id)
        .where(Transfer.pool_id == pool_id, *narrowed)
        .order_by(Transfer.number)
    )  # fmt: skip
    return [
        Movement(
            number, Event(event), value_date, recorded_at,
            Side(AccountKind(debit_kind), debit_holder, debit_award), Side(AccountKind(credit_kind), credit_holder, credit_award),
            *rest,
        )
        for (
            number, event, value_date, recorded_at, debit_kind, debit_holder, debit_award, credit_kind, credit_holder, credit_award, *rest
        ) in db.session.execute(query)
    ]  # fmt: skip


@dataclass(frozen=True)
class Holdings:
    """What each account of a pool held at the end of a day, in øre, by kind and holder."""

    held: Mapping[tuple[AccountKind, str], int]

    @property
    def balances(self) -> Balances:
        """The pool's whole and its five parts."""
        sums: dict[str, int] = defaultdict(int)
        for (kind, _holder), ore in self.held.items():
            sums[kind] += ore
        return Balances.of(sums)

    @property
    def sources(self) -> list[tuple[str, int]]:
        """What each source had given and not got back, by name."""
        held = [(source, ore) for (kind, source), ore in self.held.items() if kind == AccountKind.FUNDING]
        return sorted(held, key=lambda one: sort_key(one[0]))

    def of_award(self, award_id: int) -> AwardBalances:
        """What was reserved, lent, granted and written off for the award."""
        parts = (AccountKind.RESERVED, AccountKind.LOAN, AccountKind.GRANT, AccountKind.WRITTEN_OFF)
        return AwardBalances(*(self.held.get((kind, str(award_id)), 0) for kind in parts))


def holdings(pool_id: int, last: date) -> Holdings:
    """What the pool's accounts held when ``last`` ended, by value date: summed from the transfers themselves, reversals among them."""
    query = (
        select(Transfer.debit_account_id, Transfer.credit_account_id, func.sum(Transfer.amount_ore))
        .where(Transfer.pool_id == pool_id, Transfer.value_date <= last)
        .group_by(Transfer.debit_account_id, Transfer.credit_account_id)
    )
    moved: dict[int, int] = defaultdict(int)
    for debit_id, credit_id, ore in db.session.execute(query):
        moved[debit_id] += int(ore)
        moved[credit_id] -= int(ore)
    accounts = db.session.execute(select(Account.id, Account.kind, Account.holder).where(Account.pool_id == pool_id))
    return Holdings(
        {
            (AccountKind(kind), holder): -moved[id_] if kind == AccountKind.FUNDING else moved[id_]
            for id_, kind, holder in accounts
            if id_ in moved
        }
    )


def awards_named(pool_id: int) -> Sequence[Award]:
    """The pool's awards with what they are called and whose they are, without their cases, the oldest first."""
    of_application = joinedload(Award.application)
    named = (of_application.defer(Application.content_json), of_application.joinedload(Application.department))
    return db.session.scalars(select(Award).options(*named).where(Award.pool_id == pool_id).order_by(Award.id)).all()
