"""What a posting may not do: more than its accounts hold, now or on any day since, and the same thing twice (domain.md §7)."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, case, exists, func, or_, select, type_coerce
from sqlalchemy.engine import Connection

from fundbank.errors import N_, AlreadyPosted, InvalidAmount, InvalidDate
from fundbank.kit.clock import local_date
from fundbank.kit.money import LIMIT_ORE
from fundbank.ledger.chart import AccountKind
from fundbank.ledger.models import Account, ChainHead, Transfer
from fundbank.ledger.prepared import Prepared
from fundbank.ledger.rules import over
from fundbank.ledger.steps.postings import Place, Posting

ALREADY_REVERSED = N_("This transfer has already been reversed.")
TOO_LITTLE_THEN = N_("On that day, or on one after it, there was only %(limit_ore)s to take it from. Choose a later value date.")


class Found(NamedTuple):
    """An account's row and what it holds at this moment."""

    id: int
    balance_ore: int


# Columns and statements made once: building and caching a statement costs more than running it.
accounts, heads, entries = Account.__table__.c, ChainHead.__table__.c, Transfer.__table__.c

# The chain's end, whether the key has been used, and such of the two accounts as exist: one row or two.
BEFORE = Prepared(
    select(
        heads.number,
        heads.hash,
        type_coerce(exists(select(entries.id).where(entries.idempotency_key == bindparam("key"))), Integer).label("is_posted"),
        accounts.id,
        accounts.kind,
        accounts.holder,
        accounts.balance_ore,
    )
    .select_from(ChainHead)
    .outerjoin(
        Account,
        and_(
            accounts.pool_id == heads.pool_id,
            or_(
                and_(accounts.kind == bindparam("debit_kind"), accounts.holder == bindparam("debit_holder")),
                and_(accounts.kind == bindparam("credit_kind"), accounts.holder == bindparam("credit_holder")),
            ),
        ),
    )
    .where(heads.pool_id == bindparam("pool_id"))
)
REVERSED = select(exists(select(entries.id).where(entries.reverses_id == bindparam("transfer_id"))))
# What each day put into an account, or took out of it, by value date.
BY_DAY = (
    select(
        entries.value_date,
        func.sum(case((entries.debit_account_id == bindparam("account_id"), entries.amount_ore), else_=-entries.amount_ore)),
    )
    .where(or_(entries.debit_account_id == bindparam("account_id"), entries.credit_account_id == bindparam("account_id")))
    .group_by(entries.value_date)
    .order_by(entries.value_date)
)


def check_amount(amount_ore: int) -> None:
    """Raise InvalidAmount for what no transfer can move."""
    if not 0 < amount_ore < LIMIT_ORE:
        raise InvalidAmount()


def standing_before(connection: Connection, wanted: Posting) -> Sequence[Any]:
    """The chain's end and such of the two accounts as exist; nothing before the pool's first transfer."""
    asked = {
        "pool_id": wanted.pool_id,
        "key": wanted.key,
        "debit_kind": str(wanted.debit.kind),
        "debit_holder": wanted.debit.holder,
        "credit_kind": str(wanted.credit.kind),
        "credit_holder": wanted.credit.holder,
    }
    return BEFORE.run(connection, asked)


def check_limits(connection: Connection, wanted: Posting, before: Sequence[Any]) -> dict[tuple[str, str], Found]:
    """Raise unless the posting is new and both accounts allow it; returns such of the accounts as exist.

    Raises AlreadyPosted, OverAvailable, OverReserved or OverOutstanding, InvalidDate.
    """
    if before and before[0][2]:
        raise AlreadyPosted()
    if wanted.reverses is not None and connection.scalar(REVERSED, {"transfer_id": wanted.reverses.id}):
        raise AlreadyPosted(ALREADY_REVERSED)
    found = {(kind, holder): Found(id, balance_ore) for *_, id, kind, holder, balance_ore in before}
    for place, is_debit in ((wanted.credit, False), (wanted.debit, True)):
        if not _falls(place, is_debit=is_debit):
            continue
        account = found.get(place[:2])
        _keep_within(place, account, wanted.amount_ore)
        if account and wanted.value_date < local_date(wanted.at):
            _keep_within_since(connection, account, wanted.value_date, wanted.amount_ore)
    return found


def _falls(place: Place, *, is_debit: bool) -> bool:
    return is_debit == (place.kind == AccountKind.FUNDING)


def _keep_within(place: Place, account: Found | None, amount_ore: int) -> None:
    limit_ore = account.balance_ore if account else 0
    if amount_ore > limit_ore:
        raise over(place.kind, amount_ore=amount_ore, limit_ore=limit_ore)


def _keep_within_since(connection: Connection, account: Found, value_date: date, amount_ore: int) -> None:
    """No account is below 0 at the end of any day by value date either, or a statement of that day would make no sense."""
    held_ore, lowest_ore = 0, account.balance_ore
    for day, ore in connection.execute(BY_DAY, {"account_id": account.id}):
        if day > value_date:
            lowest_ore = min(lowest_ore, abs(held_ore))
        held_ore += int(ore)
    if amount_ore > lowest_ore:
        raise InvalidDate(TOO_LITTLE_THEN, field="value_on", limit_ore=lowest_ore)
