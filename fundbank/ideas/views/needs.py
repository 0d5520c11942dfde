"""What a department answers to a call: its needs, how important each is, or that it has none."""

from collections.abc import Sequence
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.applications.forms.writing.topic import Pairs
from fundbank.applications.permissions import can_start_application
from fundbank.applications.views.offers import own_units, units_of
from fundbank.errors import N_, StaleVersion
from fundbank.ideas.forms.calls import NeedForm, NoNeedsForm, RatingForm, rating_form
from fundbank.ideas.models import Call, Idea
from fundbank.ideas.operations import needs as operations
from fundbank.ideas.permissions import can_write_idea
from fundbank.ideas.queries.calls import answering, needs_within
from fundbank.ideas.states import State
from fundbank.ideas.views import STARTERS, WRITERS, blueprint, idea_here
from fundbank.ideas.views.calls import call_here
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import check_version, done, ensure, found, me, moment, refusals_on, requires
from fundbank.kit.web.sentences import sentence
from fundbank.people.models import Department


@blueprint.route("/calls/<int:call_id>/needs/new", methods=["GET", "POST"])
@requires(STARTERS)
def need_new(call_id: int) -> ResponseReturnValue:
    call = call_here(call_id)
    units, offered = _units(call)
    form = NeedForm(call.questions, offered, department_id=me().department_id, sends=_is_sent())
    if form.validate_on_submit():
        with refusals_on(form):
            department = next(unit for unit in units if unit.id == form.department.data)
            idea = operations.write_need(actor=me(), at=moment(), call=call, department=department, **form.said(), is_sent=_is_sent())
            return done(_said(idea), "ideas.show", idea_id=idea.id)
    return render_template("ideas/need.html", pool=call.pool, call=call, form=form, idea=None)


@blueprint.route("/ideas/<int:idea_id>/answers", methods=["GET", "POST"])
@requires(WRITERS)
def need_edit(idea_id: int) -> ResponseReturnValue:
    idea = idea_here(idea_id)
    need = found(idea.need)
    ensure(can_write_idea(me(), idea))
    operations.check_may_change(idea, local_date(moment()))
    form = NeedForm(need.call.questions, None, idea, sends=_is_sent() or idea.is_sent)
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, idea)
            operations.change_need(actor=me(), at=moment(), idea=idea, **form.said(), is_sent=_is_sent())
            return done(_said(idea), "ideas.show", idea_id=idea.id)
    return render_template("ideas/need.html", pool=idea.pool, call=need.call, form=form, idea=idea)


@blueprint.route("/calls/<int:call_id>/no-needs", methods=["GET", "POST"])
@requires(STARTERS)
def no_needs(call_id: int) -> ResponseReturnValue:
    call = call_here(call_id)
    units, offered = _units(call)
    form = NoNeedsForm(offered, me().department_id)
    if form.validate_on_submit():
        with refusals_on(form):
            department = next(unit for unit in units if unit.id == form.department.data)
            if "take_back" in request.form:
                operations.take_back_no_needs(actor=me(), at=moment(), call=call, department=department)
                return done(_("It has been taken back. The department can still answer."), "ideas.call", call_id=call.id)
            operations.say_no_needs(actor=me(), at=moment(), call=call, department=department)
            return done(_("The department has answered that it has no needs."), "ideas.call", call_id=call.id)
    return render_template("ideas/no_needs.html", pool=call.pool, call=call, form=form)


@blueprint.route("/calls/<int:call_id>/importance", methods=["GET", "POST"])
@requires(STARTERS)
def rate(call_id: int) -> ResponseReturnValue:
    call, today = call_here(call_id), local_date(moment())
    ensure(can_start_application(me(), call.pool))
    own = [idea for idea in needs_within(call, me().department.path) if idea.state == State.IDEA]
    able = {unit.id for unit in answering(call, {idea.department for idea in own}, today)}
    ideas = [idea for idea in own if idea.department_id in able]
    form = rating_form(ideas)
    if form.validate_on_submit():
        with refusals_on(form):
            _check_ratings(form)
            for idea, importance in form.ratings().items():
                operations.rate_need(actor=me(), at=moment(), idea=idea, importance=importance)
            return done(_("The ratings have been saved."), "ideas.call", call_id=call.id)
    return render_template("ideas/importance.html", pool=call.pool, call=call, form=form, ideas=ideas)


def _check_ratings(form: RatingForm) -> None:
    """Say at each need that somebody has changed since the page was opened that it was, and how it is rated now. Raises StaleVersion."""
    stale = []
    for name, idea in form.ideas.items():
        if form.seen(idea).data is not None:
            try:
                check_version(form.seen(idea), idea, said=partial(_changed, name, idea))
            except StaleVersion as refusal:
                stale.append(refusal)
    for one in stale[:-1]:
        form.refuse(one.field, sentence(one), one.code)
    if stale:
        raise stale[-1]


def _changed(name: str, idea: Idea) -> StaleVersion:
    importance = idea.need.importance if idea.need else None
    unrated = N_("This need has been changed since you opened the page. It is not rated now. Compare, and save again.")
    rated = N_("This need has been changed since you opened the page. It is rated %(importance)s now. Compare, and save again.")
    return StaleVersion(unrated if importance is None else rated, field=name, importance=importance)


def _units(call: Call) -> tuple[Sequence[Department], Pairs]:
    """The departments that the reader can answer for; refused where there is none any more, for the call is over."""
    ensure(can_start_application(me(), call.pool))
    today = local_date(moment())
    units = answering(call, units_of(call.pool), today)
    offered = own_units(call.pool, units)
    if not offered:
        raise operations.why_not(call, me().department, today) or operations.CallOver()
    return units, offered


def _is_sent() -> bool:
    """Was the form sent by the button that also sends the need on?"""
    return "send" in request.form


def _said(idea: Idea) -> str:
    return _("The need has been saved. It has not been sent yet.") if idea.is_unsent else _("The need has been saved and sent.")
