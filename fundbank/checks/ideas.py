"""Ideas held against the history."""

from fundbank.checks.records import HISTORY, about, line, number, state_after, told
from fundbank.checks.same import Same
from fundbank.ideas.models import Idea
from fundbank.ideas.states import State

IDEAS = Idea.__tablename__


def _beginnings() -> Same:
    of = line()
    return Same(
        Idea,
        of,
        about(of, IDEAS, Idea.id, "idea_noted"),
        {"pool_id": of.pool_id, "department_id": number(of, "department_id"), "made_by_id": of.actor_id, "made_at": of.at},
        HISTORY,
        ("id",),
        rest=told(of, IDEAS, "idea_noted"),
    )


def _states() -> Same:
    moved, state = state_after(IDEAS, State.IDEA)
    return Same(Idea, moved, moved.c.subject_id == Idea.id, {"state": state}, HISTORY, optional=True)


def _applications() -> Same:
    of = line()
    return Same(
        Idea,
        of,
        about(of, IDEAS, Idea.id, "idea_applied"),
        {"application_id": number(of, "application_id"), "ended_by_id": of.actor_id},
        HISTORY,
        ("application_id", "state"),
        where=Idea.application_id.is_not(None) | (Idea.state == State.APPLIED),
        rest=told(of, IDEAS, "idea_applied"),
    )


def _withdrawals() -> Same:
    of = line()
    return Same(
        Idea,
        of,
        about(of, IDEAS, Idea.id, "idea_withdrawn"),
        {"ended_by_id": of.actor_id},
        HISTORY,
        ("state", "ended_by_id"),
        where=(Idea.state == State.WITHDRAWN) | (Idea.ended_by_id.is_not(None) & (Idea.state != State.APPLIED)),
        rest=told(of, IDEAS, "idea_withdrawn"),
    )


HELD = (_beginnings(), _states(), _applications(), _withdrawals())
