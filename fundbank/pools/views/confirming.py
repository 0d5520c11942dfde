"""What waits for a second person: the list, and the page on which it is answered (domain.md §11)."""

from flask import render_template
from flask.typing import ResponseReturnValue

from fundbank.kit.language import gettext as _
from fundbank.kit.web import done, ensure, found, me, moment, refusals_on, requires
from fundbank.people import queries as people
from fundbank.people.models import Confirmation
from fundbank.people.rules import State
from fundbank.pools import operations, queries
from fundbank.pools.forms import ReasonedAnswerForm
from fundbank.pools.permissions import can_confirm, can_see_confirmation, can_see_confirmations, can_withdraw, confirmers
from fundbank.pools.views import blueprint

SECOND = "administrators of the municipality and of its pools, and the auditors of those"


@blueprint.route("/confirmations")
@requires(SECOND)
def confirmations() -> ResponseReturnValue:
    ensure(can_see_confirmations(me()))
    waiting = [one for one in people.to_confirm(me().municipality_id) if can_see_confirmation(me(), one)]
    return render_template(
        "pools/confirmations.html", waiting=waiting, mine={one.id for one in waiting if can_confirm(me(), one)},
        pools={pool.id: pool.name for pool in queries.pools_of(me().municipality_id)},
    )  # fmt: skip


@blueprint.route("/confirmations/<int:confirmation_id>", methods=["GET", "POST"])
@requires(SECOND)
def confirmation(confirmation_id: int) -> ResponseReturnValue:
    wanted = found(people.confirmation(confirmation_id, municipality_id=me().municipality_id))
    ensure(can_see_confirmation(me(), wanted))
    form = ReasonedAnswerForm(can_confirm=can_confirm(me(), wanted), can_withdraw=can_withdraw(me(), wanted))
    if form.validate_on_submit():
        with refusals_on(form):
            return done(_answer(wanted, form), "pools.confirmations")
    return render_template(
        "pools/confirmation.html", wanted=wanted, form=form, is_open=wanted.state == State.WAITING,
        pool=queries.pool(wanted.pool_id) if wanted.pool_id else None, confirmers=confirmers(wanted),
    )  # fmt: skip


def _answer(wanted: Confirmation, form: ReasonedAnswerForm) -> str:
    """Do what was answered, and say it."""
    if form.answer.data == "confirm":
        operations.confirm(actor=me(), at=moment(), confirmation=wanted)
        return _("It has been confirmed, and holds from now on.")
    if form.answer.data == "refuse":
        operations.refuse(actor=me(), at=moment(), confirmation=wanted, reason=form.reason.data)
        return _("It has been refused. Nothing has changed.")
    operations.withdraw(actor=me(), at=moment(), confirmation=wanted, reason=form.reason.data)
    return _("It has been taken back. Nothing has changed.")
