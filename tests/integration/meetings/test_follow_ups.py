"""Conditions and follow-ups of an award: owner and day, on the agenda when due, done or not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from fundbank.awards.operations.follow_ups import finish_follow_up, make_follow_up
from fundbank.awards.queries import follow_ups_of
from fundbank.errors import Incomplete, InvalidDate, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.decisions import decide, take_back
from fundbank.meetings.operations.wanted import Wanted
from fundbank.pools.roles import Role
from tests.integration.scoring.forum import THURSDAY, TODAY, decide_openly, sent

APRIL = date(2026, 4, 9)
WHAT = "Vis forummet tallene fra pilotklinikken."


@pytest.fixture
def award(forum):
    application = forum.scored(2, title="Sagen", grant_ore=100_000_00)
    meeting = forum.open_meeting(application)
    return decide_openly(
        actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="approve", grant_ore=100_000_00
    ).award  # fmt: skip


def made(forum, award, **more):
    wanted = {"actor": forum.chair, "at": TODAY, "award": award, "text": WHAT, "owner": forum.leader, "due_on": APRIL}
    return make_follow_up(**(wanted | more))


def test_it_stands_on_the_agenda_from_its_day_until_its_owner_says_that_it_is_done(client, forum, award):
    url = f"/awards/{award.id}/follow-ups"
    page = client.sign_in(forum.coordinator).get(url)
    typed = {"text": WHAT, "owner": str(forum.leader.id), "due_on": "9-4-2026", "is_condition": "y"}
    assert client.submit(url, sent(page.text, **typed)).status_code == 303
    (item,) = follow_ups_of(award)
    early, later = forum.meeting(day=APRIL - timedelta(days=1)), forum.meeting(day=APRIL)
    for meeting, is_there in ((early, False), (later, True)):
        for paper in (f"/meetings/{meeting.id}", f"/meetings/{meeting.id}/agenda"):
            assert (WHAT in client.get(paper).words) is is_there
    words = client.get(f"/awards/{award.id}").words
    assert WHAT in words and "Condition" in words and "Not done" in words and "Lone Leder" in words
    client.sign_in(forum.leader)
    assert client.get(url).status_code == 403
    done = client.get(f"{url}?item={item.id}")
    assert client.submit(f"{url}?item={item.id}", sent(done.text, outcome="Tallene er vist.")).status_code == 303
    words = client.get(f"/awards/{award.id}").words
    assert "Done" in words and "Tallene er vist. (Lone Leder" in words
    assert WHAT not in client.sign_in(forum.coordinator).get(f"/meetings/{later.id}").words


def test_it_waits_on_its_owners_first_screen_until_it_is_done(client, forum, award):
    item = made(forum, award)
    for person, is_there in ((forum.leader, True), (forum.maja, False), (forum.coordinator, False)):
        assert (WHAT in client.sign_in(person).get("/").words) is is_there
    finish_follow_up(actor=forum.leader, at=TODAY, follow_up=item, outcome="Set.")
    assert WHAT not in client.sign_in(forum.leader).get("/").words


def test_a_condition_is_told_to_who_sees_to_it_when_the_meeting_is_closed(client, forum):
    first, other = (forum.scored(2, title=title, grant_ore=100_000_00) for title in ("Sagen", "Den anden"))
    meeting = forum.open_meeting(first, other)
    on = {"outcome": "approve", "grant_ore": 100_000_00, "conditions": WHAT, "owner": forum.leader, "due_on": APRIL}
    kept, taken = (decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(one, **on)) for one in (first, other))
    take_back(actor=forum.chair, at=TODAY, pending=taken, reason="Alligevel ikke")
    assert WHAT not in client.sign_in(forum.leader).get("/").words, "nobody outside the meeting knows"
    assert told_to_owners() == []
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    assert told_to_owners() == [(kept.award_id, forum.leader.id)]
    words = client.get("/").words
    assert words.count(WHAT) == 1 and "Sagen" in words
    agenda = client.sign_in(forum.coordinator).get(f"/meetings/{forum.meeting(day=APRIL).id}").words
    assert agenda.count(f"{WHAT} Condition") == 1


def told_to_owners():
    made = select(HistoryEntry).where(HistoryEntry.event == "follow_up_made").order_by(HistoryEntry.id)
    return [(line.subject_id, line.details["user_id"]) for line in db.session.scalars(made)]


@pytest.mark.parametrize(
    "more, refusal",
    [
        ({"conditions": " "}, Incomplete),
        ({"owner": None}, Incomplete),
        ({"due_on": None}, Incomplete),
        ({"due_on": THURSDAY - timedelta(days=1)}, InvalidDate),
    ],
)
def test_conditions_are_whole_or_refused(forum, more, refusal):
    application = forum.scored(2, grant_ore=100_000_00)
    meeting = forum.open_meeting(application)
    said = {"outcome": "approve", "grant_ore": 100_000_00, "conditions": WHAT, "owner": forum.leader, "due_on": APRIL} | more
    by = {"actor": forum.chair, "at": TODAY, "meeting": meeting}
    with pytest.raises(refusal):
        decide(**by, wanted=Wanted(application, **said))
    stranger = forum.person("Sys Sagsbehandler", Role.APPLICANT, department=forum.citizens)
    with pytest.raises(NotAllowed):
        decide(**by, wanted=Wanted(application, **{**said, "conditions": WHAT, "owner": stranger, "due_on": APRIL}))


def test_who_may_and_what_must_be_said(client, forum, award):
    for person in (forum.maja, forum.finance, forum.leader):
        with pytest.raises(NotAllowed):
            made(forum, award, actor=person)
        assert client.sign_in(person).get(f"/awards/{award.id}/follow-ups").status_code == 403
    with pytest.raises(Incomplete):
        made(forum, award, text=" ")
    with pytest.raises(InvalidDate):
        made(forum, award, due_on=THURSDAY - timedelta(days=1))
    item = made(forum, award)
    with pytest.raises(NotAllowed):
        finish_follow_up(actor=forum.maja, at=TODAY, follow_up=item, outcome="Ja.")
    assert client.sign_in(forum.maja).get(f"/awards/{award.id}/follow-ups?item={item.id}").status_code == 403
    with pytest.raises(Incomplete):
        finish_follow_up(actor=forum.leader, at=TODAY, follow_up=item, outcome=" ")
    finish_follow_up(actor=forum.coordinator, at=TODAY, follow_up=item, outcome="Ja.")
    with pytest.raises(WrongState):
        finish_follow_up(actor=forum.leader, at=TODAY, follow_up=item, outcome="Ja.")
