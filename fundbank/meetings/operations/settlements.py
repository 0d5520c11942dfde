"""What an open meeting decides on a loan, in whole or in part: more years, a write-off, or a grant instead (domain.md §8)."""

from datetime import datetime
from typing import Any

from fundbank.awards.models import Award
from fundbank.errors import N_, Incomplete, NotAllowed, WrongState, require
from fundbank.extensions import db
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting, Settlement
from fundbank.meetings.permissions import can_chair, check_enough_present, staying_out
from fundbank.meetings.states import Action
from fundbank.people.models import User
from fundbank.repayments.steps import check_extension, check_giving_up, check_settlement, convert_loan, extend_loan, write_off_loan
from fundbank.scoring.operations import check_no_conflict


def check_open(at: datetime, meeting: Meeting, award: Award) -> None:
    """Is the meeting the award's forum's, and open today? Raises NotAllowed, WrongState."""
    if meeting.pool_id != award.pool_id:
        raise NotAllowed()
    if not meeting.is_open(local_date(at)):
        raise WrongState(N_("This needs a meeting that is open today."))


def check_before_meeting(*, actor: User, at: datetime, meeting: Meeting, award: Award) -> None:
    """Can the chair settle the loan in this meeting now? Raises NotAllowed, ConflictOfInterest, WrongState, TooFewPresent."""
    require(can_chair(actor, award.application.pool))
    check_no_conflict(actor, award.application)
    check_open(at, meeting, award)
    check_settlement(award)
    check_enough_present(meeting, award.application)


def check_settle_shortfall(
    *,
    actor: User,
    at: datetime,
    meeting: Meeting,
    award: Award,
    action: str,
    years: int | None = None,
    amount_ore: int | None = None,
    reason: str = "",
) -> None:
    """Ask every rule of a settlement, and change nothing.

    Raises NotAllowed, ConflictOfInterest, WrongState, CprNumber, Incomplete for an extension without years, InvalidAmount, OverOutstanding.
    """
    check_before_meeting(actor=actor, at=at, meeting=meeting, award=award)
    check_no_cpr_number(reason=reason)
    if action not in set(Action):
        raise Incomplete(N_("Choose what the forum decides."), field="action")
    if action == Action.EXTEND:
        if years is None:
            raise Incomplete(N_("Write by how many years the loan is extended."), field="years")
        check_extension(award, years, at)
    else:
        check_giving_up(award, amount_ore)


def settle_shortfall(
    *,
    actor: User,
    at: datetime,
    meeting: Meeting,
    award: Award,
    action: str,
    years: int | None = None,
    amount_ore: int | None = None,
    reason: str = "",
) -> Settlement:
    """Extend the loan, write off what is outstanding, or turn it into a grant; ``amount_ore`` names a part of it.

    Raises what ``check_settle_shortfall`` raises.
    """
    lock(meeting)
    lock(award)
    wanted: dict[str, Any] = {"actor": actor, "at": at, "award": award}
    check_settle_shortfall(**wanted, meeting=meeting, action=action, years=years, amount_ore=amount_ore, reason=reason)
    settled_ore = check_giving_up(award, None if action == Action.EXTEND else amount_ore)
    decided: dict[str, Any] = {"reason": reason, "meeting_id": meeting.id}
    if action == Action.EXTEND and years is not None:
        extend_loan(**wanted, years=years, outstanding_ore=settled_ore, **decided)
    elif action == Action.WRITE_OFF:
        write_off_loan(**wanted, amount_ore=settled_ore, **decided)
    else:
        convert_loan(**wanted, amount_ore=settled_ore, **decided)
    settlement = Settlement(
        meeting=meeting,
        award=award,
        action=action,
        years=years if action == Action.EXTEND else None,
        amount_ore=settled_ore,
        reason=reason,
        recused_ids=[person.id for person in staying_out(meeting, award.application)],
        decided_by_id=actor.id,
        decided_at=at,
    )
    db.session.add(settlement)
    db.session.flush()
    return settlement
