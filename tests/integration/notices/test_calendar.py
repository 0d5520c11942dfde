"""The calendar that other programs read: what stands in it, that only its secret address leads there, and how the address is renewed."""

import re
from datetime import date

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import text

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.notices.models import CalendarAddress
from fundbank.people.operations import deactivate_user
from tests.builders import AT, PASSWORD, PASSWORD_HASH
from tests.integration.awards.bank import a_bank
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum
from tests.web import Client


def address_of(made: str) -> str:
    (found,) = re.findall(r"http://localhost(/calendar/[\w-]+\.ics)", made)
    return str(found)


@pytest.fixture
def forum(app: Flask) -> Forum:
    app.config["CLOCK"] = lambda: TODAY
    forum = Forum()
    forum.maja.language = "en"
    forum.meeting(day=THURSDAY, is_ordinary=False).place = "Rådhuset, lokale 2; sal"
    forum.meeting(day=date(2026, 4, 9))
    commit()
    return forum


def test_meetings_stand_in_it_as_calendars_read_them(client: Client, forum: Forum) -> None:
    address = address_of(client.sign_in(forum.maja).submit("/account/calendar").text)
    answer = client.sign_out().get(address)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "text/calendar", "private, max-age=900")
    assert "Set-Cookie" not in answer.headers
    calendar = Calendar.from_ical(answer.get_data())
    events = calendar.walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [THURSDAY, date(2026, 4, 9)]
    assert events[0]["location"] == "Rådhuset, lokale 2; sal" and "Meetings to come" in events[0]["summary"]
    assert events[0]["url"] == "http://localhost/meetings/1"
    assert len({event["uid"] for event in events}) == 2
    again = Calendar.from_ical(client.get(address).get_data())
    assert [event["uid"] for event in again.walk("VEVENT")] == [event["uid"] for event in events]


def test_own_deadlines_stand_in_it(client: Client, app: Flask) -> None:
    bank = a_bank()
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    for unit in (bank.own, bank.others):
        bank.gain(award, unit, 2025, 200_000_00)
    claim = bank.claim(award, 2025)
    due_on, title, made_at = claim.due_on, award.application.title, claim.made_at
    app.config["CLOCK"] = lambda: made_at
    address = address_of(client.sign_in(bank.leader).submit("/account/calendar").text)
    events = Calendar.from_ical(client.sign_out().get(address).get_data()).walk("VEVENT")
    assert [(event.decoded("dtstart"), event["summary"]) for event in events] == [(due_on, f"Claims to pay: {title}")]


def test_a_new_address_ends_the_old_one_and_a_wrong_one_leads_nowhere(client: Client, forum: Forum) -> None:
    client.sign_in(forum.maja)
    first, second = (address_of(client.submit("/account/calendar").text) for _ in range(2))
    assert [client.get(address).status_code for address in (first, second, "/calendar/guessed.ics")] == [404, 200, 404]
    assert second not in client.get("/account/calendar").text and "not shown again" in client.get("/account/calendar").words
    token = second.removeprefix("/calendar/").removesuffix(".ics")
    kept = [db.session.execute(text(f"SELECT * FROM {table}")).all() for table in ("calendar_addresses", "answered_requests")]  # noqa: S608
    assert token not in repr(kept)
    client.submit("/account/calendar/end")
    assert client.get(second).status_code == 404
    assert db.session.query(CalendarAddress).count() == 0


def test_a_new_password_ends_the_address(client: Client, forum: Forum) -> None:
    forum.maja.password_hash = PASSWORD_HASH
    address = address_of(client.sign_in(forum.maja).submit("/account/calendar").text)
    new = {"current": PASSWORD, "password": "et helt nyt kodeord", "again": "et helt nyt kodeord"}
    assert client.submit("/account/password", new | {"current": "et gæt på kodeordet"}).status_code == 422
    assert client.get(address).status_code == 200
    assert client.submit("/account/password", new).status_code == 303
    assert client.get(address).status_code == 404
    assert client.get(address_of(client.submit("/account/calendar").text)).status_code == 200


def test_whose_account_is_closed_has_no_calendar(client: Client, forum: Forum) -> None:
    address = address_of(client.sign_in(forum.maja).submit("/account/calendar").text)
    deactivate_user(actor=None, at=AT, user=forum.maja)
    commit()
    assert client.sign_out().get(address).status_code == 404
