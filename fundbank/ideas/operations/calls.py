"""What the coordinator does with a call for development needs: open it, change it, close it, withdraw it, and let a department in late."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from fundbank.errors import N_, Incomplete, InvalidDate, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import check_move, move, record
from fundbank.ideas.models import Call, LetIn
from fundbank.ideas.permissions import can_open_calls
from fundbank.ideas.queries.calls import is_answered, let_in_until, needs_sent, open_call_of
from fundbank.ideas.rules import REASON_LENGTH, STANDARD, is_running
from fundbank.ideas.states import CALL_TRANSITIONS, CallState
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.said import check_said
from fundbank.kit.transaction import lock
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool

DAY_OVER = N_("This day is over. Choose today or a later day.")
DEPARTMENT_CLOSED = N_("The department has been closed. It can no longer answer calls.")


def open_call(
    *, actor: User, at: datetime, pool: Pool, title: str, introduction: str, questions: Mapping[str, str], due_on: date
) -> Call:  # fmt: skip
    """Ask every department of the pool for its needs, by ``due_on``. ``questions`` are the standard ones, perhaps in other words.

    Raises NotAllowed, WrongState while another call is open in the pool, Incomplete, InvalidDate for a day that is over, CprNumber.
    """
    lock(pool)
    require(can_open_calls(actor, pool))
    _check_alone(pool)
    _check(title, introduction, questions)
    _check_day(due_on, at, "due_on")
    call = Call(
        pool=pool, state=CallState.OPEN, title=title, introduction=introduction, questions=dict(questions), due_on=due_on,
        opened_by=actor, opened_at=at,
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    record(call, "call_opened", actor_id=actor.id, at=at, title=title, due_on=due_on.isoformat())
    return call


def change_call(
    *, actor: User, at: datetime, call: Call, title: str, introduction: str, due_on: date, questions: Mapping[str, str] | None = None,
    reopens: bool = False,
) -> None:  # fmt: skip
    """Correct it, or move its deadline. What is closed, or was withdrawn, another deadline opens again, and ``reopens`` with the same one.

    What changes nothing leaves no trace. ``questions`` can be put in other words until somebody answers.
    Raises NotAllowed, WrongState for questions that are answered or while another call is open, Incomplete, InvalidDate, CprNumber.
    """
    lock(call.pool)
    lock(call)
    require(can_open_calls(actor, call.pool))
    asked = dict(call.questions if questions is None else questions)
    if asked != call.questions and is_answered(call):
        raise WrongState(N_("A department has begun to answer. The questions stay as they are."))
    _check(title, introduction, asked, known=(call.title, call.introduction, *call.questions.values()))
    former = (call.title, call.introduction, call.questions, call.due_on)
    is_moved, is_reopened = due_on != call.due_on, not call.is_open and (reopens or due_on != call.due_on)
    if (title, introduction, asked, due_on) == former and not is_reopened:
        return
    if is_reopened:
        _check_alone(call.pool, call)
    if is_moved or is_reopened:
        _check_day(due_on, at, "due_on")
    details = {"title": title, "due_on": due_on.isoformat(), "former": former[-1].isoformat()}
    call.title, call.introduction, call.questions, call.due_on = title, introduction, asked, due_on
    if is_reopened:
        call.closed_by_id, call.closed_at = None, None
        move(call, CallState.OPEN, CALL_TRANSITIONS, "call_reopened", actor_id=actor.id, at=at, **details)
    else:
        record(call, "call_changed", actor_id=actor.id, at=at, **details)


def close_call(*, actor: User, at: datetime, call: Call) -> None:
    """End it now: departments answer no more, and the forum reads what they have sent. Raises NotAllowed, WrongState."""
    lock(call)
    require(can_open_calls(actor, call.pool))
    _close(call, actor, at)


def check_can_be_withdrawn(call: Call) -> None:
    """Raises WrongState for what is open no longer, and for a call to which a department has sent a need."""
    check_move(call, CallState.WITHDRAWN, CALL_TRANSITIONS)
    if needs_sent(call):
        raise WrongState(N_("A department has sent a need, so the call cannot be withdrawn. Close it: the forum reads what was sent."))


def withdraw_call(*, actor: User, at: datetime, call: Call, reason: str) -> None:
    """Take back what was opened by mistake, while no need has been sent: nobody answers it, and everybody who was asked is told why.

    Raises NotAllowed, WrongState, Incomplete without a reason, CprNumber.
    """
    lock(call)
    require(can_open_calls(actor, call.pool))
    check_can_be_withdrawn(call)
    said = check_said(reason, REASON_LENGTH, field="reason", missing=N_("Write why the call is withdrawn."))
    move(call, CallState.WITHDRAWN, CALL_TRANSITIONS, "call_withdrawn", actor_id=actor.id, at=at, reason=said)


def close_after_its_day(*, at: datetime, call_id: int) -> None:
    """End a call whose last day is over: a job. One that was closed or put off since is left alone."""
    call = db.session.get_one(Call, call_id)
    lock(call)
    if call.is_open and call.due_on < local_date(at):
        _close(call, None, at)


def let_in(*, actor: User, at: datetime, call: Call, department: Department, until: date) -> None:
    """Let one department answer after the deadline, up to and including the day ``until``; a new day takes the place of the one before.

    Raises NotAllowed, WrongState while every department can answer, for one that is closed or a call that was withdrawn, InvalidDate.
    """
    lock(call)
    require(can_open_calls(actor, call.pool) and department.municipality_id == call.municipality_id)
    if not department.is_active:
        raise WrongState(DEPARTMENT_CLOSED, field="department")
    if call.is_withdrawn:
        raise WrongState(N_("The call has been withdrawn. Open it again before departments answer."))
    if is_running(call.is_open, call.due_on, local_date(at)):
        raise WrongState(N_("The call is still open: every department can answer."), field="department")
    _check_day(until, at, "until")
    db.session.add(LetIn(call_id=call.id, department_id=department.id, until=until, let_in_by_id=actor.id, let_in_at=at))
    record(call, "department_let_in", actor_id=actor.id, at=at, department_id=department.id, until=until.isoformat())


def end_let_in(*, actor: User, at: datetime, call: Call, department: Department) -> None:
    """Take back that a department may answer late, from now on: the wrong one perhaps. What it has sent stays sent.

    Raises NotAllowed, WrongState where it cannot answer late.
    """
    lock(call)
    require(can_open_calls(actor, call.pool) and department.municipality_id == call.municipality_id)
    today, until = local_date(at), let_in_until(call).get(department.id)
    if until is None or until < today:
        raise WrongState(N_("The department is not let in."))
    over = today - timedelta(days=1)
    db.session.add(LetIn(call_id=call.id, department_id=department.id, until=over, let_in_by_id=actor.id, let_in_at=at))
    record(call, "let_in_ended", actor_id=actor.id, at=at, department_id=department.id, until=over.isoformat())


def _close(call: Call, actor: User | None, at: datetime) -> None:
    call.closed_by_id, call.closed_at = actor.id if actor else None, at
    move(call, CallState.CLOSED, CALL_TRANSITIONS, "call_closed", actor_id=call.closed_by_id, at=at)


def _check_alone(pool: Pool, call: Call | None = None) -> None:
    other = open_call_of(pool.id, but_for=call.id if call else None)
    if other is not None:
        raise WrongState(N_("“%(title)s” is open in this pool. Close it or withdraw it first."), title=other.title)


def _check(title: str, introduction: str, questions: Mapping[str, str], known: tuple[str, ...] = ()) -> None:
    if not title.strip():
        raise Incomplete(N_("Give the call a title."), field="title")
    for code in STANDARD:
        if not questions.get(code, "").strip():
            raise Incomplete(N_("Write the question."), field=code)
    check_no_cpr_number(known=known, title=title, introduction=introduction, **questions)


def _check_day(day: date, at: datetime, field: str) -> None:
    if day < local_date(at):
        raise InvalidDate(DAY_OVER, field=field)
