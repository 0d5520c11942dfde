"""The own account's pages of mail and calendar; and the calendar itself, for whoever knows its secret address."""

from flask import Blueprint, Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, headers, me, moment, public, signed_in, succeed
from fundbank.kit.web.addresses import absolute
from fundbank.notices.feed import calendar_of
from fundbank.notices.forms import MailForm
from fundbank.notices.operations import choose, give_up_calendar_address, renew_calendar_address
from fundbank.notices.queries import calendar_address, choices_of, reader_of_calendar
from fundbank.outbox import server
from fundbank.people.operations import hash_token

blueprint = Blueprint("notices", __name__)

KEPT_SECONDS = 15 * 60


@blueprint.route("/account/mail", methods=["GET", "POST"])
@signed_in
def mail() -> ResponseReturnValue:
    form = MailForm(choice=choices_of([me().id])[me().id])
    if form.validate_on_submit():
        choose(actor=me(), at=moment(), choice=form.choice.data)
        return done(_("Your choice has been saved."), "people.account")
    return render_template("notices/mail.html", form=form, is_sent=server.is_set(), address=me().email)


@blueprint.get("/account/calendar")
@signed_in
def calendar() -> ResponseReturnValue:
    return render_template("notices/calendar.html", known=calendar_address(me().id), link=None)


@blueprint.post("/account/calendar")
@signed_in
def renew_calendar() -> ResponseReturnValue:
    """The new address stands in this answer alone: only its hash is kept."""
    token = renew_calendar_address(actor=me(), at=moment())
    succeed(url_for("notices.calendar"))
    link = absolute("notices.calendar_feed", token=token)
    return render_template("notices/calendar.html", known=calendar_address(me().id), link=link)


@blueprint.post("/account/calendar/end")
@signed_in
def end_calendar() -> ResponseReturnValue:
    give_up_calendar_address(actor=me(), at=moment())
    return done(_("Your calendar can no longer be read from outside."), "notices.calendar")


@blueprint.get("/calendar/<token>.ics")
@public
def calendar_feed(token: str) -> ResponseReturnValue:
    """No sign-in and no cookie: whoever knows the address reads, and a wrong one leads nowhere."""
    person = reader_of_calendar(hash_token(token))
    if person is None:
        abort(404)
    headers.keep_for(KEPT_SECONDS)
    return Response(calendar_of(person, at=moment()), mimetype="text/calendar")
