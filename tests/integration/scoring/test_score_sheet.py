"""The score sheet: five criteria in the policy's words, revision, interest, and the version that was read."""

from datetime import timedelta

import pytest

from fundbank.applications.operations import edit_application
from fundbank.pools.criteria import CODES, CRITERIA
from fundbank.pools.operations import change_policy
from fundbank.pools.roles import Role
from fundbank.scoring.queries import current_score, declared_interest
from tests.builders import AT
from tests.integration.scoring.forum import TODAY, Forum, decide_openly, sent

HIGH = dict.fromkeys(CODES, "3")


def sheet_of(application):
    return f"/applications/{application.id}/score"


def test_the_sheet_asks_the_five_questions_in_words_with_their_weights(client, forum):
    page = client.sign_in(forum.maja).get(sheet_of(forum.application()))
    for criterion in CRITERIA:
        assert f"{criterion.name} {criterion.question}" in page.words
    assert page.words.count("Low Medium High Weight 20%") == 5


def test_a_scale_of_numbers_says_which_end_is_best(client, app):
    forum = Forum("herning")
    application = forum.application(own_scores={**dict.fromkeys(CODES, 3), "efficiency": 5})
    words = client.sign_in(forum.maja).get(sheet_of(application)).words
    assert "1 (lowest) 2 3 4 5 (best)" in words
    assert words.count("The department's own score: 3") == 4
    assert "The department's own score: 5 (best)" in words


def test_bottom_lines_and_supported_criteria_are_marked(client, app):
    forum = Forum("jammerbugt", supports_asked=True)
    words = client.sign_in(forum.maja).get(sheet_of(forum.application(supports=("security",)))).words
    assert "Bottom line: Change in time or resources" in words
    assert words.count("Bottom line:") == 3
    assert words.count("The project especially supports this") == 1


def test_a_member_hands_in_and_revises(client, forum):
    application = forum.application()
    url = sheet_of(application)
    client.sign_in(forum.maja)
    answer = client.submit(url, {**sent(client.get(url).text), **HIGH, "comment": "Godt tænkt."})
    assert (answer.status_code, answer.location) == (303, url)
    page = client.get(url)
    assert "Your score has been handed in: 100.00 points." in page.words
    assert "Your total 100.00" in page.words
    answer = client.submit(url, sent(page.text, wellbeing="1"))
    assert answer.status_code == 303
    page = client.get(url)
    assert "Your total 80.00" in page.words
    assert "Godt tænkt." in page.text


def test_a_missing_level_is_refused_at_its_criterion_and_the_rest_stays(client, forum):
    url = sheet_of(forum.application())
    client.sign_in(forum.maja)
    levels = {code: "2" for code in CODES if code != "security"}
    answer = client.submit(url, {**sent(client.get(url).text), **levels, "comment": "Ikke færdig"})
    assert answer.status_code == 422
    assert 'href="#security-0">Choose a level.' in answer.text
    assert sent(answer.text)["comment"].strip() == "Ikke færdig"
    assert sent(answer.text)["wellbeing"] == ["2"]


def test_a_level_that_is_not_on_the_scale_is_refused(client, forum):
    url = sheet_of(forum.application())
    client.sign_in(forum.maja)
    answer = client.submit(url, {**sent(client.get(url).text), **HIGH, "quality": "4"})
    assert answer.status_code == 422
    assert "Choose one of the possibilities." in answer.words


def test_a_cpr_number_in_the_comment_is_refused(client, forum):
    url = sheet_of(forum.application())
    client.sign_in(forum.maja)
    answer = client.submit(url, {**sent(client.get(url).text), **HIGH, "comment": "Borger 010203-1234"})
    assert (answer.status_code, answer.code) == (422, "cpr_number")


@pytest.mark.parametrize(("language", "decimal"), [("da", ","), ("en", ".")])
def test_the_running_total_is_written_in_the_readers_language(client, forum, language, decimal):
    url = sheet_of(forum.application())
    forum.maja.language = language
    assert f'data-decimal="{decimal}"' in client.sign_in(forum.maja).get(url).text


def test_the_sheet_tells_what_has_changed_since_the_score(client, forum):
    application = forum.application()
    forum.score(application, 2)
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="return", reason="Hvad koster driften?")
    content = application.content.replace(summary="Nu med drift.", loan_ore=200_000_00)
    edit_application(actor=forum.applicant, at=TODAY, application=application, content=content)
    forum.submit(application, at=TODAY)
    words = client.sign_in(forum.maja).get(sheet_of(application)).words
    assert "You scored version 1; this is version 2. These parts are new:" in words
    assert "What the project is about Loan" in words


def test_a_sheet_that_was_open_while_a_new_version_came_is_refused(client, forum):
    application = forum.application()
    url = sheet_of(application)
    client.sign_in(forum.maja)
    answer = client.submit(url, {**sent(client.get(url).text), **HIGH, "read_version": "0"})
    assert (answer.status_code, answer.code) == (409, "stale_version")
    assert client.submit(url, sent(answer.text)).status_code == 303


def test_scores_rest_while_the_meeting_is_open(client, forum):
    application = forum.application()
    forum.score(application, 2)
    url = sheet_of(application)
    client.sign_in(forum.maja)
    form = {**sent(client.get(url).text), **HIGH}
    forum.open_meeting(application)
    assert "Scores cannot be changed today." in client.get(url).words
    answer = client.submit(url, form)
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert current_score(application, forum.maja).levels["quality"] == 2


def test_a_score_that_is_missing_is_still_taken_in_the_meeting(client, forum):
    application = forum.application()
    forum.open_meeting(application)
    url = sheet_of(application)
    page = client.sign_in(forum.maja).get(url)
    assert "a score that is missing is still taken" in page.words
    assert client.submit(url, {**sent(page.text), **HIGH}).status_code == 303


@pytest.mark.parametrize("where", ["top", "unit", "below"])
def test_who_belongs_to_the_department_or_a_unit_above_or_below_it_gets_a_reason_and_no_form(client, forum, where):
    application = forum.application()
    member = forum.person("Inger Inhabil", Role.MEMBER, department=getattr(forum, where))
    client.sign_in(member)
    page = client.get(sheet_of(application))
    assert (page.status_code, page.code) == (403, "conflict_of_interest")
    assert "the same unit, or one above or below it" in page.words
    assert 'name="wellbeing"' not in page.text
    answer = client.submit(sheet_of(application), {**HIGH, "read_version": "1"})
    assert (answer.status_code, answer.code) == (403, "conflict_of_interest")
    assert current_score(application, member) is None


def test_an_interest_takes_the_own_score_and_the_access_away(client, forum):
    application = forum.application()
    forum.score(application, 3)
    forum.score(application, 1, by=forum.mads)
    client.sign_in(forum.maja)
    page = client.get(sheet_of(application))
    assert "Your own score of this application will be removed" in page.words
    assert client.submit(f"/applications/{application.id}/interest").status_code == 303
    assert declared_interest(application, forum.maja)
    assert current_score(application, forum.maja) is None
    page = client.get(sheet_of(application))
    assert (page.status_code, page.code) == (403, "conflict_of_interest")
    assert "You declared an interest" in page.words
    again = client.submit(f"/applications/{application.id}/interest")
    assert (again.status_code, again.code) == (409, "already_posted")


def test_only_the_forum_opens_the_sheet(client, forum):
    application = forum.application()
    for person in (forum.applicant, forum.leader, forum.finance, forum.person("Ada", Role.ADVISER)):
        assert client.sign_in(person).get(sheet_of(application)).status_code == 403
        assert client.submit(f"/applications/{application.id}/interest").status_code == 403
    for person in (forum.coordinator, forum.person("Aud", Role.AUDITOR)):
        page = client.sign_in(person).get(sheet_of(application))
        assert page.status_code == 200
        assert 'name="wellbeing"' not in page.text
        assert client.submit(sheet_of(application), {**HIGH, "read_version": "1"}).status_code in (200, 403)
    assert client.sign_in(Forum().maja).get(sheet_of(application)).status_code == 404


def test_a_decided_application_is_read_only(client, forum):
    application = forum.scored(3)
    meeting = forum.open_meeting(application)
    decide_openly(actor=forum.chair, at=TODAY, meeting=meeting, application=application, outcome="reject", reason="Nej")
    page = client.sign_in(forum.maja).get(sheet_of(application))
    assert "This application is not open for scores." in page.words
    answer = client.submit(sheet_of(application), {**HIGH, "read_version": "1"})
    assert (answer.status_code, answer.code) == (409, "wrong_state")


def test_a_score_on_an_old_scale_is_asked_for_again(client, forum):
    application = forum.application()
    forum.score(application, 3)
    values = {**forum.pool.policy.to_values(), "scale": ["1", "2", "3", "4", "5"]}
    admin = forum.person("Adam", Role.ADMINISTRATOR)
    change_policy(
        actor=admin,
        at=AT + timedelta(days=1),
        pool=forum.pool,
        values=values,
        reason="Finere skala",
        based_on=forum.pool.policy_version.number,
    )
    page = client.sign_in(forum.maja).get(sheet_of(application))
    assert "Your score no longer counts" in page.words
    assert "checked" not in page.text
