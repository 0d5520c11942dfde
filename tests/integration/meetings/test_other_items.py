"""Items of an agenda that are no applications: on the page, in agenda and minutes, recorded by the chair, and on to the next meeting."""

from datetime import date

import pytest

from fundbank.errors import Incomplete, NotAllowed, WrongState
from fundbank.kit.clock import noon
from fundbank.meetings.operations.calendar import close_meeting, open_meeting
from fundbank.meetings.operations.others import add_item, take_item_off, write_item
from fundbank.meetings.operations.year import cancel_meeting
from fundbank.meetings.queries.others import items_on
from tests.builders import AT
from tests.integration.scoring.forum import THURSDAY, TODAY, sent

APRIL = date(2026, 4, 9)
ITEM = {"kind": "information", "title": "Nyt intranet", "text": "Et it-projekt uden penge fra puljen."}


def test_an_item_is_on_the_agenda_and_what_came_of_it_in_the_minutes(client, forum):
    meeting = forum.meeting()
    url = f"/meetings/{meeting.id}/others"
    page = client.sign_in(forum.coordinator).get(url)
    assert "What was decided" not in page.words
    assert client.submit(url, sent(page.text, **ITEM)).status_code == 303
    (item,) = items_on(meeting, THURSDAY)
    for paper in (f"/meetings/{meeting.id}", f"/meetings/{meeting.id}/agenda"):
        words = client.get(paper).words
        assert "Nyt intranet" in words and "Et it-projekt uden penge" in words
    open_meeting(actor=forum.chair, at=TODAY, meeting=meeting, present=[forum.chair])
    assert client.get(f"{url}?item={item.id}").code == "wrong_state"
    page = client.sign_in(forum.chair).get(f"{url}?item={item.id}")
    assert client.submit(f"{url}?item={item.id}", sent(page.text, outcome="Taget til efterretning.")).status_code == 303
    assert "Taget til efterretning." in client.get(f"/meetings/{meeting.id}").words
    assert client.get(f"/meetings/{meeting.id}/minutes.pdf").status_code == 200
    words = client.get(f"/meetings/{meeting.id}/minutes").words
    assert "Nyt intranet (for information)" in words and "Taget til efterretning." in words and "Carl Formand" in words
    history = client.get(f"/pools/{forum.pool.id}/history").words
    assert "Recorded what came of another item" in history and "Taget til efterretning." not in history
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    assert client.get(f"{url}?item={item.id}").code == "wrong_state"


def test_an_item_can_be_written_anew_and_taken_off_until_something_is_recorded(client, forum):
    meeting = forum.meeting()
    item = add_item(actor=forum.coordinator, at=AT, meeting=meeting, **ITEM)
    url = f"/meetings/{meeting.id}/others?item={item.id}"
    page = client.sign_in(forum.coordinator).get(url)
    assert client.submit(url, sent(page.text, title="Nyt websted")).status_code == 303
    assert "Nyt websted" in client.get(f"/meetings/{meeting.id}").words
    assert client.submit(url, sent(client.get(url).text, act="take_off")).status_code == 303
    assert items_on(meeting, THURSDAY) == []
    assert client.get(url).status_code == 404


def test_who_may_write_and_when(client, forum):
    meeting = forum.meeting()
    for person in (forum.maja, forum.finance, forum.applicant):
        with pytest.raises(NotAllowed):
            add_item(actor=person, at=AT, meeting=meeting, **ITEM)
        assert client.sign_in(person).get(f"/meetings/{meeting.id}/others").status_code in (403, 404)
    with pytest.raises(Incomplete):
        add_item(actor=forum.coordinator, at=AT, meeting=meeting, **(ITEM | {"title": " "}))
    with pytest.raises(Incomplete):
        add_item(actor=forum.coordinator, at=AT, meeting=meeting, **(ITEM | {"kind": "party"}))
    with pytest.raises(WrongState):
        add_item(actor=forum.chair, at=AT, meeting=meeting, **ITEM)  # the agenda is the coordinator's
    item = add_item(actor=forum.coordinator, at=AT, meeting=meeting, **ITEM)
    with pytest.raises(WrongState):
        write_item(actor=forum.coordinator, at=AT, meeting=meeting, item=item, **ITEM, outcome="Ja.")
    open_meeting(actor=forum.chair, at=TODAY, meeting=meeting, present=[forum.chair])
    with pytest.raises(WrongState):
        take_item_off(actor=forum.coordinator, at=TODAY, meeting=meeting, item=item)
    write_item(actor=forum.chair, at=TODAY, meeting=meeting, item=item, **ITEM, outcome="Ja.")
    with pytest.raises(WrongState):
        take_item_off(actor=forum.chair, at=TODAY, meeting=meeting, item=item)
    write_item(actor=forum.chair, at=TODAY, meeting=meeting, item=item, **ITEM)
    assert (item.outcome, item.recorded_at) == ("", None)


def test_the_items_of_a_cancelled_meeting_are_taken_up_by_the_next_ordinary_one(forum):
    meeting = forum.meeting()
    item = add_item(actor=forum.coordinator, at=AT, meeting=meeting, **ITEM)
    cancel_meeting(actor=forum.coordinator, at=AT, meeting=meeting, reason="Formanden er syg.")
    april, may = forum.meeting(day=APRIL), forum.meeting(day=date(2026, 5, 7))
    assert (items_on(april, THURSDAY), items_on(may, THURSDAY)) == ([item], [])
    open_meeting(actor=forum.chair, at=noon(APRIL), meeting=april, present=[forum.chair])
    assert item.meeting == april and items_on(april, APRIL) == [item]


def test_the_second_of_two_chairs_is_told_and_overwrites_nothing(client, forum):
    """What the first recorded stays, and what the second typed is still there."""
    meeting = forum.open_meeting()
    item = add_item(actor=forum.chair, at=TODAY, meeting=meeting, **ITEM)
    url = f"/meetings/{meeting.id}/others?item={item.id}"
    early = sent(client.sign_in(forum.chair).get(url).text, title="Nyt intranet i maj")
    assert client.submit(url, sent(client.get(url).text, outcome="Vi begynder i maj.")).status_code == 303
    late = client.submit(url, early)
    assert late.code == "stale_version" and "Nyt intranet i maj" in late.text
    assert (item.title, item.outcome) == ("Nyt intranet", "Vi begynder i maj.")
