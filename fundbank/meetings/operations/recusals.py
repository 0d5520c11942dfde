"""A member or chair whom the chair keeps out of one item for a conflict of interest that nobody declared, and who is let in again (§4)."""

from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDABLE
from fundbank.errors import N_, AlreadyPosted, FourEyes, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting
from fundbank.meetings.permissions import can_chair, can_readmit
from fundbank.meetings.states import ENDED
from fundbank.people.models import User
from fundbank.scoring.operations import check_no_conflict
from fundbank.scoring.permissions import has_conflict, may_step_back
from fundbank.scoring.queries import declared_interest
from fundbank.scoring.queries.conflicts import kept_out
from fundbank.scoring.steps import keep_interest, turn


def recuse(*, actor: User, at: datetime, meeting: Meeting, application: Application, person: User, reason: str) -> None:
    """Keep somebody, present or not, out of an item that is not decided. It holds as if they had declared an interest.

    Raises NotAllowed, ConflictOfInterest, WrongState, AlreadyPosted for who is out of it already, CprNumber, Incomplete without a reason.
    """
    require(can_chair(actor, meeting.pool) and may_step_back(person, application))
    _hold(meeting, application, at)
    check_no_conflict(actor, application)
    check_no_cpr_number(reason=reason)
    if has_conflict(person, application):
        raise AlreadyPosted()
    if not reason.strip():
        raise Incomplete(N_("Write why the member stays out of it."), field="reason")
    keep_interest(at=at, application=application, person=person, found_by_id=actor.id, reason=reason)
    db.session.flush()


def readmit(*, actor: User, at: datetime, meeting: Meeting, application: Application, person: User, reason: str) -> None:
    """Let somebody in again who was kept out, or stepped back, by mistake. It takes another than who said so, and than the person.

    Raises NotAllowed, ConflictOfInterest, FourEyes, WrongState (also where it is the department that keeps them out), CprNumber,
    Incomplete without a reason.
    """
    require(can_readmit(actor, meeting.pool))
    _hold(meeting, application, at)
    check_no_conflict(actor, application)
    interest = declared_interest(application, person)
    if interest is None:
        raise WrongState()
    if actor.id in (person.id, kept_out(application)[person.id].said_by_id):
        raise FourEyes()
    check_no_cpr_number(reason=reason)
    if not reason.strip():
        raise Incomplete(N_("Write why the member takes part after all."), field="reason")
    turn(at=at, interest=interest, is_out=False, made_by_id=actor.id, reason=reason)
    record(application, "readmitted", actor_id=actor.id, at=at, user_id=person.id)


def _hold(meeting: Meeting, application: Application, at: datetime) -> None:
    """Hold the meeting and an item of it that is not decided. Raises WrongState."""
    lock(meeting)
    lock(application)
    on_agenda = any(item.application_id == application.id for item in meeting.agenda)
    decided = application.id in meeting.decided or application.state not in DECIDABLE
    if meeting.state in ENDED or meeting.is_over(local_date(at)) or not on_agenda or decided:
        raise WrongState(N_("The application must be on the agenda of a meeting that is not over, and not yet decided."))
