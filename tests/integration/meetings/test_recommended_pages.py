"""The pages and mails of a forum that recommends: what waits for whom, and what deciders are shown and asked."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.jobs import begin_day
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import commit, unit_of_work
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.approvals import give_words, step_back
from fundbank.meetings.operations.calendar import change_attendance, close_meeting
from fundbank.meetings.operations.decisions import decide, set_consensus, take_back
from fundbank.meetings.operations.proposals import put_proposal
from fundbank.meetings.operations.recusals import readmit, recuse
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.permissions import may_decide, unsaid
from fundbank.meetings.queries.approvals import matters_of
from fundbank.meetings.rules.approvals import Word
from fundbank.notices.reminders import letters_of
from fundbank.outbox.models import Mail
from fundbank.overviews.waiting import waiting_for
from fundbank.people.models import User
from fundbank.people.views import leaving
from fundbank.pools.operations import take_role
from fundbank.pools.queries import roles_of
from fundbank.pools.roles import Role
from fundbank.scoring.operations import declare_interest
from tests.builders import a_person_with
from tests.integration.meetings.recommending import NEXT_WEEK, Town, say
from tests.integration.scoring.forum import TODAY, sent
from tests.post import setting
from tests.web import statements


@pytest.fixture
def app_settings():
    return {"CLOCK": lambda: NEXT_WEEK}


@pytest.fixture
def town(app, pictures):
    app.config["MAIL_SERVER"] = setting(1)
    app.config["ADDRESS"] = "https://bank.kommune.dk"
    return pictures.of("a forum that recommends", Town)


def told(subject):
    """Who was written to about that."""
    commit()
    query = select(User.name).join(Mail, Mail.user_id == User.id).where(Mail.subject.startswith(subject)).order_by(User.name)
    return list(db.session.scalars(query))


def waits(person):
    groups = waiting_for(person, roles_of(person), local_date(NEXT_WEEK))
    return {group.kind: [item.subject_id for item in group.items] for group in groups}


def test_the_page_asks_before_the_last_word_and_then_lets_all_be_known(client, town):
    meeting, (first, second) = town.closed("approve", "reject")
    commit()
    url = f"/meetings/{meeting.id}/approval"
    one, two = (matter.key for matter in matters_of(meeting))
    page = client.sign_in(town.director).get(url)
    assert page.words.count("Is it approved?") == 2 and "grant DKK 200,000.00" in page.words
    answer = client.submit(url, sent(page.text, **{f"word_{one}": "not_approved"}))
    assert answer.status_code == 422 and "the forum must be able to read it" in answer.words
    answer = client.submit(url, sent(page.text, **{f"word_{one}": "approved"}))
    assert answer.status_code == 303
    page = client.get(url)
    assert "Sag 1" in page.words and first.state == "ready"
    answer = client.submit(url, sent(page.text, **{f"word_{two}": "not_approved", f"reason_{two}": "Vi vil have den med."}))
    assert answer.status_code == 200 and "Are you sure? These are the last words" in answer.words
    answer = client.submit(url, sent(answer.text))
    assert answer.status_code == 303
    db.session.expire_all()
    assert (first.state, second.state) == ("awarded", "ready")
    page = client.get(url)
    assert "Everything that was recommended has been decided" in page.words and "Vi vil have den med." in page.words
    assert "Dorte Direktør" in client.get(f"/meetings/{meeting.id}").words
    assert "approved by Dorte Direktør" in client.sign_in(town.applicant).get(f"/applications/{first.id}").words
    assert "Vi vil have den med." in client.get(f"/applications/{second.id}").words


def test_two_deciders_on_one_page_the_second_is_told(client, town):
    meeting, _applications = town.closed("approve", "approve")
    commit()
    url, (one, two) = f"/meetings/{meeting.id}/approval", (matter.key for matter in matters_of(meeting))
    form = sent(client.sign_in(town.director).get(url).text, **{f"word_{one}": "approved"})
    say(meeting, town.other, "Ikke i år.", None)
    commit()
    answer = client.submit(url, form)
    assert (answer.status_code, answer.code) == (409, "already_posted")
    assert "Dan Direktør has decided this already." in answer.words
    page = client.get(url)
    assert f'name="word_{one}"' not in page.text and f'name="word_{two}"' in page.text and "Ikke i år." in page.words
    form = sent(page.text, **{f"word_{two}": "approved"})
    say(meeting, town.other, None, True)
    commit()
    assert client.submit(url, form).code == "wrong_state"


def test_until_then_the_pages_say_what_waits_for_whom_and_the_department_learns_nothing(client, town):
    meeting, (application,) = town.closed("approve")
    commit()
    page = client.sign_in(town.coordinator).get(f"/meetings/{meeting.id}")
    assert "1 matter has no word yet" in page.words and "It waits for Dan Direktør, Dorte Direktør." in page.words
    assert "Recommended: not known before a decider" in page.words
    assert "for_an_agenda" not in waits(town.coordinator) and "to_score" not in waits(town.person("Ny", Role.MEMBER))
    assert waits(town.director)["to_decide"] == [meeting.id]
    assert "Decide what is recommended" in client.sign_in(town.director).get(f"/meetings/{meeting.id}").words
    assert 'data-kind="to_decide"' in client.get("/").text
    page = client.sign_in(town.applicant).get(f"/applications/{application.id}")
    assert "pprove" not in page.words and client.get(f"/meetings/{meeting.id}/approval").status_code == 404


def test_the_first_screen_and_the_rule_agree_on_who_decides(town):
    scored = town.person("Sara", Role.MEMBER, Role.DECIDER)
    own = town.person("Otto", Role.DECIDER, department=town.top)
    interested = town.person("Ida", Role.DECIDER)
    came = town.person("Per", Role.DECIDER)
    wrote = town.person("Vera", Role.DECIDER)
    application = town.scored(3, grant_ore=200_000_00)
    application.created_by_id = wrote.id
    town.score(application, 3, by=scored)
    declare_interest(actor=interested, at=TODAY, application=application)
    left, agreed, undid, kept, let_in, put = (
        town.person(name, Role.CHAIR, Role.DECIDER) for name in ("Lis", "Asta", "Ulla", "Karl", "Leo", "Pia")
    )
    meeting = town.open_meeting(application, present=(town.maja, came, left))
    here = {"at": TODAY, "meeting": meeting}
    change_attendance(actor=town.chair, present=(town.maja, came), **here)
    set_consensus(actor=agreed, application=application, criterion="quality", level=2, reason="Enige.", **here)
    recuse(actor=kept, application=application, person=town.mads, reason="Hans bror.", **here)
    readmit(actor=let_in, application=application, person=town.mads, reason="Ikke hans bror.", **here)
    put_proposal(actor=put, given={application.id: (0, 200_000_00)}, asked={}, **here)
    wanted = Wanted(application, "approve", grant_ore=200_000_00)
    take_back(actor=undid, at=TODAY, pending=decide(actor=town.chair, wanted=wanted, **here), reason="For hurtigt.")
    decide(actor=town.chair, wanted=wanted, **here)
    close_meeting(actor=town.chair, **here)
    hands = (scored, own, interested, came, wrote, left, agreed, undid, kept, let_in, put)
    assert not any(may_decide(hands, meeting, unsaid(meeting)).values())
    for person in (town.director, town.other, *hands):
        free = may_decide([person], meeting, unsaid(meeting))[person.id]
        assert ("to_decide" in waits(person)) == bool(free), person.name
    assert told("To decide: what was recommended") == ["Dan Direktør", "Dorte Direktør"]


def test_the_first_screen_asks_again_once_a_word_counts_no_more(town):
    meeting, (first, second) = town.closed("approve", "approve")
    say(meeting, town.director, True, None)
    step_back(actor=town.other, at=NEXT_WEEK, meeting=meeting, application=second)
    assert "to_decide" not in waits(town.other)
    step_back(actor=town.director, at=NEXT_WEEK, meeting=meeting, application=first)
    assert "to_decide" in waits(town.other)
    for person in (town.director, town.other):
        assert ("to_decide" in waits(person)) == bool(may_decide([person], meeting, unsaid(meeting))[person.id])


def test_the_first_screen_asks_no_more_of_many_matters_than_of_one(town):
    asked = []
    for outcomes in (["approve"], ["approve", "reject"] * 4):
        meeting, _applications = town.closed(*outcomes)
        assert waits(town.director)["to_decide"] == [meeting.id]
        with statements() as run:
            waits(town.director)
        asked.append(len(run))
        say(meeting, town.director, *[True] * len(outcomes))
    assert asked[0] == asked[1]


def test_deciders_are_told_and_reminded_and_the_departments_hear_with_the_last_word(app, town):
    meeting, (first, second) = town.closed("approve", "approve")
    assert told("To decide: what was recommended on 19 March 2026") == ["Dan Direktør", "Dorte Direktør"]
    assert told("Approved") == told("Nobody can decide") == []
    in_a_week = NEXT_WEEK + timedelta(days=1)
    letters = letters_of(at=in_a_week, pool_id=town.pool.id, on=local_date(in_a_week).isoformat())
    assert sorted(one["subject"] for one in letters if one["subject"].startswith("Still to decide")) == ["Still to decide: Sag 1"] * 2
    say(meeting, town.director, True, None)
    assert told("Approved") == []
    say(meeting, town.other, None, "Ikke i år.")
    begin_day(at=NEXT_WEEK)
    assert told("Before the forum again: Sag 2") == ["Anne Ansøger", "Karen Koordinator", "Lone Leder"]
    assert "Carl Formand" in told("Decided: what was recommended")
    assert first.state == "awarded" and second.state == "ready"


def test_where_nobody_may_decide_the_page_says_so_and_who_gives_roles_is_told(client, town):
    runs = a_person_with(town.pool, Role.ADMINISTRATOR, department=town.staff, name="Ada Admin", language="en")
    for person in (town.director, town.other):
        take_role(actor=None, at=TODAY, pool=town.pool, user=person, role=Role.DECIDER)
    meeting, _applications = town.closed("approve")
    assert told("Nobody can decide what was recommended") == [runs.name]
    page = client.sign_in(town.chair).get(f"/meetings/{meeting.id}")
    assert "Nobody has the role of decider in this pool." in page.words and f'href="/pools/{town.pool.id}/roles"' in page.text
    assert "Nobody may decide it" in client.get(f"/meetings/{meeting.id}/approval").words
    after = town.person("Dina Direktør", Role.DECIDER)
    commit()
    assert "Is it approved?" in client.sign_in(after).get(f"/meetings/{meeting.id}/approval").words


def test_the_last_decider_is_missed_before_they_leave_and_afterwards(town):
    runs = a_person_with(town.pool, Role.ADMINISTRATOR, department=town.staff, name="Ada Admin", language="en")
    meeting, (_first, second) = town.closed("approve", "approve")
    assert leaving.warnings(town.director, town.pool.id) == leaving.warnings(town.other, town.pool.id) == []
    step_back(actor=town.other, at=NEXT_WEEK, meeting=meeting, application=second)
    (said,) = leaving.warnings(town.director, town.pool.id)
    assert said.startswith("Nobody but Dorte Direktør may decide all that was recommended")
    assert leaving.warnings(town.other, town.pool.id) == []
    in_a_week = NEXT_WEEK + timedelta(days=1)
    asked = {"at": in_a_week, "pool_id": town.pool.id, "on": local_date(in_a_week).isoformat()}
    about = "Still nobody can decide"
    assert not [one for one in letters_of(**asked) if one["subject"].startswith(about)]
    take_role(actor=None, at=NEXT_WEEK, pool=town.pool, user=town.director, role=Role.DECIDER)
    assert [(one["user_id"], one["subject"]) for one in letters_of(**asked) if one["subject"].startswith(about)] == [
        (runs.id, f"{about}: {second.title}")
    ]


def test_a_decider_steps_back_on_the_page(client, town):
    meeting, (application, _second) = town.closed("approve", "reject")
    commit()
    page = client.sign_in(town.director).get(f"/meetings/{meeting.id}/approval")
    assert "Declare an interest in “Sag 1”" in page.words
    url = f"/meetings/{meeting.id}/approval/{application.id}/interest"
    assert client.submit(url).status_code == 303
    page = client.get(f"/meetings/{meeting.id}/approval")
    assert "You have a conflict of interest: another decider says what is decided." in page.words
    assert "Declare an interest in “Sag 1”" not in page.words


def test_what_is_not_approved_shows_its_reason_on_the_next_agenda(client, town):
    meeting, (application,) = town.closed("approve")
    say(meeting, town.director, "Vent på budgettet.")
    following = town.meeting(day=meeting.held_on + timedelta(days=28), at=NEXT_WEEK)
    commit()
    client.sign_in(town.coordinator)
    said = "Recommended before, and not approved by Dorte Direktør: Vent på budgettet."
    assert said in client.get(f"/meetings/{following.id}").words
    assert client.submit(f"/meetings/{following.id}/agenda/{application.id}/put").status_code == 303
    assert said in client.get(f"/meetings/{following.id}").words


@pytest.mark.each_database
def test_of_two_deciders_at_once_one_wins_and_the_other_is_told(app, town):
    meeting, (application,) = town.closed("approve")
    meeting_id, deciders = meeting.id, (town.director.id, town.other.id)
    (key,) = (matter.key for matter in matters_of(meeting))
    commit()
    together, answers = Barrier(2), []

    def decides(person_id, word):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    of = db.session.get_one(Meeting, meeting_id)
                    give_words(actor=db.session.get_one(User, person_id), at=NEXT_WEEK, meeting=of, words=[word])
                answers.append("decided")
            except Refusal as refusal:
                answers.append(refusal.code)

    words = (Word(key, True), Word(key, False, "Ikke i år."))
    threads = [Thread(target=decides, args=pair) for pair in zip(deciders, words, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert sorted(answers) == ["decided", "wrong_state"]
    assert application.state in ("awarded", "ready")


def test_the_rules_say_so_and_can_be_switched_on(client, town):
    assert "Yes: nothing is known before a decider has said" in client.sign_in(town.chair).get(f"/pools/{town.pool.id}/policy").words
    runs = a_person_with(town.pool, Role.ADMINISTRATOR, department=town.staff, name="Ada Admin", language="en")
    commit()
    page = client.sign_in(runs).get(f"/pools/{town.pool.id}/policy/edit")
    assert re.search(r'name="forum_recommends"[^>]*checked|checked[^>]*name="forum_recommends"', page.text)
