"""The steps that are one click: sign, submit, withdraw. What stands in the way is said by name; nothing changes then."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from fundbank.applications import operations
from fundbank.applications.forms.steps import WithdrawForm
from fundbank.applications.permissions import can_sign_application, can_write_application
from fundbank.applications.views import application_here, blueprint
from fundbank.applications.views.writing import WRITERS
from fundbank.errors import Incomplete
from fundbank.kit.web import done, ensure, me, moment, requires


@blueprint.route("/applications/<int:application_id>/sign", methods=["POST"])
@requires("leaders of the department or of a unit above it")
def sign(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_sign_application(me(), application))
    operations.sign_application(actor=me(), at=moment(), application=application)
    return done(_("You have signed the application. It can now be submitted."), "application.show", application_id=application.id)


@blueprint.route("/applications/<int:application_id>/submit", methods=["POST"])
@requires(WRITERS)
def submit(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    operations.submit_application(actor=me(), at=moment(), application=application)
    return done(_("The application has been submitted. It is screened next."), "application.show", application_id=application.id)


@blueprint.route("/applications/<int:application_id>/withdraw", methods=["POST"])
@requires(WRITERS)
def withdraw(application_id: int) -> ResponseReturnValue:
    application = application_here(application_id)
    ensure(can_write_application(me(), application))
    form = WithdrawForm()
    if not form.validate():
        raise Incomplete(next(iter(form.errors.values()))[0])
    operations.withdraw_application(actor=me(), at=moment(), application=application, reason=form.reason.data or "")
    return done(_("The application has been withdrawn."), "application.show", application_id=application.id)
