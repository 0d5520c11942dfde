"""Every question about claims, repayments and refunds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, literal_column, select
from sqlalchemy.orm import joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.awards.queries import concerns
from fundbank.extensions import db
from fundbank.kit.counting import Bounded, count
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.ledger.models import Transfer
from fundbank.people.models import Department
from fundbank.pools.models import Pool
from fundbank.repayments.models import Claim, ClaimEntry, ClaimLine, Refund
from fundbank.repayments.rules import Due, Line
from fundbank.repayments.states import EntryKind, RefundState

_LINES = (
    joinedload(Claim.award).joinedload(Award.application).joinedload(Application.department),
    selectinload(Claim.lines).joinedload(ClaimLine.department),
)
_HAPPENED = (
    joinedload(ClaimEntry.transfer).joinedload(Transfer.reversed_by),
    joinedload(ClaimEntry.transfer).joinedload(Transfer.reverses),
    joinedload(ClaimEntry.other_line).joinedload(ClaimLine.claim),
    joinedload(ClaimEntry.gain_report),
    joinedload(ClaimEntry.made_by),
)
_OF_LINE = (
    joinedload(Refund.line).joinedload(ClaimLine.department),
    joinedload(Refund.line).joinedload(ClaimLine.claim).joinedload(Claim.award).joinedload(Award.application),
    joinedload(Refund.registered_by),
    joinedload(Refund.settled_by),
    joinedload(Refund.transfer),
)


def claim(claim_id: int, *, municipality_id: int) -> Claim | None:
    """The municipality's claim with this id, if there is one."""
    query = select(Claim).options(*_LINES).join(Pool, Pool.id == Claim.pool_id)
    return db.session.scalar(query.where(Claim.id == claim_id, Pool.municipality_id == municipality_id))


def claims_of(award: Award) -> Sequence[Claim]:
    """The award's claims by year."""
    return db.session.scalars(select(Claim).options(*_LINES).where(Claim.award_id == award.id).order_by(Claim.year)).all()


def claim_of_year(award: Award, year: int) -> Claim | None:
    """What was claimed of the award for one year."""
    return db.session.scalar(select(Claim).options(*_LINES).where(Claim.award_id == award.id, Claim.year == year))


def page_of_claims(pool_id: int, *, seen_from: Department | None = None, before_id: int | None = None, limit: int = 50) -> Sequence[Claim]:
    """Up to ``limit`` + 1 of the pool's claims, newest first, before ``before_id`` (keyset; the extra one tells that there are more).

    ``seen_from`` narrows to the awards that concern this unit or one below it.
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
    """What one department was claimed for one year."""
    query = select(ClaimLine).join(Claim, Claim.id == ClaimLine.claim_id)
    return db.session.scalar(query.where(Claim.award_id == award.id, Claim.year == year, ClaimLine.department_id == department_id))


def lines_of(award: Award) -> list[Line]:
    """The award's claimed lines as they stand now, by year and in the order of the terms."""
    return award_lines(Claim.award_id == award.id)[award.id]


def award_lines(which: ColumnElement[bool]) -> dict[int, list[Line]]:
    """The claimed lines of each of these awards as they stand now, by year and in the order of the terms."""
    found: dict[int, list[Line]] = defaultdict(list)
    for award_id, line in _lines(which):
        found[award_id].append(line)
    return found


def lines_now(lines: Collection[ClaimLine]) -> dict[int, Line]:
    """How each of these lines stands now, by its id: what is due and what is paid."""
    return {line.id: line for _award_id, line in _lines(ClaimLine.id.in_([line.id for line in lines]))} if lines else {}


def _lines(which: ColumnElement[bool]) -> list[tuple[int, Line]]:
    query = (
        select(
            Claim.award_id,
            ClaimLine.id,
            Claim.year,
            ClaimLine.department_id,
            ClaimLine.due_ore,
            func.coalesce(func.sum(ClaimEntry.due_ore), 0),
            func.coalesce(func.sum(ClaimEntry.paid_ore), 0),
            func.max(Claim.due_on),
            func.max(ClaimEntry.due_on),
        )
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .outerjoin(ClaimEntry, ClaimEntry.claim_line_id == ClaimLine.id)
        .where(which)
        .group_by(Claim.award_id, ClaimLine.id, Claim.year, ClaimLine.department_id, ClaimLine.due_ore, ClaimLine.position)
        .order_by(Claim.year, ClaimLine.position)
    )
    return [
        (award_id, Line(line_id, year, department_id, claimed_ore + int(changed_ore), int(paid_ore), later or due_on))
        for award_id, line_id, year, department_id, claimed_ore, changed_ore, paid_ore, due_on, later in db.session.execute(query)
    ]


def unpaid_column() -> ColumnElement[int]:
    """What is due of a line and not paid, in øre; below 0 what was paid too much: a column of a query about claim lines."""
    changed = (
        select(func.coalesce(func.sum(ClaimEntry.due_ore - ClaimEntry.paid_ore), 0))
        .where(ClaimEntry.claim_line_id == ClaimLine.id)
        .correlate(ClaimLine)
        .scalar_subquery()
    )
    return ClaimLine.due_ore + changed


def due_on_column() -> ColumnElement[date]:
    """By when a line is to be paid: a column of a query about claim lines and their claims. What a correction raised has a later day."""
    later = select(func.max(ClaimEntry.due_on)).where(ClaimEntry.claim_line_id == ClaimLine.id).correlate(ClaimLine).scalar_subquery()
    return func.coalesce(later, Claim.due_on)


def entries_of(lines: Collection[ClaimLine]) -> Sequence[ClaimEntry]:
    """What has happened to these lines, the oldest first."""
    query = select(ClaimEntry).options(*_HAPPENED).where(ClaimEntry.claim_line_id.in_([line.id for line in lines]))
    return db.session.scalars(query.order_by(ClaimEntry.id)).all() if lines else []


def corrected_dues(claim: Claim, entry: ClaimEntry) -> list[Due]:
    """The lines of a claim as one correction worked them out."""
    query = select(ClaimEntry).join(ClaimLine, ClaimLine.id == ClaimEntry.claim_line_id).where(ClaimLine.claim_id == claim.id)
    same = query.where(ClaimEntry.kind == EntryKind.CORRECTION, ClaimEntry.gain_report_id == entry.gain_report_id)
    return dues_of(claim, db.session.scalars(same.order_by(ClaimEntry.id)).all())


def dues_of(claim: Claim, corrections: Iterable[ClaimEntry]) -> list[Due]:
    """The lines of a claim as its newest correction worked them out: each correction has an entry for every line."""
    newest = {entry.claim_line_id: entry for entry in corrections}
    worked_out = [(line.department_id, newest[line.id]) for line in claim.lines]
    return [
        Due(department_id, entry.gain_ore or 0, entry.share_due_ore or 0, entry.corrected_ore or 0, entry.shortfall_ore or 0)
        for department_id, entry in worked_out
    ]


def set_off_on(line: ClaimLine, at: datetime) -> int:
    """What was set off against a line at that moment, in øre."""
    query = select(func.sum(ClaimEntry.paid_ore)).where(ClaimEntry.claim_line_id == line.id, ClaimEntry.made_at == at)
    return int(db.session.scalar(query.where(ClaimEntry.kind == EntryKind.SET_OFF)) or 0)


def line_repaid_by(transfer: Transfer) -> ClaimLine | None:
    """The line on which a repayment was posted; None for a transfer of another kind."""
    repaid = ClaimEntry.kind == literal_column(f"'{EntryKind.REPAYMENT}'")
    query = select(ClaimLine).join(ClaimEntry, ClaimEntry.claim_line_id == ClaimLine.id)
    return db.session.scalar(query.where(ClaimEntry.transfer_id == transfer.id, repaid))


def refund(refund_id: int, *, municipality_id: int) -> Refund | None:
    """The municipality's refund with this id, if there is one."""
    query = select(Refund).options(*_OF_LINE).join(Pool, Pool.id == Refund.pool_id)
    return db.session.scalar(query.where(Refund.id == refund_id, Pool.municipality_id == municipality_id))


def refunds_to_approve(pool_id: int, after: int = 0) -> Part[Refund]:
    """The pool's refunds that wait for a second person, the oldest first: a part of them after the one with the id ``after``."""
    query = _with_lines().where(Refund.pool_id == pool_id, waits_for_approval(), Refund.id > after)
    return part_of(db.session.scalars(query.order_by(Refund.id).limit(SHOWN + 1)).all(), key=lambda refund: refund.id, most=SHOWN)


def refunds_of(award: Award) -> Sequence[Refund]:
    """The award's refunds, the oldest first."""
    of_award = exists().where(ClaimLine.id == Refund.claim_line_id, Claim.id == ClaimLine.claim_id, Claim.award_id == award.id)
    return db.session.scalars(_with_lines().where(of_award.correlate(Refund)).order_by(Refund.id)).all()


def refund_waiting_ore(line: ClaimLine) -> int:
    """What is registered to be refunded on a line and not approved yet, in øre."""
    query = select(func.sum(Refund.amount_ore)).where(Refund.claim_line_id == line.id, waits_for_approval())
    return int(db.session.scalar(query) or 0)


def count_waiting_refunds(pool_id: int) -> Bounded:
    """How many refunds of the pool wait for a second person."""
    return count(select(Refund.id).where(Refund.pool_id == pool_id, waits_for_approval()))


def waits_for_approval() -> ColumnElement[bool]:
    """A refund is registered, and nobody has approved or refused it."""
    return Refund.state == literal_column(f"'{RefundState.REGISTERED}'")


def _with_lines() -> Select[Refund]:
    return select(Refund).options(*_OF_LINE, joinedload(Refund.transfer))
