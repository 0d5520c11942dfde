"""What a department does with a call for development needs: write needs, send them, rate them, or say that it has none after all."""

from datetime import date, datetime

from fundbank.applications.permissions import writes_for
from fundbank.errors import N_, Code, Incomplete, Refusal, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.ideas.models import Call, Idea, Need, NoNeeds
from fundbank.ideas.operations import CALL_WITHDRAWN, NO_LONGER
from fundbank.ideas.operations.calls import DEPARTMENT_CLOSED
from fundbank.ideas.permissions import can_write_idea
from fundbank.ideas.queries.calls import can_be_answered, needs_within, said_none
from fundbank.ideas.rules import IMPORTANCES, NEED_MISSING, Answers
from fundbank.ideas.states import State
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.people.models import Department, User


class CallOver(Refusal):
    code = Code.DEADLINE_PASSED
    message = N_("The call is over for the department. The coordinator can let it answer late.")


def write_need(
    *, actor: User, at: datetime, call: Call, department: Department, title: str, answers: Answers, is_sent: bool = False
) -> Idea:  # fmt: skip
    """Write one need down as an idea; a title is enough until it is sent.

    Raises NotAllowed, CallOver, WrongState for a closed department or a call that was withdrawn, Incomplete, CprNumber.
    """
    _check_may_answer(actor, at, call, department)
    _check(title, answers, is_sent)
    said = {"title": title, "text": answers.need, "made_by": actor, "made_at": at, "changed_at": at}
    need = Need(call=call, texts=answers.texts, development_ore=answers.development_ore, operation_ore=answers.operation_ore)
    idea = Idea(pool=call.pool, department=department, state=State.IDEA, need=need, **said)
    db.session.add(idea)
    db.session.flush()
    record(idea, "need_noted", actor_id=actor.id, at=at, department_id=department.id, call_id=call.id)
    if is_sent:
        _send(actor, at, idea, need)
    return idea


def change_need(*, actor: User, at: datetime, idea: Idea, title: str, answers: Answers, is_sent: bool = False) -> None:
    """Write it anew, and send it if ``is_sent``; one that was sent stays so. What changes nothing leaves no trace.

    Raises NotAllowed, CallOver, WrongState, Incomplete, CprNumber.
    """
    need = _held(actor, at, idea)
    _check(title, answers, is_sent or need.sent_at is not None, known=(idea.title, *need.answers.words.values()))
    if (title, answers) != (idea.title, need.answers):
        idea.title, idea.text, need.texts, idea.changed_at = title, answers.need, answers.texts, at
        need.development_ore, need.operation_ore = answers.development_ore, answers.operation_ore
        record(idea, "need_changed", actor_id=actor.id, at=at)
    if is_sent and need.sent_at is None:
        _send(actor, at, idea, need)


def rate_need(*, actor: User, at: datetime, idea: Idea, importance: int | None) -> None:
    """Say how important the department's own need is: 1 to 5, 5 is the most; None takes it back (herning ch. 4).

    Raises NotAllowed, CallOver, WrongState, Incomplete.
    """
    need = _held(actor, at, idea)
    if importance is not None and importance not in IMPORTANCES:
        raise Incomplete(N_("Choose a number from 1 to 5."))
    if importance != need.importance:
        need.importance, idea.changed_at = importance, at
        record(idea, "need_rated", actor_id=actor.id, at=at, importance=importance)


def say_no_needs(*, actor: User, at: datetime, call: Call, department: Department) -> None:
    """Answer that the department has no needs this time; it may still send one until its last day.

    Raises NotAllowed, CallOver, WrongState where it has said so, or has written needs.
    """
    _check_may_answer(actor, at, call, department)
    if any(idea.is_answer for idea in needs_within(call, department.path) if idea.department_id == department.id):
        raise WrongState(N_("The department has written needs. Withdraw them first, if it has none."), field="department")
    if department.id in said_none(call):
        raise WrongState(N_("The department has said so already."), field="department")
    _say_none(actor, at, call, department, has_none=True)


def take_back_no_needs(*, actor: User, at: datetime, call: Call, department: Department) -> None:
    """Take back that the department has no needs: said by mistake, or for the wrong one. It has not answered then, and is asked again.

    Raises NotAllowed, CallOver, WrongState where it has not said so.
    """
    _check_may_answer(actor, at, call, department)
    if department.id not in said_none(call):
        raise WrongState(N_("The department has not said that it has no needs."), field="department")
    _say_none(actor, at, call, department, has_none=False)


def _held(actor: User, at: datetime, idea: Idea) -> Need:
    """The need of an idea that may be written now, held until the unit of work ends."""
    if idea.need is None:
        raise WrongState(N_("The idea answers no call."))
    lock(idea.need.call)
    lock(idea)
    lock(idea.need)
    require(can_write_idea(actor, idea))
    check_may_change(idea, local_date(at))
    return idea.need


def check_may_change(idea: Idea, today: date) -> None:
    """Raises WrongState for what is an idea no longer, and what ``why_not`` says once its department can answer no more."""
    if idea.state != State.IDEA:
        raise WrongState(NO_LONGER)
    refusal = why_not(idea.need.call, idea.department, today) if idea.need is not None else None
    if refusal is not None:
        raise refusal


def why_not(call: Call, department: Department, today: date) -> Refusal | None:
    """Why the department cannot answer the call, so that what it is told to do instead is possible; None while it can."""
    if not department.is_active:
        return WrongState(DEPARTMENT_CLOSED, field="department")
    if call.is_withdrawn:
        return WrongState(CALL_WITHDRAWN, field="department")
    return None if can_be_answered(call, department, today) else CallOver(field="department")


def _check_may_answer(actor: User, at: datetime, call: Call, department: Department) -> None:
    lock(call)
    require(writes_for(actor, call.pool, department))
    refusal = why_not(call, department, local_date(at))
    if refusal is not None:
        raise refusal


def _say_none(actor: User, at: datetime, call: Call, department: Department, *, has_none: bool) -> None:
    said = {"call_id": call.id, "department_id": department.id, "said_by_id": actor.id, "said_at": at}
    db.session.add(NoNeeds(has_none=has_none, **said))
    record(call, "no_needs_said" if has_none else "no_needs_taken_back", actor_id=actor.id, at=at, department_id=department.id)


def _send(actor: User, at: datetime, idea: Idea, need: Need) -> None:
    need.sent_by_id, need.sent_at, idea.changed_at = actor.id, at, at
    record(idea, "need_sent", actor_id=actor.id, at=at)


def _check(title: str, answers: Answers, is_sent: bool, known: tuple[str, ...] = ()) -> None:
    if not title.strip():
        raise Incomplete(N_("Give the need a title."), field="title")
    if is_sent and not answers.need.strip():
        raise Incomplete(NEED_MISSING, field="need")
    check_no_cpr_number(known=known, title=title, **answers.words)
