"""The page of the items of an agenda that are no applications: a new one, or the one that is chosen."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from fundbank.errors import WrongState
from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.web import asked_number, check_version, done, ensure, found, me, moment, refusals_on, requires
from fundbank.meetings.forms.calendar import OtherItemForm
from fundbank.meetings.operations import others as operations
from fundbank.meetings.permissions import can_chair, can_plan_meetings
from fundbank.meetings.queries.others import items_on
from fundbank.meetings.views import blueprint, meeting_or_404


@blueprint.route("/meetings/<int:meeting_id>/others", methods=["GET", "POST"])
@requires("the coordinator of the pool, until the meeting opens, and its chair")
def others(meeting_id: int) -> ResponseReturnValue:
    meeting, today = meeting_or_404(meeting_id), local_date(moment())
    chairs = can_chair(me(), meeting.pool)
    ensure(chairs or can_plan_meetings(me(), meeting.pool))
    is_open = chairs and meeting.is_open(today)
    items = items_on(meeting, today)
    number = asked_number("item")
    item = found(next((one for one in items if one.id == number), None)) if number else None
    written = (
        {"kind": item.kind, "title": item.title, "text": item.text, "outcome": item.outcome, "revision": item.revision} if item else None
    )
    form = OtherItemForm(is_open=is_open and item is not None, data=written)
    if form.validate_on_submit():
        with refusals_on(form):
            by: dict[str, Any] = {"actor": me(), "at": moment(), "meeting": meeting}
            if item is None:
                operations.add_item(**by, **form.said)
                told = _("The item is on the agenda.")
            elif request.form.get("act") == "take_off":
                operations.take_item_off(**by, item=item)
                told = _("The item is off the agenda.")
            else:
                check_version(form.revision, item)
                operations.write_item(**by, item=item, **form.said)
                told = _("The item has been written.")
            return done(told, "meetings.show", meeting_id=meeting.id)
    if not is_open and not (can_plan_meetings(me(), meeting.pool) and meeting.is_to_come(today)):
        raise WrongState()
    return render_template("meetings/others.html", meeting=meeting, form=form, item=item, items=items)
