"""The own account's page of mail: how somebody wants to be told."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, me, moment, signed_in
from fundbank.notices.forms import MailForm
from fundbank.notices.operations import choose
from fundbank.notices.queries import choices_of
from fundbank.outbox import server

blueprint = Blueprint("notices", __name__)


@blueprint.route("/account/mail", methods=["GET", "POST"])
@signed_in
def mail() -> ResponseReturnValue:
    form = MailForm(choice=choices_of([me().id])[me().id])
    if form.validate_on_submit():
        choose(actor=me(), at=moment(), choice=form.choice.data)
        return done(_("Your choice has been saved."), "people.account")
    return render_template("notices/mail.html", form=form, is_sent=server.is_set(), address=me().email)
