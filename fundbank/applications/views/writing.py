"""Writing an application: begun on one short page, then one topic at a time. Whatever leads away from a step saves it, and it alone.

What cannot be saved yet is kept as it was typed, and so is everything when a button beside the rows is pressed.
"""

from collections.abc import Collection
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.writing import FORMS
from fundbank.applications.forms.writing.start import StartForm
from fundbank.applications.forms.writing.topic import TopicForm
from fundbank.applications.models import Application
from fundbank.applications.permissions import can_sign_application, can_start_application, can_write_application
from fundbank.applications.queries.advice import open_request
from fundbank.applications.queries.questions import asked_with_return, unanswered_beside
from fundbank.applications.rules import topics
from fundbank.applications.rules.completeness import left_unsaid
from fundbank.applications.rules.topics import Topic
from fundbank.applications.rules.typing import is_row, row_of
from fundbank.applications.states import EDITABLE, SIGNABLE, State
from fundbank.applications.views import application_here, blueprint, pool_here
from fundbank.applications.views.desk import Desk
from fundbank.applications.views.offers import own_units, units_of
from fundbank.applications.views.tasks import lacking_here, tasks, to_mend
from fundbank.errors import N_, StaleVersion, WrongState
from fundbank.history import queries as history
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, me, merges, moment, refusals_on, requires, sent_on, succeed, with_way

WRITERS = "applicants of the department, leaders of it or of a unit above it"


@blueprint.route("/pools/<int:pool_id>/applications/new", methods=["GET", "POST"])
@requires("applicants and leaders of the pool")
def new(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_start_application(me(), pool))
    units = units_of(pool)
    form = StartForm(pool.policy.project_kinds, own_units(pool, units), department_id=me().department_id, kind=request.args.get("kind"))
    if form.validate_on_submit():
        with refusals_on(form):
            department = next(unit for unit in units if unit.id == form.department.data)
            begun = operations.start_application(actor=me(), at=moment(), pool=pool, department=department, content=form.content())
            told = _("The application has been created. What you write is saved as you go.")
            return done(told, "applications.write", application_id=begun.id, topic=topics.STEPS[0].code)
    return render_template("applications/new.html", form=form, pool=pool)


@blueprint.route("/applications/<int:application_id>/edit")
@requires(WRITERS)
def edit(application_id: int) -> ResponseReturnValue:
    """Lead to where the writing goes on."""
    application = written_here(application_id)
    topic = topics.where_to_go_on(application.content, operations.faults_of(application))
    return redirect(_page_of(application, topic))


@blueprint.route("/applications/<int:application_id>/write/<topic>", methods=["GET", "POST"])
@requires(WRITERS)
def write(application_id: int, topic: str) -> ResponseReturnValue:
    application, here = written_here(application_id), topic_here(topic)
    desk = Desk(application, here)
    sent = desk.form()
    if not sent.is_submitted():
        return _page(desk, desk.opened())
    merges()
    if sent.comes_back:
        form = desk.merged(sent)
        form.validate()
        return _page(desk, form)
    button = request.form.get("row")
    if button == "forget":
        desk.forget(sent)
        return done(_("What was not part of the application has been discarded."), "applications.write", **request.view_args or {})
    return _saved(desk, sent) if button is None else _pressed(desk, sent, button)


@blueprint.route("/applications/<int:application_id>/write/check")
@requires(WRITERS)
def check(application_id: int) -> ResponseReturnValue:
    """The last step: everything that is missing, and the signature."""
    application = written_here(application_id)
    content, policy = application.content, application.pool.policy
    faults = operations.faults_of(application)
    may_sign = can_sign_application(me(), application) and application.state in SIGNABLE
    return render_template(
        "applications/write/check.html", missed=to_mend(application, left_unsaid(content, policy)), may_sign=may_sign,
        asks_advice=open_request(application) is None,
        seen=history.newest_id("applications", application.id) if may_sign else None,
        **frame(application, topics.CHECK), missing=to_mend(application, faults), tasks=tasks(application, faults),
    )  # fmt: skip


def written_here(application_id: int) -> Application:
    """The application, which the reader may write on as it is now. Raises WrongState."""
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    if application.state not in EDITABLE:
        raise WrongState(N_("The application has been submitted, or it has ended. It cannot be changed now."))
    return application


def topic_here(code: str) -> Topic:
    """The topic of that code that has a form, or 404."""
    here = topics.step(code)
    if here is None or here not in FORMS:
        abort(404)
    return here


def _pressed(desk: Desk, sent: TopicForm, button: str) -> ResponseReturnValue:
    """The step after a button beside the rows."""
    form = desk.pressed(sent, button)
    succeed(_page_of(desk.application, desk.here))
    return _page(desk, form), (409 if form.refusal_code == StaleVersion.code else 422) if form.refusal_code else 200


def _saved(desk: Desk, sent: TopicForm) -> ResponseReturnValue:
    """Make part of the application what the page has sent and is filled in well. What is not stays as it was typed."""
    application, here = desk.application, desk.here
    kept = desk.keep(desk.page(sent))
    form = desk.after(sent, kept.sheet, kept.refused)
    seen = desk.seen(sent, kept, form)
    for each in {form, seen}:
        each.look()
    refused, good = kept.refused - form.good(), seen.good()
    if not refused:
        saved = {name for name in kept.seen.typed if name in good or is_row(name)}
        rows_gone = {name for name in kept.sheet.beside if is_row(name)} - {row_of(name) for name in form.texts()}
        with refusals_on(form):
            operations.edit_application(
                actor=me(), at=moment(), application=application, content=seen.content(seen.base), topic=here,
                department=desk.department(seen), typed=saved | rows_gone, based_on=seen.revision.data,
            )  # fmt: skip
            shown = kept.seen.typed.keys() | (kept.sheet.typed.keys() & form.unasked.keys())
            return _gone_on(application, here, left=shown - saved, others=kept.sheet.typed.keys() - shown)
    if refused:
        form.fail()
        succeed(_page_of(application, here))
        return _page(desk, form), 422
    form.shows(kept.before)
    form.revision.data = application.revision  # whoever saves now has seen this
    return _page(desk, form)


def led_on(application: Application, here: Topic) -> ResponseReturnValue:
    """Go where the button leads: to a step by its code, or away; without one to the step after this."""
    then = request.form.get("then", "")
    if then == "leave":
        return sent_on(url_for("overviews.application", application_id=application.id))
    return sent_on(_page_of(application, topics.step(then) or topics.after(here)))


def _page_of(application: Application, topic: Topic) -> str:
    return url_for("applications.write", application_id=application.id, topic=topic.code)


def _gone_on(application: Application, here: Topic, *, left: Collection[str], others: Collection[str]) -> ResponseReturnValue:
    """Go where the button leads, and say what is not saved: what is ``left`` of what was typed, and what ``others`` have typed since."""
    step = _(here.title)
    told = []
    if left:
        told.append(_("In the step “%(step)s” something is kept as you typed it. It is marked there, until it can be saved.", step=step))
    if others:
        told.append(
            _("Somebody else has typed in the step “%(step)s” since you opened it. It is kept, but not saved with yours.", step=step)
        )
    for said in told:
        flash(with_way(said, _page_of(application, here), _("Go back to the step “%(step)s”", step=step)), "warning")
    if request.form.get("then") == "leave" and not told:
        flash(_("The draft has been saved."), "success")
    return led_on(application, here)


def _page(desk: Desk, form: TopicForm) -> str:
    application, here = desk.application, desk.here
    content, policy = application.content, application.pool.policy
    faults = operations.faults_of(application)
    missing, missed = lacking_here(here, content, faults, left_unsaid(content, policy))
    return render_template(
        f"applications/write/{here.code}.html", form=form, tasks=tasks(application, faults), policy=policy,
        missing=to_mend(application, missing), missed=to_mend(application, missed),
        units={unit.id: unit.name for unit in desk.units}, **frame(application, here),
    )  # fmt: skip


def frame(application: Application, here: Topic) -> dict[str, Any]:
    """What the page of every step says."""
    return {
        "application": application,
        "pool": application.pool,
        "here": here,
        "number": topics.STEPS.index(here) + 1,
        "next": topics.after(here),
        "previous": topics.before(here),
        "asked": [*asked_with_return(application), *unanswered_beside(application)],
        "returned": history.newest_entry("applications", application.id, State.RETURNED),
    }
