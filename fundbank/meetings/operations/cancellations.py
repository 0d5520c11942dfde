"""An agreed award that an open meeting gives up before anything was paid (domain.md §4)."""

from datetime import datetime

from fundbank.awards.models import Award
from fundbank.awards.states import TRANSITIONS, State
from fundbank.errors import N_, WrongState, require
from fundbank.history.steps import check_move
from fundbank.kit.transaction import lock
from fundbank.ledger.steps.movements import check_reason
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.operations.settlements import check_open
from fundbank.meetings.permissions import can_chair, check_enough_present, staying_out
from fundbank.meetings.queries.pending import standing_on
from fundbank.meetings.states import CANCELLATION
from fundbank.meetings.steps.recording import Resolution, keep_pending
from fundbank.people.models import User
from fundbank.scoring.operations import check_no_conflict


def check_cancellation(*, actor: User, at: datetime, meeting: Meeting, award: Award) -> None:
    """Can the chair record in this meeting that the award is given up? Raises NotAllowed, ConflictOfInterest, WrongState, TooFewPresent."""
    require(can_chair(actor, award.application.pool))
    check_no_conflict(actor, award.application)
    check_open(at, meeting, award)
    check_move(award, State.CANCELLED, TRANSITIONS)
    check_enough_present(meeting, award.application)
    if standing_on(award):
        raise WrongState(N_("The meeting has decided that already."))


def cancel_in_meeting(*, actor: User, at: datetime, meeting: Meeting, award: Award, reason: str) -> PendingDecision:
    """Record that the forum gives the award up: when the meeting is closed it is, and payments that wait are withdrawn with it.

    Raises what ``check_cancellation`` raises, CprNumber, Incomplete without a reason.
    """
    lock(meeting)
    lock(award)
    check_cancellation(actor=actor, at=at, meeting=meeting, award=award)
    check_reason(reason)
    resolved = Resolution(award.application, CANCELLATION, reason, award)
    return keep_pending(actor=actor, at=at, meeting=meeting, resolved=resolved, recused=staying_out(meeting, award.application))
