"""Every question about realised gains."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.pools.models import Pool

_NAMES = (joinedload(GainReport.department), joinedload(GainReport.reported_by), joinedload(GainReport.verified_by))


def gain_report(report_id: int, *, municipality_id: int) -> GainReport | None:
    """The municipality's report with this id, if there is one."""
    query = select(GainReport).options(*_NAMES).join(Pool, Pool.id == GainReport.pool_id)
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


def reports_of(award: Award) -> Sequence[GainReport]:
    """All reports of the award, replaced ones too, newest first."""
    query = select(GainReport).options(*_NAMES).where(GainReport.award_id == award.id)
    return db.session.scalars(query.order_by(GainReport.id.desc())).all()


def unverified_reports(pool_id: int) -> Sequence[GainReport]:
    """What finance has to verify in the pool, the oldest first."""
    query = select(GainReport).options(
        *_NAMES, joinedload(GainReport.award).joinedload(Award.application).joinedload(Application.department)
    )
    query = query.where(GainReport.pool_id == pool_id, GainReport.ended_at.is_(None), GainReport.verified_at.is_(None))
    return db.session.scalars(query.order_by(GainReport.id)).all()
