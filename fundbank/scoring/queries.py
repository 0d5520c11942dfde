"""Every question about scores: who handed in what, what it comes to, and how the applications rank."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.applications.queries import applications_by_id, rules_by_id
from fundbank.applications.states import DECIDABLE, DECIDED
from fundbank.extensions import db
from fundbank.people.models import Department, User
from fundbank.people.queries import departments
from fundbank.pools.criteria import CODES
from fundbank.pools.models import Pool
from fundbank.scoring.models import Consensus, Interest, Score, ScoringPause
from fundbank.scoring.rules import Assessment, assess, rank, total_of


@dataclass(frozen=True)
class Ranked:
    """An application with its assessment and its place, 1 for the best."""

    rank: int
    application: Application
    assessment: Assessment


def current_score(application: Application, member: User) -> Score | None:
    """The member's score that counts now."""
    return db.session.scalar(
        select(Score).where(Score.application_id == application.id, Score.member_id == member.id, Score.ended_at.is_(None))
    )


def current_scores(application: Application) -> Sequence[Score]:
    """The scores that count now, in the order of handing in."""
    query = select(Score).options(joinedload(Score.member)).where(Score.application_id == application.id, Score.ended_at.is_(None))
    return db.session.scalars(query.order_by(Score.id)).all()


def scored_by(member: User, pool: Pool) -> set[int]:
    """The ids of the pool's applications that the member has a score on."""
    query = select(Score.application_id).join(Application, Application.id == Score.application_id)
    return set(db.session.scalars(query.where(Application.pool_id == pool.id, Score.member_id == member.id, Score.ended_at.is_(None))))


def declared_interest(application: Application, person: User) -> Interest | None:
    """The interest that the person declared in the application."""
    return db.session.scalar(select(Interest).where(Interest.application_id == application.id, Interest.user_id == person.id))


def interests(application: Application) -> Sequence[Interest]:
    """All declared interests in the application."""
    return db.session.scalars(select(Interest).options(joinedload(Interest.user)).where(Interest.application_id == application.id)).all()


def stepped_back_from(person: User, pool: Pool) -> set[int]:
    """The ids of the pool's applications in which the person declared an interest."""
    query = select(Interest.application_id).join(Application, Application.id == Interest.application_id)
    return set(db.session.scalars(query.where(Application.pool_id == pool.id, Interest.user_id == person.id)))


def interested_in(application_ids: Sequence[int]) -> dict[int, set[int]]:
    """The ids of those who declared an interest, by application."""
    found: dict[int, set[int]] = {id_: set() for id_ in application_ids}
    for application_id, user_id in db.session.execute(
        select(Interest.application_id, Interest.user_id).where(Interest.application_id.in_(application_ids))
    ):
        found[application_id].add(user_id)
    return found


def is_paused(application: Application, today: date) -> bool:
    """Is the application before an open meeting today?"""
    return bool(db.session.scalar(select(exists().where(ScoringPause.application_id == application.id, ScoringPause.day == today))))


def assessment(application: Application) -> Assessment | None:
    """What the members' scores come to; None before the first."""
    return assessments([application]).get(application.id)


def assessments(applications: Sequence[Application]) -> dict[int, Assessment]:
    """The assessments of several of a pool's applications by id, each by its own rules; those without a score are left out."""
    rules = rules_by_id(applications)
    levels: dict[int, list[dict[str, int]]] = defaultdict(list)
    scores = select(Score.application_id, Score.scale_size, Score.levels).where(Score.application_id.in_(rules), Score.ended_at.is_(None))
    for application_id, scale_size, handed_in in db.session.execute(scores.order_by(Score.id)):
        if scale_size == len(rules[application_id].scale):
            levels[application_id].append(handed_in)
    agreed: dict[int, dict[str, int]] = defaultdict(dict)
    consensus = select(Consensus.application_id, Consensus.scale_size, Consensus.criterion, Consensus.level)
    for application_id, scale_size, criterion, level in db.session.execute(
        consensus.where(Consensus.application_id.in_(rules)).order_by(Consensus.id)
    ):
        if scale_size == len(rules[application_id].scale):
            agreed[application_id][criterion] = level
    made = {id_: assess(levels[id_], agreed[id_], rules[id_].weights, len(rules[id_].scale)) for id_ in levels}
    return {id_: found for id_, found in made.items() if found is not None}


def decided_lately(pool: Pool, limit: int = 20) -> Sequence[Application]:
    """The newest applications that the forum has approved or rejected."""
    query = select(Application).options(joinedload(Application.department))
    query = query.where(Application.pool_id == pool.id, Application.state.in_(DECIDED))
    return db.session.scalars(query.order_by(Application.id.desc()).limit(limit)).all()


@dataclass(frozen=True)
class Matter:
    """An application that waits for a decision: as much of it as its place in the ranking follows from. Amounts in øre."""

    id: int
    state: str
    submitted_at: datetime | None
    requested_ore: int
    department: Department


def matters(pool: Pool) -> list[Matter]:
    """What waits for a decision in the pool, the earliest submission first."""
    units = {unit.id: unit for unit in departments(municipality_id=pool.municipality_id)}
    asked = Application.requested_loan_ore + Application.requested_grant_ore
    query = select(Application.id, Application.state, Application.submitted_at, asked, Application.department_id)
    query = query.where(Application.pool_id == pool.id, Application.state.in_(DECIDABLE))
    rows = db.session.execute(query.order_by(Application.submitted_at, Application.id))
    return [Matter(id_, state, at, ore, units[unit_id]) for id_, state, at, ore, unit_id in rows]


def totals(pool: Pool) -> dict[int, Fraction]:
    """What the scores come to of all that waits for a decision in the pool, by today's rules: the database adds up the sheets of each."""
    policy, scale_size = pool.policy, len(pool.policy.scale)
    waits = (Application.pool_id == pool.id, Application.state.in_(DECIDABLE))
    consensus: dict[int, dict[str, int]] = defaultdict(dict)
    agreed = select(Consensus.application_id, Consensus.criterion, Consensus.level).join(Application)
    for id_, criterion, level in db.session.execute(agreed.where(*waits, Consensus.scale_size == scale_size).order_by(Consensus.id)):
        consensus[id_][criterion] = level
    sums = (func.sum(Score.levels[code].as_integer()) for code in CODES)
    sheets = select(Score.application_id, func.count(), *sums).join(Application)
    sheets = sheets.where(*waits, Score.ended_at.is_(None), Score.scale_size == scale_size).group_by(Score.application_id)
    return {
        id_: total_of(dict(zip(CODES, of_each, strict=True)), members, consensus[id_], policy.weights, scale_size)
        for id_, members, *of_each in db.session.execute(sheets)
    }


def places(pool: Pool, waiting: Collection[Matter]) -> list[Matter]:
    """The scored ones of the pool's ``waiting`` matters, best first; ties keep the earlier submission first (domain.md §5)."""
    made, scored = totals(pool), {matter.id: matter for matter in waiting}
    ranks = rank((id_, made[id_], (matter.submitted_at, id_)) for id_, matter in scored.items() if id_ in made)
    return [scored[id_] for id_ in ranks]


def ranked(places: Sequence[Matter]) -> list[Ranked]:
    """The first places of the ranking with all that is known of their applications."""
    found = {application.id: application for application in applications_by_id([matter.id for matter in places])}
    made = assessments(list(found.values()))
    return [Ranked(place, found[matter.id], made[matter.id]) for place, matter in enumerate(places, start=1)]


def ranking(applications: Sequence[Application]) -> list[Ranked]:
    """The scored ones of ``applications``, best first; ties keep the earlier submission first (domain.md §5)."""
    made = assessments(applications)
    scored = {application.id: application for application in applications if application.id in made}
    ranks = rank((id_, made[id_].total, (application.submitted_at, id_)) for id_, application in scored.items())
    return sorted(
        (Ranked(ranks[id_], application, made[id_]) for id_, application in scored.items()),
        key=lambda place: place.rank,
    )
