"""Where the forum recommends, somebody else decides, matter by matter, before anything is known (domain.md §11)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fundbank.applications.operations import withdraw_application
from fundbank.awards.queries import award_of, bound_people
from fundbank.checks import check as check_records
from fundbank.errors import AlreadyPosted, FourEyes, Incomplete, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.history.queries import entries
from fundbank.ledger.checks import check
from fundbank.ledger.queries import balances
from fundbank.meetings.operations.approvals import give_words, step_back
from fundbank.meetings.operations.calendar import close_meeting, put_on_agenda, sign_minutes
from fundbank.meetings.operations.decisions import decide, take_back
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.operations.year import cancel_meeting
from fundbank.meetings.permissions import unsaid
from fundbank.meetings.queries.agenda import waiting_for_agenda
from fundbank.meetings.queries.approvals import matters_of, refusals_of
from fundbank.meetings.queries.decisions import decisions_on
from fundbank.meetings.rules.approvals import Word
from fundbank.people.models import User
from fundbank.pools.criteria import CODES
from fundbank.pools.operations import change_policy, give_role, take_role
from fundbank.pools.roles import Role
from fundbank.reports.papers.decision_letter import decision_letter
from fundbank.reports.papers.minutes import minutes
from fundbank.scoring.operations import declare_interest, hand_in_score, keep_draft
from fundbank.scoring.permissions import can_score
from fundbank.scoring.queries import assessments
from tests.builders import an_administrator
from tests.integration.meetings.recommending import LATER, NEXT_WEEK, Town, at_night, say
from tests.integration.scoring.forum import AT, THURSDAY, TODAY, Forum, noon


@pytest.fixture
def town(app, pictures):
    return pictures.of("a forum that recommends", Town)


def is_in_order(pool):
    db.session.flush()
    assert check(pool.id) == [] and balances(pool.id).is_whole
    assert [str(fault) for fault in check_records(db.session.connection())] == []


def events(subject):
    return [line.event for line in entries(subject.__tablename__, subject.id)]


def test_closing_sends_what_is_recommended_to_the_deciders_and_releases_nothing(town):
    meeting, (approved, rejected, deferred) = town.closed("approve", "reject", "defer")
    assert (meeting.state, meeting.recommended_at) == ("closed", LATER)
    assert {application.state for application in (approved, rejected, deferred)} == {"ready"}
    assert award_of(approved) is None and decisions_on(approved) == []
    assert (balances(town.pool.id).available_ore, balances(town.pool.id).reserved_ore) == (800_000_00, 200_000_00)
    assert [matter.application for matter in unsaid(meeting)] == [approved, rejected], "what is put off promises nobody anything"
    is_in_order(town.pool)


def test_nothing_is_known_before_each_matter_has_its_word_and_everything_with_the_last(town):
    meeting, (first, second, third, deferred) = town.closed("approve", "approve", "reject", "defer")
    assert not say(meeting, town.director, True, None, None)
    assert not say(meeting, town.other, None, None, True)
    assert {one.state for one in (first, second, third, deferred)} == {"ready"}
    is_in_order(town.pool)
    assert say(meeting, town.director, None, "For dyrt i år.", None)
    assert [one.state for one in (first, second, third, deferred)] == ["awarded", "ready", "rejected", "deferred"]
    award = award_of(first)
    assert (award.state, award.decided_at, award.decided_by, award.approved_by) == ("offered", NEXT_WEEK, town.chair, town.director)
    assert balances(town.pool.id).reserved_ore == 200_000_00
    assert events(second)[-1] == "sent_back" and award_of(second) is None
    assert events(meeting)[-1] == "recommendations_decided"
    is_in_order(town.pool)


def test_what_is_not_approved_waits_for_the_forum_again_with_the_reason(town):
    meeting, (application,) = town.closed("approve")
    (matter,) = matters_of(meeting)
    say(meeting, town.director, "Vent på budgettet.")
    assert (matter.pending.state, matter.pending.award.state, matter.pending.end_reason) == ("refused", "taken_back", "Vent på budgettet.")
    following = town.meeting(day=THURSDAY + timedelta(days=28), at=NEXT_WEEK)
    assert list(waiting_for_agenda(following)) == [application]
    assert refusals_of([application.id], but_in=following.id)[application.id].reason == "Vent på budgettet."
    put_on_agenda(actor=town.coordinator, at=NEXT_WEEK, meeting=following, application=application)
    is_in_order(town.pool)


def test_until_then_it_waits_for_no_meeting_and_the_chair_takes_nothing_back(town):
    meeting, (application,) = town.closed("approve")
    following = town.meeting(day=THURSDAY + timedelta(days=28), at=NEXT_WEEK)
    assert list(waiting_for_agenda(following)) == []
    with pytest.raises(WrongState, match="waits for a decider"):
        put_on_agenda(actor=town.coordinator, at=NEXT_WEEK, meeting=following, application=application)
    with pytest.raises(WrongState, match="meeting is over"):
        take_back(actor=town.chair, at=LATER, pending=matters_of(meeting)[0].pending, reason="Nej")


def test_the_minutes_stay_as_they_were_and_say_at_the_end_who_decided(town):
    meeting, (first, _second) = town.closed("approve", "approve")
    sign_minutes(actor=town.chair, at=LATER, meeting=meeting)
    assert first.state == "ready", "a signature releases nothing"
    before = minutes(meeting, town.chair, LATER).to_json()
    say(meeting, town.director, True, "For dyrt i år.")
    after = minutes(meeting, town.chair, LATER).to_json()
    kept = next(place for place, block in enumerate(before["blocks"]) if "What the deciders say" in str(block))
    assert before["blocks"][:kept] == after["blocks"][:kept]
    assert "Waits for a decider" in str(before) and "For dyrt i år." in str(after) and "Dorte Direktør" in str(after)
    assert "Decided by Dorte Direktør" in str(decision_letter(decisions_on(first)[0]).to_json())


def test_who_had_a_hand_in_it_does_not_decide_it(town):
    scored = town.person("Sara Scorer", Role.MEMBER, Role.DECIDER)
    present = town.person("Per Present", Role.DECIDER)
    own = town.person("Otto Own", Role.DECIDER, department=town.top)
    interested = town.person("Ida Interesse", Role.DECIDER)
    wrote = town.person("Vera Writer", Role.DECIDER, Role.APPLICANT, department=town.citizens)
    application = town.scored(3, grant_ore=200_000_00)
    application.created_by_id = wrote.id
    town.score(application, 3, by=scored)
    declare_interest(actor=interested, at=TODAY, application=application)
    meeting = town.open_meeting(application, present=(town.maja, town.mads, present))
    decide(actor=town.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "approve", grant_ore=200_000_00))
    close_meeting(actor=town.chair, at=LATER, meeting=meeting)
    give_role(actor=None, at=LATER, pool=town.pool, user=town.chair, role=Role.DECIDER)
    for person in (scored, present, own, interested, wrote, town.chair):
        with pytest.raises(FourEyes):
            say(meeting, person, True)
    for person in (town.maja, town.finance, town.coordinator):
        with pytest.raises(NotAllowed):
            say(meeting, person, True)
    gaining = town.person("Gerda Gain", Role.DECIDER, department=town.citizens)
    assert say(meeting, gaining, True)
    assert bound_people(award_of(application)) >= {town.chair.id, gaining.id}


def test_a_word_can_be_changed_by_who_gave_it_until_all_is_known_and_by_nobody_else(town):
    meeting, (first, second) = town.closed("approve", "approve")
    say(meeting, town.director, True, None)
    with pytest.raises(AlreadyPosted, match="decided this already"):
        say(meeting, town.other, "Nej", None)
    say(meeting, town.director, "Alligevel ikke.", None)
    is_in_order(town.pool)
    assert say(meeting, town.other, None, True)
    assert (first.state, second.state) == ("ready", "awarded")
    with pytest.raises(WrongState, match="Nothing that the forum recommends"):
        say(meeting, town.director, True, None)
    is_in_order(town.pool)


def test_a_no_has_its_reason_and_something_must_be_said(town):
    meeting, _applications = town.closed("approve")
    (matter,) = matters_of(meeting)
    for words in ([], [Word(matter.key, False)]):
        with pytest.raises(Incomplete):
            give_words(actor=town.director, at=NEXT_WEEK, meeting=meeting, words=words)
    with pytest.raises(WrongState):
        give_words(actor=town.director, at=NEXT_WEEK, meeting=meeting, words=[replace(Word(matter.key, True), key="d99")])


def test_what_is_withdrawn_meanwhile_needs_no_word(town):
    meeting, (first, second) = town.closed("approve", "approve")
    say(meeting, town.director, True, None)
    withdraw_application(actor=town.applicant, at=NEXT_WEEK, application=second)
    assert unsaid(meeting) == [] and first.state == "ready"
    at_night(NEXT_WEEK)
    assert (first.state, second.state) == ("awarded", "withdrawn")
    assert [one.end_reason for one in meeting.ended] == ["The application was withdrawn before a decider had said what is decided."]
    assert balances(town.pool.id).reserved_ore == 200_000_00
    is_in_order(town.pool)


def test_a_meeting_that_nobody_closes_goes_to_the_deciders_the_day_after(town):
    application = town.scored(3, grant_ore=200_000_00)
    meeting = town.open_meeting(application)
    decide(actor=town.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "approve", grant_ore=200_000_00))
    at_night(LATER)
    assert meeting.recommended_at is None
    for day in (1, 2):
        at_night(TODAY + timedelta(days=day))
    assert (application.state, meeting.recommended_at) == ("ready", TODAY + timedelta(days=1))
    assert say(meeting, town.director, True) and application.state == "awarded"
    is_in_order(town.pool)


def test_a_meeting_keeps_the_rules_that_it_was_closed_under(town):
    meeting, (application,) = town.closed("approve")
    rules = town.pool.policy_version
    values = {**rules.values, "forum_recommends": False}
    change_policy(actor=None, at=LATER, pool=town.pool, values=values, reason="Vi vil selv.", based_on=rules.number)
    at_night(NEXT_WEEK)
    assert application.state == "ready"
    assert say(meeting, town.director, True) and application.state == "awarded"


def test_switching_the_rule_off_under_an_open_meeting_frees_it_of_no_decider(town):
    first, second = (town.scored(3, title=title, grant_ore=100_000_00) for title in ("En", "To"))
    meeting = town.open_meeting(first, second)
    decide(actor=town.chair, at=TODAY, meeting=meeting, wanted=Wanted(first, "approve", grant_ore=100_000_00))
    rules = town.pool.policy_version
    off = {**rules.values, "forum_recommends": False}
    soon = LATER + timedelta(minutes=1)
    change_policy(actor=None, at=soon, pool=town.pool, values=off, reason="Vi vil selv.", based_on=rules.number)
    decide(actor=town.chair, at=TODAY, meeting=meeting, wanted=Wanted(second, "approve", grant_ore=100_000_00))
    close_meeting(actor=town.chair, at=soon, meeting=meeting)
    assert (meeting.recommended_at, first.state, second.state) == (soon, "ready", "ready")
    third = town.scored(3, title="Tre", grant_ore=100_000_00)
    after = town.open_meeting(third, day=THURSDAY + timedelta(days=28))
    at = noon(after.held_on)
    decide(actor=town.chair, at=at, meeting=after, wanted=Wanted(third, "approve", grant_ore=100_000_00))
    close_meeting(actor=town.chair, at=at, meeting=after)
    assert (after.recommended_at, third.state) == (None, "awarded")


def test_who_gave_a_word_does_not_sign_the_minutes(town):
    chair = town.person("Dagny Direktør", Role.DECIDER, Role.CHAIR)
    meeting, _applications = town.closed("approve", "reject")
    say(meeting, chair, True, None)
    with pytest.raises(FourEyes):
        sign_minutes(actor=chair, at=NEXT_WEEK, meeting=meeting)
    sign_minutes(actor=town.chair, at=NEXT_WEEK, meeting=meeting)


def test_a_meeting_with_what_another_recommends_on_its_agenda_can_be_cancelled(town):
    following = town.meeting(day=THURSDAY + timedelta(days=28))
    application = town.scored(3, grant_ore=100_000_00)
    put_on_agenda(actor=town.coordinator, at=AT, meeting=following, application=application)
    meeting = town.open_meeting(application)
    town.meeting(day=THURSDAY + timedelta(days=56))
    decide(actor=town.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "approve", grant_ore=100_000_00))
    close_meeting(actor=town.chair, at=LATER, meeting=meeting)
    cancel_meeting(actor=town.coordinator, at=LATER, meeting=following, reason="Formanden er syg.")
    assert following.state == "cancelled" and events(application)[-1] != "postponed"


def test_the_forum_recommends_only_where_somebody_decides(app):
    forum = Forum()
    rules, administrator = forum.pool.policy_version, an_administrator(forum.staff)
    asked = {"actor": administrator, "at": TODAY, "pool": forum.pool, "reason": "Direktionen beslutter.", "based_on": rules.number}
    with pytest.raises(Incomplete, match="Nobody has the role of decider"):
        change_policy(values={**rules.values, "forum_recommends": True}, **asked)
    forum.person("Dorte Direktør", Role.DECIDER)
    assert change_policy(values={**rules.values, "forum_recommends": True}, **asked).policy.forum_recommends


def test_where_only_the_forum_itself_is_concerned_nobody_is_asked(town):
    meeting, (application,) = town.closed("defer")
    assert (meeting.recommended_at, application.state) == (None, "deferred")


def test_the_word_of_a_decider_who_leaves_counts_no_more_and_another_says_it(town):
    meeting, (first, second) = town.closed("approve", "approve")
    say(meeting, town.director, True, None)
    take_role(actor=None, at=NEXT_WEEK, pool=town.pool, user=town.director, role=Role.DECIDER)
    db.session.expire(town.director)
    with pytest.raises(NotAllowed):
        say(meeting, db.session.get_one(User, town.director.id), None, True)
    assert not say(meeting, town.other, None, True)
    assert say(meeting, town.other, True, None)
    assert (first.state, second.state) == ("awarded", "awarded")


def test_a_word_counts_no_more_once_its_decider_may_not_say_it(town):
    meeting, (first, second) = town.closed("approve", "approve")
    say(meeting, town.director, True, None)
    step_back(actor=town.director, at=NEXT_WEEK, meeting=meeting, application=first)
    assert not say(meeting, town.other, None, True)
    assert [matter.application for matter in unsaid(meeting)] == [first] and first.state == second.state == "ready"
    with pytest.raises(FourEyes):
        say(meeting, town.director, True, None)
    is_in_order(town.pool)
    assert say(meeting, town.other, "Ikke i år.", None)
    assert (first.state, second.state) == ("ready", "awarded")
    is_in_order(town.pool)


@pytest.mark.parametrize("ends", ["the role", "the person"])
def test_a_word_counts_no_more_once_its_decider_has_left(town, ends):
    meeting, (first, second) = town.closed("approve", "approve")
    say(meeting, town.director, True, None)
    if ends == "the role":
        take_role(actor=None, at=NEXT_WEEK, pool=town.pool, user=town.director, role=Role.DECIDER)
    else:
        town.director.is_active = False
    assert not say(meeting, town.other, None, True)
    assert say(meeting, town.other, True, None)
    assert award_of(first).approved_by == town.other and second.state == "awarded"


def test_scores_rest_while_a_decision_waits_and_open_again_when_it_is_sent_back(town):
    meeting, (application,) = town.closed("approve")
    before = assessments([application])[application.id].total
    late, levels = town.person("Sent Medlem", Role.MEMBER), dict.fromkeys(CODES, 1)
    sheet = {"at": NEXT_WEEK, "application": application, "levels": levels}
    for member in (town.maja, late):
        with pytest.raises(WrongState):
            hand_in_score(actor=member, **sheet)
        with pytest.raises(WrongState):
            keep_draft(actor=member, **sheet, reasons={}, comment="")
        with pytest.raises(WrongState):
            declare_interest(actor=member, at=NEXT_WEEK, application=application)
        assert not can_score(member, application)
    assert assessments([application])[application.id].total == before
    say(meeting, town.director, "Vent på budgettet.")
    hand_in_score(actor=late, **sheet)


def test_a_decider_leaves_a_matter_to_another_who_may_decide_it(town):
    meeting, (application, other) = town.closed("approve", "defer")
    with pytest.raises(NotAllowed):
        step_back(actor=town.maja, at=NEXT_WEEK, meeting=meeting, application=application)
    with pytest.raises(WrongState):
        step_back(actor=town.director, at=NEXT_WEEK, meeting=meeting, application=other)
    step_back(actor=town.director, at=NEXT_WEEK, meeting=meeting, application=application)
    with pytest.raises(FourEyes):
        step_back(actor=town.director, at=NEXT_WEEK, meeting=meeting, application=application)
    assert say(meeting, town.other, True)
    is_in_order(town.pool)
