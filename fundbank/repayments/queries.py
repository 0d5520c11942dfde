"""Every question about claims, repayments and reversals."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.awards.queries import awards_of_pool, ids_seen_from
from fundbank.awards.states import PAID_OUT
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.ledger.models import Transfer
from fundbank.ledger.queries import award_balances, award_balances_of
from fundbank.people.models import Department
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim, ClaimLine, Repayment, Reversal

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


def claim_of_year(award: Award, year: int) -> Claim | None:
    """The award's claim of a calendar year."""
    return db.session.scalar(select(Claim).where(Claim.award_id == award.id, Claim.year == year))


def claims_of(award: Award) -> Sequence[Claim]:
    """The award's claims by year."""
    return db.session.scalars(select(Claim).options(*_LINES).where(Claim.award_id == award.id).order_by(Claim.year)).all()


def page_of_claims(pool_id: int, *, seen_from: Department | None = None, before_id: int | None = None, limit: int = 50) -> Sequence[Claim]:
    """Up to ``limit`` + 1 of the pool's claims, newest first, before ``before_id`` (keyset; the extra one tells that there are more).

    ``seen_from`` narrows to the awards that concern this unit, here and below.
    """
    query = select(Claim).options(*_LINES).where(Claim.pool_id == pool_id)
    if seen_from is not None:
        query = query.where(Claim.award_id.in_(ids_seen_from(seen_from)))
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


def repaid_ore(pool_id: int) -> int:
    """What has ever been repaid to the pool, in øre; reversed repayments do not count."""
    query = select(func.sum(Transfer.amount_ore)).join(Repayment, Repayment.transfer_id == Transfer.id)
    return int(db.session.scalar(query.where(Transfer.pool_id == pool_id, _stands())) or 0)


def overdue_lines(pool_id: int, today: date, *, seen_from: Department | None = None) -> Sequence[ClaimLine]:
    """The pool's lines whose due date has passed and that are not settled, the oldest first."""
    query = _overdue(select(ClaimLine), pool_id, today).options(
        joinedload(ClaimLine.claim).joinedload(Claim.award).joinedload(Award.application), joinedload(ClaimLine.department)
    )
    if seen_from is not None:
        query = query.where(Claim.award_id.in_(ids_seen_from(seen_from)))
    return db.session.scalars(query.order_by(Claim.due_on, ClaimLine.id)).all()


def count_overdue(pool_id: int, today: date) -> int:
    """How many of the pool's lines are overdue."""
    return db.session.scalar(_overdue(select(func.count(ClaimLine.id)), pool_id, today)) or 0


@dataclass(frozen=True)
class LoanStanding:
    """A loan's claims and what they lack; amounts in øre."""

    claims: Sequence[Claim]
    paid: dict[int, int]  # by line
    outstanding_ore: int
    unpaid_ore: int
    unpaid_on: date | None  # the earliest due date with something unpaid
    is_term_claimed: bool  # the last year's claim has been made
    unclaimed: Sequence[tuple[int, tuple[str, ...]]]  # year of the term, and the departments whose gain it waits for
    to_claim: Sequence[tuple[int, tuple[str, ...]]]  # those of them that should be claimed by now

    @property
    def claimable_ore(self) -> int:
        """The cap of the next claim."""
        return max(self.outstanding_ore - self.unpaid_ore, 0)

    def needs_settlement(self, today: date) -> bool:
        """Has the term ended with something that no claim covers, or that is overdue? Then the forum must decide (domain.md §8)."""
        is_late = self.unpaid_on is not None and today > self.unpaid_on
        return self.is_term_claimed and self.outstanding_ore > 0 and (self.claimable_ore > 0 or is_late)


def loans_of_pool(pool_id: int, today: date) -> list[tuple[Award, LoanStanding]]:
    """The pool's loans that are paid out and not closed, each with its standing, newest first."""
    awards = [award for award in awards_of_pool(pool_id, PAID_OUT) if award.loan_ore]
    standings = standings_of(awards, today)
    return [(award, standings[award.id]) for award in awards]


def standings_of(awards: Collection[Award], today: date) -> dict[int, LoanStanding]:
    """The standing of each loan, by award, in as many questions for many as for one."""
    ids = [award.id for award in awards]
    held = award_balances_of(ids)
    claims: dict[int, list[Claim]] = defaultdict(list)
    for claim in db.session.scalars(select(Claim).options(*_LINES).where(Claim.award_id.in_(ids)).order_by(Claim.year)):
        claims[claim.award_id].append(claim)
    paid = paid_ore([line for of_award in claims.values() for claim in of_award for line in claim.lines])
    query = select(GainReport.award_id, GainReport.year, GainReport.department_id)
    reports = query.where(GainReport.award_id.in_(ids), GainReport.ended_at.is_(None), GainReport.verified_at.is_not(None))
    verified = {(award_id, year, department_id) for award_id, year, department_id in db.session.execute(reports)}
    return {award.id: _standing(award, held[award.id].loan_ore, claims[award.id], paid, verified, today) for award in awards}


def _standing(
    award: Award, outstanding_ore: int, claims: list[Claim], paid: dict[int, int], verified: set[tuple[int, int, int]], today: date
) -> LoanStanding:
    unpaid = [(claim.due_on, unpaid_ore(line, paid[line.id])) for claim in claims for line in claim.lines]
    unpaid_sum = sum(ore for _day, ore in unpaid)
    claimed = {claim.year for claim in claims}
    is_planned = award.basis == "planned"
    waits_for = [] if is_planned else award.participants
    term = range(award.first_year, award.last_year + 1) if award.state in PAID_OUT and award.first_year and award.last_year else ()
    unclaimed = [
        (year, tuple(part.department.name for part in waits_for if (award.id, year, part.department_id) not in verified))
        for year in term
        if year not in claimed
    ]
    due_by = today.year if is_planned else today.year - 1
    to_claim = [(year, missing) for year, missing in unclaimed if year <= due_by or not (is_planned or missing)]
    return LoanStanding(
        claims=claims,
        paid=paid,
        outstanding_ore=outstanding_ore,
        unpaid_ore=unpaid_sum,
        unpaid_on=min((day for day, ore in unpaid if ore > 0), default=None),
        is_term_claimed=award.last_year in claimed,
        unclaimed=unclaimed,
        to_claim=to_claim if outstanding_ore > unpaid_sum else [],
    )


def _stands() -> ColumnElement[bool]:
    """The transfer has not been reversed."""
    reversing = aliased(Transfer)
    return ~exists().where(reversing.reverses_id == Transfer.id)


def _paid() -> Select[int, int]:
    """Each line with what has been repaid on it; reversed repayments do not count."""
    query = select(Repayment.claim_line_id, func.sum(Transfer.amount_ore).label("ore"))
    return query.join(Transfer, Transfer.id == Repayment.transfer_id).where(_stands()).group_by(Repayment.claim_line_id)


def _overdue(query: Select[*tuple[Any, ...]], pool_id: int, today: date) -> Select[*tuple[Any, ...]]:
    paid = (
        _paid()
        .join(ClaimLine, ClaimLine.id == Repayment.claim_line_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(Claim.pool_id == pool_id)
        .subquery()
    )
    query = query.join(Claim, Claim.id == ClaimLine.claim_id).outerjoin(paid, paid.c.claim_line_id == ClaimLine.id)
    left = ClaimLine.due_ore - ClaimLine.waived_ore - func.coalesce(paid.c.ore, 0)
    return query.where(Claim.pool_id == pool_id, Claim.due_on < today, left > 0)


def repayments_of(lines: Collection[ClaimLine]) -> Sequence[Repayment]:
    """The repayments on these lines with their transfers, the oldest first."""
    query = select(Repayment).options(*_POSTED)
    return db.session.scalars(query.where(Repayment.claim_line_id.in_([line.id for line in lines])).order_by(Repayment.id)).all()


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
