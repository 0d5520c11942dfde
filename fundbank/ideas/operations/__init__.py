"""Every write to an idea: noted, changed, withdrawn and taken up again, made into an application."""

from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.operations import start_application
from fundbank.applications.permissions import writes_for
from fundbank.applications.rules.content import Content
from fundbank.errors import N_, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import check_move, move, record
from fundbank.ideas.models import Idea
from fundbank.ideas.permissions import can_write_idea
from fundbank.ideas.rules import REASON_LENGTH, content_of
from fundbank.ideas.states import TRANSITIONS, State
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.said import check_said
from fundbank.kit.transaction import lock
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool

CALL_WITHDRAWN = N_("The call has been withdrawn. There is nothing to answer.")
NO_LONGER = N_("The idea has become an application, or has been withdrawn. It stays as it is.")


def note_idea(*, actor: User, at: datetime, pool: Pool, department: Department, title: str, text: str) -> Idea:
    """Write down what a department thinks of. Raises NotAllowed, WrongState for a closed department, Incomplete, CprNumber."""
    require(writes_for(actor, pool, department))
    if not department.is_active:
        raise WrongState(N_("The department has been closed. It can no longer apply."))
    _check(title, text)
    said = {"title": title, "text": text, "made_by": actor, "made_at": at, "changed_at": at}
    idea = Idea(pool=pool, department=department, state=State.IDEA, **said)
    db.session.add(idea)
    db.session.flush()
    record(idea, "idea_noted", actor_id=actor.id, at=at, department_id=department.id)
    return idea


def change_idea(*, actor: User, at: datetime, idea: Idea, title: str, text: str) -> None:
    """Write it anew; what changes nothing leaves no trace. Raises NotAllowed, WrongState, Incomplete, CprNumber."""
    lock(idea)
    require(can_write_idea(actor, idea))
    if idea.state != State.IDEA:
        raise WrongState(NO_LONGER)
    if idea.need is not None:
        raise WrongState(N_("The idea answers a call. It is changed with its answers."))
    _check(title, text, known=(idea.title, idea.text))
    if (title, text) == (idea.title, idea.text):
        return
    idea.title, idea.text, idea.changed_at = title, text, at
    record(idea, "idea_changed", actor_id=actor.id, at=at)


def withdraw_idea(*, actor: User, at: datetime, idea: Idea, reason: str = "") -> None:
    """Give the idea up; it stays to be read. Of a need that others may have read, since it was sent, the reason is asked.

    Raises NotAllowed, WrongState, Incomplete, CprNumber.
    """
    lock(idea)
    require(can_write_idea(actor, idea))
    if idea.state != State.IDEA:
        raise WrongState(NO_LONGER)
    said = check_said(reason, REASON_LENGTH, field="reason", missing=N_("Write why the need is withdrawn.") if idea.is_sent else "")
    idea.ended_by_id = actor.id
    move(idea, State.WITHDRAWN, TRANSITIONS, "idea_withdrawn", actor_id=actor.id, at=at, reason=said)


def take_withdrawal_back(*, actor: User, at: datetime, idea: Idea) -> None:
    """Take up again what was withdrawn by mistake: it says what it said, and a need that was sent counts as sent when it was.

    Raises NotAllowed, WrongState, also for a closed department, or a need of a call that was withdrawn.
    """
    if idea.need is not None:
        lock(idea.need.call)
    lock(idea)
    require(can_write_idea(actor, idea))
    check_move(idea, State.IDEA, TRANSITIONS)
    if not idea.department.is_active:
        raise WrongState(N_("The department has been closed. It can no longer apply."))
    if idea.need is not None and idea.need.call.is_withdrawn:
        raise WrongState(CALL_WITHDRAWN)
    idea.ended_by_id = None
    move(idea, State.IDEA, TRANSITIONS, "idea_taken_up", actor_id=actor.id, at=at)


def apply_with_idea(*, actor: User, at: datetime, idea: Idea) -> Application:
    """Begin an application that says what the idea says; once. Raises NotAllowed, WrongState, also for a closed department."""
    lock(idea)
    require(can_write_idea(actor, idea))
    if idea.state != State.IDEA:
        raise WrongState(NO_LONGER)
    content = _content(idea)
    application = start_application(
        actor=actor, at=at, pool=idea.pool, department=idea.department, content=content, known=content.texts()
    )  # fmt: skip
    idea.application_id, idea.application, idea.ended_by_id = application.id, application, actor.id
    move(idea, State.APPLIED, TRANSITIONS, "idea_applied", actor_id=actor.id, at=at, application_id=application.id)
    return application


def _content(idea: Idea) -> Content:
    kinds = idea.pool.policy.project_kinds
    kind = "standard" if "standard" in kinds else kinds[0]
    if idea.need is not None:
        return content_of(idea.title, idea.need.answers, idea.need.call.questions, kind)
    return Content(title=idea.title, summary=idea.text, kind=kind)


def _check(title: str, text: str, known: tuple[str, ...] = ()) -> None:
    if not title.strip():
        raise Incomplete(N_("Give the idea a title."), field="title")
    if not text.strip():
        raise Incomplete(N_("Write in a few lines what you want to do, and why."), field="text")
    check_no_cpr_number(known=known, title=title, text=text)
