"""A proposal that takes another's place in an open meeting says why, and frees nobody from a reason: the first one counts too."""

import pytest

from fundbank.errors import NotAllowed, WrongState
from fundbank.kit.cpr import CprNumber
from fundbank.meetings.operations.calendar import close_meeting, open_meeting
from fundbank.meetings.operations.decisions import check_decision, record_decisions
from fundbank.meetings.operations.proposals import put_proposal
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.permissions import as_known_to
from fundbank.meetings.queries.pending import overrides_of
from fundbank.meetings.queries.proposals import lying_proposals, proposals_put
from fundbank.meetings.rules.choices import OTHERWISE_THAN_EITHER, OverrideReasonMissing, ReplacementReasonMissing
from fundbank.pools.criteria import CODES
from fundbank.pools.roles import Role
from fundbank.reports.papers.minutes import minutes
from tests.integration.scoring.forum import TODAY, sent

WHY = "Alfa kan vente til næste år"


@pytest.fixture
def items(forum):
    return [forum.scored(level, title=title, grant_ore=400_000_00) for level, title in ((3, "Alfa"), (2, "Beta"), (1, "Gamma"))]


@pytest.fixture
def planned(forum, items):
    return forum.meeting(*items)


@pytest.fixture
def put(forum, items):
    """Put before a meeting a proposal that takes some of the items in."""

    def of(meeting, *chosen, reason="", by=None, asked=None):
        given = {one.id: (0, 400_000_00 if one in chosen else 0) for one in items}
        return put_proposal(actor=by or forum.chair, at=TODAY, meeting=meeting, given=given, asked=asked or {}, reason=reason)

    return of


@pytest.fixture
def opened(forum, planned):
    open_meeting(actor=forum.chair, at=TODAY, meeting=planned, present=[forum.chair, forum.maja, forum.mads])
    return planned


def test_until_the_meeting_opens_a_proposal_is_replaced_without_a_word(planned, put, items):
    alfa, beta, _gamma = items
    put(planned, alfa)
    last = put(planned, beta, reason="Skrevet for en sikkerheds skyld")
    assert [one.id for one in lying_proposals(planned)] == [last.id]
    assert last.reason == "", "the newest without a reason is what lay there as the meeting opened"


def test_the_first_one_in_an_open_meeting_takes_nobodys_place(opened, put, items):
    assert put(opened, items[0]).reason == ""


def test_in_an_open_meeting_another_one_needs_a_reason_which_is_kept(forum, planned, put, items):
    alfa, beta, _gamma = items
    first = put(planned, alfa, by=forum.coordinator)
    open_meeting(actor=forum.chair, at=TODAY, meeting=planned, present=[forum.chair])
    for reason in ("", "  \n"):
        with pytest.raises(ReplacementReasonMissing) as refusal:
            put(planned, beta, reason=reason)
        assert (refusal.value.code, refusal.value.status, refusal.value.field) == ("incomplete", 422, "reason")
    with pytest.raises(CprNumber):
        put(planned, beta, reason="Se 010203-1234")
    assert [one.id for one in proposals_put(planned)] == [first.id]
    second, third = put(planned, beta, reason=WHY), put(planned, alfa, beta, reason="Der kom penge til")
    assert second.reason == WHY
    assert [one.id for one in lying_proposals(planned)] == [third.id, first.id]


def test_who_may_not_put_one_and_a_meeting_that_is_over_are_refused_first(forum, opened, put, items):
    put(opened, items[0])
    with pytest.raises(NotAllowed):
        put(opened, items[1], by=forum.maja)
    close_meeting(actor=forum.chair, at=TODAY, meeting=opened)
    with pytest.raises(WrongState):
        put(opened, items[1], reason=WHY)


def test_a_proposal_of_ones_own_frees_nobody_from_the_reason(forum, opened, put, items):
    """One person cannot put a proposal that equals what they want, and then decide without a word."""
    alfa, beta, gamma = items
    first = put(opened, alfa, by=forum.coordinator)
    put(opened, beta, reason=WHY)
    here = {"actor": forum.chair, "at": TODAY, "meeting": opened}
    for wanted in (Wanted(beta, "approve", grant_ore=400_000_00), Wanted(alfa, "reject"), Wanted(alfa, "approve", grant_ore=400_000_00)):
        with pytest.raises(OverrideReasonMissing) as refusal:
            check_decision(wanted=wanted, **here)
        assert refusal.value.sentence == OTHERWISE_THAN_EITHER
    check_decision(wanted=Wanted(gamma, "reject"), **here)
    record_decisions(wanted=[Wanted(beta, "approve", "Beta haster", grant_ore=400_000_00)], **here)
    (kept,) = overrides_of(opened)
    assert (kept.application, kept.overrides_id, kept.reason) == (beta, first.id, "Beta haster")


def test_what_goes_against_both_keeps_the_one_that_lies_there(forum, opened, put, items):
    put(opened, items[0])
    second = put(opened, items[0], items[1], reason=WHY)
    wanted = [Wanted(items[0], "reject", "Nej"), Wanted(items[1], "approve", "Ja, men mindre", grant_ore=100_000_00)]
    record_decisions(actor=forum.chair, at=TODAY, meeting=opened, wanted=wanted)
    assert [one.overrides_id for one in overrides_of(opened)] == [second.id, second.id]


def test_who_may_not_know_the_scores_learns_nothing_of_the_first_either(forum, opened, put, items):
    put(opened, items[0])
    put(opened, items[1], reason=WHY)
    laid = as_known_to(forum.coordinator, lying_proposals(opened), items)
    assert [(laid.gives(one.id), laid.gave(one.id)) for one in items] == [(0, 400_000_00), (400_000_00, 0), (0, None)]
    newcomer = forum.person("Nina Ny", Role.CHAIR, Role.MEMBER)
    blind = as_known_to(newcomer, lying_proposals(opened), items)
    assert [(blind.gives(one.id), blind.gave(one.id)) for one in items] == [(None, None)] * 3
    assert all(blind.asks_why(one.id, 0) and blind.asks_why(one.id, 400_000_00) for one in items)


def test_the_page_asks_why_and_keeps_what_was_written(client, forum, opened, put, items):
    address = f"/meetings/{opened.id}/proposal"
    page = client.sign_in(forum.chair).get(address)
    assert "Why does it take the place" not in page.words
    client.submit(address, {})
    page = client.get(address)
    assert "Why does it take the place of the one that lies there?" in page.words
    refused = client.submit(address, sent(page.text))
    assert (refused.status_code, refused.code) == (422, "incomplete")
    assert "Write why this proposal takes the place of the one that lies before the meeting." in refused.words
    assert client.submit(address, sent(refused.text, reason=WHY)).status_code == 303
    assert [one.reason for one in proposals_put(opened)] == ["", WHY]


def test_the_pages_show_the_reason_and_what_the_first_one_gave(client, forum, opened, put, items):
    put(opened, items[0], by=forum.coordinator)
    put(opened, items[1], reason=WHY)
    page = client.sign_in(forum.chair).get(f"/meetings/{opened.id}/choice").words
    assert f"It took the place of another while the meeting was open: {WHY}" in page
    assert f"the one that lay there first, put by {forum.coordinator.name}, needs a reason too" in page
    assert "First DKK 400,000.00" in page and "First left out" in page
    listed = client.get(f"/meetings/{opened.id}/choice/decisions?chosen={items[0].id}").words
    assert "DKK 400,000.00 in the first proposal" in listed and "not in the first proposal" in listed


def rows_of(meeting, reader, caption):
    return [
        row for block in minutes(meeting, reader, TODAY).to_json()["blocks"] if block.get("caption") == caption for row in block["rows"]
    ]


def test_the_minutes_show_why_one_took_anothers_place_and_which_one_was_overridden(forum, opened, put, items):
    put(opened, items[0], by=forum.coordinator)
    put(opened, items[1], reason=WHY)
    record_decisions(actor=forum.chair, at=TODAY, meeting=opened, wanted=[Wanted(items[0], "reject", "Nej")])
    told = rows_of(opened, forum.chair, "Each took the place of the one before it")
    assert [row[-1] for row in told] == ["–", WHY]
    (row,) = rows_of(opened, forum.chair, "Where the forum decided otherwise than the proposal that lay before it")
    sum_, _when = row[1].split("\n")
    assert "400.000" in sum_, "and when it was put"


@pytest.mark.parametrize(
    ("weights", "told"),
    [(["20"] * 5, False), (["40"] * 5, False), (["20", "20"], False), (["20 %"] * 5, False), (["40", "20", "20", "20", "20"], True)],
)
def test_the_minutes_list_weights_only_where_they_count_otherwise_than_by_the_rules(forum, opened, weights, told):
    asked = {f"weight_{code}": [weight] for code, weight in zip(CODES, weights, strict=False)}
    put_proposal(actor=forum.chair, at=TODAY, meeting=opened, given={}, asked={"aim": ["most_projects"], **asked})
    ((_who, _when, said, *_rest),) = rows_of(opened, forum.chair, "Each took the place of the one before it")
    assert said.startswith("most projects") and ("; " in said) == told
