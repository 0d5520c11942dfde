"""What deciders said of a forum's recommendations, held against the history, and against what became of what was recommended."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, select

from fundbank.awards.models import Award
from fundbank.checks.records import HISTORY, about, line, number, told
from fundbank.checks.same import Same
from fundbank.meetings.models import CaseRevision, DeciderWord, Meeting, PendingDecision
from fundbank.meetings.states import ASKS_A_WORD, Outcome, PendingState, RevisionState

MEETINGS, APPROVALS = Meeting.__tablename__, DeciderWord.__tablename__
WORDS = {"item_approved": True, "item_not_approved": False}


def _said() -> Same:
    """What was said last of a matter is what counts."""
    of, more = line(), line()
    newest = select(func.max(more.id)).where(_about_word(more)).scalar_subquery()
    said = {"said_by_id": of.actor_id, "said_at": of.at, "reason": of.reason, "is_approved": of.event == "item_approved"}
    by = and_(_about_word(of), of.id == newest)
    return Same(DeciderWord, of, by, said, HISTORY, ("meeting_id", "pending_id", "revision_id"), rest=_is_newest_word(of))


def _is_newest_word(of: Any) -> ColumnElement[bool]:
    """Is it a word, and none was said of the same matter after it?"""
    later = line()
    same = [number(later, key).is_not_distinct_from(number(of, key)) for key in ("pending_id", "revision_id")]
    return and_(told(of, MEETINGS, *WORDS), ~exists().where(told(later, MEETINGS, *WORDS), later.id > of.id, *same))


def _about_word(of: Any) -> ColumnElement[bool]:
    return and_(
        about(of, MEETINGS, DeciderWord.meeting_id, *WORDS),
        number(of, "pending_id").is_not_distinct_from(DeciderWord.pending_id),
        number(of, "revision_id").is_not_distinct_from(DeciderWord.revision_id),
    )


def _followed() -> Same:
    """What was approved is known, and what was not went back; nothing that was recommended became known without a word."""
    recommended = select(Meeting.id).where(Meeting.recommended_at.is_not(None))
    ended = PendingDecision.state.in_([str(PendingState.RELEASED), str(PendingState.REFUSED)])
    state = case((DeciderWord.is_approved, str(PendingState.RELEASED)), else_=str(PendingState.REFUSED))
    return Same(
        PendingDecision,
        DeciderWord,
        DeciderWord.pending_id == PendingDecision.id,
        {
            "state": state,
            "meeting_id": DeciderWord.meeting_id,
            "ended_by_id": case((~DeciderWord.is_approved, DeciderWord.said_by_id)),
            "end_reason": case((DeciderWord.is_approved, literal("")), else_=DeciderWord.reason),
        },
        APPROVALS,
        ("id", "state"),
        where=and_(PendingDecision.meeting_id.in_(recommended), PendingDecision.outcome.in_([str(one) for one in ASKS_A_WORD]), ended),
    )


def _awarded() -> Same:
    """Who approved an award gave the word on it."""
    made = (
        select(DeciderWord.id, PendingDecision.award_id, DeciderWord.said_by_id)
        .join(PendingDecision, PendingDecision.id == DeciderWord.pending_id)
        .where(PendingDecision.outcome == Outcome.APPROVE, PendingDecision.state == PendingState.RELEASED)
        .subquery()
    )
    return Same(
        Award,
        made,
        made.c.award_id == Award.id,
        {"approved_by_id": made.c.said_by_id},
        APPROVALS,
        ("approved_by_id",),
        where=Award.approved_by_id.is_not(None),
        rest=made.c.id.is_not(None),
    )


def _consented() -> Same:
    """A word on a consent is about a revised case to which the forum consented in that meeting, also where it was replaced since."""
    said = {"meeting_id": CaseRevision.meeting_id}
    by = and_(CaseRevision.id == DeciderWord.revision_id, CaseRevision.state == RevisionState.GRANTED)
    return Same(
        DeciderWord, CaseRevision, by, said, CaseRevision.__tablename__, ("revision_id",), where=DeciderWord.revision_id.is_not(None)
    )


HELD = (_said(), _followed(), _awarded(), _consented())
