"""What the end of a meeting lets be known (domain.md §4, §6), and what its beginning takes up from the one before."""

from datetime import datetime
from typing import Any

from fundbank.applications.states import DECIDABLE, DECIDED
from fundbank.applications.states import TRANSITIONS as APPLICATION_TRANSITIONS
from fundbank.applications.steps import ask, asks, end_consultation, newly_named, replace_case
from fundbank.awards.models import Award
from fundbank.awards.queries import award_of
from fundbank.awards.states import OVER
from fundbank.awards.states import TRANSITIONS as AWARD_TRANSITIONS
from fundbank.awards.states import State as AwardState
from fundbank.awards.steps import await_closing, give_up, offer
from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.history.steps import check_move, move, record
from fundbank.kit.clock import local_date
from fundbank.kit.language import DEFAULT, speaking
from fundbank.kit.language import gettext as _
from fundbank.kit.transaction import lock
from fundbank.ledger.queries import award_balances
from fundbank.meetings.models import DeciderWord, Decision, Meeting, PendingDecision, Settlement
from fundbank.meetings.permissions import unsaid
from fundbank.meetings.queries.approvals import goes_to_deciders, words_of
from fundbank.meetings.queries.others import left_over_items
from fundbank.meetings.queries.pending import standing_decisions, standing_on
from fundbank.meetings.queries.revisions import decided_revisions, left_over_revisions, revision_under_way
from fundbank.meetings.states import (
    CANCELLATION,
    CONSENTS,
    ON_AWARDS,
    OUTCOME_EVENTS,
    OUTCOME_STATES,
    Action,
    Outcome,
    PendingState,
    RevisionState,
)
from fundbank.repayments.steps import check_extension, check_giving_up, convert_loan, extend_loan, write_off_loan
from fundbank.scoring.steps import end_scoring, settle_scores


def conclude(*, at: datetime, meeting: Meeting) -> None:
    """The meeting is over: what it decided is known and takes effect. Where the forum only recommends, it goes to the deciders first.

    Whether it does, the rules say that are in force now or were since it was opened; a later change of them leaves the meeting alone.
    """
    if meeting.recommended_at is not None:
        return
    if not goes_to_deciders(meeting):
        release(at=at, meeting=meeting)
        return
    meeting.recommended_at = at
    record(meeting, "put_to_deciders", actor_id=None, at=at)
    db.session.flush()


def release_with_words(*, at: datetime, meeting: Meeting) -> bool:
    """Let it be known what deciders have said, once nothing of what the meeting recommends waits for a word. Tells whether it is now."""
    if unsaid(meeting) or not (standing_decisions(meeting.id) or decided_revisions(meeting.id)):
        return False
    release(at=at, meeting=meeting)
    record(meeting, "recommendations_decided", actor_id=None, at=at)
    return True


def release(*, at: datetime, meeting: Meeting) -> None:
    """Let everybody know what has been decided, and let it take effect; what a decider refused goes back to the forum."""
    _hold_what_is_decided(meeting)
    _release_decisions(at, meeting)
    _carry_out_consents(at, meeting)


def _hold_what_is_decided(meeting: Meeting) -> None:
    """Hold what the meeting has decided on, the applications before the awards: what a department does meanwhile comes before or after."""
    standing, revised = standing_decisions(meeting.id), decided_revisions(meeting.id)
    applications = {one.application for one in standing} | {one.application for one in revised}
    for application in sorted(applications, key=lambda one: one.id):
        lock(application)
    awards = {one.award for one in standing} | {award_of(one.application) for one in revised}
    for award in sorted((one for one in awards if one is not None), key=lambda one: one.id):
        lock(award)


def _release_decisions(at: datetime, meeting: Meeting) -> None:
    """Let the decisions that stand be known: states, history, letters and mails come now. What can no longer be carried out lapses."""
    standing = standing_decisions(meeting.id)
    words = {word.pending_id: word for word in words_of(meeting.id)} if meeting.recommended_at else {}
    for pending in standing:
        application, word = pending.application, words.get(pending.id)
        if word is not None and not word.is_approved:
            _send_back(at, meeting, pending, word)
        elif pending.outcome in ON_AWARDS:
            _carry_out_on_award(at, meeting, pending)
        elif application.state in DECIDABLE:
            _release(at, meeting, pending, word)
        else:
            with speaking(DEFAULT):
                _let_lapse(at, meeting, pending, _withdrawn(meeting))
    db.session.flush()
    for award in {one.award for one in standing if one.award is not None}:
        let_go_on(award)


def _withdrawn(meeting: Meeting) -> str:
    if meeting.recommended_at is None:
        return _("The application was withdrawn before the meeting was closed.")
    return _("The application was withdrawn before a decider had said what is decided.")


def let_go_on(award: Award) -> None:
    """Let money move again of an award on which no open meeting's decision or consent stands any more."""
    revision = revision_under_way(award.application_id)
    is_consent = revision is not None and revision.state in CONSENTS
    await_closing(award, is_decided=is_consent or bool(standing_on(award)))


def _carry_out_on_award(at: datetime, meeting: Meeting, pending: PendingDecision) -> None:
    """Do with an award what the meeting decided, unless it has changed so that this cannot be done any more."""
    award = pending.award
    if award is None:
        return
    outstanding_ore = award_balances(award.id).loan_ore
    given_up_ore = min(pending.amount_ore or 0, outstanding_ore)  # something may have been repaid since: what is left is given up
    wanted: dict[str, Any] = {"actor": pending.decided_by, "at": at, "award": award}
    decided: dict[str, Any] = {"reason": pending.reason, "meeting_id": meeting.id}
    try:
        if pending.outcome == CANCELLATION:
            check_move(award, AwardState.CANCELLED, AWARD_TRANSITIONS)
        elif pending.outcome == Action.EXTEND:
            check_extension(award, pending.years or 0, at)
        else:
            check_giving_up(award, given_up_ore)
    except Refusal:
        with speaking(DEFAULT):
            _let_lapse(at, meeting, pending, _("The award was no longer as it was when the forum decided."))
        return
    pending.state, pending.ended_at = PendingState.RELEASED, at
    if pending.outcome == CANCELLATION:
        give_up(**wanted, to=AwardState.CANCELLED, recused_ids=pending.recused_ids, **decided)
        return
    if pending.outcome == Action.EXTEND:
        extend_loan(**wanted, years=pending.years or 0, outstanding_ore=outstanding_ore, **decided)
    elif pending.outcome == Action.WRITE_OFF:
        write_off_loan(**wanted, amount_ore=given_up_ore, **decided)
    else:
        convert_loan(**wanted, amount_ore=given_up_ore, **decided)
    settlement = Settlement(
        meeting=meeting,
        award=award,
        action=pending.outcome,
        years=pending.years,
        amount_ore=outstanding_ore if pending.outcome == Action.EXTEND else given_up_ore,
        reason=pending.reason,
        recused_ids=pending.recused_ids,
        decided_by_id=pending.decided_by_id,
        decided_at=at,
    )
    db.session.add(settlement)


def _release(at: datetime, meeting: Meeting, pending: PendingDecision, word: DeciderWord | None) -> None:
    application, award, actor_id = pending.application, pending.award, pending.decided_by_id
    end_scoring(application=application, at=pending.decided_at, is_decided=False)
    pending.state, pending.ended_at = PendingState.RELEASED, at
    decision = Decision(
        meeting=meeting,
        application=application,
        version_number=pending.version_number,
        policy_version_id=pending.policy_version_id,
        outcome=pending.outcome,
        award=award,
        reason=pending.reason,
        decided_by_id=actor_id,
        decided_at=at,
        recused_ids=pending.recused_ids,
    )
    db.session.add(decision)
    if award is not None:
        offer(at=at, award=award, approved_by_id=word.said_by_id if word else None)
    sums = {"loan_ore": award.loan_ore if award else 0, "grant_ore": award.grant_ore if award else 0}
    to, event = OUTCOME_STATES[pending.outcome], OUTCOME_EVENTS[pending.outcome]
    is_return = pending.outcome == Outcome.RETURN
    told = sums | (asks(pending.reason) if is_return else {})
    move(application, to, APPLICATION_TRANSITIONS, event, actor_id=actor_id, at=at, reason=pending.reason, **told)
    if application.state in DECIDED:
        settle_scores(actor=pending.decided_by, at=at, application=application)
        application.policy_version_id = decision.policy_version_id
    if is_return:
        application.signed_by_id = application.signed_at = None
        ask(application, actor_id=actor_id, at=at, text=pending.reason, is_return=True)


def _send_back(at: datetime, meeting: Meeting, pending: PendingDecision, word: DeciderWord) -> None:
    """Take back what the forum recommended: an application waits for it again, an award is as it was."""
    application, award, decider = pending.application, pending.award, word.said_by
    pending.state, pending.ended_by, pending.ended_at, pending.end_reason = PendingState.REFUSED, decider, at, word.reason
    record(meeting, "recommendation_refused", actor_id=decider.id, at=at, reason=word.reason, application_id=application.id)
    if pending.outcome in ON_AWARDS:
        return
    end_scoring(application=application, at=pending.decided_at, is_decided=False)
    if award is not None:
        give_up(actor=decider, at=at, award=award, to=AwardState.TAKEN_BACK, reason=word.reason, meeting_id=meeting.id)
    if application.state in DECIDABLE:
        record(application, "sent_back", actor_id=decider.id, at=at, reason=word.reason, meeting_id=meeting.id)


def _let_lapse(at: datetime, meeting: Meeting, pending: PendingDecision, reason: str) -> None:
    pending.state, pending.ended_at, pending.end_reason = PendingState.LAPSED, at, reason
    end_scoring(application=pending.application, at=pending.decided_at, is_decided=False)
    if pending.outcome == Outcome.APPROVE and pending.award is not None:
        give_up(
            actor=pending.decided_by, at=at, award=pending.award, to=AwardState.TAKEN_BACK, reason=reason, meeting_id=meeting.id
        )  # fmt: skip
    record(meeting, "decision_lapsed", actor_id=None, at=at, reason=reason, application_id=pending.application_id)


def _carry_out_consents(at: datetime, meeting: Meeting) -> None:
    """Let what the forum consented to in the meeting take effect, and what it refused be known."""
    words = {word.revision_id: word for word in words_of(meeting.id)} if meeting.recommended_at else {}
    for revision in decided_revisions(meeting.id):
        word = words.get(revision.id)
        no = word if word is not None and not word.is_approved else None
        application, award = revision.application, award_of(revision.application)
        revision.ended_at = at
        db.session.flush()
        if award is not None:
            let_go_on(award)
        is_granted = no is None and revision.state == RevisionState.GRANTED and award is not None and award.state not in OVER
        end_consultation(application)
        record(
            application,
            "revision_granted" if is_granted else "revision_refused",
            actor_id=no.said_by_id if no else revision.decided_by_id,
            at=at,
            reason=no.reason if no else revision.decision_reason,
            meeting_id=meeting.id,
            newly_named=newly_named(application, revision.content),
        )
        if is_granted:
            replace_case(
                application=application,
                actor=revision.put_by,
                at=at,
                content=revision.content,
                reason=revision.reason,
                meeting_id=meeting.id,
            )
    db.session.flush()


def take_up_revisions(*, at: datetime, meeting: Meeting) -> None:
    """Let a meeting that opens take up what an earlier one left undecided."""
    for item in left_over_items(meeting.pool_id) if meeting.is_ordinary else ():
        item.meeting = meeting
    for revision in left_over_revisions(meeting.pool_id, local_date(at)):
        lock(revision)
        if revision.ended_at is not None:  # replaced at this instant
            continue
        revision.meeting = meeting
        record(revision.application, "revision_moved", actor_id=None, at=at, meeting_id=meeting.id)
    db.session.flush()
