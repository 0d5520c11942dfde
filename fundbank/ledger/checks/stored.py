"""What is stored of a ledger, read as it stands: for the check, which trusts nothing that the models say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, select, type_coerce
from sqlalchemy.orm import aliased

from fundbank.extensions import db
from fundbank.ledger.models import Account, Transfer
from fundbank.ledger.rules import account_name

ROWS_AT_A_TIME = 2_000


@dataclass(slots=True)
class Held:
    """An account as it is stored, and what it comes to as the transfers are added up."""

    name: str
    pool_id: int
    kind: str
    holder: str
    award_id: int | None
    stored_ore: int
    counted_ore: int = 0
    was_overdrawn: bool = False


class Entry(NamedTuple):
    """A transfer as it is stored, with what it says that it reverses. Dates are as the driver gives them."""

    id: int
    number: int
    event: str
    debit_account_id: int
    credit_account_id: int
    amount_ore: int
    value_date: Any
    recorded_at: Any
    actor_id: int
    approver_id: int | None
    text: str
    reverses_id: int | None
    key: str
    previous_hash: str
    hash: str
    hash_version: int
    search_text: str
    reversed_number: int | None
    reversed_event: str | None
    reversed_pool_id: int | None
    reversed_debit_id: int | None
    reversed_credit_id: int | None
    reversed_ore: int | None


def accounts(which: ColumnElement[bool]) -> dict[int, Held]:
    """The accounts of which this holds, by id."""
    rows = db.session.execute(
        select(Account.id, Account.pool_id, Account.kind, Account.holder, Account.award_id, Account.balance_ore)
        .where(which)
        .order_by(Account.id)
    )
    return {id: Held(account_name(kind, holder), pool_id, kind, holder, award_id, ore) for id, pool_id, kind, holder, award_id, ore in rows}


def find(held: dict[int, Held], account_id: int) -> Held | None:
    """Look an account up; one that isn't the pool's own is fetched when a transfer touches it."""
    if account_id not in held:
        held.update(accounts(Account.id == account_id))
    return held.get(account_id)


def entries(pool_id: int) -> Iterator[Entry]:
    """The pool's transfers in their order, a good many at a time."""
    reversed_ = aliased(Transfer)
    rows = db.session.connection().execute(
        select(
            Transfer.id,
            Transfer.number,
            Transfer.event,
            Transfer.debit_account_id,
            Transfer.credit_account_id,
            Transfer.amount_ore,
            type_coerce(Transfer.value_date, String),
            type_coerce(Transfer.recorded_at, String),
            Transfer.actor_id,
            Transfer.approver_id,
            Transfer.text,
            Transfer.reverses_id,
            Transfer.idempotency_key,
            Transfer.previous_hash,
            Transfer.hash,
            Transfer.hash_version,
            Transfer.search_text,
            reversed_.number,
            reversed_.event,
            reversed_.pool_id,
            reversed_.debit_account_id,
            reversed_.credit_account_id,
            reversed_.amount_ore,
        )
        .outerjoin(reversed_, reversed_.id == Transfer.reverses_id)
        .where(Transfer.pool_id == pool_id)
        .order_by(Transfer.number, Transfer.id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    return (Entry._make(row) for row in rows)
