"""Every question about ideas."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from fundbank.extensions import db
from fundbank.ideas.models import Idea, Need
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.people.models import Department
from fundbank.pools.models import Pool


def idea(idea_id: int, *, municipality_id: int) -> Idea | None:
    """The municipality's idea with this id, if there is one."""
    query = select(Idea).options(joinedload(Idea.pool)).join(Pool, Pool.id == Idea.pool_id)
    return db.session.scalar(query.where(Idea.id == idea_id, Pool.municipality_id == municipality_id))


def idea_of(application_id: int) -> Idea | None:
    """The idea that the application was made of, if it was made of one."""
    return db.session.scalar(select(Idea).options(joinedload(Idea.pool)).where(Idea.application_id == application_id))


def ideas_by_id(ids: set[int]) -> dict[int, Idea]:
    """These ideas, by id."""
    query = select(Idea).options(joinedload(Idea.pool)).where(Idea.id.in_(ids))
    return {idea.id: idea for idea in db.session.scalars(query)} if ids else {}


def part_of_ideas(pool_id: int, *, path: str | None, everybodys: bool, after: int = 0) -> Part[Idea]:
    """The pool's ideas, the newest first: a part of them after the one with the id ``after``. ``path`` is that of the unit whose ideas they
    are, with those of the units below it (None: of no unit); ``everybodys`` adds those of all others but answers that were not sent.
    """
    within = Idea.department_id.in_(select(Department.id).where(Department.path.startswith(path or "", autoescape=True)))
    shown = ~Idea.need.has(Need.sent_at.is_(None))
    seen = shown if path is None else or_(within, shown) if everybodys else within
    query = select(Idea).where(Idea.pool_id == pool_id, seen)
    if after:
        query = query.where(Idea.id < after)
    found: Sequence[Idea] = db.session.scalars(query.order_by(Idea.id.desc()).limit(SHOWN + 1)).all()
    return part_of(found, key=lambda idea: idea.id, most=SHOWN)
