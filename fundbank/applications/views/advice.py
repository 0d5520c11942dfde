"""Advice: asked for by those who write, and given by the pool's advisers, who have a list of what waits for them."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications.forms.advice import AdviceForm, AdviceRequestForm
from fundbank.applications.operations import advice as operations
from fundbank.applications.permissions import can_screen, can_screen_application, can_write_application
from fundbank.applications.queries.advice import advice_request, given_lately, open_request, work_list
from fundbank.applications.rules.case_tables import case_tables
from fundbank.applications.states import ON_THE_WAY
from fundbank.applications.views import application_here, blueprint, pool_here
from fundbank.applications.views.versions import names_in
from fundbank.applications.views.writing import WRITERS
from fundbank.errors import WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.keyset import SHOWN
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires


@blueprint.get("/pools/<int:pool_id>/advice")
@requires("the coordinator and advisers of the pool")
def advice(pool_id: int) -> ResponseReturnValue:
    pool = pool_here(pool_id)
    ensure(can_screen(me(), pool))
    return render_template(
        "applications/advice.html", pool=pool, waiting=work_list(pool.id), given=given_lately(pool.id, SHOWN), today=local_date(moment())
    )  # fmt: skip


@blueprint.route("/applications/<int:application_id>/advice/new", methods=["GET", "POST"])
@requires(WRITERS)
def ask_for_advice(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    if application.state not in ON_THE_WAY:
        raise WrongState(operations.OVER)
    if open_request(application) is not None:
        raise WrongState(operations.ASKED_ALREADY)
    form = AdviceRequestForm()
    if form.validate_on_submit():
        with refusals_on(form):
            asked = operations.ask_for_advice(actor=me(), at=moment(), application=application, text=form.text.data)
            told = _("The advisers have been asked. The application goes on meanwhile.")
            return done(told, "applications.advise", request_id=asked.id)
    return render_template("applications/advice_new.html", form=form, application=application, pool=application.pool)


@blueprint.route("/advice/<int:request_id>", methods=["GET", "POST"])
@requires("the coordinator and advisers of the pool, and who may see what the department writes; the former advise")
def advise(request_id: int) -> ResponseReturnValue:
    request = found(advice_request(request_id, municipality_id=me().municipality_id))
    application, pool = request.application, request.pool
    advises = can_screen_application(me(), application) and not can_write_application(me(), application)
    is_open = advises and application.state in ON_THE_WAY
    form = AdviceForm()
    ensure(advises or not form.is_submitted())
    if form.is_submitted() and not is_open:
        raise WrongState(operations.OVER)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.give_advice(
                actor=me(), at=moment(), request=request, results=form.results(), comments=form.comments(), text=form.text.data or ""
            )  # fmt: skip
            return done(_("Your advice stands with the application now."), "applications.advise", request_id=request.id)
    return render_template(
        "applications/advise.html", form=form if is_open else None, asked=request, application=application, pool=pool, rules=pool.policy,
        content=request.content, case=case_tables(request.content, pool.policy), today=local_date(moment()), advises=advises,
        **names_in(application, request.content),
    )  # fmt: skip
