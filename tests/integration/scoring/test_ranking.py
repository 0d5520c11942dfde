"""The ranking: Favrskov's worked numbers, the line where the money ends, decided applications, and a fixed number of queries."""

from datetime import timedelta

import pytest

from fundbank.meetings.operations.decisions import set_consensus
from fundbank.pools.criteria import CODES
from fundbank.pools.operations import change_policy
from fundbank.pools.roles import Role
from fundbank.scoring import queries, views
from tests.builders import AT
from tests.integration.scoring.forum import TODAY, Forum, decide_openly


def ranking_of(client, forum, person=None):
    return client.sign_in(person or forum.coordinator).get(f"/pools/{forum.pool.id}/ranking")


def test_favrskovs_worked_numbers(client, forum):
    booking = forum.application("Tidsbestilling i Borgerservice", department=forum.citizens)
    scanning = forum.application("3D-tandskanning")
    for member in (forum.chair, forum.maja, forum.mads):
        forum.score(scanning, 3, 2, 3, 3, 1, by=member)
        forum.score(booking, 2, 3, 3, 3, 3, by=member)
    page = ranking_of(client, forum, forum.maja)
    assert "1 Tidsbestilling i Borgerservice Borgerservice 90.00 3 scores 50.00 100.00 100.00 100.00 100.00" in page.words
    assert "2 3D-tandskanning Tandplejen 70.00 3 scores 100.00 50.00 100.00 100.00 0.00" in page.words


def test_the_line_stands_where_the_money_ends(client, forum):
    for title, level, loan_ore in (("A", 3, 600_000_00), ("B", 2, 400_000_00), ("C", 1, 1_00)):
        forum.scored(level, title=f"Projekt {title}", loan_ore=loan_ore)
    words = ranking_of(client, forum).words
    line = words.index("The money ends here: DKK 1,000,000.00 is available.")
    assert words.index("Projekt B") < line < words.index("Projekt C")
    assert "1,000,001.00" in words


def test_there_is_no_line_when_the_money_reaches(client, forum):
    forum.scored(3, grant_ore=1_000_000_00)
    words = ranking_of(client, forum).words
    assert "The money ends here" not in words
    assert "There is money for all of them." in words


def test_nobody_is_told_that_the_money_reaches_while_applications_stand_apart(client, forum):
    forum.scored(3)
    forum.application("Endnu ikke vurderet")
    words = ranking_of(client, forum).words
    assert "Not ranked here" in words and "There is money for all of them." not in words


def test_ties_keep_the_earlier_submission_first(client, forum):
    late = forum.application("Sent", at=AT + timedelta(hours=1))
    early = forum.application("Tidligt", at=AT)
    for application in (late, early):
        forum.score(application, 2)
    words = ranking_of(client, forum).words
    assert words.index("1 Tidligt") < words.index("2 Sent")


def test_a_consensus_replaces_the_mean_and_both_show(client, forum):
    application = forum.application()
    forum.score(application, 1, by=forum.maja)
    forum.score(application, 3, by=forum.mads)
    meeting = forum.open_meeting(application)
    set_consensus(
        actor=forum.chair, at=TODAY, meeting=meeting, application=application, criterion="security", level=3, reason="Ny risikovurdering"
    )
    words = ranking_of(client, forum).words
    assert "100.00 consensus mean 50.00 Discuss" in words
    assert "60.00 2 scores" in words


def test_decided_applications_stand_apart_with_their_points(client, forum):
    application = forum.scored(3)
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Nej")
    words = ranking_of(client, forum, forum.person("Ny", Role.MEMBER)).words
    assert "Decided lately" in words
    assert "100.00 3 scores" in words


def test_what_has_been_decided_keeps_the_points_of_its_own_rules(client, forum):
    waiting, decided = forum.scored(3, 1, 1, 1, 1, title="Venter"), forum.scored(3, 1, 1, 1, 1, title="Afgjort")
    meeting = forum.open_meeting(decided)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=decided, outcome="reject", reason="Nej")
    weights = {"wellbeing": "0.6", "efficiency": "0.1", "quality": "0.1", "security": "0.1", "scalability": "0.1"}
    for number, changed in enumerate(({"weights": weights}, {"scale": ["1", "2", "3", "4", "5"]}), start=1):
        values = {**forum.pool.policy.to_values(), **changed}
        later = TODAY + timedelta(hours=number)
        change_policy(actor=None, at=later, pool=forum.pool, values=values, reason="Trivsel først", based_on=number)
        words = ranking_of(client, forum).words
        assert ("60.00 3 scores" in words[: words.index("Decided lately")]) == (number == 1)
        assert "20.00 3 scores" in words[words.index("Decided lately") :]
        assert "Total: 20.00 of 100 points" in client.get(f"/applications/{decided.id}").words
        assert "20.00 of 100 points" in client.get(f"/applications/{decided.id}/score").words
    assert "Not ranked here" in ranking_of(client, forum).words and waiting.state == "ready"


@pytest.mark.parametrize("minutes", [0, -1])
def test_rules_that_came_into_force_after_the_decision_are_not_its_own(client, forum, minutes):
    """Whatever their clock says: their request may have begun before that of the decision, and waited for it."""
    application = forum.scored(3, 1, 1, 1, 1)
    decide_openly(
        actor=forum.chair, at=TODAY, meeting=forum.open_meeting(application), application=application, outcome="reject", reason="Nej"
    )
    weights = {"wellbeing": "0.6", "efficiency": "0.1", "quality": "0.1", "security": "0.1", "scalability": "0.1"}
    values = {**forum.pool.policy.to_values(), "weights": weights}
    change_policy(actor=None, at=TODAY + timedelta(minutes=minutes), pool=forum.pool, values=values, reason="Trivsel først", based_on=1)
    assert "20.00 3 scores" in ranking_of(client, forum).words


@pytest.mark.parametrize("outcome", ["reject", "defer"])
def test_each_page_and_paper_of_an_application_reckons_by_the_same_rules(client, forum, outcome):
    """Those of its decision; what has been deferred is judged by today's."""
    application = forum.application()
    for member in (forum.chair, forum.maja, forum.mads):
        forum.score(application, 2, by=member)
    decide_openly(
        actor=forum.chair, at=TODAY, meeting=forum.open_meeting(application), application=application, outcome=outcome, reason="Nej"
    )
    values = {**forum.pool.policy.to_values(), "discount_rate": "0.1"}
    change_policy(actor=None, at=TODAY + timedelta(hours=1), pool=forum.pool, values=values, reason="Ny rente", based_on=1)
    client.sign_in(forum.maja)
    for page in ("", "/versions/1", "/paper"):
        words = client.get(f"/applications/{application.id}{page}").words
        assert (page, "DKK 260,327.40" in words, "DKK 197,370.40" in words) == (page, outcome == "reject", outcome == "defer")


def test_the_departments_own_score_keeps_the_words_of_the_rules_of_the_decision(client, forum):
    application = forum.application(own_scores=dict.fromkeys(CODES, 3))
    for member in (forum.chair, forum.maja, forum.mads):
        forum.score(application, 2, by=member)
    decide_openly(
        actor=forum.chair, at=TODAY, meeting=forum.open_meeting(application), application=application, outcome="reject", reason="Nej"
    )
    values = {**forum.pool.policy.to_values(), "scale": ["ringe", "middel", "enorm"]}
    change_policy(actor=None, at=TODAY + timedelta(hours=1), pool=forum.pool, values=values, reason="Nye ord", based_on=1)
    client.sign_in(forum.maja)
    for page in ("", "/versions/1"):
        words = client.get(f"/applications/{application.id}{page}").words
        assert (page, "High" in words, "enorm" in words) == (page, True, False)


def test_the_minutes_name_a_level_as_the_rules_of_the_decision_did(client, forum):
    application = forum.scored(2)
    meeting = forum.open_meeting(application)
    agreed = {"criterion": "security", "level": 3, "reason": "Ny risikovurdering"}
    set_consensus(actor=forum.chair, at=TODAY, meeting=meeting, application=application, **agreed)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Nej")
    minutes, said = f"/meetings/{meeting.id}/minutes", "High Ny risikovurdering"
    assert said in client.sign_in(forum.chair).get(minutes).words
    values = {**forum.pool.policy.to_values(), "scale": ["ringe", "middel", "stor"]}
    change_policy(actor=None, at=TODAY + timedelta(hours=1), pool=forum.pool, values=values, reason="Nye ord", based_on=1)
    assert said in client.get(minutes).words


def test_what_has_been_decided_is_no_longer_to_be_discussed(client, forum):
    application = forum.application()
    for member, level in ((forum.chair, 1), (forum.maja, 3), (forum.mads, 3)):
        forum.score(application, level, by=member)
    meeting = forum.open_meeting(application)
    assert "Discuss" in ranking_of(client, forum).words
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Nej")
    assert "Discuss" not in ranking_of(client, forum).words


def test_only_the_forum_sees_the_ranking(client, forum):
    for person in (forum.applicant, forum.leader, forum.finance, forum.person("Ada", Role.ADVISER)):
        assert ranking_of(client, forum, person).status_code == 403
    assert client.sign_in(Forum().maja).get(f"/pools/{forum.pool.id}/ranking").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_rows(client, forum, query_counter):
    def asked(person):
        client.sign_in(person)
        with query_counter() as queries:
            assert client.get(f"/pools/{forum.pool.id}/ranking").status_code == 200
        return len(queries)

    forum.scored(3, title="Den første")
    forum.application("Uden vurdering")
    before = asked(forum.maja), asked(forum.coordinator)
    for number in range(8):
        forum.scored(2, title=f"Projekt {number}", department=forum.citizens if number % 2 else forum.unit)
        forum.application(f"Uden {number}")
    assert (asked(forum.maja), asked(forum.coordinator)) == before


def test_of_very_many_a_page_is_shown_and_the_sum_is_of_all(client, forum, monkeypatch):
    monkeypatch.setattr(views, "SHOWN", 1)
    for level, title in ((3, "Først"), (2, "Sidst")):
        forum.scored(level, title=title, loan_ore=100_00)
    page = ranking_of(client, forum)
    assert "Først" in page.words and "Sidst" not in page.words and "Previous page" not in page.words
    assert "by 2 ranked applications" in page.words and "DKK 200.00" in page.words
    page = client.get(f"/pools/{forum.pool.id}/ranking?page=2")
    assert "Sidst" in page.words and "Først" not in page.words and "Next page" not in page.words
    assert "Rank" in page.words and " 2 Sidst" in page.words and "by 2 ranked applications" in page.words


def test_of_more_than_a_forum_decides_the_earliest_are_ranked_unless_all_are_asked_for(client, forum, monkeypatch):
    monkeypatch.setattr(queries, "RANKED", 2)
    for level, title in ((1, "Først"), (2, "Så"), (3, "Sidst")):
        forum.scored(level, title=title, loan_ore=100_00)
    page = ranking_of(client, forum)
    assert page.words.index("More than 2 applications") < page.words.index("Så") < page.words.index("Først")
    assert "Sidst" not in page.words and "by 2 ranked applications" in page.words
    everything = client.get(f"/pools/{forum.pool.id}/ranking?show=all")
    assert everything.words.index("Sidst") < everything.words.index("Så") < everything.words.index("Først")
    assert "More than" not in everything.words and "by 3 ranked applications" in everything.words
