"""What applications were scored when the forum decided on them, whatever has been submitted and scored since."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from fundbank.extensions import db
from fundbank.pools.policy import Policy
from fundbank.scoring.models import Consensus, Score
from fundbank.scoring.rules import Assessment, assess


@dataclass(frozen=True)
class Decided:
    """An application as it was decided on: when, in which version, and by which rules."""

    application_id: int
    at: datetime
    version_number: int
    policy: Policy


def assessments_of(decided: Sequence[Decided]) -> dict[int, Assessment]:
    """What the scores that stood then came to, with the levels that were agreed on for that version, by application; two questions.

    Those without a score are left out.
    """
    ids = [one.application_id for one in decided]
    handed_in: dict[int, list[Score]] = defaultdict(list)
    for score in db.session.scalars(select(Score).where(Score.application_id.in_(ids)).order_by(Score.id)):
        handed_in[score.application_id].append(score)
    agreed: dict[int, list[Consensus]] = defaultdict(list)
    for row in db.session.scalars(select(Consensus).where(Consensus.application_id.in_(ids)).order_by(Consensus.id)):
        agreed[row.application_id].append(row)
    made = {one.application_id: _assessment(one, handed_in[one.application_id], agreed[one.application_id]) for one in decided}
    return {id_: found for id_, found in made.items() if found is not None}


def _assessment(one: Decided, scores: Sequence[Score], agreed: Sequence[Consensus]) -> Assessment | None:
    size = len(one.policy.scale)
    stood = [
        score.levels
        for score in scores
        if score.scale_size == size and score.handed_in_at <= one.at and (score.ended_at is None or score.ended_at > one.at)
    ]
    levels = {
        row.criterion: row.level
        for row in agreed
        if row.scale_size == size and row.version_number == one.version_number and row.set_at <= one.at
    }
    return assess(stood, levels, one.policy.weights, size)
