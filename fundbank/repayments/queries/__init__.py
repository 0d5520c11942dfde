"""Every question about claims and repayments."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.awards.queries import concerns
from fundbank.extensions import db
from fundbank.ledger.models import Transfer
from fundbank.people.models import Department
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim, ClaimLine, Repayment

_LINES = (
    joinedload(Claim.award).joinedload(Award.application).joinedload(Application.department),
    selectinload(Claim.lines).joinedload(ClaimLine.department),
)
_POSTED = (
    joinedload(Repayment.transfer).joinedload(Transfer.reversed_by),
    joinedload(Repayment.transfer).joinedload(Transfer.actor),
)


def claim(claim_id: int, *, municipality_id: int) -> Claim | None:
    """The municipality's claim with this id, if there is one."""
    query = select(Claim).options(*_LINES).join(Pool, Pool.id == Claim.pool_id)
    return db.session.scalar(query.where(Claim.id == claim_id, Pool.municipality_id == municipality_id))


def claims_of(award: Award) -> Sequence[Claim]:
    """The award's claims by year."""
    return db.session.scalars(select(Claim).options(*_LINES).where(Claim.award_id == award.id).order_by(Claim.year)).all()


def page_of_claims(pool_id: int, *, seen_from: Department | None = None, before_id: int | None = None, limit: int = 50) -> Sequence[Claim]:
    """Up to ``limit`` + 1 of the pool's claims, newest first, before ``before_id`` (keyset; the extra one tells that there are more).

    ``seen_from`` narrows to the awards that concern this unit, one above it or one below it.
    """
    query = select(Claim).options(*_LINES).where(Claim.pool_id == pool_id)
    if seen_from is not None:
        query = query.where(exists().where(Award.id == Claim.award_id, concerns(seen_from)).correlate(Claim))
    if before_id is not None:
        query = query.where(Claim.id < before_id)
    return db.session.scalars(query.order_by(Claim.id.desc()).limit(limit + 1)).all()


def claims_of_pool(pool_id: int) -> Sequence[Claim]:
    """The pool's claims, newest first."""
    return db.session.scalars(select(Claim).options(*_LINES).where(Claim.pool_id == pool_id).order_by(Claim.id.desc())).all()


def claim_line(line_id: int, *, municipality_id: int) -> ClaimLine | None:
    """The municipality's line with this id, if there is one."""
    query = select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id).join(Pool, Pool.id == Claim.pool_id)
    return db.session.scalar(query.where(ClaimLine.id == line_id, Pool.municipality_id == municipality_id))


def line_of(award: Award, department_id: int, year: int) -> ClaimLine | None:
    """What one department owes for one year."""
    query = select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id)
    return db.session.scalar(query.where(Claim.award_id == award.id, Claim.year == year, ClaimLine.department_id == department_id))


def paid_ore(lines: Collection[ClaimLine]) -> dict[int, int]:
    """What has been repaid on each line, by its id, in øre; reversed repayments do not count."""
    query = _paid().where(Repayment.claim_line_id.in_([line.id for line in lines]))
    found: dict[int, int] = defaultdict(int)
    found.update((line_id, int(total)) for line_id, total in db.session.execute(query))
    return found


def unpaid_ore(line: ClaimLine, paid: int | None = None) -> int:
    """What the department still owes on a line, in øre: due less repaid and less what was given up."""
    return line.due_ore - line.waived_ore - (paid_ore([line])[line.id] if paid is None else paid)


def _stands() -> ColumnElement[bool]:
    """The transfer has not been reversed."""
    reversing = aliased(Transfer)
    return ~exists().where(reversing.reverses_id == Transfer.id)


def unpaid_column() -> ColumnElement[int]:
    """What is neither paid nor given up of a line, in øre: a column of a query about claim lines."""
    paid = (
        select(func.coalesce(func.sum(Transfer.amount_ore), 0))
        .join(Repayment, Repayment.transfer_id == Transfer.id)
        .where(Repayment.claim_line_id == ClaimLine.id, _stands())
        .correlate(ClaimLine)
        .scalar_subquery()
    )
    return ClaimLine.due_ore - ClaimLine.waived_ore - paid


def _paid() -> Select[int, int]:
    """Each line with what has been repaid on it; reversed repayments do not count."""
    query = select(Repayment.claim_line_id, func.sum(Transfer.amount_ore).label("ore"))
    return query.join(Transfer, Transfer.id == Repayment.transfer_id).where(_stands()).group_by(Repayment.claim_line_id)


def repayments_of(lines: Collection[ClaimLine]) -> Sequence[Repayment]:
    """The repayments on these lines with their transfers, the oldest first."""
    query = select(Repayment).options(*_POSTED)
    return db.session.scalars(query.where(Repayment.claim_line_id.in_([line.id for line in lines])).order_by(Repayment.id)).all()
