"""What a claim does to the gains that it follows."""

from collections.abc import Iterable

from fundbank.extensions import db
from fundbank.gains.models import GainReport


def keep_claim(reports: Iterable[GainReport], claim_id: int) -> None:
    """Let each of these verified gains keep the claim that was made from it. The claim holds the award's lock."""
    for report in reports:
        report.claim_id = claim_id
    db.session.flush()
