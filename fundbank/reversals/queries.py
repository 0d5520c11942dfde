"""Every question about reversals."""

from collections.abc import Sequence

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import joinedload

from fundbank.extensions import db
from fundbank.kit.counting import Bounded, count
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.ledger.models import Movement, Transfer
from fundbank.pools.models import Pool
from fundbank.reversals.models import Reversal


def reversal(reversal_id: int, *, municipality_id: int) -> Reversal | None:
    """The municipality's reversal with this id, if there is one."""
    query = select(Reversal).join(Pool, Pool.id == Reversal.pool_id)
    return db.session.scalar(query.where(Reversal.id == reversal_id, Pool.municipality_id == municipality_id))


def open_reversal_of(transfer: Transfer) -> Reversal | None:
    """A reversal of the transfer that waits for approval."""
    return db.session.scalar(select(Reversal).where(Reversal.transfer_id == transfer.id, Reversal.state == "registered"))


def reversals_to_approve(pool_id: int, after: int = 0) -> Part[Reversal]:
    """The pool's reversals that wait for a second person, the oldest first: a part of them after the one with the id ``after``."""
    query = _with_transfers().where(Reversal.pool_id == pool_id, Reversal.state == "registered", Reversal.id > after)
    return part_of(db.session.scalars(query.order_by(Reversal.id).limit(SHOWN + 1)).all(), key=lambda reversal: reversal.id, most=SHOWN)


def page_of_reversals(pool_id: int, *, before_id: int | None = None, limit: int = 50) -> Sequence[Reversal]:
    """Up to ``limit`` + 1 of the pool's posted and refused reversals, newest first, before ``before_id`` (keyset)."""
    query = _with_transfers().where(Reversal.pool_id == pool_id, Reversal.state != "registered")
    if before_id is not None:
        query = query.where(Reversal.id < before_id)
    return db.session.scalars(query.order_by(Reversal.id.desc()).limit(limit + 1)).all()


def _with_transfers() -> Select[Reversal]:
    return select(Reversal).options(
        joinedload(Reversal.transfer).joinedload(Transfer.debit_account),
        joinedload(Reversal.transfer).joinedload(Transfer.credit_account),
        joinedload(Reversal.registered_by),
        joinedload(Reversal.settled_by),
    )


def movement(movement_id: int, *, municipality_id: int) -> Movement | None:
    """The municipality's movement of money with this id, if there is one."""
    query = select(Movement).join(Pool, Pool.id == Movement.pool_id)
    return db.session.scalar(query.where(Movement.id == movement_id, Pool.municipality_id == municipality_id))


def movements_to_approve(pool_id: int, after: int = 0) -> Part[Movement]:
    """The pool's releases and returns of funding that wait for a second person, the oldest first: a part of them after the id ``after``."""
    query = select(Movement).options(joinedload(Movement.registered_by))
    query = query.where(Movement.pool_id == pool_id, Movement.state == "registered", Movement.id > after).order_by(Movement.id)
    return part_of(db.session.scalars(query.limit(SHOWN + 1)).all(), key=lambda movement: movement.id, most=SHOWN)


def count_waiting_reversals(pool_id: int) -> Bounded:
    """How many reversals and other movements of the pool's money wait for a second person."""
    reversals = select(Reversal.id).where(Reversal.pool_id == pool_id, Reversal.state == "registered")
    movements = select(Movement.id).where(Movement.pool_id == pool_id, Movement.state == "registered")
    return count(select(union_all(reversals, movements).subquery().c.id))
