"""Every question about scores: who handed in what, what it comes to, and how the applications rank."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, Text, and_, cast, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.applications.queries import applications_by_id, rules_by_id
from fundbank.applications.queries.gainers import gaining_departments
from fundbank.applications.rules.gainers import gains
from fundbank.applications.states import DECIDABLE, DECIDED
from fundbank.extensions import db
from fundbank.kit.columns import among
from fundbank.people.models import Department, User
from fundbank.people.queries import departments
from fundbank.pools.criteria import CODES
from fundbank.pools.models import Pool
from fundbank.scoring.models import Consensus, Interest, InterestTurn, Score, ScoringPause
from fundbank.scoring.rules import Assessment, assess, consensus_counts, counts, rank, total_of

RANKED = 300  # of the applications that wait, the earliest submissions first: many times what a forum decides in a meeting


@dataclass(frozen=True)
class Ranked:
    """An application with its assessment and its place, 1 for the best."""

    rank: int
    application: Application
    assessment: Assessment


def current_score(application: Application, member: User) -> Score | None:
    """The member's score that stands now."""
    return db.session.scalar(
        select(Score).where(Score.application_id == application.id, Score.member_id == member.id, Score.ended_at.is_(None))
    )


def current_scores(application: Application) -> Sequence[Score]:
    """The scores that stand now, in the order of handing in; which of them count, ``counting`` says."""
    query = select(Score).options(joinedload(Score.member).joinedload(User.department))
    query = query.where(Score.application_id == application.id, Score.ended_at.is_(None))
    return db.session.scalars(query.order_by(Score.id)).all()


def scored_by(member: User, application_ids: Sequence[int]) -> set[int]:
    """The ids of those applications that the member has a score on."""
    of_member = select(Score.application_id).where(Score.member_id == member.id, Score.ended_at.is_(None))
    return set(db.session.scalars(of_member.where(Score.application_id.in_(application_ids))))


def stays_out() -> ColumnElement[bool]:
    """Does an interest hold: was nobody let in again by the newest turn?"""
    newest = select(func.max(InterestTurn.id)).where(InterestTurn.interest_id == Interest.id).correlate(Interest).scalar_subquery()
    turn = aliased(InterestTurn)
    return ~exists().where(turn.id == newest, turn.is_out.is_(False))


def declared_interest(application: Application, person: User) -> Interest | None:
    """The interest that keeps the person out of the application."""
    return db.session.scalar(select(Interest).where(Interest.application_id == application.id, Interest.user_id == person.id, stays_out()))


def earlier_interest(application: Application, person: User) -> Interest | None:
    """The person's interest in the application, whether it holds or not."""
    return db.session.scalar(select(Interest).where(Interest.application_id == application.id, Interest.user_id == person.id))


def stepped_back_from(person: User) -> set[int]:
    """The ids of the applications, of whatever pool, in which the person declared an interest."""
    return set(db.session.scalars(select(Interest.application_id).where(Interest.user_id == person.id, stays_out())))


def interested_in(application_ids: Sequence[int]) -> dict[int, set[int]]:
    """The ids of those who declared an interest, by application."""
    found: dict[int, set[int]] = {id_: set() for id_ in application_ids}
    for application_id, user_id in db.session.execute(
        select(Interest.application_id, Interest.user_id).where(Interest.application_id.in_(application_ids), stays_out())
    ):
        found[application_id].add(user_id)
    return found


def pause_of(application: Application, today: date) -> ScoringPause | None:
    """The rest that an open meeting lets the application's scores have today."""
    return db.session.scalar(select(ScoringPause).where(ScoringPause.application_id == application.id, ScoringPause.day == today))


def is_paused(application: Application, today: date) -> bool:
    """Is the application before an open meeting today?"""
    return pause_of(application, today) is not None


def is_decided(application: Application) -> bool:
    """Has the forum decided on the application, in a meeting that is open or waits for deciders, so that it is not known yet?"""
    query = exists().where(ScoringPause.application_id == application.id, ScoringPause.is_decided)
    return bool(db.session.scalar(select(query)))


def counting(application: Application) -> dict[int, dict[str, int]]:
    """The levels of the scores that count, by the score's id (rules.counts)."""
    return counting_on([application])[application.id]


class Sheet(NamedTuple):
    """A score that counts: who handed it in, and the level of each criterion."""

    member: str
    levels: dict[str, int]


def sheets(applications: Sequence[Application]) -> dict[int, list[Sheet]]:
    """The scores that count on several applications, by the application's id, in the order of handing in."""
    found = counting_on(applications)
    of_scores = select(Score.id, User.name).join(User, User.id == Score.member_id)
    names = dict(db.session.execute(of_scores.where(Score.application_id.in_(found), Score.ended_at.is_(None))).all())
    return {id_: [Sheet(names[score_id], levels) for score_id, levels in scores.items()] for id_, scores in found.items()}


def set_aside(application: Application) -> Sequence[Consensus]:
    """What the forum had agreed on before the newest submission: it is on record, and counts no more (domain.md §5)."""
    query = select(Consensus).where(Consensus.application_id == application.id, Consensus.version_number < _submitted_version())
    return db.session.scalars(query.join(Application).order_by(Consensus.id)).all()


def gaining_scorers(application_ids: Collection[int]) -> dict[int, list[User]]:
    """Those whose score on one of these applications stands and whose own department gains by it, or one above or below it, by the
    application's id. It shows beside their scores and blocks nothing (domain.md §4): who may not see the scores is not told who scored.
    """
    paths = {id_: [unit.path for unit in units] for id_, units in gaining_departments(application_ids).items()}
    found: dict[int, list[User]] = defaultdict(list)
    query = select(Score.application_id, User).join(User, User.id == Score.member_id).options(joinedload(User.department))
    query = query.where(Score.application_id.in_(paths), Score.ended_at.is_(None)).order_by(Score.id)
    for application_id, member in db.session.execute(query) if paths else ():
        if gains(member.department.path, paths[application_id]):
            found[application_id].append(member)
    return found


def _submitted_version() -> ScalarSelect[int]:
    """The number of the newest submission of the application that is asked about; what was revised after the award is none."""
    newest = select(func.max(ApplicationVersion.number)).where(ApplicationVersion.application_id == Application.id)
    return newest.where(ApplicationVersion.occasion == "submission").correlate(Application).scalar_subquery()


def _consensus() -> Select[int, int, int, str, int, int]:
    """What forums agreed on, in their order, each with the number of its application's newest submission."""
    query = select(
        Consensus.application_id,
        Consensus.scale_size,
        Consensus.version_number,
        Consensus.criterion,
        Consensus.level,
        _submitted_version(),
    )
    return query.join(Application, Application.id == Consensus.application_id).order_by(Consensus.id)


def counting_on(applications: Sequence[Application]) -> dict[int, dict[int, dict[str, int]]]:
    """For each of the applications, the levels of the scores that count by the score's id."""
    rules = rules_by_id(applications)
    found: dict[int, dict[int, dict[str, int]]] = {application.id: {} for application in applications}
    unit, own = aliased(Department), aliased(Department)
    query = select(Score.application_id, Score.id, Score.scale_size, Score.levels, Application.state, unit.path, own.path)
    query = query.join(Application, Application.id == Score.application_id).join(unit, unit.id == Application.department_id)
    query = query.join(User, User.id == Score.member_id).join(own, own.id == User.department_id)
    query = query.where(Score.application_id.in_(found), Score.ended_at.is_(None)).order_by(Score.id)
    for application_id, score_id, size, levels, state, unit_path, member_path in db.session.execute(query):
        scale_size = len(rules[application_id].scale)
        if counts(
            scale_size=size,
            member_path=member_path,
            unit_path=unit_path,
            policy_scale_size=scale_size,
            is_decided=state in DECIDED,
        ):
            found[application_id][score_id] = levels
    return found


def assessment(application: Application) -> Assessment | None:
    """What the members' scores come to; None before the first."""
    return assessments([application]).get(application.id)


def assessments(applications: Sequence[Application]) -> dict[int, Assessment]:
    """The assessments of several of a pool's applications by id, each by its own rules; those without a score are left out."""
    rules = rules_by_id(applications)
    agreed: dict[int, dict[str, int]] = defaultdict(dict)
    query = _consensus().where(Consensus.application_id.in_(rules))
    for application_id, size, version, criterion, level, submitted in db.session.execute(query):
        scale_size = len(rules[application_id].scale)
        if consensus_counts(scale_size=size, version_number=version, policy_scale_size=scale_size, submitted_version=submitted):
            agreed[application_id][criterion] = level
    made = {
        id_: assess(list(levels.values()), agreed[id_], rules[id_].weights, len(rules[id_].scale))
        for id_, levels in counting_on(applications).items()
    }
    return {id_: found for id_, found in made.items() if found is not None}


class Contender(NamedTuple):
    """An application that waits for a decision: as much of it as its place in the ranking follows from. Amounts in øre.

    ``total`` is what the scores that count come to by today's rules, None before the first; ``members`` are the ids of those who scored it.
    """

    id: int
    department: Department
    requested_ore: int
    members: list[int]
    total: Fraction | None


def contenders(pool: Pool, most: int | None = None) -> list[Contender]:
    """What waits for a decision in the pool, the earliest submission first: the first ``most``, or all of it. There may be very many."""
    policy, scale_size = pool.policy, len(pool.policy.scale)
    units = {unit.id: unit for unit in departments(municipality_id=pool.municipality_id)}
    one = aliased(Application)
    waiting = select(one.id).where(one.pool_id == pool.id, among(one.state, DECIDABLE))
    waits = Application.id.in_(waiting.order_by(one.submitted_at, one.id).limit(most))
    agreed: dict[int, dict[str, int]] = defaultdict(dict)
    for id_, size, version, criterion, level, submitted in db.session.execute(_consensus().where(waits)):
        if consensus_counts(scale_size=size, version_number=version, policy_scale_size=scale_size, submitted_version=submitted):
            agreed[id_][criterion] = level

    @cache
    def total(sums: tuple[int, ...], sheets: int, levels: tuple[tuple[str, int], ...]) -> Fraction:
        return total_of(dict(zip(CODES, sums, strict=True)), sheets, dict(levels), policy.weights, scale_size)

    asked = Application.requested_loan_ore + Application.requested_grant_ore
    columns = (Application.id, Application.department_id, asked, Score.member_id, User.department_id, Score.scale_size)
    query = select(*columns, cast(Score.levels, Text))
    query = query.outerjoin(Score, and_(Score.application_id == Application.id, Score.ended_at.is_(None)))
    query = query.outerjoin(User, User.id == Score.member_id).where(waits)
    found: dict[int, tuple[int, int, list[int], list[tuple[int, ...]]]] = {}
    for id_, unit_id, ore, member_id, own_id, size, levels in db.session.execute(query.order_by(Application.submitted_at, Application.id)):
        _unit, _ore, members, sheets = found.get(id_) or found.setdefault(id_, (unit_id, ore, [], []))
        if member_id is not None:
            members.append(member_id)
            paths = {"member_path": units[own_id].path, "unit_path": units[unit_id].path}
            if counts(scale_size=size, policy_scale_size=scale_size, is_decided=False, **paths):
                sheets.append(_levels(levels))
    return [
        Contender(id_, units[unit_id], ore, members, total(_sums(sheets), len(sheets), tuple(agreed[id_].items())) if sheets else None)
        for id_, (unit_id, ore, members, sheets) in found.items()
    ]


def _sums(sheets: list[tuple[int, ...]]) -> tuple[int, ...]:
    return sheets[0] if len(sheets) == 1 else tuple(map(sum, zip(*sheets, strict=True)))


@lru_cache(maxsize=4_096)
def _levels(written: str) -> tuple[int, ...]:
    """A sheet's levels in the order of the criteria. Few differ, and very many are written alike."""
    levels = json.loads(written)
    return tuple(levels[code] for code in CODES)


def places(waiting: Sequence[Contender]) -> list[Contender]:
    """The scored ones of what waits (the earliest submission first), best first; ties keep the earlier one first (domain.md §5)."""
    scored = {contender.id: contender for contender in waiting}
    ranks = rank((contender.id, contender.total, order) for order, contender in enumerate(waiting) if contender.total is not None)
    return [scored[id_] for id_ in ranks]


def ranked(places: Sequence[Contender], first: int = 1) -> list[Ranked]:
    """Some places of the ranking, from the one of rank ``first`` on, with all that is known of their applications."""
    found = {application.id: application for application in applications_by_id([contender.id for contender in places])}
    made = assessments(list(found.values()))
    return [Ranked(place, found[contender.id], made[contender.id]) for place, contender in enumerate(places, start=first)]


def ranking(applications: Sequence[Application]) -> list[Ranked]:
    """The scored ones of ``applications``, best first; ties keep the earlier submission first (domain.md §5)."""
    made = assessments(applications)
    scored = {application.id: application for application in applications if application.id in made}
    ranks = rank((id_, made[id_].total, (application.submitted_at, id_)) for id_, application in scored.items())
    return sorted(
        (Ranked(ranks[id_], application, made[id_]) for id_, application in scored.items()),
        key=lambda place: place.rank,
    )
