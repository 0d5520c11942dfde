"""A revised business case of an award, with the consent of an open meeting where a promise is lowered (domain.md §6)."""

from datetime import datetime

from fundbank.applications.models import ApplicationVersion
from fundbank.applications.operations import check_revision, revise_application
from fundbank.applications.permissions import can_write_application
from fundbank.applications.rules.content import Content
from fundbank.awards.models import Award
from fundbank.awards.states import OVER
from fundbank.errors import N_, WrongState, require
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.settlements import check_open
from fundbank.people.models import User


def check_revisable(*, actor: User, award: Award) -> None:
    """May the person revise the business case of the award now? Raises NotAllowed, WrongState."""
    require(can_write_application(actor, award.application))
    if award.state in OVER:
        raise WrongState(N_("The award is over; its business case stands."))


def check_revise_case(*, actor: User, at: datetime, award: Award, content: Content, reason: str, meeting: Meeting | None = None) -> None:
    """Ask every rule of a revision, and change nothing. Raises NotAllowed, WrongState, InvalidAmount, Incomplete, ConsentMissing."""
    check_revisable(actor=actor, award=award)
    if meeting is not None:
        check_open(at, meeting, award)
    check_revision(actor=actor, application=award.application, content=content, reason=reason, consented=meeting is not None)


def revise_case(
    *, actor: User, at: datetime, award: Award, content: Content, reason: str, meeting: Meeting | None = None
) -> ApplicationVersion:
    """Revise the business case of an award until it is closed; ``meeting`` is the open one that consents to a lower gain.

    Raises what ``check_revise_case`` raises.
    """
    if meeting is not None:
        lock(meeting)
    lock(award.application)
    check_revise_case(actor=actor, at=at, award=award, content=content, reason=reason, meeting=meeting)
    return revise_application(
        actor=actor,
        at=at,
        application=award.application,
        content=content,
        reason=reason,
        consenting_meeting_id=meeting.id if meeting else None,
    )
