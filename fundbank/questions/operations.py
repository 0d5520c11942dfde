"""Asking about an application, and answering. What stands there is never changed; asking holds nothing up (domain.md §4)."""

from datetime import datetime

from fundbank.applications.models import Application
from fundbank.applications.models.questions import Question, QuestionAnswer
from fundbank.applications.operations.signature import end_signature
from fundbank.applications.permissions import can_write_application
from fundbank.applications.rules.questions import ANSWER_LENGTH, QUESTION_LENGTH
from fundbank.applications.states import ON_THE_WAY
from fundbank.applications.steps import ask
from fundbank.errors import N_, FourEyes, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.said import check_said
from fundbank.kit.transaction import lock
from fundbank.people.models import User
from fundbank.questions.permissions import may_ask, takes_questions
from fundbank.scoring.operations import check_no_conflict

NOT_HANDED_IN = N_("Questions can be asked only while an application is submitted and undecided.")
NO_MORE_ANSWERS = N_("The application has been decided or withdrawn. Its questions can no longer be answered.")
OWN_QUESTION = N_("You asked this question yourself. Somebody else answers it for the department.")


def ask_question(*, actor: User, at: datetime, application: Application, text: str) -> Question:
    """Ask the department that applies about the newest version. The application goes on meanwhile.

    Raises NotAllowed, ConflictOfInterest, WrongState, Incomplete, CprNumber.
    """
    require(may_ask(actor, application))
    lock(application)
    check_no_conflict(actor, application)
    if not takes_questions(actor, application):
        raise WrongState(NOT_HANDED_IN)
    said = check_said(text, QUESTION_LENGTH, missing=N_("Write what you ask."))
    question = ask(application, actor_id=actor.id, at=at, text=said)
    assert question is not None  # noqa: S101  (tells the type checker that there are words)
    record(application, "asked", actor_id=actor.id, at=at, reason=said)
    return question


def answer_question(*, actor: User, at: datetime, question: Question, text: str) -> QuestionAnswer:
    """Answer for the department that applies; also what has been answered before. What a return asks is signed with its answer: another
    answer ends the signature.

    Raises NotAllowed, WrongState, FourEyes for who asked, Incomplete, CprNumber.
    """
    application = question.application
    require(can_write_application(actor, application))
    lock(application)
    if application.state not in ON_THE_WAY:
        raise WrongState(NO_MORE_ANSWERS)
    if question.asker_id == actor.id:
        raise FourEyes(OWN_QUESTION)
    said = check_said(text, ANSWER_LENGTH, missing=N_("Write the answer."))
    answer = QuestionAnswer(author_id=actor.id, department_id=application.department_id, text=said, answered_at=at)
    question.answers.append(answer)
    db.session.flush()
    details = {"question_id": question.id, "department_id": application.department_id, "asker_id": question.asker_id}
    record(application, "answered", actor_id=actor.id, at=at, reason=said, **details)
    if question.is_return:
        end_signature(application, actor=actor, at=at)
    return answer
