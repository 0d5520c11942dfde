"""Every question about awards and disbursements."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Disbursement, Participant
from fundbank.awards.states import DisbursementState
from fundbank.extensions import db
from fundbank.ledger.chart import Event
from fundbank.ledger.queries import moved
from fundbank.pools.models import Pool

_NAMES = (
    joinedload(Award.application).joinedload(Application.department),
    joinedload(Award.application).joinedload(Application.pool),
    selectinload(Award.participants).joinedload(Participant.department),
)


def award(award_id: int, *, municipality_id: int) -> Award | None:
    """The municipality's award with this id, if there is one."""
    query = select(Award).options(*_NAMES).join(Pool, Pool.id == Award.pool_id)
    return db.session.scalar(query.where(Award.id == award_id, Pool.municipality_id == municipality_id))


def award_of(application: Application) -> Award | None:
    """The award that the application led to."""
    return db.session.scalar(select(Award).options(*_NAMES).where(Award.application_id == application.id))


def awards_of_pool(pool_id: int, states: Collection[str] = ()) -> Sequence[Award]:
    """The pool's awards, newest first."""
    query = select(Award).options(*_NAMES).where(Award.pool_id == pool_id)
    if states:
        query = query.where(Award.state.in_(states))
    return db.session.scalars(query.order_by(Award.id.desc())).all()


def disbursement(disbursement_id: int, *, municipality_id: int) -> Disbursement | None:
    """The municipality's disbursement with this id, if there is one."""
    query = select(Disbursement).join(Pool, Pool.id == Disbursement.pool_id)
    return db.session.scalar(query.where(Disbursement.id == disbursement_id, Pool.municipality_id == municipality_id))


def disbursements_of_pool(pool_id: int, states: Collection[str] = (), *, limit: int = 200) -> Sequence[Disbursement]:
    """The pool's newest disbursements with their awards and people."""
    query = select(Disbursement).options(
        joinedload(Disbursement.award).joinedload(Award.application).joinedload(Application.department),
        joinedload(Disbursement.registered_by),
        joinedload(Disbursement.settled_by),
        joinedload(Disbursement.transfer),
    )
    query = query.where(Disbursement.pool_id == pool_id)
    if states:
        query = query.where(Disbursement.state.in_(states))
    return db.session.scalars(query.order_by(Disbursement.id.desc()).limit(limit)).all()


def disbursed_ore(award: Award, part: str | None = None) -> int:
    """What was ever paid out of the award, or of one part: returns not deducted, reversed payments not counted. In øre."""
    parts = [part] if part else ["loan", "grant"]
    return sum(moved(award.id, Event.DISBURSEMENT, name) for name in parts)


def room_ore(award: Award, part: str) -> int:
    """What may still be paid out of a part of the award, in øre; the reservation may be smaller."""
    return award.part_ore(part) - disbursed_ore(award, part)


def awaiting_approval_ore(award: Award, part: str | None = None) -> int:
    """Registered payments that nobody has approved yet, in øre."""
    query = select(func.coalesce(func.sum(Disbursement.amount_ore), 0)).where(
        Disbursement.award_id == award.id, Disbursement.state == DisbursementState.REGISTERED
    )
    if part is not None:
        query = query.where(Disbursement.part == part)
    return int(db.session.scalar(query) or 0)
