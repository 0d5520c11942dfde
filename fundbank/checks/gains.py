"""Reports of gains, held against the history, the reports that they correct, and the claims that were made from them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.awards.models import Award
from fundbank.checks.records import HISTORY, about, line, number, told
from fundbank.checks.same import DIFFERS, Same
from fundbank.gains.models import GainReport
from fundbank.history.models import HistoryEntry
from fundbank.kit.seals.checks import Fault
from fundbank.repayments.models import Claim

AWARDS, REPORTS = Award.__tablename__, GainReport.__tablename__
REPORTED = ("gain_reported", "gain_corrected")
COUNTS = GainReport.ended_at.is_(None) & (GainReport.corrects_id.is_(None) | GainReport.verified_at.is_not(None))


def _figures(of: Any) -> dict[str, Any]:
    """Lines from before the history told whether it can be cashed say nothing of it."""
    return {
        "department_id": number(of, "department_id"),
        "year": number(of, "year"),
        "amount_ore": number(of, "amount_ore"),
        "cashable": func.coalesce(of.details["cashable"].as_boolean(), GainReport.cashable),
    }


def _reports() -> Same:
    of = line()
    return Same(
        GainReport,
        of,
        about(of, AWARDS, GainReport.award_id, *REPORTED),
        {**_figures(of), "pool_id": of.pool_id, "note": of.reason, "reported_by_id": of.actor_id, "reported_at": of.at},
        HISTORY,
        ("award_id",),
        rest=told(of, AWARDS, *REPORTED),
    )


def _verified() -> Same:
    of = line()
    return Same(
        GainReport,
        of,
        about(of, AWARDS, GainReport.award_id, "gain_verified"),
        {**_figures(of), "verified_by_id": of.actor_id, "verified_at": of.at},
        HISTORY,
        ("verified_at",),
        where=GainReport.verified_at.is_not(None) | GainReport.verified_by_id.is_not(None),
        rest=told(of, AWARDS, "gain_verified"),
    )


def _returned() -> Same:
    of = line()
    return Same(
        GainReport,
        of,
        about(of, AWARDS, GainReport.award_id, "gain_returned"),
        {**_figures(of), "returned_by_id": of.actor_id, "return_reason": of.reason, "ended_at": of.at},
        HISTORY,
        ("returned_by_id",),
        where=GainReport.returned_by_id.is_not(None) | (GainReport.return_reason != ""),
        rest=told(of, AWARDS, "gain_returned"),
    )


def _ended() -> Same:
    """A report ends as another takes its place, or as it is sent back: not as it was reported or verified itself."""
    of = line()
    own = or_(of.at == GainReport.reported_at, and_(of.event == "gain_verified", of.at == GainReport.verified_at))
    by_another = case((own & (of.event != "gain_returned"), None), else_=of.at)
    return Same(
        GainReport,
        of,
        about(of, AWARDS, GainReport.award_id, *REPORTED, "gain_verified", "gain_returned"),
        {"department_id": number(of, "department_id"), "year": number(of, "year"), "ended_at": by_another},
        HISTORY,
        ("ended_at",),
        where=GainReport.ended_at.is_not(None),
        shared=True,
    )


def _one_counts() -> Same:
    """Of a department's year one report counts: the newest."""
    other = aliased(GainReport)
    counts = other.ended_at.is_(None) & (other.corrects_id.is_(None) | other.verified_at.is_not(None))
    newest = select(func.max(other.id).label("id")).where(counts).group_by(other.award_id, other.department_id, other.year).subquery()
    return Same(GainReport, newest, newest.c.id == GainReport.id, {}, REPORTS, ("ended_at",), where=COUNTS)


def _corrections() -> Same:
    corrected = aliased(GainReport)
    return Same(
        GainReport,
        corrected,
        and_(corrected.id == GainReport.corrects_id, corrected.id < GainReport.id),
        {"award_id": corrected.award_id, "department_id": corrected.department_id, "year": corrected.year},
        REPORTS,
        ("corrects_id",),
        where=GainReport.corrects_id.is_not(None),
        shared=True,
    )


def _claimed() -> Same:
    return Same(
        GainReport,
        Claim,
        Claim.id == GainReport.claim_id,
        {"award_id": Claim.award_id, "year": Claim.year},
        Claim.__tablename__,
        ("claim_id",),
        where=GainReport.claim_id.is_not(None),
        shared=True,
    )


HELD = (_reports(), _verified(), _returned(), _ended(), _one_counts(), _corrections(), _claimed())


def differences(connection: Connection) -> Iterator[Fault]:
    """Each report has the evidence that it was reported with: a department's reports of a year stand in the order of their lines."""
    of, reports = aliased(HistoryEntry), defaultdict[tuple[int, int, int], list[Any]](list)
    keys = GainReport.award_id, GainReport.department_id, GainReport.year
    for row in connection.execute(select(*keys, GainReport.id, GainReport.evidence).order_by(GainReport.id)):
        reports[row[:3]].append(row)
    lines = select(of.subject_id, number(of, "department_id"), number(of, "year"), of.id, of.details).where(told(of, AWARDS, *REPORTED))
    said = defaultdict[tuple[int, int, int], list[Any]](list)
    for row in connection.execute(lines.order_by(of.id)):
        said[row[:3]].append(row)
    for key, rows in reports.items():
        for report, told_of in zip(rows, said[key], strict=False):
            if report.evidence != told_of.details.get("evidence", []):
                yield Fault(DIFFERS, {"table": REPORTS, "key": report.id, "columns": "evidence", "other": HISTORY, "row": told_of.id})
