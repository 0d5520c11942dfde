"""The forum's calendar on the web: planning, the agenda and its deadline, opening, closing, and the signature of the minutes."""

import re
from datetime import date, timedelta

import pytest

from fundbank.kit.clock import noon
from fundbank.meetings.operations.calendar import close_meeting, open_meeting
from fundbank.meetings.queries.calendar import meeting as kept_meeting
from fundbank.meetings.views import calendar
from fundbank.pools.roles import Role
from tests.builders import AT
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum, decide_openly, sent

APRIL = date(2026, 4, 9)
AFTER_DEADLINE = noon(date(2026, 3, 6))  # the deadline of 19 March is 5 March


def page_of(client, meeting):
    return client.get(f"/meetings/{meeting.id}")


def agenda_url(meeting, what):
    return f"/meetings/{meeting.id}/agenda/{what}"


def test_monthly_days_are_proposed_but_none_in_july(client, app):
    forum = Forum("herning")
    url = f"/pools/{forum.pool.id}/meetings/new"
    page = client.sign_in(forum.coordinator).get(url)
    for day in ("9 April 2026", "7 May 2026", "4 June 2026", "6 August 2026"):
        assert day in page.words
    assert "July 2026" not in page.words
    answer = client.submit(url, sent(page.text, proposed="2026-05-07", place="Mødelokale 2"))
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "Meeting of 7 May 2026" in page.words
    assert "Deadline for applications 23 April 2026" in page.words
    assert "7 May 2026" not in client.get(url).words


def test_a_pool_that_plans_by_itself_writes_a_day(client, forum):
    url = f"/pools/{forum.pool.id}/meetings/new"
    page = client.sign_in(forum.coordinator).get(url)
    assert "first Thursdays" not in page.words
    answer = client.submit(url, sent(page.text, held_on="20-3-2026", kind="extra"))
    assert answer.status_code == 303
    assert "none: the meeting was called by hand" in client.get(answer.location).words


@pytest.mark.parametrize(
    ("policy", "typed", "told"),
    [
        ("favrskov", "21-3-2026", "in a weekend"),
        ("favrskov", "3-4-2026", "a holiday"),
        ("favrskov", "19-3-2026", "Another meeting is planned"),
        ("herning", "2-7-2026", "does not meet in that month"),
    ],
)
def test_a_day_that_may_be_a_slip_is_asked_about_and_can_be_chosen_all_the_same(client, app, policy, typed, told):
    forum = Forum(policy)
    meeting = forum.meeting()
    client.sign_in(forum.coordinator)
    new, edit = f"/pools/{forum.pool.id}/meetings/new", f"/meetings/{forum.meeting(day=APRIL).id}/edit"
    for url in (new, edit):
        typed_in = {"proposed": "other", "kind": "extra", "held_on": typed} if url == new else {"held_on": typed}
        asked = client.submit(url, sent(client.get(url).text, **typed_in))
        assert asked.status_code == 200 and "Are you sure?" in asked.words and told in asked.words
        assert client.submit(url, sent(asked.text, **typed_in)).status_code == 303
    assert meeting.held_on == THURSDAY


def test_a_cpr_number_in_the_place_is_refused_there(client, forum):
    url = f"/pools/{forum.pool.id}/meetings/new"
    page = client.sign_in(forum.coordinator).get(url)
    answer = client.submit(url, sent(page.text, held_on="20-3-2026", place="Hos 010190-1234"))
    assert (answer.status_code, answer.code) == (422, "cpr_number")
    assert 'id="place-error"' in answer.text and sent(answer.text)["place"] == "Hos 010190-1234"


@pytest.mark.parametrize(
    "typed, told",
    [("18-3-2026", "The day has passed."), ("31-2-2026", "Write a date as day-month-year"), ("", "Choose a day, or write one.")],
)
def test_a_wrong_day_is_refused_at_its_field_and_what_was_typed_stays(client, forum, typed, told):
    url = f"/pools/{forum.pool.id}/meetings/new"
    page = client.sign_in(forum.coordinator).get(url)
    answer = client.submit(url, sent(page.text, held_on=typed, place="Byrådssalen"))
    assert answer.status_code == 422
    assert 'href="#held_on"' in answer.text and told in answer.words
    assert sent(answer.text)["place"] == "Byrådssalen"


def test_a_meeting_that_is_over_says_what_it_did_not_decide_and_nothing_of_the_pool_today(client, forum):
    application = forum.scored(3, title="Digital selvbetjening")
    first, second = forum.open_meeting(application), forum.meeting(application, day=APRIL)
    assert "Available in the pool" in client.sign_in(forum.chair).get(f"/meetings/{first.id}").words
    close_meeting(actor=forum.chair, at=TODAY, meeting=first)
    open_meeting(actor=forum.chair, at=noon(APRIL), meeting=second, present=[forum.chair])
    decide_openly(actor=forum.chair, at=noon(APRIL), meeting=second, application=application, outcome="reject", reason="For dyrt.")
    words = client.get(f"/meetings/{first.id}").words
    assert "Not decided in this meeting. Its state now: Rejected" in words
    assert "Available in the pool" not in words


def test_only_the_coordinator_plans(client, forum):
    url = f"/pools/{forum.pool.id}/meetings/new"
    for person in (forum.chair, forum.maja, forum.applicant, forum.finance):
        client.sign_in(person)
        assert client.get(url).status_code == 403
        assert client.submit(url, {"kind": "ordinary", "held_on": "20-3-2026"}).status_code == 403


def test_a_planned_meeting_moves_with_its_agenda_and_says_so_in_the_history(client, forum):
    meeting = forum.meeting(forum.scored(2, title="Digital selvbetjening"))
    url = f"/meetings/{meeting.id}/edit"
    client.application.config["CLOCK"] = lambda: noon(THURSDAY + timedelta(days=1))
    page = client.sign_in(forum.coordinator).get(url)
    assert sent(page.text)["held_on"] == "19-03-2026"
    assert "The meeting was not opened on its day." in page_of(client, meeting).words
    assert client.submit(url, sent(page.text, held_on="9-4-2026", place="Byrådssalen")).status_code == 303
    words = page_of(client, meeting).words
    assert "Meeting of 9 April 2026" in words and "Byrådssalen" in words and "Digital selvbetjening" in words
    stale = client.submit(url, sent(page.text, held_on="10-4-2026"))
    assert (stale.status_code, stale.code, sent(stale.text)["held_on"]) == (409, "stale_version", "10-04-2026")
    assert "Details changed" in client.get(f"/pools/{forum.pool.id}/history").words


@pytest.mark.parametrize(
    "typed, place, code, told",
    [
        ("18-03-2026", "", "invalid_date", "The day has passed."),
        ("20-03-2026", "Hos 010190-1234", "cpr_number", "CPR number"),
        ("31-2-2026", "Byrådssalen", None, "Write a date as day-month-year"),
    ],
)
def test_a_meeting_cannot_move_there_and_what_was_typed_stays(client, forum, typed, place, code, told):
    meeting = forum.meeting()
    url = f"/meetings/{meeting.id}/edit"
    page = client.sign_in(forum.coordinator).get(url)
    answer = client.submit(url, sent(page.text, held_on=typed, place=place))
    assert answer.status_code == 422 and told in answer.words and code in (None, answer.code)
    assert (sent(answer.text)["held_on"], sent(answer.text)["place"]) == (typed, place)
    assert "Meeting of 19 March 2026" in page_of(client, meeting).words


def test_a_meeting_cannot_move_before_what_its_agenda_could_reach(client, forum):
    application = forum.application("Sen sag", at=AFTER_DEADLINE)
    meeting = forum.meeting(application, day=APRIL)
    page = client.sign_in(forum.coordinator).get(f"/meetings/{meeting.id}/edit")
    answer = client.submit(f"/meetings/{meeting.id}/edit", sent(page.text, held_on="19-3-2026"))
    assert answer.code == "deadline_passed" and "5 March 2026" in answer.words


def test_only_the_coordinator_moves_a_meeting_and_only_a_planned_one(client, forum):
    meeting = forum.meeting()
    for person in (forum.chair, forum.maja, forum.finance):
        assert client.sign_in(person).get(f"/meetings/{meeting.id}/edit").status_code == 403
        assert f"/meetings/{meeting.id}/edit" not in page_of(client, meeting).text
    open_meeting(actor=forum.chair, at=noon(THURSDAY), meeting=meeting, present=[forum.chair])
    client.sign_in(forum.coordinator)
    assert client.get(f"/meetings/{meeting.id}/edit").code == "wrong_state"
    assert client.submit(f"/meetings/{meeting.id}/edit", {"held_on": "9-4-2026"}).code == "wrong_state"
    assert f"/meetings/{meeting.id}/edit" not in page_of(client, meeting).text


def test_the_list_shows_upcoming_and_past(client, forum):
    forum.meeting(day=APRIL)
    held = forum.open_meeting()
    close_meeting(actor=forum.chair, at=TODAY, meeting=held)
    words = client.sign_in(forum.maja).get(f"/pools/{forum.pool.id}/meetings").words
    upcoming, past = words.split(" Past ", 1)
    assert "9 April 2026 Ordinary" in upcoming
    assert "19 March 2026 Ordinary" in past and "not signed Closed" in past
    for person in (forum.applicant, forum.leader):
        assert client.sign_in(person).get(f"/pools/{forum.pool.id}/meetings").status_code == 403
    assert client.sign_in(Forum().maja).get(f"/meetings/{held.id}").status_code == 404


def test_past_meetings_are_turned_over_page_by_page(client, forum, monkeypatch):
    monkeypatch.setattr(calendar, "PAST", 2)
    for _ in range(3):  # of one day: the key is the day and the meeting
        close_meeting(actor=forum.chair, at=TODAY, meeting=forum.open_meeting())
    forum.meeting(day=APRIL)
    url = f"/pools/{forum.pool.id}/meetings"
    page = client.sign_in(forum.maja).get(url)
    older = re.search(rf'rel="next" href="({url}\?before=\d+)"', page.text)[1]
    assert page.words.count("19 March 2026") == 2 and "9 April 2026" in page.words and "Newest" not in page.words
    page = client.get(older)
    assert page.words.count("19 March 2026") == 1 and "9 April 2026" not in page.words and "Newest" in page.words
    assert 'rel="next"' not in page.text


def test_of_very_many_applications_the_first_are_shown_and_the_rest_counted(client, forum, monkeypatch):
    monkeypatch.setattr("fundbank.meetings.views.meeting.SHOWN", 2)
    for number in range(1, 4):
        forum.application(f"Nr. {number}")
        forum.application(f"Sen {number}", at=AFTER_DEADLINE)
    meeting = forum.meeting()
    words = page_of(client.sign_in(forum.coordinator), meeting).words
    assert [name for name in ("Nr. 1", "Nr. 2", "Nr. 3", "Sen 1", "Sen 2", "Sen 3") if name in words] == [
        "Nr. 1",
        "Nr. 2",
        "Sen 1",
        "Sen 2",
    ]
    assert words.count("and 1 more") == 2
    client.submit(agenda_url(meeting, "all"))
    assert "3 applications have been put on the agenda." in page_of(client, meeting).words


def test_ready_applications_that_met_the_deadline_are_proposed_and_put_on_in_the_order_of_the_ranking(client, forum):
    for title, level in (("Svagest", 1), ("Stærkest", 3)):
        forum.score(forum.application(title), level)
    forum.application("Uden vurdering")
    meeting = forum.meeting()
    page = page_of(client.sign_in(forum.coordinator), meeting)
    assert "submitted before the deadline of 5 March 2026" in page.words
    answer = client.submit(agenda_url(meeting, "all"))
    assert answer.status_code == 303
    words = page_of(client, meeting).words
    assert "3 applications have been put on the agenda." in words
    assert words.index("Stærkest") < words.index("Svagest") < words.index("Uden vurdering")
    assert "Not on the agenda" not in words


def test_what_missed_the_deadline_goes_to_the_next_ordinary_meeting_and_says_so(client, forum):
    late = forum.application("For sent", at=AFTER_DEADLINE)
    meeting = forum.meeting()
    client.sign_in(forum.coordinator)
    assert "goes to the next ordinary meeting, which is not planned yet" in page_of(client, meeting).words
    later = forum.meeting(day=APRIL)
    words = page_of(client, meeting).words
    assert "Submitted after the deadline: it goes to the meeting of 9 April 2026" in words
    assert "Put all on the agenda" not in words
    client.submit(agenda_url(meeting, "all"))
    assert page_of(client, meeting).words.count("Nothing is on the agenda.") == 1
    by_hand = client.submit(agenda_url(meeting, f"{late.id}/put"))
    assert (by_hand.status_code, by_hand.code) == (409, "deadline_passed")
    assert "The deadline of this meeting was 5 March 2026." in by_hand.words
    assert client.submit(agenda_url(later, "all")).status_code == 303
    assert "On the agenda of 9 April 2026" in page_of(client, meeting).words


def test_an_application_belongs_to_the_first_meeting_that_it_reaches(client, forum):
    application = forum.application("Tidlig")
    forum.meeting()
    later = forum.meeting(day=APRIL)
    client.sign_in(forum.coordinator)
    assert "Reaches the meeting of 19 March 2026" in page_of(client, later).words
    client.submit(agenda_url(later, "all"))
    assert "Nothing is on the agenda." in page_of(client, later).words
    assert client.submit(agenda_url(later, f"{application.id}/put")).status_code == 303


def test_an_extra_meeting_has_no_deadline(client, forum):
    forum.application("For sent", at=AFTER_DEADLINE)
    meeting = forum.meeting(is_ordinary=False)
    client.sign_in(forum.coordinator)
    assert client.submit(agenda_url(meeting, "all")).status_code == 303
    assert "“For sent”" not in page_of(client, meeting).words
    assert [item.position for item in kept_meeting(meeting.id, municipality_id=forum.pool.municipality_id).agenda] == [1]


def test_items_move_up_and_down_and_off(client, forum):
    one, two, three = (forum.application(title) for title in ("Alfa", "Beta", "Gamma"))
    meeting = forum.meeting(one, two, three)
    client.sign_in(forum.coordinator)
    assert client.submit(agenda_url(meeting, f"{three.id}/up")).status_code == 303
    assert client.submit(agenda_url(meeting, f"{one.id}/down")).status_code == 303
    words = page_of(client, meeting).words
    agenda = words[words.index("Put in the order of the ranking") :]
    assert agenda.index("Gamma") < agenda.index("Alfa") < agenda.index("Beta")
    beyond = client.submit(agenda_url(meeting, f"{three.id}/up"))
    assert (beyond.status_code, beyond.code) == (409, "wrong_state")
    assert client.submit(agenda_url(meeting, f"{three.id}/take-off")).status_code == 303
    again = client.submit(agenda_url(meeting, f"{three.id}/take-off"))
    assert (again.status_code, again.code) == (409, "wrong_state")
    twice = client.submit(agenda_url(meeting, f"{one.id}/put"))
    assert (twice.status_code, twice.code) == (409, "already_posted")


def test_each_button_of_an_agenda_has_an_address_of_its_own(client, forum):
    """On the way back a form's values are known by its address: two of one address would take each other's."""
    meeting = forum.meeting(*(forum.application(title) for title in ("Alfa", "Beta", "Gamma")))
    addresses = re.findall(r'<form method="post" action="([^"]+)"', page_of(client.sign_in(forum.coordinator), meeting).text)
    assert len(addresses) == len(set(addresses)) > 6


def test_only_the_coordinator_changes_an_agenda_and_only_a_planned_one(client, forum):
    application = forum.application()
    meeting = forum.meeting(application)
    ways = ("all", "ranking", f"{application.id}/put", f"{application.id}/take-off", f"{application.id}/up", f"{application.id}/down")
    for person in (forum.chair, forum.maja, forum.finance, forum.applicant):
        client.sign_in(person)
        for way in ways:
            assert client.submit(agenda_url(meeting, way)).status_code == (404 if person is forum.applicant else 403)
    opened = forum.open_meeting(forum.application("Anden"))
    client.sign_in(forum.coordinator)
    for way in ("ranking", f"{application.id}/put", f"{application.id}/take-off"):
        answer = client.submit(agenda_url(opened, way))
        assert (answer.status_code, answer.code) == (409, "wrong_state"), way


def test_the_chair_opens_with_those_present_and_the_page_says_who_must_leave(client, forum):
    application = forum.application()
    inline = forum.person("Inger Inhabil", Role.MEMBER, department=forum.top)
    meeting = forum.meeting(application)
    page = page_of(client.sign_in(forum.chair), meeting)
    assert "Maja Medlem, Member of the forum" in page.words
    assert "Has a conflict of interest: Inger Inhabil" in page.words
    none = client.submit(f"/meetings/{meeting.id}/open", {})
    assert none.status_code == 422 and "Tick those who are present." in none.words
    present = [str(person.id) for person in (forum.chair, forum.maja, inline)]
    assert client.submit(f"/meetings/{meeting.id}/open", {"present": present}).status_code == 303
    words = page_of(client, meeting).words
    assert "Open now" in words
    assert "Must leave the room: Inger Inhabil" in words
    again = client.submit(f"/meetings/{meeting.id}/open", {"present": present})
    assert (again.status_code, again.code) == (409, "wrong_state")


def test_a_meeting_opens_on_its_own_day_only_and_by_the_chair_only(client, forum):
    later = forum.meeting(day=APRIL)
    client.sign_in(forum.chair)
    assert "Who is present?" not in page_of(client, later).words
    answer = client.submit(f"/meetings/{later.id}/open", {"present": str(forum.chair.id)})
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert "A meeting is opened on its own day." in answer.words
    today = forum.meeting()
    for person in (forum.coordinator, forum.maja):
        client.sign_in(person)
        assert "Who is present?" not in page_of(client, today).words
        for way in ("open", "close", "minutes/signature"):
            assert client.submit(f"/meetings/{today.id}/{way}", {"present": str(person.id)}).status_code == 403


def test_the_chair_corrects_the_attendance_while_the_meeting_is_open(client, forum):
    early, late = forum.scored(3, title="Tidlig sag", department=forum.citizens), forum.scored(2, title="Sen sag")
    own = forum.person("Nina Nabo", Role.MEMBER, department=forum.citizens)
    meeting = forum.open_meeting(early, late, present=(forum.chair, forum.maja))
    url = f"/meetings/{meeting.id}/attendance"
    decide_openly(actor=forum.chair, at=noon(THURSDAY), meeting=meeting, application=early, outcome="reject", reason="For dyrt.")
    page = page_of(client.sign_in(forum.chair), meeting)
    assert sent(page.text)["present"] == [str(forum.chair.id), str(forum.maja.id)]
    refused = client.submit(url, {"present": []})
    assert refused.status_code == 422 and "Tick those who are present." in refused.words
    came = {"present": [str(forum.chair.id), str(own.id)]}
    assert client.submit(url, came).status_code == 303
    words = page_of(client, meeting).words
    assert "Present Carl Formand, Nina Nabo" in words
    (decision,) = meeting.pending
    assert decision.recused_ids == [own.id], "she stays out of it, there or not"
    assert "Attendance corrected" in client.get(f"/pools/{forum.pool.id}/history").words
    for person in (forum.coordinator, forum.maja):
        assert client.sign_in(person).submit(url, came).status_code == 403
        assert url not in page_of(client, meeting).text
    close_meeting(actor=forum.chair, at=noon(THURSDAY), meeting=meeting)
    client.sign_in(forum.chair)
    assert client.submit(url, came).code == "wrong_state" and url not in page_of(client, meeting).text


def test_close_and_sign(client, forum):
    meeting = forum.open_meeting(forum.application())
    client.sign_in(forum.chair)
    early = client.submit(f"/meetings/{meeting.id}/minutes/signature")
    assert (early.status_code, early.code) == (409, "wrong_state")
    assert client.submit(f"/meetings/{meeting.id}/close").status_code == 303
    words = page_of(client, meeting).words
    assert "Not decided in this meeting." in words and "Sign the minutes" in words
    assert client.submit(f"/meetings/{meeting.id}/minutes/signature").status_code == 303
    assert "signed by Carl Formand" in page_of(client, meeting).words
    twice = client.submit(f"/meetings/{meeting.id}/minutes/signature")
    assert (twice.status_code, twice.code) == (409, "already_posted")


def test_a_meeting_whose_day_has_passed_is_closed(client, forum):
    application = forum.scored(3)
    yesterday = THURSDAY - timedelta(days=1)
    meeting = forum.open_meeting(application, day=yesterday)
    client.sign_in(forum.chair)
    words = page_of(client, meeting).words
    assert "Favrskov" not in words and "Closed" in words and "Open now" not in words
    url = f"/meetings/{meeting.id}/applications/{application.id}/decision"
    answer = client.submit(url, {"outcome": "reject", "reason": "Nej tak"})
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert "Nej tak</textarea>" in answer.text, "what was typed stays"
    assert client.submit(f"/meetings/{meeting.id}/minutes/signature").status_code == 303
    never = forum.meeting(day=yesterday, at=AT)
    assert "Not held" in page_of(client, never).words


def test_the_number_of_queries_does_not_grow_with_the_agenda(client, forum, query_counter):
    def asked(person, meeting):
        client.sign_in(person)
        with query_counter() as queries:
            assert page_of(client, meeting).status_code == 200
        return len(queries)

    meeting = forum.meeting(forum.scored(3))
    forum.application("Ønske")
    forum.application("For sent", at=AFTER_DEADLINE)
    people = (forum.coordinator, forum.maja, forum.chair)
    before = [asked(person, meeting) for person in people]
    for number in range(6):
        forum.scored(2, title=f"Projekt {number}", department=forum.citizens if number % 2 else forum.unit)
        forum.application(f"For sent {number}", at=AFTER_DEADLINE)
        forum.person(f"Medlem {number}", Role.MEMBER)
    client.sign_in(forum.coordinator).submit(agenda_url(meeting, "all"))
    for number in range(6):
        forum.application(f"Ønske {number}")
    assert [asked(person, meeting) for person in people] == before


def test_a_decision_shows_on_the_page_with_who_recorded_it(client, forum):
    application = forum.scored(3)
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Ikke denne gang.")
    words = page_of(client.sign_in(forum.maja), meeting).words
    assert "Rejected · recorded by Carl Formand Ikke denne gang." in words
