"""What open meetings have decided, and nobody outside them knows yet (domain.md §4)."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fundbank.awards.models import Award
from fundbank.extensions import db
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.states import CANCELLATION, Action, Outcome, PendingState
from fundbank.pools.models import Pool


def pending_decision(pending_id: int, *, municipality_id: int) -> PendingDecision | None:
    """The municipality's decision of a meeting with this id, if there is one."""
    query = select(PendingDecision).join(Meeting, Meeting.id == PendingDecision.meeting_id).join(Pool, Pool.id == Meeting.pool_id)
    return db.session.scalar(query.where(PendingDecision.id == pending_id, Pool.municipality_id == municipality_id))


def standing_decisions_on(application_ids: Collection[int]) -> dict[int, PendingDecision]:
    """What meetings have decided on the applications, and nobody outside them knows yet, by application."""
    query = select(PendingDecision).options(joinedload(PendingDecision.meeting))
    query = query.where(PendingDecision.application_id.in_(application_ids), PendingDecision.state == PendingState.STANDING)
    return {one.application_id: one for one in db.session.scalars(query.where(PendingDecision.outcome.in_(list(Outcome))))}


def standing_decisions(meeting_id: int) -> Sequence[PendingDecision]:
    """What the meeting has decided and nobody outside it knows yet, by application, read afresh."""
    query = select(PendingDecision).where(PendingDecision.meeting_id == meeting_id, PendingDecision.state == PendingState.STANDING)
    query = query.options(joinedload(PendingDecision.decided_by)).order_by(PendingDecision.application_id, PendingDecision.id)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


def overrides_of(meeting: Meeting) -> Sequence[PendingDecision]:
    """What the meeting has decided against the proposal that lay before it and not taken back, each with its reason and that proposal."""
    query = select(PendingDecision).where(PendingDecision.meeting_id == meeting.id, PendingDecision.overrides_id.is_not(None))
    query = query.where(PendingDecision.state.in_((PendingState.STANDING, PendingState.RELEASED, PendingState.REFUSED)))
    return db.session.scalars(query.options(joinedload(PendingDecision.overrides)).order_by(PendingDecision.id)).all()


def standing_on(award: Award) -> Sequence[PendingDecision]:
    """What open meetings have decided on an award that there is already, and nobody outside them knows yet."""
    query = select(PendingDecision).where(PendingDecision.award_id == award.id, PendingDecision.state == PendingState.STANDING)
    return db.session.scalars(query.where(PendingDecision.outcome.in_([*Action, CANCELLATION])).order_by(PendingDecision.id)).all()
