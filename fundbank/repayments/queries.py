"""Every question about claims, repayments and reversals."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.ledger.models import Transfer
from fundbank.ledger.queries import award_balances
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim, ClaimLine, Repayment, Reversal

_LINES = (
    joinedload(Claim.award).joinedload(Award.application).joinedload(Application.department),
    selectinload(Claim.lines).joinedload(ClaimLine.department),
)


def claim(claim_id: int, *, municipality_id: int) -> Claim | None:
    """The municipality's claim with this id, if there is one."""
    query = select(Claim).options(*_LINES).join(Pool, Pool.id == Claim.pool_id)
    return db.session.scalar(query.where(Claim.id == claim_id, Pool.municipality_id == municipality_id))


def claim_of_year(award: Award, year: int) -> Claim | None:
    """The award's claim of a calendar year."""
    return db.session.scalar(select(Claim).where(Claim.award_id == award.id, Claim.year == year))


def claims_of(award: Award) -> Sequence[Claim]:
    """The award's claims by year."""
    return db.session.scalars(select(Claim).options(*_LINES).where(Claim.award_id == award.id).order_by(Claim.year)).all()


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
    reversing = aliased(Transfer)
    query = (
        select(Repayment.claim_line_id, func.sum(Transfer.amount_ore))
        .join(Transfer, Transfer.id == Repayment.transfer_id)
        .where(
            Repayment.claim_line_id.in_([line.id for line in lines]),
            ~exists().where(reversing.reverses_id == Transfer.id),
        )
        .group_by(Repayment.claim_line_id)
    )
    found: dict[int, int] = defaultdict(int)
    found.update((line_id, int(total)) for line_id, total in db.session.execute(query))
    return found


def unpaid_ore(line: ClaimLine, paid: int | None = None) -> int:
    """What the department still owes on a line, in øre: due less repaid and less what was given up."""
    return line.due_ore - line.waived_ore - (paid_ore([line])[line.id] if paid is None else paid)


def unpaid_of_award_ore(award: Award) -> int:
    """What is claimed of the award and still unpaid, in øre."""
    lines = [line for claim in claims_of(award) for line in claim.lines]
    paid = paid_ore(lines)
    return sum(unpaid_ore(line, paid[line.id]) for line in lines)


def claimable_ore(award: Award) -> int:
    """What is outstanding and not yet claimed, in øre: the cap of the next claim (domain.md §8)."""
    return max(award_balances(award.id).loan_ore - unpaid_of_award_ore(award), 0)


def asks_for_settlement(award: Award) -> bool:
    """Has the term ended, its last year claimed, with something outstanding? Then the forum must decide (domain.md §8)."""
    if award.last_year is None or award.closed_at is not None:
        return False
    return claim_of_year(award, award.last_year) is not None and award_balances(award.id).loan_ore > 0


def overdue_lines(pool_id: int, today: date) -> Sequence[ClaimLine]:
    """The pool's lines whose due date has passed and that are not settled, the oldest first."""
    query = (
        select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id).options(joinedload(ClaimLine.claim), joinedload(ClaimLine.department))
    )
    query = query.where(Claim.pool_id == pool_id, Claim.due_on < today, ClaimLine.due_ore > ClaimLine.waived_ore)
    lines = db.session.scalars(query.order_by(Claim.due_on, ClaimLine.id)).all()
    paid = paid_ore(lines)
    return [line for line in lines if unpaid_ore(line, paid[line.id]) > 0]


def repayments_of(lines: Collection[ClaimLine]) -> Sequence[Repayment]:
    """The repayments on these lines with their transfers, the oldest first."""
    query = select(Repayment).options(joinedload(Repayment.transfer))
    return db.session.scalars(query.where(Repayment.claim_line_id.in_([line.id for line in lines])).order_by(Repayment.id)).all()


def reversal(reversal_id: int, *, municipality_id: int) -> Reversal | None:
    """The municipality's reversal with this id, if there is one."""
    query = select(Reversal).join(Pool, Pool.id == Reversal.pool_id)
    return db.session.scalar(query.where(Reversal.id == reversal_id, Pool.municipality_id == municipality_id))


def open_reversal_of(transfer: Transfer) -> Reversal | None:
    """A reversal of the transfer that waits for approval."""
    return db.session.scalar(select(Reversal).where(Reversal.transfer_id == transfer.id, Reversal.state == "registered"))


def reversals_of_pool(pool_id: int, *, waiting_only: bool = False) -> Sequence[Reversal]:
    """The pool's reversals, newest first."""
    query = select(Reversal).options(joinedload(Reversal.transfer), joinedload(Reversal.registered_by), joinedload(Reversal.settled_by))
    query = query.where(Reversal.pool_id == pool_id)
    if waiting_only:
        query = query.where(Reversal.state == "registered")
    return db.session.scalars(query.order_by(Reversal.id.desc())).all()
