"""Every question about what is to be followed up of awards."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from fundbank.awards.models import Award, FollowUp
from fundbank.awards.states import FOLLOWED_UP
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
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


class SeenTo(NamedTuple):
    """Who sees to something, and by when."""

    name: str
    by: date


def seen_to_as_decided(award_ids: Collection[int]) -> dict[int, SeenTo]:
    """Who sees to the conditions of each award, and by when, as the forum decided: whatever was changed afterwards."""
    if not award_ids:
        return {}
    decided = select(FollowUp, Award.conditions).join(Award, Award.id == FollowUp.award_id).where(FollowUp.award_id.in_(award_ids))
    found = db.session.execute(decided.where(FollowUp.is_condition).order_by(FollowUp.id.desc())).all()
    conditions = {one.award_id: one for one, text in found if one.text == text.strip()}
    line = HistoryEntry
    changed = select(line).where(line.subject_type == Award.__tablename__, line.subject_id.in_(conditions))
    changed = changed.where(line.event == "follow_up_changed").order_by(line.id.desc())
    before = {of.details["follow_up_id"]: of.details for of in db.session.scalars(changed)}
    first = {award_id: _as_first_said(one, before.get(one.id)) for award_id, one in conditions.items()}
    named = select(User.id, User.name).where(User.id.in_({owner_id for owner_id, _day in first.values()}))
    names = {id_: name for id_, name in db.session.execute(named)}
    return {award_id: SeenTo(names[owner_id], by) for award_id, (owner_id, by) in first.items()}


def _as_first_said(one: FollowUp, change: Mapping[str, Any] | None) -> tuple[int, date]:
    """Who was to see to it, and by when, before the first change of either."""
    if change is None:
        return one.owner_id, one.due_on
    return change["former_owner_id"], date.fromisoformat(change["former_due_on"])


def texts_of(follow_up_ids: Collection[int]) -> dict[int, str]:
    """What each of these is about, by id: the text is never changed."""
    query = select(FollowUp.id, FollowUp.text).where(FollowUp.id.in_(follow_up_ids))
    return {id_: text for id_, text in db.session.execute(query)} if follow_up_ids else {}


def _open_of_pool(pool_id: int) -> Select[FollowUp]:
    """What is not done, of awards that people outside the meeting know of."""
    query = select(FollowUp).options(OWNER, joinedload(FollowUp.award).joinedload(Award.application))
    query = query.join(Award, Award.id == FollowUp.award_id).where(Award.state.in_(sorted(FOLLOWED_UP)))
    return query.where(FollowUp.pool_id == pool_id, FollowUp.done_at.is_(None))
