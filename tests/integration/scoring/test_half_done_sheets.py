"""The sheet as a place to work: kept half-done, with reasons where the rules ask for them, on to the next, and late in the meeting."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from fundbank.applications.operations import edit_application
from fundbank.applications.operations.annexes import attach_annexes
from fundbank.errors import Incomplete, NotAllowed
from fundbank.extensions import db
from fundbank.files.operations import Sent
from fundbank.history.models import HistoryEntry
from fundbank.kit.clock import noon
from fundbank.pools.criteria import CODES
from fundbank.scoring.models import ScoreDraft
from fundbank.scoring.operations import ConflictOfInterest, declare_interest, hand_in_score, keep_draft
from fundbank.scoring.rules import own_order
from fundbank.scoring.waiting import draft_of, next_to_score
from tests.annexes import PDF
from tests.builders import AT
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum, decide_openly, sent

MIDDLE = dict.fromkeys(CODES, 2)


def url_of(application):
    return f"/applications/{application.id}/score"


def test_a_half_done_sheet_is_kept_and_nobody_else_sees_it(client, forum):
    application = forum.application()
    page = client.sign_in(forum.maja).get(url_of(application))
    lines = db.session.scalar(select(func.count()).select_from(HistoryEntry))
    kept = client.submit(url_of(application), sent(page.text, wellbeing="3", comment="Halvvejs.", act="keep"))
    assert kept.status_code == 303
    again = client.get(url_of(application))
    assert "This is your half-done sheet" in again.words
    typed = sent(again.text)
    assert (typed["wellbeing"], typed.get("efficiency"), typed["comment"]) == (["3"], None, "Halvvejs.")
    assert db.session.scalar(select(func.count()).select_from(HistoryEntry)) == lines
    for person in (forum.mads, forum.chair, forum.coordinator):
        words = client.sign_in(person).get(url_of(application)).words
        assert "Halvvejs." not in words and "half-done sheet of" not in words
    assert "Halvvejs." not in client.get(f"/pools/{forum.pool.id}/history").words
    client.sign_in(forum.maja)
    handed_in = client.submit(url_of(application), sent(again.text, **dict.fromkeys(CODES, "2")))
    assert handed_in.status_code == 303 and draft_of(application, forum.maja) is None


def test_a_half_done_sheet_says_that_a_new_version_has_come_since_it_was_begun(client, forum):
    application = forum.application()
    client.sign_in(forum.maja)
    page = client.get(url_of(application))
    assert client.submit(url_of(application), sent(page.text, wellbeing="3", act="keep")).status_code == 303
    old_page = client.get(url_of(application))
    assert "A new version has come" not in old_page.words
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="return", reason="Hvad koster driften?")
    edit_application(actor=forum.applicant, at=TODAY, application=application, content=application.content.replace(loan_ore=200_000_00))
    forum.submit(application, at=TODAY)
    words = client.get(url_of(application)).words
    assert "You had version 1 before you; this is version 2. These parts are new: Loan" in words
    assert f"/applications/{application.id}/versions/1" in client.get(url_of(application)).text
    kept = client.submit(url_of(application), sent(old_page.text, wellbeing="2", act="keep"))
    assert kept.status_code == 303 and draft_of(application, forum.maja).version_number == 1, "they read the old one"
    assert client.submit(url_of(application), sent(client.get(url_of(application)).text, act="keep")).status_code == 303
    assert draft_of(application, forum.maja).version_number == 2
    assert "A new version has come" not in client.get(url_of(application)).words


def test_a_half_done_sheet_says_that_an_annex_is_another(client, forum):
    application = forum.application()
    client.sign_in(forum.maja)
    assert client.submit(url_of(application), sent(client.get(url_of(application)).text, wellbeing="3", act="keep")).status_code == 303
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="return", reason="Hvor er tilbuddet?")
    files = [Sent("Tilbud.pdf", BytesIO(PDF))]
    attach_annexes(actor=forum.applicant, at=TODAY, application=application, sent=files, purpose="offer")
    forum.submit(application, at=TODAY)
    words = client.get(url_of(application)).words
    assert "this is version 2. These parts are new: Annexes" in words and "Nothing that is scored has changed." not in words


def test_a_half_done_sheet_goes_when_its_member_steps_back(forum):
    application = forum.application()
    keep_draft(actor=forum.maja, at=AT, application=application, levels={"quality": 9, "security": 1}, reasons={}, comment="")
    assert draft_of(application, forum.maja).levels == {"security": 1}
    declare_interest(actor=forum.maja, at=AT, application=application)
    assert db.session.scalar(select(func.count()).select_from(ScoreDraft)) == 0
    with pytest.raises(ConflictOfInterest):
        keep_draft(actor=forum.maja, at=AT, application=application, levels={}, reasons={}, comment="")
    with pytest.raises(NotAllowed):
        keep_draft(actor=forum.coordinator, at=AT, application=application, levels={}, reasons={}, comment="")


def test_the_lowest_and_the_highest_level_need_a_reason_where_the_rules_say_so(client, app):
    forum = Forum(extremes_need_reason=True, level_guidance="Lav: ingen ændring.\nHøj: mærkes hver dag.")
    application = forum.application()
    page = client.sign_in(forum.maja).get(url_of(application))
    assert "mærkes hver dag" in page.words
    typed = dict.fromkeys(CODES, "2") | {"quality": "3"}
    answer = client.submit(url_of(application), sent(page.text, **typed))
    assert answer.status_code == 422 and "Write why you chose the lowest or the highest level." in answer.words
    assert client.submit(url_of(application), sent(answer.text, **typed, reason_quality="Borgerne spares en tur.")).status_code == 303
    with pytest.raises(Incomplete) as refused:
        hand_in_score(actor=forum.mads, at=AT, application=application, levels=MIDDLE | {"security": 1}, reasons={"security": " "})
    assert refused.value.field == "reason_security"
    hand_in_score(actor=forum.mads, at=AT, application=application, levels=MIDDLE)
    assert "Borgerne spares en tur." in client.sign_in(forum.mads).get(url_of(application)).words
    assert "Borgerne spares en tur." not in client.sign_in(forum.chair).get(url_of(application)).words


def test_without_the_rule_no_reason_is_asked_for(client, forum):
    page = client.sign_in(forum.maja).get(url_of(forum.application()))
    assert "Why this level?" not in page.words and "What the levels mean" not in page.words


def test_each_member_goes_through_what_is_left_in_an_order_of_their_own(client, forum):
    made = [forum.application(f"Sag {number}") for number in range(6)]
    met = []
    here = made[0]
    while here is not None:
        met.append(here)
        forum.score(here, 2, by=forum.maja)
        here = next_to_score(forum.maja, here)
    assert set(met) == set(made) and len(met) == 6
    ids = [one.id for one in made]
    start = own_order(forum.maja.id, ids).index(made[0].id)
    order = own_order(forum.maja.id, ids)
    assert [one.id for one in met] == order[start:] + order[:start]
    following = next_to_score(forum.mads, made[0])
    words = client.sign_in(forum.mads).get(url_of(made[0])).words
    assert "Next application to score" in words and following.title in words
    forum.open_meeting(made[0])
    assert "Next application to score" not in client.sign_in(forum.coordinator).get(url_of(made[0])).words


def test_a_first_score_in_the_meeting_is_shown_as_late(client, forum):
    application = forum.application()
    for member in (forum.maja, forum.chair):
        forum.score(application, 2, by=member)
    forum.open_meeting(application)
    forum.score(application, 2, by=forum.mads, at=noon(THURSDAY))
    words = client.sign_in(forum.chair).get(url_of(application)).words
    assert words.count("late: in the meeting") == 1 and "Mads Medlem late: in the meeting" in words
