"""The pages of what is asked about an application: all of it, asking, and answering."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from fundbank.applications import queries
from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_application, can_write_application
from fundbank.applications.queries.questions import question_on, questions_before, questions_on
from fundbank.applications.states import EDITABLE, ON_THE_WAY
from fundbank.errors import FourEyes, WrongState
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires, shown
from fundbank.questions import operations
from fundbank.questions.forms import AnswerForm, QuestionForm
from fundbank.questions.permissions import can_answer, can_ask, may_ask, takes_questions
from fundbank.scoring.permissions import has_conflict

blueprint = Blueprint("questions", __name__)


@blueprint.app_template_global("can_ask")
def _can_ask(application: Application) -> bool:
    """May the reader ask something about the application now?"""
    return can_ask(me(), application)


@blueprint.app_template_test("to_be_answered")
def _to_be_answered(question: object) -> bool:
    """May the reader answer the question?"""
    return can_answer(me(), question)  # type: ignore[arg-type]


@blueprint.get("/applications/<int:application_id>/questions")
@requires("whoever may see the application")
def index(application_id: int) -> ResponseReturnValue:
    application = _application(application_id)
    asked = shown("before", lambda before: questions_before(application.id, before))
    return render_template("questions/index.html", application=application, pool=application.pool, asked=asked)


@blueprint.route("/applications/<int:application_id>/questions/new", methods=["GET", "POST"])
@requires("those who screen, the forum's members and its chair, without a conflict of interest")
def ask(application_id: int) -> ResponseReturnValue:
    application = _application(application_id)
    ensure(may_ask(me(), application) and not has_conflict(me(), application))
    if not takes_questions(me(), application):
        raise WrongState(operations.NOT_HANDED_IN)
    form = QuestionForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.ask_question(actor=me(), at=moment(), application=application, text=form.text.data)
            return done(_("The department has been asked. The application goes on meanwhile."), "questions.index",
                        application_id=application.id)  # fmt: skip
    asked = questions_on([application.id])[application.id]
    return render_template("questions/ask.html", form=form, application=application, pool=application.pool, asked=asked)


@blueprint.route("/applications/<int:application_id>/questions/<int:question_id>", methods=["GET", "POST"])
@requires("applicants of the department, leaders of it or of a unit above it, but for who asked")
def answer(application_id: int, question_id: int) -> ResponseReturnValue:
    application = _application(application_id)
    question = found(question_on(application, question_id))
    ensure(can_write_application(me(), application))
    if application.state not in ON_THE_WAY:
        raise WrongState(operations.NO_MORE_ANSWERS)
    if question.asker_id == me().id:
        raise FourEyes(operations.OWN_QUESTION)
    form = AnswerForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.answer_question(actor=me(), at=moment(), question=question, text=form.text.data)
            page = "applications.check" if application.state in EDITABLE else "questions.index"
            return done(_("The answer stands with the application now."), page, application_id=application.id)
    return render_template("questions/answer.html", form=form, application=application, pool=application.pool, question=question)


def _application(application_id: int) -> Application:
    application = found(queries.application(application_id, municipality_id=me().municipality_id))
    ensure(can_see_application(me(), application))
    return application
