"""What an open meeting decides on a loan, in whole or in part: more years, a write-off, or a grant instead (domain.md §8)."""

from datetime import datetime
from typing import Any

from fundbank.awards.models import Award
from fundbank.errors import N_, Incomplete, NotAllowed, WrongState, require
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger.rules import OverOutstanding
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.permissions import can_chair, check_enough_present, staying_out
from fundbank.meetings.queries.pending import standing_on
from fundbank.meetings.states import Action
from fundbank.meetings.steps.recording import Resolution, keep_pending
from fundbank.people.models import User
from fundbank.repayments.steps import check_extension, check_giving_up, check_settlement
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
) -> int:
    """Ask every rule of a settlement, and change nothing. Returns what would be given up, in øre; of an extension what is outstanding.

    Raises NotAllowed, ConflictOfInterest, WrongState, CprNumber, Incomplete for an extension without years, InvalidAmount, OverOutstanding.
    """
    check_before_meeting(actor=actor, at=at, meeting=meeting, award=award)
    check_no_cpr_number(reason=reason)
    if action not in set(Action):
        raise Incomplete(N_("Choose what the forum decides."), field="action")
    standing = standing_on(award)
    given_up_ore = sum(one.amount_ore or 0 for one in standing if one.outcome != Action.EXTEND)
    left_ore = check_giving_up(award, None) - given_up_ore
    if left_ore <= 0:
        raise WrongState(N_("The meeting has decided on all that is outstanding already."))
    if action == Action.EXTEND:
        if years is None:
            raise Incomplete(N_("Write by how many years the loan is extended."), field="years")
        if any(one.outcome == Action.EXTEND for one in standing):
            raise WrongState(N_("The meeting has decided that already."))
        check_extension(award, years, at)
        return check_giving_up(award, None)
    if amount_ore is not None and amount_ore > left_ore:
        raise OverOutstanding(amount_ore=amount_ore, limit_ore=left_ore)
    return check_giving_up(award, left_ore if amount_ore is None else amount_ore)


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
) -> PendingDecision:
    """Record that the forum extends the loan, writes off what is outstanding, or turns it into a grant; ``amount_ore`` names a part of it.

    It is done, and known, when the meeting is closed. Raises what ``check_settle_shortfall`` raises.
    """
    lock(meeting)
    lock(award)
    wanted: dict[str, Any] = {"actor": actor, "at": at, "award": award, "meeting": meeting}
    settled_ore = check_settle_shortfall(**wanted, action=action, years=years, amount_ore=amount_ore, reason=reason)
    years = years if action == Action.EXTEND else None
    resolved = Resolution(award.application, action, reason, award, years=years, amount_ore=settled_ore)
    return keep_pending(actor=actor, at=at, meeting=meeting, resolved=resolved, recused=staying_out(meeting, award.application))
