"""Ideas, calls for needs, and what departments answer, held against the history."""

from fundbank.checks.records import HISTORY, about, line, newest_told, number, state_after, told, word
from fundbank.checks.same import Same
from fundbank.ideas.models import Call, Idea, LetIn, Need, NoNeeds
from fundbank.ideas.states import CallState, State

IDEAS, CALLS = Idea.__tablename__, Call.__tablename__
NOTED = ("idea_noted", "need_noted")
LATE_SAID = ("department_let_in", "let_in_ended")
NONE_SAID = ("no_needs_said", "no_needs_taken_back")


def _beginnings() -> Same:
    of = line()
    return Same(
        Idea,
        of,
        about(of, IDEAS, Idea.id, *NOTED),
        {"pool_id": of.pool_id, "department_id": number(of, "department_id"), "made_by_id": of.actor_id, "made_at": of.at},
        HISTORY,
        ("id",),
        rest=told(of, IDEAS, *NOTED),
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
    of = newest_told(IDEAS, "idea_withdrawn")
    where = (Idea.state == State.WITHDRAWN) | (Idea.ended_by_id.is_not(None) & (Idea.state != State.APPLIED))
    return Same(Idea, of, of.subject_id == Idea.id, {"ended_by_id": of.actor_id}, HISTORY, ("state", "ended_by_id"), where=where)


def _openings() -> Same:
    of = line()
    opened = {"pool_id": of.pool_id, "opened_by_id": of.actor_id, "opened_at": of.at}
    return Same(Call, of, about(of, CALLS, Call.id, "call_opened"), opened, HISTORY, ("id",), rest=told(of, CALLS, "call_opened"))


def _deadlines() -> Same:
    of = newest_told(CALLS, "call_opened", "call_changed", "call_reopened")
    return Same(Call, of, of.subject_id == Call.id, {"title": word(of, "title"), "due_on": word(of, "due_on")}, HISTORY)


def _call_states() -> Same:
    moved, state = state_after(CALLS, CallState.OPEN)
    return Same(Call, moved, moved.c.subject_id == Call.id, {"state": state}, HISTORY, optional=True)


def _closings() -> Same:
    of = newest_told(CALLS, "call_closed")
    closed = {"closed_by_id": of.actor_id, "closed_at": of.at}
    return Same(Call, of, of.subject_id == Call.id, closed, HISTORY, where=Call.closed_at.is_not(None) | Call.closed_by_id.is_not(None))


def _needs() -> Same:
    of = line()
    noted = {"call_id": number(of, "call_id")}
    return Same(Need, of, about(of, IDEAS, Need.idea_id, "need_noted"), noted, HISTORY, ("idea_id",), rest=told(of, IDEAS, "need_noted"))


def _sendings() -> Same:
    of = line()
    sent, where = {"sent_by_id": of.actor_id, "sent_at": of.at}, Need.sent_at.is_not(None) | Need.sent_by_id.is_not(None)
    by, rest = about(of, IDEAS, Need.idea_id, "need_sent"), told(of, IDEAS, "need_sent")
    return Same(Need, of, by, sent, HISTORY, ("sent_at",), where=where, rest=rest)


def _ratings() -> Same:
    of = newest_told(IDEAS, "need_rated")
    return Same(Need, of, of.subject_id == Need.idea_id, {"importance": number(of, "importance")}, HISTORY, optional=True)


def _without_needs() -> Same:
    of = line()
    said = {
        "department_id": number(of, "department_id"), "has_none": of.event == NONE_SAID[0], "said_by_id": of.actor_id, "said_at": of.at,
    }  # fmt: skip
    by, rest = about(of, CALLS, NoNeeds.call_id, *NONE_SAID), told(of, CALLS, *NONE_SAID)
    return Same(NoNeeds, of, by, said, HISTORY, ("call_id",), rest=rest)


def _let_in() -> Same:
    of = line()
    said = {"department_id": number(of, "department_id"), "until": word(of, "until"), "let_in_by_id": of.actor_id, "let_in_at": of.at}
    by, rest = about(of, CALLS, LetIn.call_id, *LATE_SAID), told(of, CALLS, *LATE_SAID)
    return Same(LetIn, of, by, said, HISTORY, ("call_id",), rest=rest)


HELD = (
    _beginnings(), _states(), _applications(), _withdrawals(), _openings(), _deadlines(), _call_states(), _closings(), _needs(),
    _sendings(), _ratings(), _without_needs(), _let_in(),
)  # fmt: skip
