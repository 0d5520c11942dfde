"""Conditions and follow-ups of an award: owner and day, on the agenda when due, done or not."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from fundbank.awards.operations.follow_ups import change_follow_up, finish_follow_up, make_follow_up, reopen_follow_up
from fundbank.awards.operations.offers import decline_award
from fundbank.awards.queries.follow_ups import follow_ups_of
from fundbank.errors import Incomplete, InvalidDate, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.kit.cpr import CprNumber
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


@pytest.mark.parametrize("is_closed", [False, True])
def test_the_meetings_page_and_the_minutes_name_who_sees_to_conditions_and_by_when_as_the_forum_decided(client, forum, is_closed):
    application = forum.scored(2, title="Sagen", grant_ore=100_000_00)
    meeting = forum.open_meeting(application)
    on = {"outcome": "approve", "grant_ore": 100_000_00, "conditions": f"{WHAT}\n", "owner": forum.leader, "due_on": APRIL}
    pending = decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, **on))
    if is_closed:
        close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
        made(forum, pending.award, is_condition=True, text="En anden betingelse.", owner=forum.mads)
        for day in (MAY, MAY + timedelta(days=1)):
            changed(forum, follow_ups_of(pending.award)[0], due_on=day)
    page = client.sign_in(forum.coordinator).get(f"/meetings/{meeting.id}").words
    assert f"Conditions: {WHAT} Lone Leder sees to the conditions by 9 April 2026" in page
    paper = client.get(f"/meetings/{meeting.id}/minutes").words
    assert WHAT in paper and "Sees to the conditions Lone Leder, by 9 April 2026" in paper and "Mads" not in paper.split("Items")[1]
    assert client.sign_in(forum.leader).get(f"/meetings/{meeting.id}").status_code == 404


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


MAY = date(2026, 5, 7)


def changed(forum, item, **more):
    wanted = {"actor": forum.coordinator, "at": TODAY, "follow_up": item, "owner": forum.maja, "due_on": MAY, "reason": "Hun har tallene."}
    change_follow_up(**(wanted | more))


def test_it_goes_to_somebody_else_and_to_another_day(client, forum, award):
    item = made(forum, award, is_condition=True)
    url = f"/follow-ups/{item.id}/change"
    page = client.sign_in(forum.coordinator).get(url)
    assert WHAT in page.words and f'value="{forum.leader.id}" ' not in page.text.split("selected")[0][-40:]
    typed = {"owner": str(forum.maja.id), "due_on": "7-5-2026"}
    answer = client.submit(url, sent(page.text, **typed))
    assert answer.status_code == 422 and "Write the reason." in answer.words, "it is a condition"
    assert client.submit(url, sent(page.text, **typed, reason="Hun har tallene.")).status_code == 303
    assert (item.owner_id, item.due_on, item.text, item.is_condition) == (forum.maja.id, MAY, WHAT, True)
    words = client.get(f"/awards/{award.id}").words
    for said in ("Lone Leder → Maja Medlem", "9 April 2026 → 7 May 2026", "Reason: Hun har tallene.", "Condition"):
        assert said in words
    for person, is_there in ((forum.leader, False), (forum.maja, True)):
        assert (WHAT in client.sign_in(person).get("/").words) is is_there
    assert "Lone Leder → Maja Medlem" in client.sign_in(forum.chair).get(f"/pools/{forum.pool.id}/history").words


def test_whoever_is_behind_is_told_and_overwrites_nothing(client, forum, award):
    item = made(forum, award)
    url = f"/follow-ups/{item.id}/change"
    page = client.sign_in(forum.coordinator).get(url)
    changed(forum, item)
    behind = client.submit(url, sent(page.text, due_on="10-4-2026"))
    assert behind.status_code == 409 and item.owner_id == forum.maja.id and item.due_on == MAY


def test_what_is_done_is_not_after_all_and_shows_that_it_was(client, forum, award):
    item = made(forum, award)
    url = f"/follow-ups/{item.id}/reopen"
    finish_follow_up(actor=forum.leader, at=TODAY, follow_up=item, outcome="Tallene er vist.")
    client.sign_in(forum.leader)
    assert url in client.get(f"/awards/{award.id}").text
    page = client.get(url)
    assert "Tallene er vist." in page.words
    assert client.submit(url, sent(page.text)).status_code == 422
    assert client.submit(url, sent(page.text, reason="Kun det halve.")).status_code == 303
    assert (item.outcome, item.done_at, item.done_by_id) == ("", None, None)
    words = client.get(f"/awards/{award.id}").words
    assert "Not followed up after all (Lone Leder" in words and "Tallene er vist." in words and "Kun det halve." in words
    assert WHAT in client.get("/").words
    later = forum.meeting(day=APRIL)
    assert WHAT in client.sign_in(forum.coordinator).get(f"/meetings/{later.id}").words
    finish_follow_up(actor=forum.coordinator, at=TODAY, follow_up=item, outcome="Nu er de vist.")
    words = client.get(f"/awards/{award.id}").words
    assert "Nu er de vist." in words and "Not followed up after all" in words


def test_who_may_change_it_and_what_is_refused(client, forum, award):
    item = made(forum, award)
    for person in (forum.leader, forum.maja, forum.finance):
        with pytest.raises(NotAllowed):
            changed(forum, item, actor=person)
        assert client.sign_in(person).get(f"/follow-ups/{item.id}/change").status_code == 403
    stranger = forum.person("Sys Sagsbehandler", Role.APPLICANT, department=forum.citizens)
    with pytest.raises(NotAllowed):
        changed(forum, item, owner=stranger)
    assert client.sign_in(stranger).get(f"/follow-ups/{item.id}/change").status_code == 404
    with pytest.raises(Incomplete):
        changed(forum, item, owner=forum.leader, due_on=APRIL)
    with pytest.raises(InvalidDate):
        changed(forum, item, due_on=THURSDAY - timedelta(days=1))
    with pytest.raises(CprNumber):
        changed(forum, item, reason="010190-1234")
    changed(forum, item, at=TODAY + timedelta(days=60), due_on=APRIL, reason="")
    assert item.owner_id == forum.maja.id, "the day has passed, and stays as it was"
    condition = made(forum, award, is_condition=True)
    with pytest.raises(Incomplete):
        changed(forum, condition, reason=" ")
    finish_follow_up(actor=forum.maja, at=TODAY, follow_up=item, outcome="Set.")
    with pytest.raises(WrongState):
        changed(forum, item, owner=forum.leader)
    assert client.sign_in(forum.chair).get(f"/follow-ups/{item.id}/change").status_code == 409


def test_who_may_take_back_that_it_is_done_and_what_is_refused(client, forum, award):
    item = made(forum, award)
    by = {"at": TODAY, "follow_up": item, "reason": "Kun det halve."}
    with pytest.raises(WrongState):
        reopen_follow_up(actor=forum.leader, **by)
    finish_follow_up(actor=forum.leader, at=TODAY, follow_up=item, outcome="Set.")
    for person in (forum.maja, forum.applicant, forum.finance):
        with pytest.raises(NotAllowed):
            reopen_follow_up(actor=person, **by)
        assert client.sign_in(person).get(f"/follow-ups/{item.id}/reopen").status_code == 403
        assert f"/follow-ups/{item.id}/reopen" not in client.get(f"/awards/{award.id}").text
    with pytest.raises(Incomplete):
        reopen_follow_up(actor=forum.leader, **(by | {"reason": " "}))
    for person in (forum.leader, forum.chair, forum.coordinator):
        reopen_follow_up(actor=person, **by)
        finish_follow_up(actor=person, at=TODAY, follow_up=item, outcome="Set.")


def test_of_an_award_that_is_given_up_nothing_is_changed(forum, award):
    open_one, done = made(forum, award), made(forum, award, text="Og det her.")
    finish_follow_up(actor=forum.leader, at=TODAY, follow_up=done, outcome="Set.")
    decline_award(actor=forum.leader, at=TODAY, award=award, reason="Nej tak.")
    with pytest.raises(WrongState):
        changed(forum, open_one)
    with pytest.raises(WrongState):
        reopen_follow_up(actor=forum.leader, at=TODAY, follow_up=done, reason="Nej.")
