"""What goes wrong around the decision page: two chairs, two tabs, a meeting that another has closed, very many items, and none."""

from importlib.util import find_spec

import pytest

from fundbank.applications.operations import withdraw_application
from fundbank.ledger.operations import fund_pool
from fundbank.meetings.operations.calendar import close_meeting, open_meeting
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.queries.proposals import proposals_put
from fundbank.pools.criteria import CODES
from fundbank.pools.roles import Role
from tests.integration.scoring.forum import TODAY, Forum, sent

pytestmark = pytest.mark.each_database
NO_WEIGHT = "&".join(["aim=least_money", "money=1.000.000", *(f"weight_{code}=0" for code in CODES)])


def choice_of(meeting, *chosen):
    return f"/meetings/{meeting.id}/choice?{'&'.join(f'chosen={one.id}' for one in chosen)}"


def record_of(meeting, *chosen):
    return choice_of(meeting, *chosen).replace("/choice?", "/choice/decisions?")


@pytest.fixture
def items(forum):
    return [forum.scored(level, title=title, grant_ore=400_000_00) for level, title in ((3, "Alfa"), (2, "Beta"), (1, "Gamma"))]


@pytest.fixture
def meeting(forum, items):
    return forum.open_meeting(*items)


def test_of_two_tabs_of_one_chair_the_second_records_what_is_left(client, forum, meeting, items):
    alfa, beta, _gamma = items
    client.sign_in(forum.chair)
    tabs = [(url, client.submit(url, sent(client.get(url).text))) for url in (record_of(meeting, alfa), record_of(meeting, alfa, beta))]
    first, second = ([url, sent(page.text)] for url, page in tabs)
    assert client.submit(*first).status_code == 303
    told = client.submit(*second)
    assert "No longer before the meeting" in told.words and "Record 1 decision" in told.words
    assert [one.application for one in meeting.pending] == [alfa], "what the second tab had confirmed was another list"
    assert client.submit(second[0], sent(told.text)).status_code == 303
    assert [one.application for one in meeting.pending] == [alfa, beta]


def test_two_chairs_choose_beside_each_other_and_the_money_decides(client, forum, meeting, items):
    alfa, beta, gamma = items
    other = forum.person("Dorte Direktør", Role.CHAIR)
    client.sign_in(other)
    url = record_of(meeting, beta, gamma)
    listed = client.submit(url, sent(client.get(url).text))
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(alfa, "approve", grant_ore=400_000_00))
    refused = client.submit(url, sent(listed.text))
    assert (refused.status_code, refused.code) == (409, "over_available")
    assert "Gamma" in refused.words and [one.application for one in meeting.pending] == [alfa]
    seen = client.get(choice_of(meeting, beta, gamma) + "&available=100000000")
    assert "Available was DKK 1,000,000.00 when you last looked, and is DKK 600,000.00 now." in seen.words
    assert seen.text.count('name="chosen"') >= 2 and "Missing DKK 200,000" in seen.words, "the choice is kept"


def test_a_meeting_that_another_has_closed_records_nothing_and_says_so(client, forum, meeting, items):
    url = record_of(meeting, items[0])
    listed = client.sign_in(forum.chair).submit(url, sent(client.get(url).text))
    assert "Nothing has been recorded yet." in listed.words
    close_meeting(actor=forum.chair, at=TODAY, meeting=meeting)
    told = client.submit(url, sent(listed.text))
    assert "Decisions are recorded while the meeting is open." in told.words
    assert not meeting.pending and not meeting.decisions


def test_an_item_that_was_withdrawn_meanwhile_is_named_and_the_others_are_kept(client, forum, meeting, items):
    alfa, beta, _gamma = items
    url = record_of(meeting, alfa, beta)
    listed = client.sign_in(forum.chair).submit(url, sent(client.get(url).text))
    withdraw_application(actor=forum.applicant, at=TODAY, application=alfa)
    told = client.submit(url, sent(listed.text))
    assert "No longer before the meeting" in told.words and "Alfa" in told.words and "Record 1 decision" in told.words
    assert not meeting.pending


def test_a_score_that_comes_as_the_meeting_opens_counts_and_changes_no_proposal_that_lies_there(client, forum, items):
    """The proposal is a paper of the meeting: it stays as it was put, and a new one takes its place."""
    late = forum.person("Sara Sen", Role.MEMBER)
    meeting = forum.meeting(*items)
    address = f"/meetings/{meeting.id}/proposal"
    client.sign_in(forum.coordinator).submit(address, {})
    before = proposals_put(meeting)[-1].given
    open_meeting(actor=forum.chair, at=TODAY, meeting=meeting, present=[forum.chair, forum.maja, forum.mads])
    forum.score(items[0], 1, by=late, at=TODAY)
    assert "2 of 3 applications: 133.33 points" not in client.get(address).words
    assert proposals_put(meeting)[-1].given == before
    assert "A proposal lies before the meeting" in client.get(choice_of(meeting)).words


def test_weights_that_are_all_0_and_a_meeting_without_items_put_nothing_before_the_forum(client, forum, meeting):
    client.sign_in(forum.coordinator)
    refused = client.submit(f"/meetings/{meeting.id}/proposal?{NO_WEIGHT}", {})
    assert (refused.status_code, refused.code) == (409, "wrong_state") and not proposals_put(meeting)
    empty = forum.meeting(day=TODAY.date().replace(day=20))
    for page in ("proposal", "choice"):
        assert client.get(f"/meetings/{empty.id}/{page}").status_code == 200


def test_without_money_nothing_is_recorded_and_the_choice_is_kept(client, app):
    forum = Forum(funding_ore=0)
    application = forum.scored(3, title="Dyr", grant_ore=10_000_000_00)
    meeting = forum.open_meeting(application)
    url = record_of(meeting, application)
    refused = client.sign_in(forum.chair).submit(url, sent(client.get(url).text))
    assert (refused.status_code, refused.code) == (409, "over_available") and "Dyr" in refused.words
    assert not meeting.pending
    fund_pool(actor=forum.finance, at=TODAY, pool=forum.pool, source="Budget", amount_ore=10_000_000_00)
    assert "Record 1 decision" in client.submit(url, sent(refused.text)).words


@pytest.mark.skipif(find_spec("highspy") is None, reason="needs the extra portfolio")
def test_very_many_items_are_chosen_from_proposed_and_recorded(client, app, whole):
    many = 200 if whole else 32
    forum = Forum(minimum_scores=0, funding_ore=many * 100_000_00)
    items = [forum.application(title=f"Nr. {number}", grant_ore=number * 1_000_00) for number in range(1, many + 1)]
    meeting = forum.open_meeting(*items)
    client.sign_in(forum.coordinator)
    assert f"of {many} applications" in client.get(f"/meetings/{meeting.id}/proposal").words
    chosen = client.get(choice_of(meeting, *items))
    assert f"{sum(range(1, many + 1)) * 1_000:,}" in chosen.words and chosen.text.count('name="chosen"') == many
    url = record_of(meeting, *items)
    listed = client.sign_in(forum.chair).submit(url, sent(client.get(url).text))
    assert f"Record {many} decisions" in listed.words
    assert client.submit(url, sent(listed.text)).status_code == 303 and len(meeting.pending) == many
