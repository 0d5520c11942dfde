"""Calls for development needs: their list, one of them, what the coordinator does with it, and the overview of what was answered."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.applications.views import pool_here
from fundbank.applications.views.offers import units_of
from fundbank.ideas.forms import WithdrawForm
from fundbank.ideas.forms.calls import CallForm, LetInForm
from fundbank.ideas.models import Call
from fundbank.ideas.operations import calls as operations
from fundbank.ideas.operations.needs import why_not
from fundbank.ideas.permissions import can_open_calls, can_read_needs, can_see_call, can_see_calls
from fundbank.ideas.queries import calls as queries
from fundbank.ideas.rules import ORDERS, STANDARD, is_running
from fundbank.ideas.views import blueprint
from fundbank.ideas.views.story import story
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import check_version, done, ensure, found, me, moment, refusals_on, requires, shown
from fundbank.kit.web.sentences import sentence
from fundbank.pools.permissions import can_manage_roles, holds
from fundbank.pools.rights import Right

READERS = "people of departments, the forum, coordinator, advisers, finance and auditors"
COORDINATOR = "the coordinator of the pool"
NEEDS_READERS = "coordinator, advisers and auditors; once the call is closed the forum and its deciders too"


@blueprint.route("/pools/<int:pool_id>/calls")
@requires(READERS)
def calls(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_see_calls(me(), pool))
    part, may_open = shown("after", lambda after: queries.part_of_calls(pool.id, after=after)), can_open_calls(me(), pool)
    other = queries.open_call_of(pool.id) if may_open else None
    return render_template("ideas/calls.html", pool=pool, calls=part, may_open=may_open, other=other)


@blueprint.route("/pools/<int:pool_id>/calls/new", methods=["GET", "POST"])
@requires(COORDINATOR)
def call_new(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_open_calls(me(), pool))
    form = CallForm()
    if form.validate_on_submit():
        with refusals_on(form):
            call = operations.open_call(actor=me(), at=moment(), pool=pool, **form.said())
            return done(_("The call has been opened, and the departments are told."), "ideas.call", call_id=call.id)
    return render_template("ideas/call_form.html", pool=pool, form=form, call=None, other=queries.open_call_of(pool.id))


@blueprint.route("/calls/<int:call_id>")
@requires(READERS)
def call(call_id: int) -> ResponseReturnValue:
    call, today = call_here(call_id), local_date(moment())
    pool, reads = call.pool, can_read_needs(me(), call)
    writes = holds(me(), pool, Right.APPLICATION_WRITE)
    units = [unit for unit in units_of(pool) if unit.is_within(me().department)] if writes else []
    own, own_ids = queries.needs_within(call, me().department.path) if writes else [], {unit.id for unit in units}
    answering, said_none = queries.answering(call, units, today), queries.said_none(call) & own_ids
    answered, refusal = {idea.department_id for idea in own if idea.is_answer}, why_not(call, me().department, today)
    return render_template(
        "ideas/call.html", call=call, pool=pool, writes=writes, reads=reads, may_open=can_open_calls(me(), pool),
        may_give_roles=can_manage_roles(me(), pool), runs=is_running(call.is_open, call.due_on, today),
        answering=answering, own=own, without=[unit for unit in units if unit.id in said_none - answered],
        may_say_none=any(unit.id not in said_none | answered for unit in answering), why_not=sentence(refusal) if refusal else "",
        standings=queries.standings(call) if reads else [], today=today,
        without_writers=queries.without_writers(pool) if reads else [], codes=STANDARD,
        lines=story(call, lambda line: reads or line.details.get("department_id") in {None, *own_ids}),
    )  # fmt: skip


@blueprint.route("/calls/<int:call_id>/edit", methods=["GET", "POST"])
@requires(COORDINATOR)
def call_edit(call_id: int) -> ResponseReturnValue:
    call = call_here(call_id)
    ensure(can_open_calls(me(), call.pool))
    form = CallForm(call, are_fixed=queries.is_answered(call))
    if form.validate_on_submit():
        with refusals_on(form):
            check_version(form.revision, call)
            operations.change_call(actor=me(), at=moment(), call=call, **form.said(), reopens="open" in request.form)
            return done(_("The call has been saved."), "ideas.call", call_id=call.id)
    other = queries.open_call_of(call.pool_id, but_for=call.id)
    return render_template("ideas/call_form.html", pool=call.pool, form=form, call=call, other=None if call.is_open else other)


@blueprint.route("/calls/<int:call_id>/close", methods=["POST"])
@requires(COORDINATOR)
def call_close(call_id: int) -> ResponseReturnValue:
    call = call_here(call_id)
    ensure(can_open_calls(me(), call.pool))
    operations.close_call(actor=me(), at=moment(), call=call)
    return done(_("The call has been closed."), "ideas.call", call_id=call.id)


@blueprint.route("/calls/<int:call_id>/withdraw", methods=["GET", "POST"])
@requires(COORDINATOR)
def call_withdraw(call_id: int) -> ResponseReturnValue:
    call = call_here(call_id)
    ensure(can_open_calls(me(), call.pool))
    operations.check_can_be_withdrawn(call)
    form = WithdrawForm(is_asked=True)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.withdraw_call(actor=me(), at=moment(), call=call, reason=form.reason.data or "")
            return done(_("The call has been withdrawn, and the departments are told."), "ideas.call", call_id=call.id)
    return render_template("ideas/call_withdraw.html", pool=call.pool, form=form, call=call)


@blueprint.route("/calls/<int:call_id>/late", methods=["GET", "POST"])
@requires(COORDINATOR)
def call_late(call_id: int) -> ResponseReturnValue:
    call = call_here(call_id)
    ensure(can_open_calls(me(), call.pool))
    units = [unit for unit in units_of(call.pool) if unit.is_active]
    form = LetInForm([(unit.id, unit.name) for unit in units], takes_back="take_back" in request.form)
    if form.validate_on_submit():
        with refusals_on(form):
            unit = next(unit for unit in units if unit.id == form.department.data)
            if "until" not in form:
                operations.end_let_in(actor=me(), at=moment(), call=call, department=unit)
                return done(_("The department can no longer answer."), "ideas.call", call_id=call.id)
            operations.let_in(actor=me(), at=moment(), call=call, department=unit, until=form.until.data)
            return done(_("The department can answer again."), "ideas.call", call_id=call.id)
    return render_template("ideas/call_late.html", pool=call.pool, form=form, call=call)


@blueprint.route("/calls/<int:call_id>/needs")
@requires(NEEDS_READERS)
def needs(call_id: int) -> ResponseReturnValue:
    call = needs_of(call_id)
    order = request.args.get("by", "")
    return render_template(
        "ideas/needs.html", call=call, pool=call.pool, ideas=queries.needs_in_order(call, order), orders=ORDERS,
        order=order if order in ORDERS else next(iter(ORDERS)), standings=queries.standings(call), withdrawn=queries.needs_withdrawn(call),
    )  # fmt: skip


def call_here(call_id: int) -> Call:
    """The call that the reader may see: 404 for any other."""
    call = found(queries.call(call_id, municipality_id=me().municipality_id))
    ensure(can_see_call(me(), call))
    return call


def needs_of(call_id: int) -> Call:
    """The same, whose needs the reader may read: 403 for who may not, or not yet."""
    call = call_here(call_id)
    ensure(can_read_needs(me(), call))
    return call
