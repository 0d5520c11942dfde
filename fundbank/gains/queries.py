"""Every question about realised gains."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Participant
from fundbank.awards.queries import awards_of_pool
from fundbank.awards.states import PAID_OUT
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.ledger.queries import award_balances_of
from fundbank.people.models import Department
from fundbank.pools.models import Pool

_NAMES = (joinedload(GainReport.department), joinedload(GainReport.reported_by), joinedload(GainReport.verified_by))
_AWARD = (
    joinedload(GainReport.award).joinedload(Award.application).joinedload(Application.department),
    joinedload(GainReport.award).joinedload(Award.application).joinedload(Application.pool),
    joinedload(GainReport.award).selectinload(Award.participants).joinedload(Participant.department),
)


def gain_report(report_id: int, *, municipality_id: int) -> GainReport | None:
    """The municipality's report with this id, if there is one."""
    query = select(GainReport).options(*_NAMES, *_AWARD).join(Pool, Pool.id == GainReport.pool_id)
    return db.session.scalar(query.where(GainReport.id == report_id, Pool.municipality_id == municipality_id))


def current_report(award: Award, department_id: int, year: int) -> GainReport | None:
    """The report that counts for one department and year."""
    return db.session.scalar(
        select(GainReport).where(
            GainReport.award_id == award.id,
            GainReport.department_id == department_id,
            GainReport.year == year,
            GainReport.ended_at.is_(None),
        )
    )


def current_reports(award: Award, year: int | None = None) -> Sequence[GainReport]:
    """The reports that count, by year and department."""
    query = select(GainReport).options(*_NAMES).where(GainReport.award_id == award.id, GainReport.ended_at.is_(None))
    if year is not None:
        query = query.where(GainReport.year == year)
    return db.session.scalars(query.order_by(GainReport.year, GainReport.department_id)).all()


def current_reports_of(award_ids: Collection[int]) -> dict[int, list[GainReport]]:
    """The reports that count, by award."""
    found: dict[int, list[GainReport]] = {award_id: [] for award_id in award_ids}
    for report in db.session.scalars(select(GainReport).where(GainReport.award_id.in_(award_ids), GainReport.ended_at.is_(None))):
        found[report.award_id].append(report)
    return found


def unverified_reports(pool_id: int) -> Sequence[GainReport]:
    """What finance has to verify in the pool, the oldest first."""
    query = select(GainReport).options(*_NAMES, *_AWARD).where(*_unverified(pool_id))
    return db.session.scalars(query.order_by(GainReport.id)).all()


def count_unverified(pool_id: int) -> int:
    """How many reports finance has to verify in the pool."""
    return db.session.scalar(select(func.count()).where(*_unverified(pool_id))) or 0


def page_of_reports(pool_id: int, *, before_id: int | None = None, limit: int = 50) -> Sequence[GainReport]:
    """Up to ``limit`` + 1 of the pool's verified reports that count, newest first, before ``before_id`` (keyset)."""
    query = select(GainReport).options(*_NAMES, *_AWARD)
    query = query.where(GainReport.pool_id == pool_id, GainReport.ended_at.is_(None), GainReport.verified_at.is_not(None))
    if before_id is not None:
        query = query.where(GainReport.id < before_id)
    return db.session.scalars(query.order_by(GainReport.id.desc()).limit(limit + 1)).all()


def missing_reports(pool_id: int, today: date) -> list[tuple[int, Department, Award]]:
    """Years of a loan's term that are over without a department's report, while something is outstanding: the earliest first."""
    awards = [award for award in awards_of_pool(pool_id, PAID_OUT) if award.loan_ore]
    held = award_balances_of([award.id for award in awards])
    reports = select(GainReport.award_id, GainReport.year, GainReport.department_id)
    counting = db.session.execute(reports.where(GainReport.pool_id == pool_id, GainReport.ended_at.is_(None)))
    reported = {(award_id, year, department_id) for award_id, year, department_id in counting}
    missing = [
        (year, participant.department, award)
        for award in awards
        if held[award.id].loan_ore
        for year in range(award.first_year or today.year, min(award.last_year or 0, today.year - 1) + 1)
        for participant in award.participants
        if (award.id, year, participant.department_id) not in reported
    ]
    return sorted(missing, key=lambda row: (row[0], row[2].id))


def _unverified(pool_id: int) -> tuple[ColumnElement[bool], ...]:
    return GainReport.pool_id == pool_id, GainReport.ended_at.is_(None), GainReport.verified_at.is_(None)
