"""What verification and a claim do to the gains that they follow. Whoever calls one holds the award's lock."""

from collections.abc import Iterable
from datetime import datetime

from fundbank.extensions import db
from fundbank.gains.models import GainReport


def confirm(report: GainReport, *, actor_id: int, at: datetime) -> None:
    """The report is verified. A correction takes the place of the gain that it corrects."""
    if report.corrects is not None:
        report.corrects.ended_at = at
        db.session.flush()
    report.verified_by_id, report.verified_at = actor_id, at
    db.session.flush()


def keep_claim(reports: Iterable[GainReport], claim_id: int) -> None:
    """Let each of these verified gains keep the claim that was made from it."""
    for report in reports:
        report.claim_id = claim_id
    db.session.flush()
