"""Items of an agenda that are no applications: put on it, written anew, taken off, and what the chair records of them."""

from datetime import datetime

from fundbank.errors import N_, Incomplete, WrongState, require
from fundbank.extensions import db
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.cpr import check_no_cpr_number
from fundbank.kit.transaction import lock
from fundbank.meetings.models import Meeting, OtherItem
from fundbank.meetings.permissions import can_chair, can_plan_meetings
from fundbank.meetings.states import Kind, State
from fundbank.people.models import User


def add_item(*, actor: User, at: datetime, meeting: Meeting, kind: str, title: str, text: str = "") -> OtherItem:
    """Put another item on the agenda: the coordinator until the meeting opens, the chair while it is open.

    Raises NotAllowed, WrongState, CprNumber, Incomplete without a title or a kind.
    """
    _check(actor, at, meeting, kind, title)
    check_no_cpr_number(title=title, text=text)
    item = OtherItem(meeting=meeting, kind=kind, title=title.strip(), text=text)
    db.session.add(item)
    db.session.flush()
    record(meeting, "item_added", actor_id=actor.id, at=at, item_id=item.id)
    return item


def write_item(
    *, actor: User, at: datetime, meeting: Meeting, item: OtherItem, kind: str, title: str, text: str = "", outcome: str = ""
) -> None:
    """Write an item of the meeting anew; in the open meeting the chair also records what was decided or noted, until it is closed.

    Raises NotAllowed, WrongState, CprNumber, Incomplete without a title or a kind.
    """
    _check(actor, at, meeting, kind, title)
    lock(item)
    check_no_cpr_number(known=[item.title, item.text, item.outcome], title=title, text=text, outcome=outcome)
    if outcome and meeting.state != State.OPEN:
        raise WrongState(NOT_OPEN)
    is_recorded = outcome.strip() != item.outcome
    item.kind, item.title, item.text, item.outcome = kind, title.strip(), text, outcome.strip()
    if is_recorded:
        item.recorded_by_id, item.recorded_at = (actor.id, at) if item.outcome else (None, None)
    record(meeting, "item_recorded" if is_recorded else "item_changed", actor_id=actor.id, at=at, item_id=item.id)


def take_item_off(*, actor: User, at: datetime, meeting: Meeting, item: OtherItem) -> None:
    """Take an item off the agenda of which nothing has been recorded. Raises NotAllowed, WrongState."""
    _check(actor, at, meeting, item.kind, item.title)
    lock(item)
    if item.outcome:
        raise WrongState()
    item_id = item.id
    db.session.delete(item)
    record(meeting, "item_taken_off", actor_id=actor.id, at=at, item_id=item_id)


NOT_OPEN = N_("What came of an item is recorded in the meeting, while it is open.")


def _check(actor: User, at: datetime, meeting: Meeting, kind: str, title: str) -> None:
    plans, chairs = can_plan_meetings(actor, meeting.pool), can_chair(actor, meeting.pool)
    require(plans or chairs)
    lock(meeting)
    today = local_date(at)
    if not (plans and meeting.is_to_come(today)) and not (chairs and meeting.is_open(today)):
        raise WrongState(N_("The coordinator changes the agenda until the meeting opens, and the chair while it is open."))
    if kind not in set(Kind):
        raise Incomplete(N_("Choose one of the possibilities."), field="kind")
    if not title.strip():
        raise Incomplete(N_("Write what the item is called."), field="title")
