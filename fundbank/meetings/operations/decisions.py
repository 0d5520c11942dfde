"""What the forum decides in an open meeting, recorded by its chair (domain.md §4, §5, §7)."""

from collections.abc import Sequence
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.applications.states import DECIDABLE
from fundbank.awards.rules import Terms
from fundbank.awards.states import State as AwardState
from fundbank.awards.steps import give_up, make_award
from fundbank.errors import N_, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.ledger.queries import balances
from fundbank.ledger.rules import OverAvailable
from fundbank.ledger.steps.movements import check_reason
from fundbank.meetings.models import Meeting, PendingDecision
from fundbank.meetings.permissions import can_chair, check_enough_present
from fundbank.meetings.queries.decisions import left_in_frame_ore
from fundbank.meetings.queries.pending import standing_decision
from fundbank.meetings.rules import OverFrame, QuorumMissing
from fundbank.meetings.rules.choices import Choice, check_sums
from fundbank.meetings.states import ON_AWARDS, Outcome, PendingState, State
from fundbank.meetings.steps import keep_pending
from fundbank.people.models import User
from fundbank.people.queries import are_departments_of
from fundbank.scoring.models import Consensus
from fundbank.scoring.operations import check_no_conflict
from fundbank.scoring.queries import counting
from fundbank.scoring.steps import end_scoring, keep_consensus


def set_consensus(
    *, actor: User, at: datetime, meeting: Meeting, application: Application, criterion: str, level: int, reason: str
) -> Consensus:
    """Set the level on which the meeting agreed for one criterion. It can be set anew until the meeting is closed.

    Raises NotAllowed, ConflictOfInterest, WrongState, Incomplete, CprNumber.
    """
    lock(meeting)
    lock(application)
    lock(application.pool)
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


def check_decision(
    *,
    actor: User,
    at: datetime,
    meeting: Meeting,
    application: Application,
    outcome: str,
    reason: str = "",
    conditions: str = "",
    loan_ore: int = 0,
    grant_ore: int = 0,
    terms: Terms | None = None,
    promised: Sequence[Choice] = (),
) -> None:
    """Ask every rule of a decision, and change nothing: whoever is about to decide sees the effect of a decision that would hold.

    What is ``promised`` is about to be approved before it: that much less is available.

    Raises, in this order: NotAllowed, ConflictOfInterest, WrongState, QuorumMissing, InvalidAmount, PrincipleNotOffered, MixNotOffered,
    OverRequested, OverFrame, OverAvailable, Incomplete (a loan without sensible terms).
    """
    lock(meeting)
    lock(application)
    lock(application.pool)
    check_decidable(actor=actor, at=at, meeting=meeting, application=application)
    check_no_cpr_number(reason=reason, conditions=conditions)
    if outcome != Outcome.DEFER:
        check_enough_present(meeting, application)
    if outcome in (Outcome.APPROVE, Outcome.REJECT):
        _check_quorum(application)
    if outcome == Outcome.APPROVE:
        _check_amounts(application, at, loan_ore, grant_ore, promised)
        if loan_ore and terms is None:
            raise Incomplete(N_("A loan needs its terms."), field="years")
        if loan_ore and terms is not None:
            terms.check()
            require(are_departments_of(application.pool.municipality_id, terms.department_ids))


def decide(
    *,
    actor: User,
    at: datetime,
    meeting: Meeting,
    application: Application,
    outcome: str,
    reason: str = "",
    conditions: str = "",
    loan_ore: int = 0,
    grant_ore: int = 0,
    terms: Terms | None = None,
) -> PendingDecision:
    """Record the forum's decision; an approval reserves the money. Nobody outside the meeting learns of it before the meeting is closed.

    Raises what ``check_decision`` raises.
    """
    check_decision(
        actor=actor,
        at=at,
        meeting=meeting,
        application=application,
        outcome=outcome,
        reason=reason,
        conditions=conditions,
        loan_ore=loan_ore,
        grant_ore=grant_ore,
        terms=terms,
    )
    award = None
    if outcome == Outcome.APPROVE:
        award = make_award(
            actor=actor,
            at=at,
            application=application,
            loan_ore=loan_ore,
            grant_ore=grant_ore,
            terms=terms if loan_ore else None,
            conditions=conditions,
        )
    told = {"loan_ore": loan_ore, "grant_ore": grant_ore} if award else {}
    return keep_pending(
        actor=actor, at=at, meeting=meeting, application=application, outcome=outcome, reason=reason, award=award, **told
    )  # fmt: skip


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
    lock(meeting)
    lock(pending.application)
    lock(meeting.pool)
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


def check_decidable(*, actor: User, at: datetime, meeting: Meeting, application: Application) -> None:
    """Has the chair, free of conflict, the application on the agenda of the open meeting, undecided there and in any other?

    Raises NotAllowed, ConflictOfInterest, WrongState.
    """
    check_agreeable(actor=actor, at=at, meeting=meeting, application=application)
    if standing_decision(application.id) is not None:
        raise WrongState(N_("The forum has decided it already. The chair can take the decision back until the meeting is closed."))


def check_agreeable(*, actor: User, at: datetime, meeting: Meeting, application: Application) -> None:
    """Can the chair, free of conflict, say now on which level the open meeting agrees?

    Raises NotAllowed, ConflictOfInterest, WrongState.
    """
    require(can_chair(actor, application.pool))
    check_no_conflict(actor, application)
    on_agenda = any(item.application_id == application.id for item in meeting.agenda)
    decided = any(decision.application_id == application.id for decision in meeting.decisions)
    if meeting.is_over(local_date(at)) and meeting.state != State.PLANNED:
        raise WrongState(N_("The meeting is over. Nothing more can be decided in it."))
    if not meeting.is_open(local_date(at)) or not on_agenda or decided or application.state not in DECIDABLE:
        raise WrongState(N_("The application must be on the agenda of a meeting that is open today, and not yet decided there."))


def _check_quorum(application: Application) -> None:
    policy = application.pool.policy
    scores = len(counting(application))
    if scores < policy.minimum_scores:
        raise QuorumMissing(field="outcome", scores=str(scores), minimum=str(policy.minimum_scores))


def _check_amounts(application: Application, at: datetime, loan_ore: int, grant_ore: int, promised: Sequence[Choice]) -> None:
    pool, content = application.pool, newest_version(application).content
    check_sums(pool.policy, content, loan_ore, grant_ore)
    frame = pool.policy.frame(content.frame or "")
    room_ore = left_in_frame_ore(pool, frame.code, local_date(at).year) if frame is not None else None
    if frame is not None and room_ore is not None:
        left_ore = room_ore - sum(one.total_ore for one in promised if one.frame == frame.code)
        if loan_ore + grant_ore > left_ore:
            raise OverFrame(field="loan", frame=frame.name, limit_ore=max(left_ore, 0))
    available_ore = balances(pool.id).available_ore - sum(one.total_ore for one in promised)
    if loan_ore + grant_ore > available_ore:
        raise OverAvailable(field="loan", amount_ore=loan_ore + grant_ore, limit_ore=available_ore)
