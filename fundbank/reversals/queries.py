"""Every question about reversals."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from fundbank.extensions import db
from fundbank.ledger.models import Transfer
from fundbank.pools.models import Pool
from fundbank.reversals.models import Reversal


def reversal(reversal_id: int, *, municipality_id: int) -> Reversal | None:
    """The municipality's reversal with this id, if there is one."""
    query = select(Reversal).join(Pool, Pool.id == Reversal.pool_id)
    return db.session.scalar(query.where(Reversal.id == reversal_id, Pool.municipality_id == municipality_id))


def open_reversal_of(transfer: Transfer) -> Reversal | None:
    """A reversal of the transfer that waits for approval."""
    return db.session.scalar(select(Reversal).where(Reversal.transfer_id == transfer.id, Reversal.state == "registered"))


def reversals_of_pool(
    pool_id: int, *, waiting_only: bool = False, settled_only: bool = False, before_id: int | None = None, limit: int | None = None
) -> Sequence[Reversal]:
    """The pool's reversals, newest first, before ``before_id`` (keyset)."""
    query = select(Reversal).options(
        joinedload(Reversal.transfer).joinedload(Transfer.debit_account),
        joinedload(Reversal.transfer).joinedload(Transfer.credit_account),
        joinedload(Reversal.registered_by),
        joinedload(Reversal.settled_by),
    )
    query = query.where(Reversal.pool_id == pool_id)
    if waiting_only:
        query = query.where(Reversal.state == "registered")
    if settled_only:
        query = query.where(Reversal.state != "registered")
    if before_id is not None:
        query = query.where(Reversal.id < before_id)
    return db.session.scalars(query.order_by(Reversal.id.desc()).limit(limit)).all()


def count_waiting_reversals(pool_id: int) -> int:
    """How many reversals of the pool wait for a second person."""
    return db.session.scalar(select(func.count()).where(Reversal.pool_id == pool_id, Reversal.state == "registered")) or 0
