"""The forum's year on the web: meetings planned by a rule, and one that is cancelled, whose agenda goes on."""

from datetime import date

import pytest

from fundbank.errors import Incomplete, NotAllowed, WrongState
from fundbank.kit.clock import noon
from fundbank.meetings.operations.calendar import open_meeting, sign_minutes
from fundbank.meetings.operations.year import cancel_meeting
from fundbank.meetings.queries.agenda import coming_up
from fundbank.meetings.queries.calendar import rhythm_of
from tests.builders import AT
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum, sent

APRIL, MAY = date(2026, 4, 9), date(2026, 5, 7)
AFTER_DEADLINE = noon(date(2026, 3, 6))  # the deadline of 19 March is 5 March
WHY = "Formanden er syg."


def year_url(forum):
    return f"/pools/{forum.pool.id}/meetings/year"


def test_the_year_is_shown_with_its_deadlines_before_it_is_planned(client, forum):
    page = client.sign_in(forum.coordinator).get(year_url(forum))
    assert "9 April 2026 (deadline for applications 23 March 2026)" in page.words
    assert "2 July 2026" not in page.words
    rule = {"week": "2", "weekday": "1", "year": "2026", "months": ["5", "6", "7"], "act": "show"}
    shown = client.submit(year_url(forum), sent(page.text, **rule))
    assert shown.status_code == 200
    assert [day in shown.words for day in ("12 May 2026", "9 June 2026", "14 July 2026", "9 April 2026")] == [True, True, True, False]
    assert client.get(f"/pools/{forum.pool.id}/meetings").words.count("2026") == 0
    planned = client.submit(year_url(forum), sent(shown.text, act="plan", days=["2026-05-12", "2026-06-09"], place="Byrådssalen"))
    assert planned.status_code == 303
    words = client.get(planned.location).words
    assert "2 meetings have been planned." in words and words.count("Byrådssalen") == 2
    assert "14 July 2026" not in words
    left = client.submit(year_url(forum), sent(client.get(year_url(forum)).text, **rule))
    assert "14 July 2026" in left.words and "12 May 2026" not in left.words


def test_the_rule_is_kept_for_the_years_to_come_and_said(client, forum):
    listed = f"/pools/{forum.pool.id}/meetings"
    assert "The forum meets on" not in client.sign_in(forum.coordinator).get(listed).words
    rule = {"week": "2", "weekday": "1", "months": [str(month) for month in range(1, 13) if month != 7], "act": "show"}
    shown = client.submit(year_url(forum), sent(client.get(year_url(forum)).text, **rule))
    assert rhythm_of(forum.pool.id) is None, "nothing is kept before meetings are planned by it"
    client.submit(year_url(forum), sent(shown.text, act="plan"))
    said = "The forum meets on the second Tuesday of the month, but not in July."
    assert said in client.get(listed).words and said in client.sign_in(forum.maja).get(listed).words
    client.application.config["CLOCK"] = lambda: noon(date(2027, 1, 4))
    page = client.sign_in(forum.coordinator).get(year_url(forum))
    assert said in page.words and "12 January 2027" in page.words and sent(page.text)["week"] == "2"
    assert "2027-02-09" in client.get(f"{listed}/new").text, "and one meeting at a time, too"
    again = client.submit(year_url(forum), sent(page.text, week="5", months=["3", "9"], act="show"))
    assert client.submit(year_url(forum), sent(again.text, act="plan")).status_code == 303
    assert "The forum meets on the last Tuesday of the month in March and September." in client.get(listed).words
    assert client.get(f"/pools/{forum.pool.id}/history").words.count("Said by which rule the forum meets") == 2


def test_a_rule_that_has_not_been_shown_plans_nothing(client, forum):
    page = client.sign_in(forum.coordinator).get(year_url(forum))
    changed = client.submit(year_url(forum), sent(page.text, weekday="0", act="plan"))
    assert changed.status_code == 200 and "13 April 2026" in changed.words
    assert client.submit(year_url(forum), sent(changed.text, act="plan")).status_code == 303


def test_a_month_in_which_the_forum_does_not_meet_is_asked_about(client, app):
    forum = Forum("herning")
    page = client.sign_in(forum.coordinator).get(year_url(forum))
    shown = client.submit(year_url(forum), sent(page.text, months=["7"], act="show"))
    assert "2 July 2026" in shown.words and "The forum does not meet in that month." in shown.words


@pytest.mark.parametrize(
    ("typed", "told"), [({"months": []}, "at least one"), ({"days": []}, "at least one"), ({"year": "1999"}, "Choose")]
)
def test_a_rule_that_cannot_be_is_refused_at_its_field(client, forum, typed, told):
    page = client.sign_in(forum.coordinator).get(year_url(forum))
    answer = client.submit(year_url(forum), sent(page.text, act="plan", **typed))
    assert answer.status_code == 422 and told in answer.words


def test_a_year_with_every_month_taken_proposes_the_next(client, forum):
    client.application.config["CLOCK"] = lambda: noon(date(2026, 12, 10))
    page = client.sign_in(forum.coordinator).get(year_url(forum))
    assert sent(page.text)["year"] == "2027" and "7 January 2027" in page.words


def test_what_was_on_a_cancelled_agenda_goes_to_the_next_ordinary_meeting_that_it_reaches(client, forum):
    early, late = forum.application("Tidlig"), forum.application("Sen", at=AFTER_DEADLINE)
    april, may = forum.meeting(day=APRIL), forum.meeting(day=MAY)
    extra = forum.meeting(late, day=date(2026, 3, 18), is_ordinary=False)
    first = forum.meeting(early)
    url = f"/meetings/{first.id}/cancellation"
    page = client.sign_in(forum.coordinator).get(url)
    assert "Tidlig: to the meeting of 9 April 2026" in page.words
    assert client.submit(url, sent(page.text, reason="")).status_code == 422
    assert client.submit(url, sent(page.text, reason=WHY)).status_code == 303
    cancel_meeting(actor=forum.coordinator, at=AT, meeting=extra, reason=WHY)
    assert coming_up([early.id, late.id], THURSDAY) == {early.id: april, late.id: april}
    words = client.get(f"/meetings/{first.id}").words
    assert "Cancelled" in words and WHY in words and "On the agenda of 9 April 2026" in words
    assert may.agenda == []
    history = client.get(f"/pools/{forum.pool.id}/history").words
    assert "Its meeting was cancelled" in history and "to the meeting on 9 April 2026" in history
    assert "19 March 2026" in client.get(f"/pools/{forum.pool.id}/meetings").words
    assert client.get(f"/meetings/{first.id}/agenda").words.count("Cancelled") == 2


def test_without_a_later_meeting_it_waits_and_the_next_that_is_planned_proposes_it(client, forum):
    application = forum.application("Tidlig")
    first = forum.meeting(application)
    page = client.sign_in(forum.coordinator).get(f"/meetings/{first.id}/cancellation")
    assert "waits until an ordinary meeting that it reaches is planned" in page.words
    cancel_meeting(actor=forum.coordinator, at=AT, meeting=first, reason=WHY)
    assert coming_up([application.id], THURSDAY) == {}
    later = forum.meeting(day=APRIL)
    words = client.get(f"/meetings/{later.id}").words
    assert "Tidlig" in words.split("Not on the agenda")[1]
    assert "Tidlig" in client.get("/").words  # it waits for an agenda


def test_a_cancelled_day_is_free_again(client, forum):
    cancel_meeting(actor=forum.coordinator, at=AT, meeting=forum.meeting(day=APRIL), reason=WHY)
    page = client.sign_in(forum.coordinator).get(f"/pools/{forum.pool.id}/meetings/new")
    assert client.submit(f"/pools/{forum.pool.id}/meetings/new", sent(page.text, held_on="9-4-2026")).status_code == 303


def test_only_the_coordinator_cancels_and_only_what_is_planned(client, forum):
    meeting = forum.meeting()
    for person in (forum.chair, forum.maja, forum.finance):
        with pytest.raises(NotAllowed):
            cancel_meeting(actor=person, at=AT, meeting=meeting, reason=WHY)
        assert client.sign_in(person).get(f"/meetings/{meeting.id}/cancellation").status_code == 403
    with pytest.raises(Incomplete):
        cancel_meeting(actor=forum.coordinator, at=AT, meeting=meeting, reason=" ")
    cancel_meeting(actor=forum.coordinator, at=AT, meeting=meeting, reason=WHY)
    for refused in (
        lambda: cancel_meeting(actor=forum.coordinator, at=AT, meeting=meeting, reason=WHY),
        lambda: open_meeting(actor=forum.chair, at=TODAY, meeting=meeting, present=[forum.chair]),
        lambda: sign_minutes(actor=forum.chair, at=TODAY, meeting=meeting),
    ):
        with pytest.raises(WrongState):
            refused()
    client.sign_in(forum.coordinator)
    for url in ("edit", "cancellation"):
        assert client.get(f"/meetings/{meeting.id}/{url}").code == "wrong_state"
        assert f"/meetings/{meeting.id}/{url}" not in client.get(f"/meetings/{meeting.id}").text
    assert "The meeting was cancelled" in client.get(f"/meetings/{meeting.id}/minutes").words
