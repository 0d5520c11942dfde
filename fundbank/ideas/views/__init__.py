"""The way to an application: what fits a plan, and ideas, their list, and the application that is made of one."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from fundbank.applications.permissions import can_see_application, can_start_application
from fundbank.applications.rules.triage import Reason, advise, small_kinds
from fundbank.applications.views import pool_here
from fundbank.applications.views.offers import own_units, units_of
from fundbank.errors import WrongState
from fundbank.ideas import operations, queries
from fundbank.ideas.forms import IdeaForm, TriageForm, WithdrawForm
from fundbank.ideas.models import Idea
from fundbank.ideas.operations.needs import why_not
from fundbank.ideas.permissions import can_see_idea, can_write_idea, visible_ideas
from fundbank.ideas.queries.calls import open_calls
from fundbank.ideas.rules import STANDARD
from fundbank.ideas.states import State
from fundbank.ideas.views.story import story
from fundbank.ideas.words import CALL_STATES, CALL_TONES, LATE, STATES, TONES
from fundbank.kit.clock import local_date
from fundbank.kit.formats import kroner
from fundbank.kit.language import gettext as _
from fundbank.kit.web import check_version, done, ensure, found, me, moment, refusals_on, requires, shown
from fundbank.kit.web.codes import colours, says
from fundbank.kit.web.sentences import sentence

blueprint = Blueprint("ideas", __name__)
says(blueprint, idea_state=STATES, call_state=CALL_STATES, need_late=LATE)
colours(blueprint, idea_tone=TONES, call_tone=CALL_TONES)

STARTERS = "applicants and leaders of the pool"
READERS = "people of the department and of units above it; coordinator, advisers and auditors"
WRITERS = "applicants of the department, leaders of it or of a unit above it"


@blueprint.route("/pools/<int:pool_id>/apply")
@requires(STARTERS)
def triage(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_start_application(me(), pool))
    form = TriageForm(pool.policy)
    advice = advise(form.answers(), pool.policy) if form.is_sent and form.validate() else None
    return render_template(
        "ideas/triage.html", pool=pool, form=form, advice=advice, reasons=[_said(reason) for reason in advice.reasons] if advice else (),
        kind=form.answers().kind if advice else None, has_short=bool(small_kinds(pool.policy)),
    )  # fmt: skip


@blueprint.route("/pools/<int:pool_id>/ideas")
@requires("people of departments: those of their own and of the units below it; coordinator, advisers and auditors all")
def index(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    scope = visible_ideas(me(), pool)
    ensure(scope is not None)
    path, everybodys = scope or (None, False)
    ideas = shown("after", lambda after: queries.part_of_ideas(pool.id, path=path, everybodys=everybodys, after=after))
    can_start = can_start_application(me(), pool)
    return render_template(
        "ideas/index.html", pool=pool, ideas=ideas, can_start=can_start, is_own=not everybodys, calls=open_calls(pool.id)
    )  # fmt: skip


@blueprint.route("/pools/<int:pool_id>/ideas/new", methods=["GET", "POST"])
@requires(STARTERS)
def new(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_start_application(me(), pool))
    units = units_of(pool)
    form = IdeaForm(own_units(pool, units), department=me().department_id)
    if form.validate_on_submit():
        with refusals_on(form):
            department = next(unit for unit in units if unit.id == form.department.data)
            said = {"title": form.title.data, "text": form.text.data}
            idea = operations.note_idea(actor=me(), at=moment(), pool=pool, department=department, **said)
            return done(_("The idea has been written down."), "ideas.show", idea_id=idea.id)
    return render_template("ideas/form.html", pool=pool, form=form, idea=None)


@blueprint.route("/ideas/<int:idea_id>")
@requires(READERS)
def show(idea_id: int) -> ResponseReturnValue:
    idea = idea_here(idea_id)
    refusal = why_not(idea.need.call, idea.department, local_date(moment())) if idea.need is not None else None
    return render_template(
        "ideas/show.html", idea=idea, pool=idea.pool, is_open=idea.state == State.IDEA, may_write=can_write_idea(me(), idea),
        may_change=refusal is None, why_not=sentence(refusal) if refusal is not None else "", codes=STANDARD,
        sees_application=idea.application is not None and can_see_application(me(), idea.application), lines=story(idea),
        may_take_up=idea.department.is_active and not (idea.need is not None and idea.need.call.is_withdrawn),
    )  # fmt: skip


@blueprint.route("/ideas/<int:idea_id>/edit", methods=["GET", "POST"])
@requires(WRITERS)
def edit(idea_id: int) -> ResponseReturnValue:
    idea = idea_here(idea_id)
    ensure(can_write_idea(me(), idea))
    if idea.need is not None:
        return redirect(url_for("ideas.need_edit", idea_id=idea.id))
    if idea.state != State.IDEA:
        raise WrongState(operations.NO_LONGER)
    form = IdeaForm(None, title=idea.title, text=idea.text, revision=idea.revision)
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, idea)
            operations.change_idea(actor=me(), at=moment(), idea=idea, title=form.title.data or "", text=form.text.data or "")
            return done(_("The idea has been saved."), "ideas.show", idea_id=idea.id)
    return render_template("ideas/form.html", pool=idea.pool, form=form, idea=idea)


@blueprint.route("/ideas/<int:idea_id>/withdraw", methods=["GET", "POST"])
@requires(WRITERS)
def withdraw(idea_id: int) -> ResponseReturnValue:
    idea = idea_here(idea_id)
    ensure(can_write_idea(me(), idea))
    if "take_back" in request.form:
        operations.take_withdrawal_back(actor=me(), at=moment(), idea=idea)
        return done(_("It has been taken up again."), "ideas.show", idea_id=idea.id)
    if idea.state != State.IDEA:
        raise WrongState(operations.NO_LONGER)
    form = WithdrawForm(is_asked=idea.is_sent)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.withdraw_idea(actor=me(), at=moment(), idea=idea, reason=form.reason.data or "")
            said = _("The idea has been withdrawn.") if idea.need is None else _("The need has been withdrawn.")
            return done(said, "ideas.show", idea_id=idea.id)
    return render_template("ideas/withdraw.html", pool=idea.pool, idea=idea, form=form)


@blueprint.route("/ideas/<int:idea_id>/apply", methods=["POST"])
@requires(WRITERS)
def apply(idea_id: int) -> ResponseReturnValue:
    idea = idea_here(idea_id)
    ensure(can_write_idea(me(), idea))
    application = operations.apply_with_idea(actor=me(), at=moment(), idea=idea)
    return done(_("The application has been created from the idea."), "applications.edit", application_id=application.id)


def _said(reason: Reason) -> str:
    return _(reason.sentence, **{name: kroner(value) if name.endswith("_ore") else value for name, value in reason.values.items()})


def idea_here(idea_id: int) -> Idea:
    """The idea that the reader may see: 404 for any other."""
    idea = found(queries.idea(idea_id, municipality_id=me().municipality_id))
    ensure(can_see_idea(me(), idea))
    return idea


from fundbank.ideas.views import calls, needs  # noqa: E402  (they add their routes to the blueprint above)

__all__ = ["blueprint", "calls", "idea_here", "needs"]
