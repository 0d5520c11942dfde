"""What meetings have decided before it was known, held against their history, the ledger, and what came of it."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_

from fundbank.awards.models import Award
from fundbank.awards.states import State as AwardState
from fundbank.checks.applications import newest_then
from fundbank.checks.records import HISTORY, TRANSFERS, about, line, number, postings, told, word
from fundbank.checks.same import Same
from fundbank.ledger.chart import Event
from fundbank.meetings.models import Decision, Meeting, PendingDecision, Settlement
from fundbank.meetings.states import CANCELLATION, ON_AWARDS, Action, Outcome, PendingState

MEETINGS, AWARDS = Meeting.__tablename__, Award.__tablename__


def _recorded() -> Same:
    """What the chair recorded in a meeting stands in that meeting's history."""
    of = line()
    return Same(
        PendingDecision,
        of,
        _about_pending(of, "decision_recorded"),
        {
            "outcome": word(of, "outcome"),
            "reason": of.reason,
            "years": case((_is_of(*Action), number(of, "years"))),  # an approval tells those of its terms
            "amount_ore": number(of, "amount_ore"),
            "policy_version_id": func.coalesce(number(of, "policy_version_id"), PendingDecision.policy_version_id),  # older lines say none
            "overrides_id": number(of, "overrides_id"),
            "state": _state_told(),
            "decided_by_id": of.actor_id,
            "decided_at": of.at,
            **_not_ended(),
        },
        HISTORY,
        ("meeting_id", "application_id"),
        rest=told(of, MEETINGS, "decision_recorded"),
    )


def _not_ended() -> dict[str, Any]:
    """What stands has no end; nobody ended what was released, and nobody said why."""
    of, by_somebody = PendingDecision, (str(PendingState.TAKEN_BACK), str(PendingState.REFUSED))
    return {
        "ended_at": case((of.state != PendingState.STANDING, of.ended_at)),
        "ended_by_id": case((of.state.in_(by_somebody), of.ended_by_id)),
        "end_reason": case((of.state.in_((*by_somebody, str(PendingState.LAPSED))), of.end_reason), else_=literal("")),
    }


def _state_told() -> Any:
    """How it ended, as the history of its meeting tells, or what came of it."""
    of, said = line(), PendingDecision
    ended = and_(of.at == said.ended_at, of.reason == said.end_reason)
    came = (
        and_(Decision.meeting_id == said.meeting_id, Decision.application_id == said.application_id, Decision.decided_at == said.ended_at),
        and_(Settlement.meeting_id == said.meeting_id, Settlement.award_id == said.award_id, Settlement.decided_at == said.ended_at),
        and_(Award.given_up_meeting_id == said.meeting_id, Award.id == said.award_id, Award.state == AwardState.CANCELLED),
    )
    return case(
        (exists().where(ended, _about_pending(of, "decision_taken_back")), str(PendingState.TAKEN_BACK)),
        (exists().where(ended, _about_pending(of, "decision_lapsed")), str(PendingState.LAPSED)),
        (exists().where(ended, _about_pending(of, "recommendation_refused")), str(PendingState.REFUSED)),
        (or_(*(exists().where(one) for one in came)), str(PendingState.RELEASED)),
        else_=str(PendingState.STANDING),
    )


def _about_pending(of: Any, event: str) -> ColumnElement[bool]:
    return and_(about(of, MEETINGS, PendingDecision.meeting_id, event), number(of, "application_id") == PendingDecision.application_id)


def _reserved() -> Same:
    of = postings()
    return Same(
        PendingDecision,
        of,
        and_(of.c.award_id == PendingDecision.award_id, of.c.event == Event.APPROVAL),
        {"decided_by_id": of.c.actor_id, "decided_at": of.c.recorded_at},
        TRANSFERS,
        ("award_id", "outcome"),
        where=PendingDecision.outcome == Outcome.APPROVE,
    )


def _on_awards() -> Same:
    """What is decided on an award is about the application that led to it."""
    said = {"application_id": Award.application_id}
    return Same(
        PendingDecision, Award, Award.id == PendingDecision.award_id, said, AWARDS, ("award_id",), where=_is_of(*ON_AWARDS), shared=True
    )


def _is_of(*outcomes: str) -> ColumnElement[bool]:
    return PendingDecision.outcome.in_([str(outcome) for outcome in outcomes])


def _released() -> Same:
    said = ("outcome", "award_id", "reason", "version_number", "policy_version_id")
    return Same(
        PendingDecision,
        Decision,
        and_(Decision.meeting_id == PendingDecision.meeting_id, Decision.application_id == PendingDecision.application_id),
        {
            **{name: getattr(Decision, name) for name in said},
            "end_reason": literal(""),
            "decided_by_id": Decision.decided_by_id,
            "ended_at": Decision.decided_at,
        },
        Decision.__tablename__,
        ("meeting_id", "state"),
        where=_is_of(*Outcome) & (PendingDecision.state == PendingState.RELEASED),
    )


def _settled() -> Same:
    is_within = or_(PendingDecision.outcome == Action.EXTEND, Settlement.amount_ore < PendingDecision.amount_ore)  # repaid in between
    return Same(
        PendingDecision,
        Settlement,
        and_(Settlement.meeting_id == PendingDecision.meeting_id, Settlement.award_id == PendingDecision.award_id),
        {
            "outcome": Settlement.action,
            "years": Settlement.years,
            "amount_ore": case((is_within, PendingDecision.amount_ore), else_=Settlement.amount_ore),
            "reason": Settlement.reason,
            "end_reason": literal(""),
            "decided_by_id": Settlement.decided_by_id,
            "ended_at": Settlement.decided_at,
        },
        Settlement.__tablename__,
        ("award_id", "state"),
        where=_is_of(*Action) & (PendingDecision.state == PendingState.RELEASED),
    )


def _cancelled() -> Same:
    return Same(
        PendingDecision,
        Award,
        Award.id == PendingDecision.award_id,
        {
            "meeting_id": Award.given_up_meeting_id,
            "reason": Award.given_up_reason,
            "end_reason": literal(""),
            "decided_by_id": Award.given_up_by_id,
            "ended_at": Award.given_up_at,
        },
        AWARDS,
        ("award_id", "state"),
        where=_is_of(CANCELLATION) & (PendingDecision.state == PendingState.RELEASED),
    )


def _ended(event: str, state: PendingState) -> Same:
    of = line()
    return Same(
        PendingDecision,
        of,
        _about_pending(of, event),
        {"state": state, "ended_by_id": of.actor_id, "ended_at": of.at, "end_reason": of.reason},
        HISTORY,
        ("state",),
        where=PendingDecision.state == state,
        rest=told(of, MEETINGS, event),
    )


HELD = (
    _recorded(),
    _reserved(),
    _on_awards(),
    _released(),
    _settled(),
    _cancelled(),
    _ended("decision_taken_back", PendingState.TAKEN_BACK),
    _ended("decision_lapsed", PendingState.LAPSED),
    _ended("recommendation_refused", PendingState.REFUSED),
    newest_then(PendingDecision, PendingDecision.decided_at),
)
