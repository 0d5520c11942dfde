"""An agreed award that an open meeting gives up before anything was paid (domain.md §4)."""

from datetime import datetime

from fundbank.awards.models import Award
from fundbank.awards.states import TRANSITIONS, State
from fundbank.awards.steps import give_up
from fundbank.errors import require
from fundbank.history.steps import check_move
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.settlements import check_open
from fundbank.meetings.permissions import can_chair, check_enough_present, staying_out
from fundbank.people.models import User
from fundbank.scoring.operations import check_no_conflict


def check_cancellation(*, actor: User, at: datetime, meeting: Meeting, award: Award) -> None:
    """Can the chair record in this meeting that the award is given up? Raises NotAllowed, ConflictOfInterest, WrongState, TooFewPresent."""
    require(can_chair(actor, award.application.pool))
    check_no_conflict(actor, award.application)
    check_open(at, meeting, award)
    check_move(award, State.CANCELLED, TRANSITIONS)
    check_enough_present(meeting, award.application)


def cancel_in_meeting(*, actor: User, at: datetime, meeting: Meeting, award: Award, reason: str) -> None:
    """Record that the forum gives the award up; payments that wait are withdrawn with it.

    Raises what ``check_cancellation`` raises, CprNumber, Incomplete without a reason.
    """
    lock(meeting)
    lock(award)
    check_cancellation(actor=actor, at=at, meeting=meeting, award=award)
    recused_ids = [person.id for person in staying_out(meeting, award.application)]
    give_up(actor=actor, at=at, award=award, to=State.CANCELLED, reason=reason, meeting_id=meeting.id, recused_ids=recused_ids)
