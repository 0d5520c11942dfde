"""A least number present, and a conflict of interest that the chair finds."""

import pytest

from fundbank.checks import check
from fundbank.errors import AlreadyPosted, FourEyes, Incomplete, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.recusals import readmit, recuse
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.rules import TooFewPresent
from fundbank.pools.roles import Role
from fundbank.scoring.operations import ConflictOfInterest, declare_interest
from fundbank.scoring.permissions import can_score, has_conflict
from fundbank.scoring.queries import counting
from tests.integration.scoring.forum import TODAY, Forum, sent
from tests.web import statements

WHY = "Hendes bror leder projektet."


def recused(forum, meeting, application, person, **more):
    recuse(**{"actor": forum.chair, "at": TODAY, "meeting": meeting, "application": application, "person": person, "reason": WHY} | more)


def decided(forum, meeting, application, outcome="reject"):
    return decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, outcome, "For dyrt."))


@pytest.mark.parametrize(("minimum", "is_refused"), [(0, False), (3, False), (4, True)])
def test_fewer_present_than_the_rules_ask_for_decide_nothing_but_to_wait(app, minimum, is_refused):
    forum = Forum(minimum_present=minimum)
    application, other = forum.scored(2), forum.scored(2)
    meeting = forum.open_meeting(application, other, present=(forum.chair, forum.maja, forum.mads, forum.finance))
    if is_refused:  # finance is present, and decides nothing
        with pytest.raises(TooFewPresent) as refused:
            decided(forum, meeting, application)
        assert (refused.value.code, refused.value.values) == ("quorum_missing", {"present": "3", "minimum": "4"})
        assert decided(forum, meeting, application, outcome="defer")
    else:
        assert decided(forum, meeting, application)


def test_who_must_leave_does_not_count_as_present(client, app):
    forum = Forum(minimum_present=3, minimum_scores=2)
    application = forum.scored(2, title="Sagen")
    meeting = forum.open_meeting(application)
    assert "Fewest present at a decision 3" in client.sign_in(forum.chair).get(f"/meetings/{meeting.id}").words
    recused(forum, meeting, application, forum.maja)
    url = f"/meetings/{meeting.id}/applications/{application.id}/decision"
    answer = client.submit(url, sent(client.get(url).text, outcome="reject", reason="For dyrt."))
    assert answer.code == "quorum_missing"
    assert "2 who may decide are present and free of conflict, and the rules ask for at least 3." in answer.words


def test_the_chair_keeps_somebody_out_and_the_minutes_say_who_and_why(client, forum):
    application = forum.scored(2, title="Sagen")
    absent = forum.person("Mona Medlem", Role.MEMBER)
    meeting = forum.open_meeting(application)
    url = f"/meetings/{meeting.id}/applications/{application.id}/recusal"
    page = client.sign_in(forum.chair).get(url)
    assert "Carl Formand" not in page.words.split("Who stays out of it?")[1]
    assert client.submit(url, sent(page.text, person=str(forum.maja.id), reason="")).status_code == 422
    assert client.submit(url, sent(page.text, person=str(forum.maja.id), reason=WHY)).status_code == 303
    recused(forum, meeting, application, absent)
    assert "Maja Medlem: found by Carl Formand on 19 March 2026: " + WHY in client.get(url).words
    assert has_conflict(forum.maja, application) and not can_score(forum.maja, application)
    assert len(counting(application)) == 2
    assert "Must leave the room: Maja Medlem" in client.get(f"/meetings/{meeting.id}").words
    decision = decided(forum, meeting, application, outcome="defer")
    assert set(decision.recused_ids) == {forum.maja.id, absent.id}
    words = client.get(f"/meetings/{meeting.id}/minutes").words
    assert "Stayed out for a conflict of interest Maja Medlem, Mona Medlem (not present)" in words
    assert "Conflict of interest found by the chair Maja Medlem, found by Carl Formand: " + WHY in words
    history = client.get(f"/pools/{forum.pool.id}/history").words
    assert "The chair found a conflict of interest" in history and WHY not in history


def test_a_conflict_is_found_by_a_chair_free_of_it_once_and_before_the_decision(client, forum):
    application = forum.scored(2)
    meeting = forum.open_meeting(application)
    for actor in (forum.coordinator, forum.maja):
        with pytest.raises(NotAllowed):
            recused(forum, meeting, application, forum.mads, actor=actor)
    with pytest.raises(NotAllowed):
        recused(forum, meeting, application, forum.finance)
    with pytest.raises(Incomplete):
        recused(forum, meeting, application, forum.maja, reason=" ")
    recused(forum, meeting, application, forum.maja)
    with pytest.raises(AlreadyPosted):
        recused(forum, meeting, application, forum.maja)
    second = forum.person("Clara Formand", Role.CHAIR)
    recused(forum, meeting, application, second)
    with pytest.raises(ConflictOfInterest):
        recused(forum, meeting, application, forum.mads, actor=second)
    assert client.sign_in(second).get(f"/meetings/{meeting.id}/applications/{application.id}/recusal").status_code == 403
    assert client.sign_in(forum.maja).get(f"/meetings/{meeting.id}/applications/{application.id}/recusal").status_code == 403
    decided(forum, meeting, application, outcome="defer")
    other = forum.application("En anden")
    with pytest.raises(WrongState):
        recused(forum, meeting, other, forum.mads)


def readmitted(forum, meeting, application, person, **more):
    readmit(
        **{
            "actor": forum.coordinator,
            "at": TODAY,
            "meeting": meeting,
            "application": application,
            "person": person,
            "reason": "En navnebror",
        }
        | more
    )


def test_who_was_kept_out_by_mistake_is_let_in_again_by_another(client, forum):
    application = forum.scored(2, title="Sagen")
    meeting = forum.open_meeting(application)
    recused(forum, meeting, application, forum.maja)
    with pytest.raises(FourEyes):
        readmitted(forum, meeting, application, forum.maja, actor=forum.chair)
    with pytest.raises(NotAllowed):
        readmitted(forum, meeting, application, forum.maja, actor=forum.maja)
    with pytest.raises(Incomplete):
        readmitted(forum, meeting, application, forum.maja, reason=" ")
    with pytest.raises(WrongState):  # nobody keeps him out
        readmitted(forum, meeting, application, forum.mads)
    url = f"/meetings/{meeting.id}/applications/{application.id}/readmission"
    page = client.sign_in(forum.coordinator).get(url)
    assert WHY in page.words and url in client.get(f"/meetings/{meeting.id}").text
    assert client.submit(url, sent(page.text, person=str(forum.maja.id), reason="En navnebror")).status_code == 303
    assert can_score(forum.maja, application) and len(counting(application)) == 2
    forum.score(application, 3, by=forum.maja, at=TODAY)
    assert len(counting(application)) == 3
    recused(forum, meeting, application, forum.maja, reason="Alligevel hendes bror")
    assert has_conflict(forum.maja, application) and not can_score(forum.maja, application)
    told = client.sign_in(forum.chair).get(f"/pools/{forum.pool.id}/history").words
    assert "Let in again" in told and "Out of it again" in told and forum.maja.name in told
    commit()
    assert [one for one in check(db.session.connection()) if "interest" in str(one)] == []


def test_the_newest_word_on_a_conflict_is_the_one_that_is_shown(client, forum):
    """Pages and minutes tell who keeps somebody out now, and why, whatever was said first."""
    application, second = forum.scored(2, title="Sagen"), forum.person("Dorte Formand", Role.CHAIR, Role.MEMBER)
    meeting = forum.open_meeting(application)
    recused(forum, meeting, application, forum.maja)
    readmitted(forum, meeting, application, forum.maja)
    recused(forum, meeting, application, forum.maja, actor=second, reason="Alligevel hendes bror")
    declare_interest(actor=forum.mads, at=TODAY, application=application)
    readmitted(forum, meeting, application, forum.mads)
    recused(forum, meeting, application, forum.mads, actor=second, reason="Hans chef søger")
    own = forum.person("Ene Medlem", Role.MEMBER)
    recused(forum, meeting, application, own, reason="En nabo")
    readmitted(forum, meeting, application, own)
    declare_interest(actor=own, at=TODAY, application=application)
    url, newest = f"/meetings/{meeting.id}/applications/{application.id}", "found by Dorte Formand on 19 March 2026: Alligevel hendes bror"
    for page, reader in (("recusal", forum.chair), ("readmission", forum.coordinator)):
        words = client.sign_in(reader).get(f"{url}/{page}").words
        assert newest in words and "Hans chef søger" in words and WHY not in words
        assert "Ene Medlem: declared it on 19 March 2026" in words and "En nabo" not in words
    offered = client.sign_in(second).get(f"{url}/readmission").words
    assert "Ene Medlem" in offered and "Maja Medlem" not in offered, "who said so last lets nobody in"
    assert "Alligevel hendes bror" in client.sign_in(forum.maja).get(f"/applications/{application.id}/score").words
    assert "You declared an interest" in client.sign_in(own).get(f"/applications/{application.id}/score").words
    forum.score(application, 2, by=forum.person("Mona", Role.MEMBER), at=TODAY)
    decided(forum, meeting, application, outcome="defer")
    minutes = client.sign_in(forum.chair).get(f"/meetings/{meeting.id}/minutes").words
    assert "Maja Medlem, found by Dorte Formand: Alligevel hendes bror" in minutes
    assert "Mads Medlem, found by Dorte Formand: Hans chef søger" in minutes
    assert "Ene Medlem, found by" not in minutes and WHY not in minutes


def test_who_let_in_again_is_asked_in_as_many_questions_however_many_there_are(client, forum):
    application = forum.scored(2, title="Sagen")
    meeting = forum.open_meeting(application)
    url, asked = f"/meetings/{meeting.id}/applications/{application.id}/readmission", []
    for person in (forum.maja, forum.mads):
        recused(forum, meeting, application, person)
        commit()
        client.sign_in(forum.coordinator).get(url)
        with statements() as said:
            client.get(url)
        asked.append(len(said))
    assert asked[0] == asked[1]


def test_who_stepped_back_by_mistake_is_let_in_again(forum):
    application = forum.scored(2)
    meeting = forum.open_meeting(application)
    declare_interest(actor=forum.maja, at=TODAY, application=application)
    readmitted(forum, meeting, application, forum.maja, actor=forum.chair)
    assert not has_conflict(forum.maja, application)
    declare_interest(actor=forum.maja, at=TODAY, application=application)
    assert has_conflict(forum.maja, application)


def test_what_is_decided_lets_nobody_in(forum):
    application = forum.scored(2)
    meeting = forum.open_meeting(application)
    recused(forum, meeting, application, forum.maja)
    forum.score(application, 2, by=forum.person("Mona", Role.MEMBER), at=TODAY)
    decided(forum, meeting, application)
    with pytest.raises(WrongState):
        readmitted(forum, meeting, application, forum.maja)
