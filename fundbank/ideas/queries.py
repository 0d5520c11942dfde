"""Every question about ideas."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.extensions import db
from fundbank.ideas.models import Idea
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.people.models import Department
from fundbank.pools.models import Pool


def idea(idea_id: int, *, municipality_id: int) -> Idea | None:
    """The municipality's idea with this id, if there is one."""
    query = select(Idea).options(joinedload(Idea.pool)).join(Pool, Pool.id == Idea.pool_id)
    return db.session.scalar(query.where(Idea.id == idea_id, Pool.municipality_id == municipality_id))


def ideas_by_id(ids: set[int]) -> dict[int, Idea]:
    """These ideas, by id."""
    query = select(Idea).options(joinedload(Idea.pool)).where(Idea.id.in_(ids))
    return {idea.id: idea for idea in db.session.scalars(query)} if ids else {}


def part_of_ideas(pool_id: int, *, path: str | None, after: int = 0) -> Part[Idea]:
    """The pool's ideas, the newest first: a part of them after the one with the id ``after``. ``path`` is that of the unit whose ideas they
    are, with those of the units below it; None for everybody's.
    """
    query = select(Idea).where(Idea.pool_id == pool_id)
    if path is not None:
        within = select(Department.id).where(Department.path.startswith(path, autoescape=True))
        query = query.where(Idea.department_id.in_(within))
    if after:
        query = query.where(Idea.id < after)
    found: Sequence[Idea] = db.session.scalars(query.order_by(Idea.id.desc()).limit(SHOWN + 1)).all()
    return part_of(found, key=lambda idea: idea.id, most=SHOWN)
