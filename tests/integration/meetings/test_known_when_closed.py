"""What the forum decides is known when its meeting is closed, and can be taken back until then (domain.md §4)."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from fundbank.applications.operations import withdraw_application
from fundbank.awards.models import Award
from fundbank.awards.operations.follow_ups import make_follow_up
from fundbank.awards.queries import award_of
from fundbank.checks import check as check_records
from fundbank.errors import Incomplete, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.history.queries import entries
from fundbank.jobs import HANDLERS, begin_day
from fundbank.kit.transaction import commit
from fundbank.ledger.checks import check
from fundbank.ledger.queries import balances
from fundbank.ledger.rules import OverAvailable
from fundbank.meetings.models import PendingDecision
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.decisions import decide, set_consensus, take_back
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.queries.decisions import decisions_on
from fundbank.meetings.queries.pending import standing_decisions_on
from fundbank.meetings.rules import OverFrame
from fundbank.outbox.models import Job
from fundbank.outbox.worker import Worker
from fundbank.pools.roles import Role
from fundbank.reports.papers.minutes import minutes
from fundbank.scoring.operations import ConflictOfInterest, declare_interest
from tests.builders import an_administrator
from tests.integration.outbox.conftest import all_of
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum, sent

LATER = TODAY + timedelta(hours=2)
NEXT_DAY = TODAY + timedelta(days=1)


@pytest.fixture
def application(forum):
    return forum.scored(3, title="Digital selvbetjening", grant_ore=600_000_00)


@pytest.fixture
def meeting(forum, application):
    return forum.open_meeting(application)


def approve(forum, meeting, application, ore=600_000_00, at=TODAY):
    return decide(actor=forum.chair, at=at, meeting=meeting, wanted=Wanted(application, "approve", grant_ore=ore))


def is_in_order(pool):
    """The ledger and every record agree."""
    db.session.flush()
    assert check(pool.id) == [] and balances(pool.id).is_whole
    assert [str(fault) for fault in check_records(db.session.connection())] == []


def events(subject):
    return [line.event for line in entries(subject.__tablename__, subject.id)]


def test_the_money_is_reserved_at_once_and_the_rest_comes_with_closing(forum, application, meeting):
    pending = approve(forum, meeting, application)
    assert (application.state, pending.award.state, award_of(application), decisions_on(application)) == ("ready", "decided", None, [])
    assert (balances(forum.pool.id).available_ore, balances(forum.pool.id).reserved_ore) == (400_000_00, 600_000_00)
    assert "approved" not in events(application) and events(pending.award) == []
    is_in_order(forum.pool)
    close_meeting(actor=forum.chair, at=LATER, meeting=meeting)
    award = award_of(application)
    assert (application.state, award.state, award.decided_at, award.decided_by_id) == ("awarded", "offered", LATER, forum.chair.id)
    assert [(one.outcome, one.decided_at) for one in decisions_on(application)] == [("approve", LATER)]
    assert events(application)[-1] == "approved" and events(award) == ["offered"]
    is_in_order(forum.pool)


def test_what_is_taken_back_gives_its_money_back_and_another_decision_follows(forum, application, meeting):
    first = approve(forum, meeting, application)
    take_back(actor=forum.chair, at=TODAY, pending=first, reason="Beløbet var forkert.")
    assert (first.state, first.award.state, balances(forum.pool.id).available_ore) == ("taken_back", "taken_back", 1_000_000_00)
    is_in_order(forum.pool)
    second = approve(forum, meeting, application, 250_000_00)
    assert first.award != second.award and standing_decisions_on([application.id]) == {application.id: second}
    close_meeting(actor=forum.chair, at=LATER, meeting=meeting)
    assert (award_of(application), balances(forum.pool.id).reserved_ore) == (second.award, 250_000_00)
    assert events(meeting)[-4:] == ["decision_recorded", "decision_taken_back", "decision_recorded", "closed"]
    assert [line.reason for line in entries("awards", first.award.id)] == ["Beløbet var forkert."]
    is_in_order(forum.pool)


def test_the_minutes_say_what_it_came_to_and_what_was_taken_back(forum, application, meeting):
    take_back(actor=forum.chair, at=TODAY, pending=approve(forum, meeting, application), reason="Beløbet var forkert.")
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "defer", "Vi venter."))
    for _when in ("open", "closed"):
        said = str(minutes(meeting, forum.chair, LATER).to_json())
        assert "Vi venter." in said and "Beløbet var forkert." in said and said.index("Vi venter.") < said.index("Beløbet var forkert.")
        if meeting.state == "open":
            close_meeting(actor=forum.chair, at=LATER, meeting=meeting)


def test_only_the_chair_without_a_conflict_takes_back_with_a_reason_once_and_in_the_open_meeting(forum, application, meeting):
    pending = approve(forum, meeting, application)
    other = forum.person("Clara Formand", Role.CHAIR, department=application.department)
    for actor, refusal in ((forum.maja, NotAllowed), (forum.coordinator, NotAllowed), (other, ConflictOfInterest)):
        with pytest.raises(refusal):
            take_back(actor=actor, at=TODAY, pending=pending, reason="Nej")
    with pytest.raises(Incomplete):
        take_back(actor=forum.chair, at=TODAY, pending=pending, reason=" ")
    take_back(actor=forum.chair, at=TODAY, pending=pending, reason="Forkert.")
    with pytest.raises(WrongState, match="taken back already"):
        take_back(actor=forum.chair, at=TODAY, pending=pending, reason="Igen.")
    again = approve(forum, meeting, application)
    close_meeting(actor=forum.chair, at=LATER, meeting=meeting)
    with pytest.raises(WrongState, match="meeting is over"):
        take_back(actor=forum.chair, at=LATER, pending=again, reason="For sent.")


def test_an_item_is_decided_once_until_that_is_taken_back_also_in_another_meeting(forum, application, meeting):
    pending = approve(forum, meeting, application)
    other = forum.open_meeting(application)
    for one in (meeting, other):
        with pytest.raises(WrongState, match="decided it already"):
            decide(actor=forum.chair, at=TODAY, meeting=one, wanted=Wanted(application, "defer", "Igen."))
    values = {
        column.key: getattr(pending, column.key) for column in PendingDecision.__table__.columns if column.key not in ("id", "award_id")
    }
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(PendingDecision(**{**values, "outcome": "reject"}))
        db.session.flush()


def test_the_limits_hold_at_the_same_instant(app):
    forum = Forum(frames=[{"code": "citizen", "name": "Borgerservice", "amount_ore": 700_000_00}])
    first, second = (forum.scored(3, title=title, grant_ore=600_000_00, frame="citizen") for title in ("Første", "Anden"))
    third = forum.scored(3, title="Tredje", grant_ore=600_000_00)
    meeting = forum.open_meeting(first, second, third)
    pending = approve(forum, meeting, first)
    with pytest.raises(OverFrame):
        approve(forum, meeting, second)
    with pytest.raises(OverAvailable):
        approve(forum, meeting, third)
    take_back(actor=forum.chair, at=TODAY, pending=pending, reason="Vi vil hellere det andet.")
    approve(forum, meeting, second)


def test_a_consensus_can_be_changed_until_the_meeting_is_closed(forum, application, meeting):
    asked = {"actor": forum.chair, "meeting": meeting, "application": application, "criterion": "security", "reason": "Enige."}
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "reject", "Nej."))
    set_consensus(at=TODAY, level=2, **asked)
    close_meeting(actor=forum.chair, at=LATER, meeting=meeting)
    with pytest.raises(WrongState, match="meeting is over"):
        set_consensus(at=LATER, level=1, **asked)


def test_an_application_that_is_withdrawn_meanwhile_makes_the_decision_lapse(forum, application, meeting):
    """The applicant cannot tell a decided item from one that is not: both can be withdrawn until the meeting is closed."""
    pending = approve(forum, meeting, application)
    withdraw_application(actor=forum.applicant, at=TODAY, application=application)
    close_meeting(actor=forum.chair, at=LATER, meeting=meeting)
    assert (application.state, pending.state, pending.award.state) == ("withdrawn", "lapsed", "taken_back")
    assert balances(forum.pool.id).available_ore == 1_000_000_00 and decisions_on(application) == []
    assert "A decision lapsed" in str(minutes(meeting, forum.chair, LATER).to_json())
    is_in_order(forum.pool)


def test_a_meeting_that_ends_with_its_day_lets_its_decisions_be_known_the_day_after(app, forum, application, meeting):
    approve(forum, meeting, application)
    all_of(Worker(app, HANDLERS, begin_day), LATER)
    assert application.state == "ready"
    all_of(Worker(app, HANDLERS, begin_day), NEXT_DAY)
    assert (application.state, award_of(application).state) == ("awarded", "offered")
    is_in_order(forum.pool)


def test_each_meeting_that_is_over_is_carried_out_by_itself(app, client, forum):
    """What cannot be carried out of one does not hold the others; it is tried again, and the administrator sees it in the end."""
    broken, sound = forum.scored(3, title="Umulig", grant_ore=1_000_00), forum.scored(3, title="Mulig", grant_ore=1_000_00)
    for one in (broken, sound):
        approve(forum, forum.open_meeting(one), one, 1_000_00)
    made = update(Award).where(Award.application_id == broken.id)
    db.session.execute(made.values(state="offered"))  # behind the program's back
    all_of(Worker(app, HANDLERS, begin_day), NEXT_DAY)
    assert (broken.state, sound.state) == ("ready", "awarded")
    job = db.session.scalars(select(Job).where(Job.kind == "meeting", Job.done_at.is_(None))).one()
    assert "WrongState" in job.error
    db.session.execute(update(Job).where(Job.id == job.id).values(given_up_at=NEXT_DAY))
    commit()
    outbox = client.sign_in(an_administrator(forum.staff)).get("/outbox").words
    assert f"Letting the decisions of a meeting of {forum.pool.name} be known" in outbox
    db.session.execute(made.values(state="decided"))
    all_of(Worker(app, HANDLERS, begin_day), NEXT_DAY + timedelta(days=1))
    assert broken.state == "awarded"


@pytest.mark.parametrize("outcome, state", [("reject", "rejected"), ("defer", "deferred"), ("return", "returned")])
def test_the_other_outcomes_are_known_with_closing_too(forum, application, meeting, outcome, state):
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, outcome, "Fordi."))
    assert (application.state, application.signed_by_id is None) == ("ready", False)
    close_meeting(actor=forum.chair, at=LATER, meeting=meeting)
    assert (application.state, application.signed_by_id is None) == (state, outcome == "return")
    is_in_order(forum.pool)


def test_the_page_of_the_meeting_takes_back_and_keeps_what_was_typed_when_another_has_closed_it(client, forum, application, meeting):
    pending = approve(forum, meeting, application)
    commit()
    page = client.sign_in(forum.chair).get(f"/meetings/{meeting.id}")
    url = f"/meetings/{meeting.id}/decisions/{pending.id}/take-back"
    assert "Known when the meeting is closed" in page.words and f'href="{url}"' in page.text
    assert "DKK 600,000.00 that is reserved for it becomes available again." in client.get(url).words
    answer = client.submit(url, sent(client.get(url).text, reason=""))
    assert answer.status_code == 422 and "Write the reason." in answer.words
    form = sent(client.get(url).text, reason="Beløbet var forkert.")
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    commit()
    answer = client.submit(url, form)
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert "The meeting is over. What it decided stands." in answer.words
    assert sent(answer.text)["reason"].strip() == "Beløbet var forkert."
    assert "Take it back" not in client.get(f"/meetings/{meeting.id}").words


def test_a_decision_typed_when_another_has_closed_the_meeting_is_kept_in_the_form(client, forum, application, meeting):
    commit()
    url = f"/meetings/{meeting.id}/applications/{application.id}/decision"
    form = sent(client.sign_in(forum.chair).get(url).text, outcome="defer", reason="Vi mangler driften.")
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    commit()
    answer = client.submit(url, form)
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert "The meeting is over. Nothing more can be decided in it." in answer.words
    assert sent(answer.text)["reason"].strip() == "Vi mangler driften."


def test_those_in_the_room_see_the_award_and_nobody_else(client, forum, application, meeting):
    award = approve(forum, meeting, application).award
    commit()
    for person in (forum.chair, forum.maja, forum.coordinator, forum.finance):
        assert "Decided, and not known outside the forum yet" in client.sign_in(person).get(f"/awards/{award.id}").words
    for person in (forum.applicant, forum.leader):
        assert client.sign_in(person).get(f"/awards/{award.id}").status_code == 404
        for act in ("accept", "decline", "cancel"):
            assert client.get(f"/awards/{award.id}/{act}").status_code == 404
    assert meeting.held_on == THURSDAY


def test_a_first_score_may_come_late_but_not_after_the_decision(forum, application, meeting):
    late = forum.person("Lone Sen", Role.MEMBER)
    pending = approve(forum, meeting, application)
    with pytest.raises(WrongState):
        forum.score(application, 2, by=late, at=TODAY)
    take_back(actor=forum.chair, at=TODAY, pending=pending, reason="Vi så forkert")
    forum.score(application, 2, by=late, at=TODAY)
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "defer", "Senere"))
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    forum.score(application, 2, by=forum.person("Lis Ter", Role.MEMBER), at=TODAY)
    is_in_order(forum.pool)


def test_nobody_is_asked_to_follow_up_what_nobody_knows_of(forum, application, meeting):
    """The mail to an owner in the department would tell the outcome."""
    award = approve(forum, meeting, application).award
    wanted = {"actor": forum.chair, "at": TODAY, "award": award, "text": "Mål i maj", "owner": forum.coordinator, "due_on": THURSDAY}
    with pytest.raises(WrongState):
        make_follow_up(**wanted)
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    make_follow_up(**wanted)


def test_who_has_scored_steps_back_before_the_decision_or_not_at_all(forum, application, meeting):
    approve(forum, meeting, application)
    with pytest.raises(WrongState):
        declare_interest(actor=forum.maja, at=TODAY, application=application)
