"""How members score, for the chair: of what has been decided, and of nothing else."""

from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.wanted import Wanted
from tests.integration.scoring.forum import TODAY


def test_the_chair_sees_how_members_compare_in_what_has_been_decided(client, forum):
    url = f"/pools/{forum.pool.id}/calibration"
    assert "No decided application has been scored" in client.sign_in(forum.chair).get(url).words
    application, waiting = forum.application("Afgjort"), forum.application("Venter")
    for member, level in ((forum.chair, 2), (forum.maja, 3), (forum.mads, 1)):
        forum.score(application, level, by=member)
        forum.score(waiting, 4 - level, by=member)
    assert "Maja" not in client.get(url).words  # nothing is decided yet
    meeting = forum.open_meeting(application)
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(application, "reject", "For dyrt."))
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    words = client.get(url).words
    assert "Maja Medlem 1 +75.00" in words and "Mads Medlem 1 -75.00" in words and "Carl Formand 1 0.00" in words
    assert "How members score" in client.get(f"/pools/{forum.pool.id}/ranking").words


def test_nobody_but_the_chair_sees_it(client, forum):
    for person in (forum.maja, forum.coordinator, forum.finance, forum.applicant):
        assert client.sign_in(person).get(f"/pools/{forum.pool.id}/calibration").status_code == 403
    assert "How members score" not in client.sign_in(forum.maja).get(f"/pools/{forum.pool.id}/ranking").words
