"""Every question about what is to be followed up of awards."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from fundbank.awards.models import Award, FollowUp
from fundbank.awards.states import FOLLOWED_UP
from fundbank.extensions import db
from fundbank.people.models import User
from fundbank.pools.models import Pool

OWNER = joinedload(FollowUp.owner).joinedload(User.department)


def follow_up(follow_up_id: int, *, municipality_id: int) -> FollowUp | None:
    """The municipality's follow-up with this id, if there is one."""
    query = select(FollowUp).join(Pool, Pool.id == FollowUp.pool_id)
    return db.session.scalar(query.where(FollowUp.id == follow_up_id, Pool.municipality_id == municipality_id))


def follow_ups_of(award: Award) -> Sequence[FollowUp]:
    """What is to be followed up of the award: what is not done first, the earliest day first."""
    query = select(FollowUp).options(OWNER, joinedload(FollowUp.done_by)).where(FollowUp.award_id == award.id)
    return db.session.scalars(query.order_by(FollowUp.done_at.is_not(None), FollowUp.due_on, FollowUp.id)).all()


def follow_ups_due(pool_id: int, by: date, *, most: int | None = None) -> Sequence[FollowUp]:
    """What the pool is to follow up by that day and is not done, the earliest day first: the first ``most``, or all."""
    query = _open_of_pool(pool_id).where(FollowUp.due_on <= by)
    return db.session.scalars(query.order_by(FollowUp.due_on, FollowUp.id).limit(most)).all()


def texts_of(follow_up_ids: Collection[int]) -> dict[int, str]:
    """What each of these is about, by id: the text is never changed."""
    query = select(FollowUp.id, FollowUp.text).where(FollowUp.id.in_(follow_up_ids))
    return {id_: text for id_, text in db.session.execute(query)} if follow_up_ids else {}


def _open_of_pool(pool_id: int) -> Select[FollowUp]:
    """What is not done, of awards that people outside the meeting know of."""
    query = select(FollowUp).options(OWNER, joinedload(FollowUp.award).joinedload(Award.application))
    query = query.join(Award, Award.id == FollowUp.award_id).where(Award.state.in_(sorted(FOLLOWED_UP)))
    return query.where(FollowUp.pool_id == pool_id, FollowUp.done_at.is_(None))
