"""What the forum decided: on applications, on awards that it gave up, and on shortfalls."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from fundbank.applications.models import Application
from fundbank.awards.models import Award, Participant
from fundbank.awards.queries import is_known
from fundbank.awards.states import GIVEN_UP
from fundbank.extensions import db
from fundbank.ledger.queries import approvals_of
from fundbank.meetings.models import Decision, Meeting, PendingDecision, Settlement
from fundbank.pools.models import Pool
from fundbank.pools.queries import policies_by_id
from fundbank.scoring.queries.decided import Decided, assessments_of
from fundbank.scoring.rules import Assessment


def decisions_on(application: Application) -> Sequence[Decision]:
    """The forum's decisions on the application, the earliest first."""
    query = select(Decision).options(joinedload(Decision.decided_by), joinedload(Decision.meeting))
    return db.session.scalars(query.where(Decision.application_id == application.id).order_by(Decision.id)).all()


def decision(decision_id: int, *, municipality_id: int) -> Decision | None:
    """The municipality's decision with this id, if there is one."""
    query = select(Decision).join(Meeting, Meeting.id == Decision.meeting_id).join(Pool, Pool.id == Meeting.pool_id)
    return db.session.scalar(query.where(Decision.id == decision_id, Pool.municipality_id == municipality_id))


def assessments_then(decisions: Mapping[int, Decision | PendingDecision]) -> dict[int, Assessment]:
    """What those of the applications had been scored whose decision is known to all, as they were decided on, by id."""
    known = {id_: one for id_, one in decisions.items() if isinstance(one, Decision)}
    rules = policies_by_id({one.policy_version_id for one in known.values()})
    asked = [Decided(id_, one.decided_at, one.version_number, rules[one.policy_version_id]) for id_, one in known.items()]
    return assessments_of(asked) if asked else {}


def awards_with_terms(award_ids: Collection[int]) -> Sequence[Award]:
    """These awards with the departments that share their gains."""
    query = select(Award).options(selectinload(Award.participants).joinedload(Participant.department)).where(Award.id.in_(award_ids))
    return db.session.scalars(query).all() if award_ids else ()


def decision_of(award: Award) -> Decision | None:
    """The decision that made the award."""
    return db.session.scalar(select(Decision).where(Decision.award_id == award.id))


def given_up_in(meeting: Meeting) -> Sequence[Award]:
    """The awards that the forum gave up in the meeting."""
    query = select(Award).options(joinedload(Award.application)).where(Award.given_up_meeting_id == meeting.id, is_known())
    return db.session.scalars(query.order_by(Award.given_up_at, Award.id)).all()


def settlements_of(award: Award) -> Sequence[Settlement]:
    """What the forum decided on the loan's shortfall, the earliest first."""
    query = select(Settlement).options(joinedload(Settlement.decided_by), joinedload(Settlement.meeting))
    return db.session.scalars(query.where(Settlement.award_id == award.id).order_by(Settlement.id)).all()


def approved_in_frame_ore(pool: Pool, frame: str, year: int) -> int:
    """What the pool has promised within a budget frame in a calendar year, in øre; what ended before anything was paid is free again."""
    query = select(Award).options(joinedload(Award.application)).where(Award.pool_id == pool.id, Award.state.not_in(GIVEN_UP))
    # Its money was reserved in the meeting; known it may have been later, in another year, if nobody closed the meeting.
    query = query.where(Award.decided_at >= datetime(year - 1, 12, 31, tzinfo=UTC), Award.decided_at < datetime(year + 2, 1, 1, tzinfo=UTC))
    within = [award for award in db.session.scalars(query) if award.application.content.frame == frame]
    reserved = approvals_of(award.id for award in within)
    return sum(award.loan_ore + award.grant_ore for award in within if reserved[award.id].value_date.year == year)


def left_in_frame_ore(pool: Pool, code: str, year: int) -> int | None:
    """What a budget frame has left in a calendar year, in øre, below 0 if more was promised; None for one without an amount."""
    frame = pool.policy.frame(code)
    if frame is None or frame.amount_ore is None:
        return None
    return frame.amount_ore - approved_in_frame_ore(pool, code, year)
