"""What somebody sees to after an award: its conditions, and what is to be looked at again; and what nobody sees to any more."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application, Consulted, Gainer
from fundbank.applications.queries.gainers import in_force
from fundbank.awards.models import Award, FollowUp, Participant
from fundbank.awards.states import FOLLOWED_UP
from fundbank.overviews.waiting.columns import ME, MY_PATH, Pools, row
from fundbank.people.models import Department, User
from fundbank.pools.models import PoolRole
from fundbank.pools.rights import Right, roles_with

LOOKED_AT = 200  # the earliest that are looked at; a later one is when its day comes nearer


def to_follow_up(pools: Pools) -> Select[Any]:
    """What the person sees to."""
    query = _waiting(FollowUp.text).where(_is_among_the_first(pools, FollowUp.owner_id == ME), _sees_award(ME, MY_PATH))
    return query.order_by(FollowUp.due_on, FollowUp.id)


def without_owner(pools: Pools) -> Select[Any]:
    """What its owner can no longer see to (``awards.permissions.without_owner``)."""
    owner, unit = aliased(User), aliased(Department)
    query = _waiting(owner.name.concat(": ").concat(FollowUp.text))
    query = query.join(owner, owner.id == FollowUp.owner_id).join(unit, unit.id == owner.department_id)
    query = query.where(_is_among_the_first(pools), ~and_(owner.is_active, _sees_award(owner.id, unit.path)))
    return query.order_by(FollowUp.due_on, FollowUp.id)


def _is_among_the_first(pools: Pools, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Is it one of the earliest that are still to be done?"""
    first = select(FollowUp.id).join(Award, Award.id == FollowUp.award_id).where(Award.state.in_(sorted(FOLLOWED_UP)), *conditions)
    first = first.where(FollowUp.done_at.is_(None), FollowUp.pool_id.in_(pools)).order_by(FollowUp.due_on, FollowUp.id).limit(LOOKED_AT)
    return FollowUp.id.in_(select(first.subquery().c.id))


def _waiting(note: Any) -> Select[Any]:
    query = row(FollowUp.award_id, FollowUp.pool_id, Application.title, note, FollowUp.due_on)
    query = query.join(Award, Award.id == FollowUp.award_id).join(Application, Application.id == Award.application_id)
    return query.where(Award.state.in_(sorted(FOLLOWED_UP)))


def _sees_award(person: Any, path: Any) -> ColumnElement[bool]:
    """May the active person, whose unit has the path, see the award that is followed up (``awards.permissions.can_see_award``)?"""
    unit = aliased(Department)
    is_within = unit.path.like(path.concat("%"))
    applied = exists().where(unit.id == Application.department_id, is_within)
    shares = exists().where(Participant.award_id == Award.id, unit.id == Participant.department_id, is_within)
    named = in_force().join(unit, unit.id == Gainer.department_id).with_only_columns(func.count())
    named = named.where(Gainer.application_id == Award.application_id, is_within).correlate_except(Gainer, Application, unit)
    heard = exists().where(Consulted.application_id == Award.application_id, unit.id == Consulted.department_id, is_within)
    concerned = or_(applied, shares, named.scalar_subquery() > 0, heard)
    return or_(_holds(person, Right.AWARDS_READ), and_(_holds(person, Right.OWN_READ), concerned))


def _holds(person: Any, right: Right) -> ColumnElement[bool]:
    roles = [str(role) for role in roles_with(right)]
    return exists().where(PoolRole.pool_id == Award.pool_id, PoolRole.user_id == person, PoolRole.role.in_(roles))
