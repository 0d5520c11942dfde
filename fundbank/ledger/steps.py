"""Every write of the ledger: posting a transfer and reversing one. Nothing else adds a row (domain.md §7).

A transfer is one INSERT that names both accounts; triggers in the database move the balances and the chain's head with
it. The head's row is locked first, so that transfers of a pool queue up; as no balance of a pool moves without its
head, the accounts need no lock of their own. Chain and accounts are made when they are first needed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Integer, and_, bindparam, case, exists, func, insert, or_, select, text, type_coerce
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from fundbank.errors import N_, AlreadyPosted, InvalidAmount, InvalidDate, WrongState
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.kit.money import LIMIT_ORE
from fundbank.kit.prepared import Prepared
from fundbank.ledger import chart
from fundbank.ledger.chart import AccountKind, Event
from fundbank.ledger.models import Account, ChainHead, Transfer
from fundbank.ledger.rules import account_name, chain_hash, over, written_moment

ALREADY_REVERSED = N_("This transfer has already been reversed.")
TOO_LITTLE_THEN = N_("On that day, or on one after it, there was only %(limit_ore)s to take it from. Choose a later value date.")
REVERSAL_OF_REVERSAL = N_("A reversal cannot be reversed: register what happened again instead.")


class Place(NamedTuple):
    """An account by what it is; ``holder`` is the award's id, the source's name, or empty."""

    kind: AccountKind
    holder: str
    award_id: int | None


class Found(NamedTuple):
    """An account's row and what it holds at this moment."""

    id: int
    balance_ore: int


# Columns and statements made once: building and caching a statement costs more than running it.
accounts, heads, entries = Account.__table__.c, ChainHead.__table__.c, Transfer.__table__.c

LOCK_HEAD = select(heads.number).where(heads.pool_id == bindparam("pool_id")).with_for_update()
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
START_CHAIN = text("INSERT INTO chain_heads (pool_id, number, hash) VALUES (:pool_id, 0, '') ON CONFLICT DO NOTHING")
ADD_ACCOUNT = insert(Account).returning(accounts.id)
ADD = Prepared(insert(Transfer).returning(entries.id), columns=[column.name for column in entries if column.name != "id"])


def post(
    *,
    pool_id: int,
    event: Event,
    amount_ore: int,
    actor_id: int,
    at: datetime,
    award_id: int | None = None,
    part: str | None = None,
    source: str | None = None,
    approver_id: int | None = None,
    text: str = "",
    value_date: date | None = None,
    key: str | None = None,
) -> Transfer:
    """Post one event of domain.md §7: ``amount_ore`` øre out of its credit account into its debit account.

    Raises InvalidAmount for an amount that isn't above 0 or is too large; OverAvailable, OverReserved or
    OverOutstanding for more than the account holds; InvalidDate for more than it held on a value date that has passed;
    AlreadyPosted for a key that was used before. Who may post is the caller's question.
    """
    debit, credit = chart.sides(event, part)
    return _append(
        pool_id=pool_id,
        event=event,
        debit=_place(debit, award_id, source),
        credit=_place(credit, award_id, source),
        amount_ore=amount_ore,
        actor_id=actor_id,
        at=at,
        approver_id=approver_id,
        text=text,
        value_date=value_date,
        key=key,
        reverses=None,
    )


def check_post(
    *,
    pool_id: int,
    event: Event,
    amount_ore: int,
    at: datetime,
    award_id: int | None = None,
    part: str | None = None,
    source: str | None = None,
    value_date: date | None = None,
    key: str | None = None,
) -> None:
    """Raise what ``post`` would raise at this moment, and change nothing: who is shown a posting first is shown one that would hold."""
    debit, credit = chart.sides(event, part)
    _check(
        pool_id=pool_id,
        debit=_place(debit, award_id, source),
        credit=_place(credit, award_id, source),
        amount_ore=amount_ore,
        at=at,
        value_date=value_date,
        key=key,
        reverses=None,
    )


def check_reverse(*, transfer: Transfer, at: datetime, key: str | None = None) -> None:
    """Raise what ``reverse`` would raise at this moment, and change nothing."""
    if transfer.event == Event.REVERSAL:
        raise WrongState(REVERSAL_OF_REVERSAL)
    _check(
        pool_id=transfer.pool_id,
        debit=_place_of(transfer.credit_account),
        credit=_place_of(transfer.debit_account),
        amount_ore=transfer.amount_ore,
        at=at,
        value_date=None,
        key=key,
        reverses=transfer,
    )


def reverse(*, transfer: Transfer, actor_id: int, approver_id: int | None, at: datetime, text: str, key: str | None = None) -> Transfer:
    """Answer a mistake with a transfer that swaps the accounts of ``transfer`` and names it.

    Raises AlreadyPosted if it is already reversed, WrongState if it is itself a reversal, and the same limits as a
    posting: money that has moved on can't be taken back.
    """
    if transfer.event == Event.REVERSAL:
        raise WrongState(REVERSAL_OF_REVERSAL)
    return _append(
        pool_id=transfer.pool_id,
        event=Event.REVERSAL,
        debit=_place_of(transfer.credit_account),
        credit=_place_of(transfer.debit_account),
        amount_ore=transfer.amount_ore,
        actor_id=actor_id,
        at=at,
        approver_id=approver_id,
        text=text,
        value_date=None,
        key=key,
        reverses=transfer,
    )


def _place(kind: AccountKind, award_id: int | None, source: str | None) -> Place:
    if kind in chart.OF_AN_AWARD:
        if award_id is None:
            raise ValueError(f"an account of kind {kind} belongs to an award")
        return Place(kind, str(award_id), award_id)
    if kind == AccountKind.FUNDING:
        if not source:
            raise ValueError("funding has a source")
        return Place(kind, source, None)
    return Place(kind, "", None)


def _place_of(account: Account) -> Place:
    return Place(AccountKind(account.kind), account.holder, account.award_id)


def _append(
    *,
    pool_id: int,
    event: Event,
    debit: Place,
    credit: Place,
    amount_ore: int,
    actor_id: int,
    at: datetime,
    approver_id: int | None,
    text: str,
    value_date: date | None,
    key: str | None,
    reverses: Transfer | None,
) -> Transfer:
    key = key or str(uuid4())
    value_date = value_date or local_date(at)
    day, moment = value_date.isoformat(), written_moment(at)
    session = db.session()
    session.flush()
    connection = session.connection()
    _check_amount(amount_ore)
    _queue_up(connection, pool_id)
    before = _before(connection, pool_id, debit, credit, key)
    if not before:  # the pool's first transfer on SQLite
        connection.execute(START_CHAIN, {"pool_id": pool_id})
        before = _before(connection, pool_id, debit, credit, key)
    found = _check_limits(connection, before, debit, credit, amount_ore, value_date, at, reverses)
    debit_account, credit_account = found.get(debit[:2]), found.get(credit[:2])
    number, previous_hash = before[0][0] + 1, before[0][1]
    values: dict[str, Any] = {
        "pool_id": pool_id,
        "number": number,
        "event": str(event),
        "debit_account_id": debit_account.id if debit_account else _add_account(connection, pool_id, debit),
        "credit_account_id": credit_account.id if credit_account else _add_account(connection, pool_id, credit),
        "amount_ore": amount_ore,
        "value_date": value_date,
        "recorded_at": at,
        "actor_id": actor_id,
        "approver_id": approver_id,
        "text": text,
        "reverses_id": reverses.id if reverses is not None else None,
        "idempotency_key": key,
        "previous_hash": previous_hash,
        "hash": chain_hash(
            previous_hash,
            pool_id=pool_id,
            number=number,
            event=event,
            debit=account_name(debit.kind, debit.holder),
            credit=account_name(credit.kind, credit.holder),
            amount_ore=amount_ore,
            value_date=day,
            recorded_at=moment,
            actor_id=actor_id,
            approver_id=approver_id,
            text=text,
            reverses=reverses.number if reverses is not None else None,
            key=key,
        ),
    }
    try:
        ((values["id"],),) = ADD.run(connection, {**values, "value_date": day, "recorded_at": moment})
    except IntegrityError as error:
        if "idempotency_key" in str(error):  # the same key, in another pool at the same instant
            raise AlreadyPosted() from error
        raise
    _forget(session, values["debit_account_id"], values["credit_account_id"], pool_id, reverses)
    return _known(session, values)


def _check(
    *,
    pool_id: int,
    debit: Place,
    credit: Place,
    amount_ore: int,
    at: datetime,
    value_date: date | None,
    key: str | None,
    reverses: Transfer | None,
) -> None:
    _check_amount(amount_ore)
    session = db.session()
    session.flush()
    connection = session.connection()
    before = _before(connection, pool_id, debit, credit, key or "")
    _check_limits(connection, before, debit, credit, amount_ore, value_date or local_date(at), at, reverses)


def _check_amount(amount_ore: int) -> None:
    if not 0 < amount_ore < LIMIT_ORE:
        raise InvalidAmount()


def _before(connection: Connection, pool_id: int, debit: Place, credit: Place, key: str) -> Sequence[Any]:
    """The chain's end and such of the two accounts as exist; nothing before the pool's first transfer."""
    asked = {
        "pool_id": pool_id,
        "key": key,
        "debit_kind": str(debit.kind),
        "debit_holder": debit.holder,
        "credit_kind": str(credit.kind),
        "credit_holder": credit.holder,
    }
    return BEFORE.run(connection, asked)


def _check_limits(
    connection: Connection,
    before: Sequence[Any],
    debit: Place,
    credit: Place,
    amount_ore: int,
    value_date: date,
    at: datetime,
    reverses: Transfer | None,
) -> dict[tuple[str, str], Found]:
    """Raise unless the posting is new and both accounts allow it; returns such of the accounts as exist."""
    if before and before[0][2]:
        raise AlreadyPosted()
    if reverses is not None and connection.scalar(REVERSED, {"transfer_id": reverses.id}):
        raise AlreadyPosted(ALREADY_REVERSED)
    found = {(kind, holder): Found(id, balance_ore) for *_, id, kind, holder, balance_ore in before}
    falling = [(place, found.get(place[:2])) for place, is_debit in ((credit, False), (debit, True)) if _falls(place, is_debit=is_debit)]
    for place, account in falling:
        _keep_within(place, account, amount_ore)
        if account and value_date < local_date(at):
            _keep_within_since(connection, account, value_date, amount_ore)
    return found


def _queue_up(connection: Connection, pool_id: int) -> None:
    """Wait for other transfers of the pool. On SQLite the transaction itself began with the write lock.

    A chain that does not exist cannot be waited for: it is started here, before it is read, or somebody who started it in between would be
    read without being waited for.
    """
    if connection.dialect.name == "postgresql" and connection.scalar(LOCK_HEAD, {"pool_id": pool_id}) is None:
        connection.execute(START_CHAIN, {"pool_id": pool_id})
        connection.execute(LOCK_HEAD, {"pool_id": pool_id})


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
