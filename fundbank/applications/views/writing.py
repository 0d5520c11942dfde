"""Writing an application: begun on one short page, then one topic at a time. Whatever leads away from a step saves it, and it alone.

Buttons beside the rows show the page again and save nothing.
"""

from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.writing import FORMS
from fundbank.applications.forms.writing.start import StartForm
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.models import Application
from fundbank.applications.permissions import can_sign_application, can_start_application, can_write_application
from fundbank.applications.queries.writers import is_written_since
from fundbank.applications.rules import topics
from fundbank.applications.rules.changes import changes
from fundbank.applications.rules.completeness import left_unsaid, submission_faults
from fundbank.applications.rules.topics import Topic
from fundbank.applications.states import EDITABLE, SIGNABLE, State
from fundbank.applications.views import application_here, blueprint, pool_here
from fundbank.applications.views.offers import offers, own_units, units_of
from fundbank.applications.views.tasks import Task, tasks, to_mend
from fundbank.errors import StaleVersion, WrongState
from fundbank.history import queries as history
from fundbank.kit.language import gettext as _
from fundbank.kit.web import check_version, done, ensure, me, moment, refusals_on, requires, sent_on
from fundbank.people.models import Department

WRITERS = "applicants of the department, leaders of it or of a unit above it"


@blueprint.route("/pools/<int:pool_id>/applications/new", methods=["GET", "POST"])
@requires("applicants and leaders of the pool")
def new(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_start_application(me(), pool))
    units = units_of(pool)
    form = StartForm(pool.policy, own_units(pool, units), department_id=me().department_id)
    if form.validate_on_submit():
        with refusals_on(form):
            department = next(unit for unit in units if unit.id == form.department.data)
            begun = operations.start_application(actor=me(), at=moment(), pool=pool, department=department, content=form.content())
            told = _("The application has been begun. Each step is saved when you go on to the next one.")
            return done(told, "applications.write", application_id=begun.id, topic=topics.STEPS[0].code)
    return render_template("applications/new.html", form=form, pool=pool)


@blueprint.route("/applications/<int:application_id>/edit")
@requires(WRITERS)
def edit(application_id: int) -> ResponseReturnValue:
    """Lead to where the writing goes on."""
    application = written_here(application_id)
    content = application.content
    topic = topics.where_to_go_on(content, submission_faults(content, application.pool.policy))
    return redirect(_page_of(application, topic))


@blueprint.route("/applications/<int:application_id>/write/<topic>", methods=["GET", "POST"])
@requires(WRITERS)
def write(application_id: int, topic: str) -> ResponseReturnValue:
    application, here = written_here(application_id), topic_here(topic)
    units = units_of(application.pool)
    form = form_of(application, here, units)
    seen = form.revision.data
    if _pressed(form):
        return _page(form, application, here, units, seen)
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, application, lambda revision: is_written_since(application, revision, here))
            operations.edit_application(
                actor=me(), at=moment(), application=application, content=form.content(application.content), topic=here,
                department=next(unit for unit in units if unit.id == form["department"].data) if "department" in form else None,
                based_on=seen,
            )  # fmt: skip
            return _gone_on(application, here)
    return _page(form, application, here, units, seen)


@blueprint.route("/applications/<int:application_id>/write/check")
@requires(WRITERS)
def check(application_id: int) -> ResponseReturnValue:
    """The last step: everything that is missing, and the signature."""
    application = written_here(application_id)
    content, policy = application.content, application.pool.policy
    faults = submission_faults(content, policy)
    may_sign = can_sign_application(me(), application) and application.state in SIGNABLE
    return render_template(
        "applications/write/check.html", missed=to_mend(application, left_unsaid(content, policy)), may_sign=may_sign,
        seen=history.newest_id("applications", application.id) if may_sign else None,
        **_frame(application, topics.CHECK), missing=to_mend(application, faults), tasks=tasks(application, faults),
    )  # fmt: skip


def written_here(application_id: int) -> Application:
    """The application, which the reader may write on as it is now. Raises WrongState."""
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    if application.state not in EDITABLE:
        raise WrongState()
    return application


def topic_here(code: str) -> Topic:
    """The topic of that code that has a form, or 404."""
    here = topics.step(code)
    if here is None or here not in FORMS:
        abort(404)
    return here


def form_of(application: Application, here: Topic, units: Sequence[Department]) -> TopicForm:
    """The form of a step: with what was sent, or with what is stored."""
    return FORMS[here](
        application.pool.policy, offers(application, units), application.content,
        department_id=application.department_id, revision=application.revision,
    )  # fmt: skip


def _page_of(application: Application, topic: Topic) -> str:
    return url_for("applications.write", application_id=application.id, topic=topic.code)


def _gone_on(application: Application, here: Topic) -> ResponseReturnValue:
    """Go where the button leads: to a step by its code, or away; without one to the next step."""
    then = request.form.get("then", "")
    if then == "leave":
        return done(_("The draft has been saved."), "overviews.application", application_id=application.id)
    return sent_on(_page_of(application, topics.step(then) or topics.after(here)))


def _pressed(form: TopicForm) -> bool:
    """Do what a button beside the rows says, if one was pressed: then nothing is saved."""
    button = request.form.get("row") if form.is_submitted() else None
    if button is None:
        return False
    form.press(button)
    return True


def _page(form: TopicForm, application: Application, here: Topic, units: Any, seen: int | None) -> str:
    """``seen`` is the revision that the form was opened with."""
    is_stale = form.refusal_code == StaleVersion.code
    if is_stale:
        form.revision.data = application.revision  # whoever saves now has seen this
    content, policy = application.content, application.pool.policy
    faults = submission_faults(content, policy)
    listed = tasks(application, faults)
    return render_template(
        f"applications/write/{here.code}.html", form=form, tasks=listed, policy=policy,
        theirs=_theirs(form, application, listed, here) if is_stale and is_written_since(application, seen, here) else None,
        missing=to_mend(application, topics.faults_in(here, faults)),
        missed=to_mend(application, topics.faults_in(here, left_unsaid(content, policy))),
        units={unit.id: unit.name for unit in units}, **_frame(application, here),
    )  # fmt: skip


def _frame(application: Application, here: Topic) -> dict[str, Any]:
    """What the page of every step says."""
    return {
        "application": application,
        "pool": application.pool,
        "here": here,
        "number": topics.STEPS.index(here) + 1,
        "next": topics.after(here),
        "previous": topics.before(here),
        "returned": history.newest_entry("applications", application.id, State.RETURNED),
    }


def _theirs(form: TopicForm, application: Application, listed: list[Task], here: Topic) -> dict[str, Any]:
    """What has been saved meanwhile in this step, beside what was typed here; and who did it."""
    task = next(task for task in listed if task.topic == here)
    return {
        "who": task.who,
        "when": task.when or application.changed_at,
        "changes": changes(application.content, form.content(application.content)),
    }
