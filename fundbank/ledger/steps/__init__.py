"""Every write of the ledger: posting a transfer and reversing one. Nothing else adds a row (domain.md §7).

A transfer is one INSERT that names both accounts; triggers in the database move the balances and the chain's head with
it. The head's row is locked first, so that transfers of a pool queue up; as no balance of a pool moves without its
head, the accounts need no lock of their own. Chain and accounts are made when they are first needed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Unpack

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from fundbank.errors import AlreadyPosted
from fundbank.extensions import db
from fundbank.ledger.chart import Sides
from fundbank.ledger.models import Account, ChainHead, Transfer, words_of_transfer
from fundbank.ledger.prepared import Prepared
from fundbank.ledger.rules import GIVEN_UP, HASH_VERSION, HASHES, PROMISED, account_name, written_moment
from fundbank.ledger.steps.limits import accounts, check_amount, check_limits, entries, heads, standing_before
from fundbank.ledger.steps.postings import Place, Posting, Wanted, counter, posting
from fundbank.ledger.steps.reuse import keep_reuse

# Statements made once: building and caching a statement costs more than running it.
LOCK_HEAD = select(heads.number).where(heads.pool_id == bindparam("pool_id")).with_for_update()
START_CHAIN = text("INSERT INTO chain_heads (pool_id, number, hash) VALUES (:pool_id, 0, '') ON CONFLICT DO NOTHING")
ADD_ACCOUNT = insert(Account).returning(accounts.id)
ADD = Prepared(insert(Transfer).returning(entries.id), columns=[column.name for column in entries if column.name != "id"])


def post(*, actor_id: int, approver_id: int | None = None, text: str = "", **wanted: Unpack[Wanted]) -> Transfer:
    """Post one event of domain.md §7: ``amount_ore`` øre out of its credit account into its debit account.

    Raises InvalidAmount for an amount that isn't above 0 or is too large; OverAvailable, OverReserved or
    OverOutstanding for more than the account holds; InvalidDate for more than it held on a value date that has passed;
    AlreadyPosted for a key that was used before. Who may post is the caller's question.
    """
    return _append(posting(**wanted), actor_id=actor_id, approver_id=approver_id, text=text)


def check_post(**wanted: Unpack[Wanted]) -> None:
    """Raise what ``post`` would raise at this moment, and change nothing: who is shown a posting first is shown one that would hold."""
    _check(posting(**wanted))


def check_reverse(*, transfer: Transfer, at: datetime, key: str | None = None) -> None:
    """Raise what ``reverse`` would raise at this moment, and change nothing."""
    _check(counter(transfer, at, key))


def reverse(*, transfer: Transfer, actor_id: int, approver_id: int | None, at: datetime, text: str, key: str | None = None) -> Transfer:
    """Answer a mistake with a transfer that swaps the accounts of ``transfer`` and names it.

    Raises AlreadyPosted if it is already reversed, WrongState if it is itself a reversal, and the same limits as a
    posting: money that has moved on can't be taken back.
    """
    return _append(counter(transfer, at, key), actor_id=actor_id, approver_id=approver_id, text=text)


def _check(wanted: Posting) -> None:
    check_amount(wanted.amount_ore)
    session = db.session()
    session.flush()
    connection = session.connection()
    check_limits(connection, wanted, standing_before(connection, wanted))


def _append(wanted: Posting, *, actor_id: int, approver_id: int | None, text: str) -> Transfer:
    pool_id, debit, credit, reverses = wanted.pool_id, wanted.debit, wanted.credit, wanted.reverses
    day, moment = wanted.value_date.isoformat(), written_moment(wanted.at)
    session = db.session()
    session.flush()
    connection = session.connection()
    check_amount(wanted.amount_ore)
    _queue_up(connection, pool_id)
    before = standing_before(connection, wanted)
    if not before:  # the pool's first transfer on SQLite
        connection.execute(START_CHAIN, {"pool_id": pool_id})
        before = standing_before(connection, wanted)
    found = check_limits(connection, wanted, before)
    debit_account, credit_account = found.get(debit[:2]), found.get(credit[:2])
    number, previous_hash = before[0][0] + 1, before[0][1]
    values: dict[str, Any] = {
        "pool_id": pool_id,
        "number": number,
        "event": str(wanted.event),
        "debit_account_id": debit_account.id if debit_account else _add_account(connection, pool_id, debit),
        "credit_account_id": credit_account.id if credit_account else _add_account(connection, pool_id, credit),
        "amount_ore": wanted.amount_ore,
        "value_date": wanted.value_date,
        "recorded_at": wanted.at,
        "actor_id": actor_id,
        "approver_id": approver_id,
        "text": text,
        "reverses_id": reverses.id if reverses is not None else None,
        "idempotency_key": wanted.key,
        "previous_hash": previous_hash,
        "hash_version": HASH_VERSION,
        "search_text": words_of_transfer(text, debit, credit),
        "hash": HASHES[HASH_VERSION](
            previous_hash,
            pool_id=pool_id,
            number=number,
            event=wanted.event,
            debit=account_name(debit.kind, debit.holder),
            credit=account_name(credit.kind, credit.holder),
            amount_ore=wanted.amount_ore,
            value_date=day,
            recorded_at=moment,
            actor_id=actor_id,
            approver_id=approver_id,
            text=text,
            reverses=reverses.number if reverses is not None else None,
            key=wanted.key,
        ),
    }
    try:
        ((values["id"],),) = ADD.run(connection, {**values, "value_date": day, "recorded_at": moment})
    except IntegrityError as error:
        if "idempotency_key" in str(error):  # the same key, in another pool at the same instant
            raise AlreadyPosted() from error
        raise
    _forget(session, values["debit_account_id"], values["credit_account_id"], pool_id, reverses)
    transfer = _known(session, values)
    sides = Sides(debit.kind, credit.kind)
    if sides in (PROMISED, GIVEN_UP):
        keep_reuse(transfer, debit.award_id or credit.award_id or 0, sides)
    return transfer


def _queue_up(connection: Connection, pool_id: int) -> None:
    """Wait for other transfers of the pool. On SQLite the transaction itself began with the write lock.

    A chain that does not exist cannot be waited for: it is started here, before it is read, or somebody who started it in between would be
    read without being waited for.
    """
    if connection.dialect.name == "postgresql" and connection.scalar(LOCK_HEAD, {"pool_id": pool_id}) is None:
        connection.execute(START_CHAIN, {"pool_id": pool_id})
        connection.execute(LOCK_HEAD, {"pool_id": pool_id})


def _add_account(connection: Connection, pool_id: int, place: Place) -> int:
    account = {"pool_id": pool_id, "kind": str(place.kind), "holder": place.holder, "award_id": place.award_id}
    return connection.execute(ADD_ACCOUNT, account).scalar_one()


def _known(session: Session, values: Mapping[str, Any]) -> Transfer:
    """The row that has just gone in, as an object of the session that knows its values: no flush, no SELECT."""
    transfer = Transfer(id=values["id"])
    make_transient_to_detached(transfer)
    undone = session.identity_map.get(identity_key(Transfer, values["id"]))
    if undone is not None:  # of a posting that was rolled back: SQLite gives its number out again
        session.expunge(undone)
    session.add(transfer)
    for name, value in values.items():
        set_committed_value(transfer, name, value)
    return transfer


def _forget(session: Session, debit_id: int, credit_id: int, pool_id: int, reverses: Transfer | None) -> None:
    """Let objects that the session has already read show what the triggers have moved."""
    known = session.identity_map
    if not known:
        return
    for mapper, row_id in ((Account.__mapper__, debit_id), (Account.__mapper__, credit_id), (ChainHead.__mapper__, pool_id)):
        if (row := known.get(mapper.identity_key_from_primary_key((row_id,)))) is not None:
            session.expire(row)
    if reverses is not None:
        session.expire(reverses, ["reversed_by"])
