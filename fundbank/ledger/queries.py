"""What the ledger says: balances of pools and awards, transfers, and what has been moved for an award (domain.md §7).

Balances are read from the running totals of the accounts and of their kinds, which the triggers keep and
``ledger.checks`` recomputes. All amounts are øre.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, select, true, union
from sqlalchemy.orm import aliased, joinedload

from fundbank.extensions import db
from fundbank.kit.text import sort_key
from fundbank.ledger.chart import PARTS, AccountKind, Event, Sides
from fundbank.ledger.models import Account, ChainHead, FirstDay, LentAgain, Transfer
from fundbank.ledger.rules import GENESIS, Balances, Reuse
from fundbank.people.rules import State


@dataclass(frozen=True, slots=True)
class AwardBalances:
    """An award's money now, in øre. ``loan_ore`` is what is outstanding."""

    reserved_ore: int = 0
    loan_ore: int = 0
    grant_ore: int = 0
    written_off_ore: int = 0


HELD = {
    AccountKind.FUNDING: ChainHead.funding_ore, AccountKind.AVAILABLE: ChainHead.available_ore,
    AccountKind.RESERVED: ChainHead.reserved_ore, AccountKind.LOAN: ChainHead.loan_ore, AccountKind.GRANT: ChainHead.grant_ore,
    AccountKind.WRITTEN_OFF: ChainHead.written_off_ore,
}  # fmt: skip
"""Where it is kept what a pool's accounts of each kind hold together."""

Moved = dict[tuple[int, Event, AccountKind | None], int]


def balances(pool_id: int) -> Balances:
    """The pool's whole and its five parts now."""
    return balances_of_pools([pool_id])[pool_id]


def available_ore(pool_id: int) -> int:
    """What the pool can still promise, in øre."""
    query = select(Account.balance_ore).where(Account.pool_id == pool_id, Account.kind == AccountKind.AVAILABLE, Account.holder == "")
    return db.session.scalar(query) or 0


def balances_of_pools(pool_ids: Iterable[int]) -> dict[int, Balances]:
    """The same for several pools, in one query."""
    pool_ids = list(pool_ids)
    rows = db.session.execute(select(ChainHead.pool_id, *HELD.values()).where(ChainHead.pool_id.in_(pool_ids)))
    held = {pool_id: Balances.of(dict(zip(HELD, sums, strict=True))) for pool_id, *sums in rows}
    return {pool_id: held.get(pool_id, Balances()) for pool_id in pool_ids}


def repaid_ore(pool_id: int) -> int:
    """What has been repaid to the pool, in øre; reversed repayments do not count, nor what was refunded."""
    return db.session.scalar(select(ChainHead.repaid_ore).where(ChainHead.pool_id == pool_id)) or 0


def lent_again_ore(pool_id: int) -> int:
    """How much of what was ever promised had been promised before (``ledger.rules.Reuse``), in øre."""
    query = select(LentAgain.again_ore).where(LentAgain.pool_id == pool_id).order_by(LentAgain.number.desc()).limit(1)
    return db.session.scalar(query) or 0


def lent_again_without(pool_id: int, award_ids: Collection[int]) -> int:
    """How much it would be if these awards had never been promised: the transfers are gone through once more from the first of them on."""
    of_pool = select(LentAgain).where(LentAgain.pool_id == pool_id)
    first = db.session.scalar(select(func.min(LentAgain.number)).where(LentAgain.pool_id == pool_id, LentAgain.award_id.in_(award_ids)))
    if first is None:
        return lent_again_ore(pool_id)
    last = db.session.scalar(of_pool.where(LentAgain.number < first).order_by(LentAgain.number.desc()).limit(1))
    now = Reuse(last.available_ore, last.fresh_ore, last.again_ore) if last else Reuse()
    since = select(LentAgain.award_id).where(LentAgain.pool_id == pool_id, LentAgain.number >= first)
    before = select(LentAgain.award_id, func.sum(LentAgain.change_ore)).where(LentAgain.award_id.in_(since), LentAgain.number < first)
    held = defaultdict(int, {award_id: int(ore) for award_id, ore in db.session.execute(before.group_by(LentAgain.award_id))})
    debit, credit = aliased(Account), aliased(Account)
    moves = select(debit.kind, credit.kind, debit.award_id, credit.award_id, Transfer.amount_ore)
    moves = moves.join(debit, debit.id == Transfer.debit_account_id).join(credit, credit.id == Transfer.credit_account_id)
    moves = moves.where(Transfer.pool_id == pool_id, Transfer.number > (last.number if last else 0)).order_by(Transfer.number)
    for debit_kind, credit_kind, debited, credited, ore in db.session.execute(moves):
        award_id = debited or credited or 0
        if award_id not in award_ids:
            after = now.after(Sides(AccountKind(debit_kind), AccountKind(credit_kind)), ore, held[award_id])
            held[award_id] += after.again_ore - now.again_ore
            now = after
    return now.again_ore


def award_balances(award_id: int) -> AwardBalances:
    """What is reserved, lent, granted and written off for the award now."""
    return award_balances_of([award_id])[award_id]


def award_balances_of(award_ids: Iterable[int]) -> dict[int, AwardBalances]:
    """The same for several awards, in one query."""
    award_ids = list(award_ids)
    held: dict[int, dict[str, int]] = {award_id: {} for award_id in award_ids}
    rows = db.session.execute(select(Account.award_id, Account.kind, Account.balance_ore).where(Account.award_id.in_(award_ids)))
    for award_id, kind, ore in rows:
        held[award_id][kind] = ore  # type: ignore[index]  # not None: it was asked for
    return {
        award_id: AwardBalances(
            reserved_ore=of.get(AccountKind.RESERVED, 0),
            loan_ore=of.get(AccountKind.LOAN, 0),
            grant_ore=of.get(AccountKind.GRANT, 0),
            written_off_ore=of.get(AccountKind.WRITTEN_OFF, 0),
        )
        for award_id, of in held.items()
    }


def moved(award_id: int, event: Event, part: str | None = None) -> int:
    """The sum of the award's transfers of ``event`` that have not been reversed; without a part, of all its parts."""
    of = moved_of([award_id])
    return sum(ore for (_, which, of_part), ore in of.items() if which == event and part in (None, of_part))


def moved_of(award_ids: Iterable[int], last: date | None = None) -> Moved:
    """The same sums for several awards and all events, in one query; what isn't there reads as 0.

    The part is ``loan`` or ``grant`` for a disbursement and a return, None for every other event. With ``last`` they are the sums at
    the end of that day, by value date: what was reversed later still counts.
    """
    award_ids = list(award_ids)
    debit, credit, reversal = aliased(Account), aliased(Account), aliased(Transfer)
    of_award = (
        select(
            func.coalesce(debit.award_id, credit.award_id),
            Transfer.event,
            debit.kind,
            credit.kind,
            func.sum(Transfer.amount_ore),
        )
        .join(debit, debit.id == Transfer.debit_account_id)
        .join(credit, credit.id == Transfer.credit_account_id)
        .outerjoin(reversal, (reversal.reverses_id == Transfer.id) & _until(reversal, last))
        .where(Transfer.id.in_(ids_of_awards(award_ids)), Transfer.event != Event.REVERSAL, reversal.id.is_(None), _until(Transfer, last))
        .group_by(func.coalesce(debit.award_id, credit.award_id), Transfer.event, debit.kind, credit.kind)
    )
    sums: Moved = defaultdict(int)
    for award_id, event, debit_kind, credit_kind, ore in db.session.execute(of_award):
        event = Event(event)
        part = PARTS[event, Sides(AccountKind(debit_kind), AccountKind(credit_kind))]
        sums[award_id, event, part] += int(ore)
    return sums


def transfers(pool_id: int, *, before_number: int | None = None, award_id: int | None = None, limit: int = 50) -> Sequence[Transfer]:
    """A page of the pool's transfers, newest first, with accounts, people and reversals.

    The next page is asked for with the last number of this one: flat in time, however many there are.
    """
    page = with_all().where(Transfer.pool_id == pool_id).order_by(Transfer.number.desc()).limit(limit)
    if before_number is not None:
        page = page.where(Transfer.number < before_number)
    if award_id is not None:
        page = page.where(Transfer.id.in_(ids_of_awards([award_id])))
    return db.session.scalars(page).all()


def transfer(transfer_id: int) -> Transfer | None:
    """One transfer with its accounts, people and reversal."""
    return db.session.scalars(with_all().where(Transfer.id == transfer_id)).one_or_none()


def is_reversed(transfer_id: int) -> bool:
    """Has the transfer been answered by a reversal?"""
    return bool(db.session.scalar(select(exists().where(Transfer.reverses_id == transfer_id))))


def reversed_numbers(numbers: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Of transfers named by pool and number those that have been reversed, each with the number of the transfer that did."""
    wanted, answer = set(numbers), aliased(Transfer)
    if not wanted:
        return {}
    query = select(Transfer.pool_id, Transfer.number, answer.number).join(answer, answer.reverses_id == Transfer.id)
    query = query.where(Transfer.pool_id.in_({pool for pool, _number in wanted}), Transfer.number.in_({number for _pool, number in wanted}))
    return {(pool_id, number): by for pool_id, number, by in db.session.execute(query) if (pool_id, number) in wanted}


def award_names(pool_id: int, award_ids: Iterable[int]) -> dict[int, str]:
    """What the pool's awards are called in the ledger: the text of their approvals, by id.

    By ``+ 0`` SQLite learns to begin with the awards, and not with all accounts of the pool.
    """
    rows = db.session.execute(
        select(Account.award_id, Transfer.text)
        .join(Account, Account.id == Transfer.debit_account_id)
        .where(Account.pool_id + 0 == pool_id, Account.award_id.in_(list(award_ids)), Transfer.event == Event.APPROVAL)
    )
    return {award_id: text for award_id, text in rows if award_id is not None}


def approvals_of(award_ids: Iterable[int]) -> dict[int, Transfer]:
    """The posting that each of these awards began with, by the award's id."""
    query = select(Account.award_id, Transfer).join(Account, Account.id == Transfer.debit_account_id)
    found = db.session.execute(query.where(Account.award_id.in_(list(award_ids)), Transfer.event == Event.APPROVAL))
    return {award_id: transfer for award_id, transfer in found if award_id is not None}


def ids_by_number(pool_id: int, numbers: Iterable[int]) -> dict[int, int]:
    """The ids of the pool's transfers with these numbers."""
    numbers = list(numbers)
    query = select(Transfer.number, Transfer.id).where(Transfer.pool_id == pool_id, Transfer.number.in_(numbers))
    return {number: transfer_id for number, transfer_id in db.session.execute(query)} if numbers else {}


def count(pool_id: int) -> int:
    """How many transfers the pool has: its last number."""
    return chain_head(pool_id)[0]


def chain_head(pool_id: int) -> tuple[int, str]:
    """The last number and its hash. Printed outside the system, they show later that nothing before was rewritten."""
    head = db.session.execute(select(ChainHead.number, ChainHead.hash).where(ChainHead.pool_id == pool_id)).one_or_none()
    return (head.number, head.hash) if head else (0, GENESIS)


def first_value_date(pool_id: int) -> date | None:
    """The earliest day that a transfer of the pool counts from."""
    return db.session.scalar(select(func.min(Transfer.value_date)).where(Transfer.pool_id == pool_id))


def first_day_wanted(pool_id: int) -> FirstDay | None:
    """The first day that waits for finance's word."""
    return db.session.scalars(select(FirstDay).where(FirstDay.pool_id == pool_id, FirstDay.state == State.WAITING)).one_or_none()


def sources(pool_id: int) -> list[tuple[str, int]]:
    """Where the pool's money came from and how much of it has not been handed back, by name."""
    rows = db.session.execute(
        select(Account.holder, Account.balance_ore).where(Account.pool_id == pool_id, Account.kind == AccountKind.FUNDING)
    )
    return sorted(((source, ore) for source, ore in rows), key=lambda one: sort_key(one[0]))


def _until(of: type[Transfer], last: date | None) -> ColumnElement[bool]:
    """Has the value date come by the end of ``last``? Without one, always."""
    return true() if last is None else of.value_date <= last


def ids_of_awards(award_ids: Sequence[int]) -> Select[int]:
    """The transfers that touch an account of these awards: two index searches; an OR would read the whole table."""
    of_awards = select(Account.id).where(Account.award_id.in_(award_ids))
    return select(
        union(
            select(Transfer.id).where(Transfer.debit_account_id.in_(of_awards)),
            select(Transfer.id).where(Transfer.credit_account_id.in_(of_awards)),
        )
        .subquery()
        .c.id
    )


def with_all() -> Select[Transfer]:
    """Transfers with their accounts, people and reversals."""
    return select(Transfer).options(
        joinedload(Transfer.debit_account, innerjoin=True),
        joinedload(Transfer.credit_account, innerjoin=True),
        joinedload(Transfer.actor, innerjoin=True),
        joinedload(Transfer.approver),
        joinedload(Transfer.reverses),
        joinedload(Transfer.per_mille),
        joinedload(Transfer.reversed_by),
    )
