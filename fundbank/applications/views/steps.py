"""The steps of one click, sign and submit, and the withdrawal. What stands in the way is said by name; nothing changes then."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.applications import operations
from fundbank.applications.forms.steps import WithdrawForm
from fundbank.applications.permissions import can_end_unanswered, can_sign_application, can_write_application
from fundbank.applications.states import WITHDRAWABLE
from fundbank.applications.views import application_here, blueprint
from fundbank.applications.views.writing import WRITERS
from fundbank.errors import WrongState
from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, me, moment, refusals_on, requires, sent_number


@blueprint.route("/applications/<int:application_id>/sign", methods=["POST"])
@requires("leaders of the department or of a unit above it")
def sign(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_sign_application(me(), application))
    operations.sign_application(actor=me(), at=moment(), application=application, seen=sent_number("seen") or 0)
    return done(_("You have signed the application. It can now be submitted."), "overviews.application", application_id=application.id)


@blueprint.route("/applications/<int:application_id>/send", methods=["POST"])
@requires(WRITERS)
def send(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    operations.send_to_signature(actor=me(), at=moment(), application=application)
    told = _("The application has been sent for signature. It is waiting for a leader of the department.")
    return done(told, "overviews.application", application_id=application.id)


@blueprint.route("/applications/<int:application_id>/recall", methods=["POST"])
@requires(WRITERS)
def recall(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    operations.recall_from_signature(actor=me(), at=moment(), application=application)
    return done(
        _("You have taken the application back. No leader is asked to sign it now."), "applications.check", application_id=application.id
    )


@blueprint.route("/applications/<int:application_id>/submit", methods=["POST"])
@requires(WRITERS)
def submit(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    operations.submit_application(actor=me(), at=moment(), application=application)
    return done(_("The application has been submitted. It will be screened next."), "overviews.application", application_id=application.id)


@blueprint.route("/applications/<int:application_id>/copy", methods=["POST"])
@requires(WRITERS)
def copy(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    made = operations.copy_application(actor=me(), at=moment(), application=application)
    return done(_("This is a new draft, copied from the application. Go through it."), "overviews.application", application_id=made.id)


@blueprint.route("/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
@requires(f"{WRITERS}; the coordinator when nobody has answered what was returned")
def withdraw(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application) or can_end_unanswered(me(), application))
    if application.state not in WITHDRAWABLE:
        raise WrongState()
    form = WithdrawForm()
    if form.validate_on_submit():
        with refusals_on(form):
            operations.withdraw_application(actor=me(), at=moment(), application=application, reason=form.reason.data or "")
            return done(_("The application has been withdrawn."), "overviews.application", application_id=application.id)
    return render_template("applications/withdraw.html", form=form, application=application, pool=application.pool)
