"""What the coordinator says of two applications on an agenda, for the proposal: not both, or the first only if the second."""

from datetime import datetime

from fundbank.errors import N_, AlreadyPosted, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import lock
from fundbank.meetings.models import CandidatePair, Meeting
from fundbank.meetings.permissions import can_plan_meetings
from fundbank.meetings.queries.proposals import pairs_of
from fundbank.meetings.states import Tie
from fundbank.people.models import User


def set_pair(*, actor: User, at: datetime, meeting: Meeting, tie: str, application_id: int, other_id: int) -> CandidatePair:
    """Say of two applications on the agenda what holds between them.

    Raises NotAllowed, WrongState once the meeting is over, Incomplete for what is not on the agenda or one application twice, AlreadyPosted
    for what has been said.
    """
    _check(actor, at, meeting)
    on_agenda = {item.application_id for item in meeting.agenda}
    if tie not in set(Tie) or application_id == other_id or not {application_id, other_id} <= on_agenda:
        raise Incomplete(N_("Choose two different applications on the agenda."), field="other")
    said = {(pair.tie, pair.application_id, pair.other_id) for pair in pairs_of(meeting)}
    if (tie, application_id, other_id) in said or (tie == Tie.NOT_BOTH and (tie, other_id, application_id) in said):
        raise AlreadyPosted()
    pair = CandidatePair(meeting=meeting, tie=tie, application_id=application_id, other_id=other_id, set_by=actor, set_at=at)
    db.session.add(pair)
    db.session.flush()
    record(meeting, "pair_set", actor_id=actor.id, at=at, pair_id=pair.id)
    return pair


def take_pair_away(*, actor: User, at: datetime, meeting: Meeting, pair: CandidatePair) -> None:
    """Say no longer what held between two applications. Raises NotAllowed, WrongState once the meeting is over."""
    _check(actor, at, meeting)
    pair_id = pair.id
    db.session.delete(pair)
    record(meeting, "pair_taken_away", actor_id=actor.id, at=at, pair_id=pair_id)


def _check(actor: User, at: datetime, meeting: Meeting) -> None:
    require(can_plan_meetings(actor, meeting.pool))
    lock(meeting)
    if meeting.is_over(local_date(at)):
        raise WrongState()
