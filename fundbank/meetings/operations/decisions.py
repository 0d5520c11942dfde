"""What the forum decides in an open meeting, recorded by its chair (domain.md §4, §5, §7)."""

from collections.abc import Sequence
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.queries import read_versions
from fundbank.awards.states import State as AwardState
from fundbank.awards.steps import give_up, keep_follow_up, make_award
from fundbank.errors import N_, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock, lock_all
from fundbank.ledger.steps.movements import check_reason
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.operations.grounds import Grounds
from fundbank.meetings.operations.wanted import Wanted, check_agreeable, check_all_wanted, check_wanted
from fundbank.meetings.permissions import can_chair
from fundbank.meetings.rules.choices import is_against
from fundbank.meetings.states import ON_AWARDS, Outcome, PendingState
from fundbank.meetings.steps import let_go_on
from fundbank.meetings.steps.recording import Resolution, keep_pending
from fundbank.people.models import User
from fundbank.scoring.models import Consensus
from fundbank.scoring.operations import check_no_conflict
from fundbank.scoring.steps import end_scoring, keep_consensus


def set_consensus(
    *, actor: User, at: datetime, meeting: Meeting, application: Application, criterion: str, level: int, reason: str
) -> Consensus:
    """Set the level on which the meeting agreed for one criterion. It can be set anew until the meeting is closed.

    Raises NotAllowed, ConflictOfInterest, WrongState, Incomplete, CprNumber.
    """
    check_agreeable(_held(actor, at, meeting, application), application)
    check_no_cpr_number(reason=reason)
    return keep_consensus(
        actor=actor,
        at=at,
        application=application,
        meeting_id=meeting.id,
        criterion=criterion,
        level=level,
        reason=reason,
    )


def check_decision(*, actor: User, at: datetime, meeting: Meeting, wanted: Wanted) -> None:
    """Ask every rule of a decision, and change nothing: whoever is about to decide sees the effect of a decision that would hold.

    Raises what ``check_wanted`` raises.
    """
    check_wanted(grounds=_held(actor, at, meeting, wanted.application), wanted=wanted)


def decide(*, actor: User, at: datetime, meeting: Meeting, wanted: Wanted) -> PendingDecision:
    """Record the forum's decision; an approval reserves the money. Nobody outside the meeting learns of it before the meeting is closed.

    Raises what ``check_wanted`` raises.
    """
    grounds = _held(actor, at, meeting, wanted.application)
    check_wanted(grounds=grounds, wanted=wanted)
    return _keep(grounds, wanted)


def check_decisions(*, actor: User, at: datetime, meeting: Meeting, wanted: Sequence[Wanted]) -> None:
    """Ask every rule of several decisions, and change nothing. Raises what ``check_all_wanted`` raises."""
    check_all_wanted(grounds=_held(actor, at, meeting, *(one.application for one in wanted)), wanted=wanted)


def record_decisions(*, actor: User, at: datetime, meeting: Meeting, wanted: Sequence[Wanted]) -> list[PendingDecision]:
    """Record them all, in their order, or none. Raises what ``check_all_wanted`` raises, before anything has been recorded."""
    grounds = _held(actor, at, meeting, *(one.application for one in wanted))
    check_all_wanted(grounds=grounds, wanted=wanted)
    return [_keep(grounds, one) for one in wanted]


def check_take_back(*, actor: User, at: datetime, pending: PendingDecision) -> None:
    """Can the chair, free of conflict, take back what the meeting has decided? Raises NotAllowed, ConflictOfInterest, WrongState."""
    require(can_chair(actor, pending.meeting.pool))
    check_no_conflict(actor, pending.application)
    if not pending.meeting.is_open(local_date(at)):
        raise WrongState(N_("The meeting is over. What it decided stands."))
    if pending.state != PendingState.STANDING:
        raise WrongState(N_("The decision has been taken back already."))


def take_back(*, actor: User, at: datetime, pending: PendingDecision, reason: str) -> None:
    """Take back what the meeting has decided, before anybody else knows; what was reserved is available again, and another can follow.

    Raises what ``check_take_back`` raises, CprNumber, Incomplete without a reason.
    """
    meeting = pending.meeting
    _held(actor, at, meeting, pending.application)
    if pending.award is not None:
        lock(pending.award)
    lock(pending)
    check_take_back(actor=actor, at=at, pending=pending)
    check_reason(reason)
    pending.state, pending.ended_by, pending.ended_at, pending.end_reason = PendingState.TAKEN_BACK, actor, at, reason
    if pending.outcome not in ON_AWARDS:
        end_scoring(application=pending.application, at=pending.decided_at, is_decided=False)
    record(meeting, "decision_taken_back", actor_id=actor.id, at=at, reason=reason, application_id=pending.application_id)
    if pending.outcome == Outcome.APPROVE and pending.award is not None:
        give_up(actor=actor, at=at, award=pending.award, to=AwardState.TAKEN_BACK, reason=reason, meeting_id=meeting.id)
    db.session.flush()
    if pending.outcome in ON_AWARDS and pending.award is not None:
        let_go_on(pending.award)


def _held(actor: User, at: datetime, meeting: Meeting, *applications: Application) -> Grounds:
    """Hold the meeting, the applications and the pool that they are paid from, in the order of all locks: grounds to decide."""
    held = sorted(set(applications), key=lambda one: one.id)
    lock(meeting)
    lock_all(held)
    lock(meeting.pool)
    read_versions(held)
    return Grounds(actor, at, meeting, held)


def _keep(grounds: Grounds, wanted: Wanted) -> PendingDecision:
    """Keep what has been checked under locks; an approval makes its award and reserves the money."""
    actor, at, application, award = grounds.actor, grounds.at, wanted.application, None
    if wanted.is_approval:
        award = make_award(
            actor=actor,
            at=at,
            application=application,
            loan_ore=wanted.loan_ore,
            grant_ore=wanted.grant_ore,
            terms=wanted.terms if wanted.loan_ore else None,
            conditions=wanted.conditions,
        )
        if wanted.owner is not None and wanted.due_on is not None:
            keep_follow_up(
                actor=actor, at=at, award=award, text=wanted.conditions, owner=wanted.owner, due_on=wanted.due_on, is_condition=True
            )  # fmt: skip
    overrides = next((one for one in grounds.lying if is_against(one.sums, application.id, wanted.ore)), None)
    resolved = Resolution(application, wanted.outcome, wanted.reason, award, overrides=overrides)
    return keep_pending(actor=actor, at=at, meeting=grounds.meeting, resolved=resolved, recused=grounds.recused[application.id])
