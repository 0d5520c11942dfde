"""Handing in a score, and declaring an interest."""

from collections.abc import Mapping
from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.operations import newest_version
from fundbank.applications.states import DECIDABLE
from fundbank.errors import N_, AlreadyPosted, Code, Refusal, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.people.models import User
from fundbank.scoring.models import Interest, Score, ScoreDraft
from fundbank.scoring.permissions import FINISHED, has_conflict, is_member, may_step_back
from fundbank.scoring.queries import current_score, declared_interest, is_decided, is_paused
from fundbank.scoring.rules import check_levels, check_reasons
from fundbank.scoring.steps import end_draft, keep_interest
from fundbank.scoring.waiting import draft_of


class ConflictOfInterest(Refusal):
    """The person belongs to the department, or declared an interest (domain.md §4)."""

    code = Code.CONFLICT_OF_INTEREST
    message = N_("This is an application of your own department, or you have a conflict of interest in it.")
    status = 403


def check_no_conflict(person: User, application: Application) -> None:
    """Raise ConflictOfInterest if the person must stay out of this application."""
    if has_conflict(person, application):
        raise ConflictOfInterest()


def hand_in_score(
    *, actor: User, at: datetime, application: Application, levels: Mapping[str, int], comment: str = "",
    reasons: Mapping[str, str] | None = None,
) -> Score:  # fmt: skip
    """Score an application, or revise the own score until the meeting opens; each revision stays on record (domain.md §5).

    A first score is also taken while the meeting is open, until it has decided: a member who comes late may bring what is missing. Once it
    has, no score comes or changes, until the decision was taken back, or is known and sends the application back.

    ``levels`` are ranks from the policy's lowest = 1. Raises NotAllowed, ConflictOfInterest, WrongState, Incomplete, CprNumber.
    """
    require(is_member(actor, application))
    lock(application)
    check_no_conflict(actor, application)
    if application.state not in DECIDABLE:
        raise WrongState()
    _check_undecided(application)
    earlier = current_score(application, actor)
    if earlier is not None and is_paused(application, local_date(at)):
        raise WrongState(N_("The meeting on this application is open; scores can no longer be changed today."))
    scale_size = len(application.pool.policy.scale)
    check_levels(levels, scale_size)
    why = {code: text.strip() for code, text in (reasons or {}).items() if text.strip()}
    if application.pool.policy.extremes_need_reason:
        check_reasons(levels, why, scale_size)
    _check_texts(comment, why)
    if earlier is not None:
        earlier.ended_at = at
        db.session.flush()
    score = Score(
        application_id=application.id,
        member_id=actor.id,
        version_number=newest_version(application).number,
        scale_size=scale_size,
        levels=dict(levels),
        reasons=why,
        comment=comment,
        handed_in_at=at,
    )
    db.session.add(score)
    end_draft(application, actor)
    record(application, "score_revised" if earlier else "scored", actor_id=actor.id, at=at)
    return score


def keep_draft(
    *, actor: User, at: datetime, application: Application, levels: Mapping[str, int], reasons: Mapping[str, str], comment: str,
    read_version: int | None = None,
) -> ScoreDraft:  # fmt: skip
    """Keep a half-done sheet for its member, who alone sees it; what the levels are worth is asked when it is handed in.

    ``read_version`` is the version of the application that they had before them: the newest, if it is left out.

    Raises NotAllowed, ConflictOfInterest, WrongState, CprNumber.
    """
    require(is_member(actor, application))
    lock(application)
    check_no_conflict(actor, application)
    if application.state not in DECIDABLE:
        raise WrongState()
    _check_undecided(application)
    _check_texts(comment, reasons)
    draft = draft_of(application, actor) or ScoreDraft(application_id=application.id, member_id=actor.id)
    scale_size = len(application.pool.policy.scale)
    newest = newest_version(application).number
    draft.version_number = min(max(read_version or newest, 1), newest)
    draft.levels = {code: level for code, level in levels.items() if 1 <= level <= scale_size}
    draft.reasons, draft.comment, draft.scale_size, draft.saved_at = dict(reasons), comment, scale_size, at
    db.session.add(draft)
    db.session.flush()
    return draft


def _check_undecided(application: Application) -> None:
    if is_decided(application):
        raise WrongState(N_("The meeting has decided this application; it takes no more scores."))


def _check_texts(comment: str, reasons: Mapping[str, str]) -> None:
    check_no_cpr_number(comment=comment, **{f"reason_{code}": text for code, text in reasons.items()})


def declare_interest(*, actor: User, at: datetime, application: Application) -> Interest:
    """A member or chair steps back from what is not decided; the own score goes. Raises NotAllowed, WrongState, AlreadyPosted."""
    require(may_step_back(actor, application))
    lock(application)
    if application.state in FINISHED or is_decided(application):
        raise WrongState()
    if declared_interest(application, actor) is not None:
        raise AlreadyPosted()
    return keep_interest(at=at, application=application, person=actor)
