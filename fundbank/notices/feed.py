"""A person's calendar as other programs read it (RFC 5545): the meetings of their pools, and their own deadlines.

What stands in it is what waits on the first screen and has a day. Days are days on Denmark's calendar, without hours.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from fundbank.kit.clock import local_date
from fundbank.kit.language import gettext as _
from fundbank.kit.language import speaking
from fundbank.kit.web.addresses import absolute
from fundbank.overviews.waiting import Group, waiting_for
from fundbank.overviews.waiting.columns import Item
from fundbank.people.models import User
from fundbank.pools.queries import roles_of


def calendar_of(person: User, *, at: datetime) -> bytes:
    """The calendar, in the person's language."""
    with speaking(person.language):
        calendar = Calendar()
        calendar.add("prodid", "-//fundbank//fundbank//DA")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", _("Digitalisation bank"))
        calendar.add("refresh-interval", timedelta(hours=6), parameters={"value": "DURATION"})
        for group in waiting_for(person, roles_of(person), local_date(at)):
            for item in group.items:
                for event in _events(group, item, at):
                    calendar.add_component(event)
        return calendar.to_ical()


def _events(group: Group, item: Item, at: datetime) -> Iterator[Event]:
    if item.day is None:
        return
    event, link = Event(), absolute(group.endpoint, **{group.argument: item.subject_id})
    event.add("uid", f"{group.kind}-{item.subject_id}-{item.day}@{link.split('/')[2]}")
    event.add("dtstamp", at)
    event.add("dtstart", item.day)
    event.add("dtend", item.day + timedelta(days=1))
    event.add("summary", f"{_(group.heading)}: {item.title}")
    if item.note:
        event.add("location" if group.kind == "meetings" else "description", item.note)
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    yield event
