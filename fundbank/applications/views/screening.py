"""Screening: the coordinator or an adviser finds an application eligible, or returns it with reasons."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.steps import ScreeningForm
from fundbank.applications.permissions import annexes_for, can_screen_application
from fundbank.applications.queries.advice import advice_on
from fundbank.applications.queries.gainers import answers_on, comments_on
from fundbank.applications.queries.questions import questions_on
from fundbank.applications.rules.case_tables import case_tables
from fundbank.applications.states import State
from fundbank.applications.views import application_here, blueprint
from fundbank.applications.views.annexes import shown
from fundbank.applications.views.versions import names_in
from fundbank.errors import N_, WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, me, moment, refusals_on, requires


@blueprint.route("/applications/<int:application_id>/screening", methods=["GET", "POST"])
@requires("the coordinator and advisers of the pool")
def screen(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_screen_application(me(), application))
    if application.state != State.SUBMITTED:
        raise WrongState(N_("The application is not waiting to be screened."))
    form = ScreeningForm(application.pool.policy)
    if form.validate_on_submit():
        with refusals_on(form):
            operations.screen_application(
                actor=me(), at=moment(), application=application, result=form.result.data, reason=form.reason.data or "",
                checks=form.results(),
            )  # fmt: skip
            eligible = form.result.data == "eligible"
            told = _("The application is ready for the forum.") if eligible else _("The application has been returned to the department.")
            return done(told, "overviews.application", application_id=application.id)
    version = operations.newest_version(application)
    return render_template(
        "applications/screening.html", form=form, application=application, pool=application.pool, version=version,
        content=version.content, case=case_tables(version.content, application.pool.policy),
        answers=answers_on([application.id])[application.id], said=comments_on([application.id])[application.id],
        asked=questions_on([application.id])[application.id], advice=advice_on(application), today=local_date(moment()),
        annexes=shown(application, annexes_for(me(), application)), **names_in(application),
    )  # fmt: skip
