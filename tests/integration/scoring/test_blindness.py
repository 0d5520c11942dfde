"""Members score blind: no page tells what others gave before the own score is handed in (domain.md §5)."""

import pytest

from fundbank.applications.operations import edit_application
from fundbank.extensions import db
from fundbank.pools.roles import Role
from fundbank.scoring.permissions import can_see_scores, conflicts_among, has_conflict, scores_in_sight
from tests.integration.scoring.forum import TODAY, decide_openly

SECRET = "Kommentar fra et andet medlem"


@pytest.fixture
def application(forum):
    """Scored 80.00 and 90.00 by two members, 85.00 together; Maja has not scored."""
    application = forum.application(grant_ore=100_000_00)
    forum.score(application, 3, 3, 3, 3, 1, by=forum.mads, comment=SECRET)
    forum.score(application, 3, 3, 3, 3, 2, by=forum.chair)
    return application


def pages(forum, application, meeting):
    """Every page that could tell a member about the scores."""
    return [
        f"/applications/{application.id}",
        f"/applications/{application.id}/score",
        f"/applications/{application.id}/paper",
        f"/applications/{application.id}/versions/1",
        f"/pools/{forum.pool.id}/ranking",
        f"/pools/{forum.pool.id}/applications",
        f"/pools/{forum.pool.id}/meetings",
        f"/pools/{forum.pool.id}/history",
        f"/pools/{forum.pool.id}",
        f"/meetings/{meeting.id}",
        f"/meetings/{meeting.id}/choice?chosen={application.id}",
        f"/meetings/{meeting.id}/agenda",
        f"/meetings/{meeting.id}/minutes",
        f"/meetings/{meeting.id}/applications/{application.id}/decision",
        f"/meetings/{meeting.id}/applications/{application.id}/consensus",
        "/",
    ]


@pytest.mark.parametrize("opened", [False, True], ids=["planned", "open"])
def test_no_page_tells_the_scores_before_the_own_is_handed_in(client, forum, application, opened):
    meeting = forum.open_meeting(application) if opened else forum.meeting(application)
    client.sign_in(forum.maja)
    for url in pages(forum, application, meeting):
        page = client.get(url)
        assert page.status_code != 404 or url.endswith("/minutes"), f"{url} is not there"
        text = page.text
        for told in (SECRET, "85.00", "90.00", "80.00"):
            assert told not in text, f"{url} tells {told}"


def test_not_even_the_chair_who_scores_sees_the_scores_before_the_own_is_handed_in(client, forum, application):
    chair = forum.person("Clara Formand", Role.CHAIR, Role.MEMBER)
    meeting = forum.open_meeting(application)
    client.sign_in(chair)
    for url in pages(forum, application, meeting):
        text = client.get(url).text
        for told in (SECRET, "85.00", "90.00", "80.00"):
            assert told not in text, f"{url} tells {told}"
    assert "85.00" in client.sign_in(forum.chair).get(f"/meetings/{meeting.id}/applications/{application.id}/decision").text


def test_handed_in_the_others_show_with_mean_spread_and_discuss(client, forum, application):
    forum.score(application, 3, 3, 3, 3, 3)
    words = client.sign_in(forum.maja).get(f"/applications/{application.id}/score").words
    assert SECRET in words
    assert "Total 90.00 of 100 points" in words
    assert "Scalability Low Medium High 50.00 2 Discuss" in words
    assert "Total 80.00 90.00 100.00 90.00" in words


def test_a_score_withdrawn_by_an_interest_hides_the_others_again(client, forum, application):
    forum.score(application, 2)
    client.sign_in(forum.maja)
    assert SECRET in client.get(f"/applications/{application.id}/score").text
    client.submit(f"/applications/{application.id}/interest")
    assert SECRET not in client.get(f"/applications/{application.id}/score").text
    assert "85.00" not in client.get(f"/pools/{forum.pool.id}/ranking").text


def test_the_ranking_sets_the_unscored_apart_whatever_the_others_gave(client, forum):
    """Its place must not tell: the best and the worst stand in the same order below, and the ranks leave no gap."""
    best, middle, worst = (forum.application(title) for title in ("Bedst", "Midt", "Værst"))
    for application, level in ((best, 3), (middle, 2), (worst, 1)):
        forum.score(application, level, by=forum.mads)
    forum.score(middle, 2)
    words = client.sign_in(forum.maja).get(f"/pools/{forum.pool.id}/ranking").words
    ranked, apart = words.split("Not ranked here")
    assert "1 Midt" in ranked
    assert "Bedst" not in ranked and "Værst" not in ranked
    assert apart.index("Bedst") < apart.index("Værst")
    assert "100.00" not in words
    forum.score(best, 2)
    words = client.get(f"/pools/{forum.pool.id}/ranking").words
    assert words.index("1 Bedst") < words.index("2 Midt") < words.index("Not ranked here") < words.index("Værst")


def test_an_agenda_does_not_tell_the_ranking(client, forum):
    first, second = forum.application("Alfa"), forum.application("Beta")
    forum.score(first, 1, by=forum.mads)
    forum.score(second, 3, by=forum.mads)
    meeting = forum.meeting(first, second)
    client.sign_in(forum.coordinator)
    client.submit(f"/meetings/{meeting.id}/agenda/ranking")
    assert_order(client.get(f"/meetings/{meeting.id}").words, "Beta", "Alfa")
    page = client.sign_in(forum.maja).get(f"/meetings/{meeting.id}")
    assert_order(page.words, "Alfa", "Beta")
    assert "stand here by their numbers" in page.words
    forum.score(first, 2)
    forum.score(second, 2)
    assert_order(client.get(f"/meetings/{meeting.id}").words, "Beta", "Alfa")


def test_a_new_version_keeps_its_scores_hidden_on_the_way_back_to_the_forum(client, forum, application):
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="return", reason="Hvad koster driften?")
    for person in (forum.maja, forum.applicant, forum.leader):
        assert not can_see_scores(person, application)
    edit_application(actor=forum.applicant, at=TODAY, application=application, content=application.content.replace(summary="Nyt"))
    forum.submit(application, at=TODAY)
    assert not can_see_scores(forum.maja, application)
    assert can_see_scores(forum.mads, application)


def test_who_is_in_conflict_sees_nothing_before_the_decision(client, forum, application):
    chair = forum.person("Conny Formand", Role.CHAIR, department=forum.unit)
    assert not can_see_scores(chair, application)
    assert "85.00" not in client.sign_in(chair).get(f"/pools/{forum.pool.id}/ranking").text
    forum.score(application, 3)
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Nej")
    assert can_see_scores(chair, application)
    assert can_see_scores(forum.applicant, application)


def test_the_lists_answer_as_the_single_questions_do(forum, application):
    """``scores_in_sight`` and ``conflicts_among`` are the rules of one person and one application, asked for many at once."""
    rejected = forum.scored(2, title="Afvist", department=forum.citizens)
    meeting = forum.open_meeting(rejected)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=rejected, outcome="reject", reason="Nej")
    db.session.flush()
    every = [application, rejected, forum.application("Ny"), forum.application("Borger", department=forum.citizens)]
    inline = forum.person("Ib", Role.MEMBER, Role.AUDITOR, department=forum.below)
    people = [forum.maja, forum.mads, forum.chair, forum.coordinator, forum.person("Aud", Role.AUDITOR), inline]
    for person in people:
        assert scores_in_sight(person, forum.pool, every) == {one.id for one in every if can_see_scores(person, one)}, person.name
    assert conflicts_among(people, every) == {one.id: [person for person in people if has_conflict(person, one)] for one in every}


def assert_order(words, first, second):
    assert words.index(first) < words.index(second)
