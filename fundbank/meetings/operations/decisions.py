"""What the forum decides in an open meeting, recorded by its chair (domain.md §4, §5, §7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fundbank.applications.models import Application
from fundbank.awards.states import State as AwardState
from fundbank.awards.steps import give_up, keep_follow_up, make_award
from fundbank.errors import N_, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger.steps.movements import check_reason
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.operations.wanted import Wanted, check_agreeable, check_all_wanted, check_wanted
from fundbank.meetings.permissions import as_known_to, can_chair
from fundbank.meetings.queries.proposals import lying_proposals
from fundbank.meetings.rules.choices import Laid, is_against
from fundbank.meetings.states import ON_AWARDS, Outcome, PendingState
from fundbank.meetings.steps import keep_pending, let_go_on
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
    _hold(meeting, application)
    check_agreeable(actor=actor, at=at, meeting=meeting, application=application)
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
    _hold(meeting, wanted.application)
    check_wanted(actor=actor, at=at, meeting=meeting, wanted=wanted, laid=_laid(actor, meeting, [wanted]))


def decide(*, actor: User, at: datetime, meeting: Meeting, wanted: Wanted) -> PendingDecision:
    """Record the forum's decision; an approval reserves the money. Nobody outside the meeting learns of it before the meeting is closed.

    Raises what ``check_wanted`` raises.
    """
    check_decision(actor=actor, at=at, meeting=meeting, wanted=wanted)
    return _keep(actor, at, meeting, wanted)


def check_decisions(*, actor: User, at: datetime, meeting: Meeting, wanted: Sequence[Wanted]) -> None:
    """Ask every rule of several decisions, and change nothing. Raises what ``check_all_wanted`` raises."""
    _hold(meeting, *(one.application for one in wanted))
    check_all_wanted(actor=actor, at=at, meeting=meeting, wanted=wanted, laid=_laid(actor, meeting, wanted))


def record_decisions(*, actor: User, at: datetime, meeting: Meeting, wanted: Sequence[Wanted]) -> list[PendingDecision]:
    """Record them all, in their order, or none. Raises what ``check_all_wanted`` raises, before anything has been recorded."""
    check_decisions(actor=actor, at=at, meeting=meeting, wanted=wanted)
    return [_keep(actor, at, meeting, one) for one in wanted]


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
    _hold(meeting, pending.application)
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


def _hold(meeting: Meeting, *applications: Application) -> None:
    """Hold the meeting and the applications, each once, and the pool that they are paid from, in the order of all locks."""
    lock(meeting)
    for application in sorted(set(applications), key=lambda one: one.id):
        lock(application)
    lock(meeting.pool)


def _laid(actor: User, meeting: Meeting, wanted: Sequence[Wanted]) -> Laid:
    """The proposal that lies before the meeting, as the actor may know it."""
    return as_known_to(actor, lying_proposals(meeting), [one.application for one in wanted])


def _keep(actor: User, at: datetime, meeting: Meeting, wanted: Wanted) -> PendingDecision:
    """Keep what has been checked under locks; an approval makes its award and reserves the money."""
    award = None
    if wanted.is_approval:
        award = make_award(
            actor=actor,
            at=at,
            application=wanted.application,
            loan_ore=wanted.loan_ore,
            grant_ore=wanted.grant_ore,
            terms=wanted.terms if wanted.loan_ore else None,
            conditions=wanted.conditions,
        )
        if wanted.owner is not None and wanted.due_on is not None:
            keep_follow_up(
                actor=actor, at=at, award=award, text=wanted.conditions, owner=wanted.owner, due_on=wanted.due_on, is_condition=True
            )  # fmt: skip
    lying = lying_proposals(meeting)
    told: dict[str, Any] = {}
    if award is not None:
        told = {"loan_ore": wanted.loan_ore, "grant_ore": wanted.grant_ore, "conditions": award.conditions}
        told |= {} if award.terms is None else award.terms.told()
    return keep_pending(
        actor=actor, at=at, meeting=meeting, application=wanted.application, outcome=wanted.outcome, reason=wanted.reason, award=award,
        overrides=next((one for one in lying if is_against(one.sums, wanted.application.id, wanted.ore)), None), told=told,
    )  # fmt: skip
