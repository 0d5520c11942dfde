"""What somebody sees to after an award: its conditions, and what is to be looked at again."""

from typing import Any

from sqlalchemy import Select

from fundbank.applications.models import Application
from fundbank.awards.models import Award, FollowUp
from fundbank.awards.states import FOLLOWED_UP
from fundbank.overviews.waiting.columns import ME, Pools, row


def to_follow_up(pools: Pools) -> Select[Any]:
    query = row(FollowUp.award_id, FollowUp.pool_id, Application.title, FollowUp.text, FollowUp.due_on)
    query = query.join(Award, Award.id == FollowUp.award_id).join(Application, Application.id == Award.application_id)
    query = query.where(FollowUp.owner_id == ME, FollowUp.done_at.is_(None), FollowUp.pool_id.in_(pools))
    return query.where(Award.state.in_(sorted(FOLLOWED_UP))).order_by(FollowUp.due_on, FollowUp.id)
