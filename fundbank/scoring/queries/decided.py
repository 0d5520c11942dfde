"""What applications were scored when the forum decided on them, and how the members' scores of them compare."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDED
from fundbank.extensions import db
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.policy import Policy
from fundbank.scoring.models import Consensus, Score
from fundbank.scoring.queries import RANKED
from fundbank.scoring.rules import Assessment, Leaning, assess, leanings


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


def decided_lately(pool: Pool, limit: int = 20) -> Sequence[Application]:
    """The newest applications that the forum has approved or rejected."""
    query = select(Application).options(joinedload(Application.department))
    query = query.where(Application.pool_id == pool.id, Application.state.in_(DECIDED))
    return db.session.scalars(query.order_by(Application.id.desc()).limit(limit)).all()


def leanings_in(pool: Pool) -> list[Leaning[User]]:
    """How each member's scores of the pool's newest decided applications compare with the others', by name. What waits is left out (§5)."""
    decided = select(Application.id).where(Application.pool_id == pool.id, Application.state.in_(DECIDED))
    of_these = Score.application_id.in_(decided.order_by(Application.id.desc()).limit(RANKED))
    sheets: dict[tuple[int, int], dict[User, dict[str, int]]] = defaultdict(dict)
    for score in db.session.scalars(select(Score).options(joinedload(Score.member)).where(of_these, Score.ended_at.is_(None))):
        sheets[score.application_id, score.scale_size][score.member] = score.levels
    found = leanings((levels, size) for (_id, size), levels in sheets.items())
    return sorted(found, key=lambda one: (one.member.sort_key, one.member.id))
