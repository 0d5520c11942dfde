"""What an open meeting does to scores: it keeps the level that it agreed on, and lets scores rest for the day."""

from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.errors import N_, Incomplete
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.people.models import User
from fundbank.scoring.models import Consensus, Interest, InterestTurn, ScoringPause
from fundbank.scoring.permissions import has_conflict
from fundbank.scoring.queries import current_score, current_scores, earlier_interest, is_paused, pause_of
from fundbank.scoring.waiting import draft_of


def keep_consensus(
    *, actor: User, at: datetime, application: Application, meeting_id: int, criterion: str, level: int, reason: str
) -> Consensus:
    """Keep the level on which an open meeting agreed; the meeting has checked who may (domain.md §5).

    Raises Incomplete for a criterion or level that the policy does not have, or without a reason.
    """
    policy = application.pool.policy
    if criterion not in policy.weights:
        raise Incomplete(N_("Choose one of the five criteria."), field="criterion")
    if not 1 <= level <= len(policy.scale):
        raise Incomplete(N_("Choose a level of the scale."), field="level")
    if not reason.strip():
        raise Incomplete(N_("Write why the forum chose this level."), field="reason")
    consensus = Consensus(
        application_id=application.id,
        meeting_id=meeting_id,
        version_number=newest_version(application).number,
        criterion=criterion,
        scale_size=len(policy.scale),
        level=level,
        reason=reason,
        set_by_id=actor.id,
        set_at=at,
    )
    db.session.add(consensus)
    where = {"meeting_id": meeting_id, "scale_size": consensus.scale_size}
    record(application, "consensus_set", actor_id=actor.id, at=at, reason=reason, criterion=criterion, level=level, **where)
    return consensus


def end_draft(application: Application, member: User) -> None:
    """Drop the member's half-done sheet, if there is one."""
    if (draft := draft_of(application, member)) is not None:
        db.session.delete(draft)
        db.session.flush()


def keep_interest(*, at: datetime, application: Application, person: User, found_by_id: int | None = None, reason: str = "") -> Interest:
    """Keep that the person stays out of the application; the own score goes. Who had been let in again is out of it by a new turn."""
    score = current_score(application, person)
    if score is not None:
        score.ended_at = at
    end_draft(application, person)
    earlier, by = earlier_interest(application, person), found_by_id or person.id
    if earlier is not None:
        turn(at=at, interest=earlier, is_out=True, made_by_id=by, reason=reason)
        record(application, "out_again", actor_id=by, at=at, user_id=person.id)
        return earlier
    if found_by_id is None:
        record(application, "interest_declared", actor_id=by, at=at)
    else:
        record(application, "recused", actor_id=by, at=at, user_id=person.id)
    interest = Interest(application_id=application.id, user_id=person.id, declared_at=at, found_by_id=found_by_id, reason=reason)
    db.session.add(interest)
    return interest


def turn(*, at: datetime, interest: Interest, is_out: bool, made_by_id: int, reason: str) -> None:
    """Keep a second word on a conflict of interest."""
    db.session.add(InterestTurn(interest_id=interest.id, is_out=is_out, made_by_id=made_by_id, made_at=at, reason=reason))
    db.session.flush()


def settle_scores(*, actor: User, at: datetime, application: Application) -> None:
    """End the scores of those who have come into conflict: a decision is made on the others, whoever moves afterwards (domain.md §5)."""
    for score in current_scores(application):
        if has_conflict(score.member, application):
            score.ended_at = at
            record(application, "score_set_aside", actor_id=actor.id, at=at, user_id=score.member_id)
    db.session.flush()


def pause_scoring(*, application: Application, at: datetime) -> None:
    """Let scores rest for the day on which the application is before an open meeting."""
    day = local_date(at)
    if not is_paused(application, day):
        db.session.add(ScoringPause(application_id=application.id, day=day, began_at=at))
        db.session.flush()


def end_scoring(*, application: Application, at: datetime, is_decided: bool = True) -> None:
    """Take no first score either while a decision of the open meeting stands; again once it was taken back, or is known to all."""
    pause = pause_of(application, local_date(at))
    if pause is not None:
        pause.is_decided = is_decided
        db.session.flush()
