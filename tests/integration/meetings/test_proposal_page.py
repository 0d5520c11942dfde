"""The proposal: which of a meeting's candidates to fund, and why, told by the address alone."""

from decimal import Decimal
from importlib.util import find_spec

import pytest

from fundbank.ledger.operations import fund_pool
from fundbank.meetings.operations.decisions import decide
from fundbank.meetings.operations.pairs import set_pair
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.queries.proposals import proposals_put
from fundbank.pools.frames import Frame
from fundbank.pools.roles import Role
from fundbank.scoring.operations import declare_interest
from tests.integration.scoring.forum import TODAY, Forum, sent

EQUAL = "".join(f"&weight_{code}=20" for code in ("wellbeing", "efficiency", "quality", "security", "scalability"))


def url_of(meeting, asked=""):
    return f"/meetings/{meeting.id}/proposal?{asked}"


@pytest.fixture
def items(forum):
    """One that is dear and best, and two that together are better: greedy by points per krone takes the first alone."""
    dear = forum.scored(3, title="Den dyre", grant_ore=550_000_00)
    first = forum.scored(3, 3, 3, 2, 2, title="Den ene", grant_ore=500_000_00)
    second = forum.scored(2, 2, 3, 3, 3, title="Den anden", grant_ore=500_000_00)
    return dear, first, second


@pytest.fixture
def meeting(forum, items):
    return forum.meeting(*items)


@pytest.fixture
def words(client, forum, meeting):
    def read(asked="", by=None):
        return client.sign_in(by or forum.coordinator).get(url_of(meeting, asked)).words

    return read


def test_the_best_set_is_proposed(words):
    said = words()
    assert "2 of 3 applications: 160.00 points for DKK 1,000,000.00 of DKK 1,000,000.00" in said
    assert "Den dyre No. 1 · Tandplejen 100.00 550,000 181.82 Out" in said
    assert "In 500,000" in said
    assert "Why" not in said, "reasons are made on demand"


def test_reasons_say_what_the_other_way_round_would_cost(words):
    said = words("show=reasons")
    assert "With it the set has 60.00 points fewer. Then out: “Den ene”, “Den anden”." in said
    assert "With DKK 50,000.00 more the set would have 20.00 points more. Then in: “Den dyre”. Then out: “Den anden”." in said


def test_weights_are_moved_and_nothing_is_stored(words, forum):
    moved = EQUAL.replace("security=20", "security=40")
    assert "158.33 points" in words(f"aim=least_money&money=1.000.000{moved}")
    assert "160.00 points" in words(), "nothing was kept"


def test_how_firm_it_is(words):
    said = words("show=stability")
    assert "over 41 fixed settings of the five" in said
    assert "in 41 of 41" in said and "in 0 of 41" in said


def test_the_frontier_stands_beside_its_table(client, forum, meeting):
    page = client.sign_in(forum.coordinator).get(url_of(meeting, "show=frontier"))
    assert 'id="frontier-wide-title"' in page.text and 'class="chart-here"' in page.text
    assert "It rises to 260.00 points for DKK 1,550,000.00. The proposal has 160.00 for DKK 1,000,000.00." in page.words


def test_money_is_a_question_too(words):
    assert "1 of 3 applications: 100.00 points for DKK 550,000.00 of DKK 600,000.00" in words("money=600.000")
    assert "0 of 3 applications: 0.00 points for DKK 0.00 of DKK 0.00" in words("money=0")


def test_what_cannot_be_read_is_told_at_its_field(client, forum, meeting):
    client.sign_in(forum.coordinator)
    for asked, told in (("money=mange", "Write an amount"), ("weight_security=x", "Write a share"), ("aim=fun", "Choose")):
        answer = client.get(url_of(meeting, asked))
        assert answer.status_code == 422 and told in answer.words and "applications:" not in answer.words
    answer = client.get(url_of(meeting, EQUAL.replace("=20", "=0")[1:]))
    assert answer.status_code == 422 and "At least one weight must be above 0" in answer.words


def test_the_choice_begins_with_the_proposal(client, forum, meeting, items):
    _dear, first, second = items
    page = client.sign_in(forum.coordinator).get(url_of(meeting))
    assert f"/choice?chosen={first.id}&amp;chosen={second.id}" in page.text
    assert f'href="/meetings/{meeting.id}/proposal"' in client.get(f"/meetings/{meeting.id}/choice").text


def test_a_proposal_is_put_before_the_meeting_as_the_page_shows_it(client, forum, meeting, items):
    dear, first, second = items
    url = url_of(meeting, "aim=least_money&money=600.000&floor=0" + EQUAL)
    assert client.sign_in(forum.maja).submit(url, {}).status_code == 403
    assert "Put it before the meeting" not in client.get(url).text
    assert "Put it before the meeting" in client.sign_in(forum.coordinator).get(url).text
    answer = client.submit(url, {})
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}/choice?chosen={dear.id}")
    laid = proposals_put(meeting)[-1]
    assert laid.given == [[dear.id, 0, 550_000_00], [first.id, 0, 0], [second.id, 0, 0]]
    page = client.get(answer.location)
    assert "A proposal lies before the meeting, put there by" in page.words and page.text.count("item-tag-proposed") == 1
    assert f"/meetings/{meeting.id}/proposal?aim=least_money&amp;money=600.000" in page.text
    newcomer = forum.person("Nina Ny", Role.MEMBER)
    assert "item-tag-proposed" not in client.sign_in(newcomer).get(answer.location).text, "it follows from what others scored"


def test_there_is_nothing_to_put_where_there_is_no_proposal(client, forum):
    chair, meeting = forum.chair, forum.meeting(forum.scored(3, initiative="must", grant_ore=900_000_00))
    answer = client.sign_in(chair).submit(url_of(meeting, "aim=least_money&money=1&floor=0" + EQUAL), {})
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    assert not proposals_put(meeting)


def test_who_could_do_with_less_is_given_less_where_that_is_best(client, forum):
    part = forum.scored(3, title="Etapevis", loan_ore=300_000_00, grant_ore=300_000_00, lower_ore=450_000_00)
    whole = forum.scored(2, title="Hel", grant_ore=500_000_00)
    meeting = forum.meeting(part, whole)
    page = client.sign_in(forum.coordinator).get(url_of(meeting))
    assert "2 of 2 applications: 125.00 points for DKK 950,000.00" in page.words
    assert "could make do with DKK 450,000.00" in page.words and "In, with less 450,000" in page.words
    assert f"loan_{part.id}=225000,00" in page.text and f"grant_{part.id}=225000,00" in page.text
    asked = page.text.split("/choice?")[1].split('"')[0].replace("&amp;", "&")
    assert "Left DKK 50,000" in client.get(f"/meetings/{meeting.id}/choice?{asked}").words


def test_musts_are_in_and_rules_that_clash_are_named(client):
    forum = Forum(frames=(Frame("citizen", "Borgere", 400_000_00),))
    must = forum.scored(1, title="Ny lov", grant_ore=300_000_00, initiative="must", frame="citizen")
    other = forum.scored(3, title="Portal", grant_ore=200_000_00, frame="citizen")
    meeting = forum.meeting(must, other)
    client.sign_in(forum.coordinator)
    said = client.get(url_of(meeting, "show=reasons")).words
    assert "It is a must. Without it the set would have 100.00 points more. Then in: “Portal”." in said
    said = client.get(url_of(meeting, "money=100.000")).words
    assert "No set keeps all the rules" in said and "“Ny lov” is a must." in said and "There is DKK 100,000.00 to choose with." in said
    assert "The frame" not in said


def test_each_department_gets_its_least_share_where_the_rules_say_so(client):
    forum = Forum(least_share=Decimal("0.3"))
    high, higher = (forum.scored(3, title=title, grant_ore=500_000_00) for title in ("Høj", "Højere"))
    low = forum.scored(1, title="Lav", grant_ore=300_000_00, department=forum.citizens)
    meeting = forum.meeting(high, higher, low)
    said = client.sign_in(forum.coordinator).get(url_of(meeting)).words
    assert "each top department gets at least 30" in said and "2 of 3 applications: 100.00 points for DKK 800,000.00" in said
    said = client.get(url_of(meeting, "money=200.000")).words
    assert "No set keeps all the rules" in said and "Borgerservice gets at least 30" in said


def say(client, meeting, tie, one, other):
    address = f"/meetings/{meeting.id}/pairs"
    return client.submit(address, sent(client.get(address).text, tie=tie, application=str(one.id), other=str(other.id)))


def test_what_the_coordinator_says_of_two_applications_is_kept(client, forum, meeting, items, words):
    dear, first, second = items
    client.sign_in(forum.coordinator)
    assert say(client, meeting, "not_both", first, second).status_code == 303
    said = words()
    assert "Not both “Den ene” and “Den anden”." in said and "1 of 3 applications: 100.00 points" in said
    assert "already" in say(client, meeting, "not_both", second, first).words
    assert "Choose two different applications" in say(client, meeting, "only_if", first, first).words
    assert say(client, meeting, "only_if", dear, second).status_code == 303
    said = words("show=reasons")
    assert "“Den dyre” only if “Den anden” is in." in said and "1 of 3 applications: 80.00 points" in said
    page = client.get(f"/meetings/{meeting.id}/pairs")
    assert "Not both “Den ene” and “Den anden”." in page.words
    pair = page.text.split('name="away" value="')[1].split('"')[0]
    assert client.submit(f"/meetings/{meeting.id}/pairs", {"away": pair}).status_code == 303
    assert "2 of 3 applications: 160.00 points" in words()
    assert client.sign_in(forum.chair).get(f"/meetings/{meeting.id}/pairs").status_code == 403


def test_what_is_approved_already_is_there_for_its_pairs(client, forum, items):
    dear, first, second = items
    opened = forum.open_meeting(*items)
    for tie, one, other in (("not_both", dear, first), ("only_if", second, first)):
        set_pair(actor=forum.coordinator, at=TODAY, meeting=opened, tie=tie, application_id=one.id, other_id=other.id)
    decide(actor=forum.chair, at=TODAY, meeting=opened, wanted=Wanted(first, "approve", grant_ore=500_000_00))
    said = client.sign_in(forum.coordinator).get(url_of(opened, "money=1.100.000&show=reasons")).words
    assert "1 of 2 applications: 80.00 points" in said
    assert "Not both “Den dyre” and “Den ene”." in said


def test_a_floor_under_the_coming_months_is_a_limit(client):
    forum = Forum()
    item = forum.scored(3, title="Lånet", grant_ore=900_000_00)
    meeting = forum.meeting(item)
    client.sign_in(forum.coordinator)
    assert "1 of 1 applications" in client.get(url_of(meeting, "keeps_floor=y&floor=100.000")).words
    assert "0 of 1 applications" in client.get(url_of(meeting, "keeps_floor=y&floor=100.001")).words
    assert "No month ends below DKK 2,000,000.00" in client.get(url_of(meeting, "keeps_floor=y&floor=2.000.000")).words


def test_who_has_not_scored_and_who_is_in_conflict_choose_among_the_others(words, forum, items):
    dear, first, _second = items
    new = forum.person("Nina Ny", Role.MEMBER)
    said = words(by=new)
    assert "Den dyre: you have not scored it yet" in said and "There is nothing to choose among." in said and "1 of" not in said
    forum.score(first, 1, by=new)
    said = words(by=new)
    assert "1 of 1 applications" in said and "Den ene No. 2" in said and "Den anden: you have not scored it yet" in said
    declare_interest(actor=forum.maja, at=TODAY, application=dear)
    assert "Den dyre: you have a conflict of interest" in words(by=forum.maja)


def test_whom_it_does_not_concern(client, forum, meeting):
    for person in (forum.applicant, forum.leader):
        assert client.sign_in(person).get(url_of(meeting)).status_code == 404
    assert client.sign_in(forum.finance).get(url_of(meeting)).status_code == 403


def test_what_is_decided_is_no_candidate(client, forum, items):
    opened = forum.open_meeting(*items)
    decide(actor=forum.chair, at=TODAY, meeting=opened, wanted=Wanted(items[0], "approve", grant_ore=550_000_00))
    said = client.sign_in(forum.coordinator).get(url_of(opened)).words
    assert "0 of 2 applications: 0.00 points for DKK 0.00 of DKK 450,000.00" in said


def test_nothing_to_choose_among_and_one_above_all_money(client, forum):
    client.sign_in(forum.coordinator)
    assert "There is nothing to choose among." in client.get(url_of(forum.meeting())).words
    meeting = forum.meeting(forum.scored(3, grant_ore=10_000_000_00))
    said = client.get(url_of(meeting, "show=reasons&show=frontier&show=stability")).words
    assert "0 of 1 applications" in said and "No set that keeps the rules has room for it." in said
    assert "With DKK 9,000,000.00 more the set would have 100.00 points more." in said


@pytest.mark.skipif(find_spec("highspy") is None, reason="needs the extra portfolio")
def test_of_very_many_one_is_explained_at_a_time(client, forum):
    items = [forum.application(title=f"Nr. {number}", grant_ore=40_000_00) for number in range(31)]
    meeting = forum.meeting(*items)
    client.sign_in(forum.coordinator)
    page = client.get(url_of(meeting, "show=reasons"))
    assert page.words.count("Say why") == 31
    page = client.get(url_of(meeting, f"show=reasons&why={items[30].id}"))
    assert page.words.count("Say why") == 30 and f'id="why-{items[30].id}"' in page.text


def test_without_the_solver_very_many_are_not_compared(client, forum, monkeypatch):
    fund_pool(actor=forum.finance, at=TODAY, pool=forum.pool, source="Mere", amount_ore=1_000_000_00)
    items = [forum.application(title=f"Nr. {number}", grant_ore=100_000_00) for number in range(31)]
    meeting = forum.meeting(*items)
    client.sign_in(forum.coordinator)
    monkeypatch.setitem(__import__("sys").modules, "highspy", None)
    said = client.get(url_of(meeting)).words
    assert "31 candidates wait." in said and 'pip install "fundbank[portfolio]"' in said
