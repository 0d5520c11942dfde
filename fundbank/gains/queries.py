"""Every question about realised gains."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Participant
from fundbank.awards.queries import concerns
from fundbank.awards.states import PAID_OUT
from fundbank.extensions import db
from fundbank.files.models import File
from fundbank.files.queries import files_by_id
from fundbank.gains.models import GainReport
from fundbank.kit.counting import Bounded, count
from fundbank.kit.keyset import SHOWN, Part, part_of
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
    """The report that counts for one department and year, as it is now: somebody may have verified it since the page was opened."""
    query = select(GainReport).where(GainReport.award_id == award.id, GainReport.department_id == department_id, GainReport.year == year)
    return db.session.scalar(query.where(counts()).execution_options(populate_existing=True))


def waiting_correction(award: Award, department_id: int, year: int) -> GainReport | None:
    """The correction of a verified gain that waits to be verified itself."""
    return next((row for row in waiting_corrections(award) if (row.department_id, row.year) == (department_id, year)), None)


def waiting_corrections(award: Award) -> Sequence[GainReport]:
    """The corrections of verified gains that wait to be verified themselves, as they are now, by year and department."""
    query = select(GainReport).options(*_NAMES).where(GainReport.award_id == award.id, corrects())
    return db.session.scalars(query.order_by(GainReport.year, GainReport.department_id).execution_options(populate_existing=True)).all()


def verified_reports(award: Award) -> Sequence[GainReport]:
    """The reports that finance has verified, as they are now, replaced since or not."""
    query = select(GainReport).where(GainReport.award_id == award.id, GainReport.verified_at.is_not(None))
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def evidence_so_far(award: Award, department_id: int, year: int) -> list[int]:
    """The ids of what the newest report of the department and year has as evidence and was not taken away, whatever became of it."""
    query = select(GainReport.evidence).where(
        GainReport.award_id == award.id, GainReport.department_id == department_id, GainReport.year == year
    )
    return list(evidence_of(db.session.scalars(query.order_by(GainReport.id.desc()).limit(1)).all()))


def evidence_of(lists: Iterable[Sequence[int]]) -> dict[int, File]:
    """These pieces of evidence, by id, but for those that have been taken away."""
    return {id_: file for id_, file in files_by_id({id_ for ids in lists for id_ in ids}).items() if file.removal is None}


def returned_reports(award: Award) -> Sequence[GainReport]:
    """The reports that finance has sent back and nobody has replaced, by year and department."""
    newer = aliased(GainReport)
    replaced = exists().where(
        newer.award_id == GainReport.award_id, newer.department_id == GainReport.department_id, newer.year == GainReport.year,
        newer.id > GainReport.id,
    )  # fmt: skip
    query = select(GainReport).options(*_NAMES).where(GainReport.award_id == award.id, GainReport.returned_by_id.is_not(None), ~replaced)
    return db.session.scalars(query.order_by(GainReport.year, GainReport.department_id)).all()


def counts() -> ColumnElement[bool]:
    """The report is the one that counts for its department and year; a correction counts once it is verified."""
    return and_(GainReport.ended_at.is_(None), or_(GainReport.corrects_id.is_(None), GainReport.verified_at.is_not(None)))


def corrects() -> ColumnElement[bool]:
    """The report corrects a verified one, and waits to be verified itself."""
    return and_(GainReport.ended_at.is_(None), GainReport.corrects_id.is_not(None), GainReport.verified_at.is_(None))


def current_reports(award: Award, year: int | None = None) -> Sequence[GainReport]:
    """The reports that count, by year and department."""
    query = select(GainReport).options(*_NAMES).where(GainReport.award_id == award.id, counts())
    if year is not None:
        query = query.where(GainReport.year == year)
    return db.session.scalars(query.order_by(GainReport.year, GainReport.department_id)).all()


def unverified_reports(pool_id: int, *, seen_from: Department | None = None, after: int = 0) -> Part[GainReport]:
    """What finance has to verify in the pool, the oldest first: a part of it after the report ``after``. ``seen_from`` narrows to the
    awards that concern this unit.
    """
    query = _in_sight(pool_id, seen_from).where(waits_for_verification(), GainReport.id > after)
    return part_of(db.session.scalars(query.order_by(GainReport.id).limit(SHOWN + 1)).all(), key=lambda report: report.id, most=SHOWN)


def count_unverified(pool_id: int) -> Bounded:
    """How many reports finance has to verify in the pool."""
    return count(select(GainReport.id).where(GainReport.pool_id == pool_id, waits_for_verification()))


def page_of_reports(
    pool_id: int, *, seen_from: Department | None = None, before_id: int | None = None, limit: int = 50
) -> Sequence[GainReport]:
    """Up to ``limit`` + 1 of the pool's verified reports that count, newest first, before ``before_id`` (keyset); ``seen_from`` narrows to
    the awards that concern this unit.
    """
    query = _in_sight(pool_id, seen_from).where(GainReport.ended_at.is_(None), GainReport.verified_at.is_not(None))
    if before_id is not None:
        query = query.where(GainReport.id < before_id)
    return db.session.scalars(query.order_by(GainReport.id.desc()).limit(limit + 1)).all()


def _in_sight(pool_id: int, seen_from: Department | None) -> Select[GainReport]:
    query = select(GainReport).options(*_NAMES, *_AWARD).where(GainReport.pool_id == pool_id)
    if seen_from is not None:
        query = query.where(exists().where(Award.id == GainReport.award_id, concerns(seen_from)).correlate(GainReport))
    return query


def waits_for_verification() -> ColumnElement[bool]:
    """A report counts and has not been verified, and its award can still be followed."""
    followed = (
        exists().where(Award.id == GainReport.award_id, or_(*(Award.state == state for state in sorted(PAID_OUT)))).correlate(GainReport)
    )
    return and_(GainReport.ended_at.is_(None), GainReport.verified_at.is_(None), followed)
