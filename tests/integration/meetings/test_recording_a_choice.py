"""The chair records a choice: all of it after a page that lists it, and nothing of it where one item is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest

from fundbank.applications.operations import newest_version, withdraw_application
from fundbank.awards.queries.follow_ups import follow_ups_of
from fundbank.awards.rules import Terms
from fundbank.checks import check
from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.ledger.queries import balances
from fundbank.ledger.rules import OverAvailable
from fundbank.meetings.operations.calendar import open_meeting
from fundbank.meetings.operations.decisions import check_decision, check_decisions, decide, record_decisions, take_back
from fundbank.meetings.operations.proposals import put_proposal
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.queries.pending import overrides_of
from fundbank.meetings.rules import OverFrame, QuorumMissing
from fundbank.meetings.rules.choices import OverrideReasonMissing
from fundbank.pools.criteria import CODES
from fundbank.pools.frames import Frame
from fundbank.pools.roles import Role
from fundbank.reports.papers.minutes import minutes
from fundbank.reports.papers.proposed import proposals
from fundbank.scoring.operations import declare_interest
from tests.integration.scoring.forum import TODAY, Forum, sent


@pytest.fixture
def items(forum):
    """300,000 as a loan, 500,000 as a grant and 400,000 of both: 1,200,000 of the 1,000,000 there is."""
    loan = forum.scored(3, title="Digital selvbetjening")
    grant = forum.scored(2, title="Borgernes overblik", grant_ore=500_000_00)
    both = forum.scored(1, title="Fælles kort", loan_ore=300_000_00, grant_ore=100_000_00)
    return loan, grant, both


@pytest.fixture
def meeting(forum, items):
    return forum.open_meeting(*items)


def url_of(meeting, *chosen, **more):
    asked = [f"chosen={application.id}" for application in chosen] + [f"{name}={text}" for name, text in more.items()]
    return f"/meetings/{meeting.id}/choice/decisions?{'&'.join(asked)}"


@pytest.fixture
def send(client, forum, meeting):
    """Fill in the form of the page, send it, and send what it then shows once more if it asks whether one is sure."""

    def sent_in(url, *, by=None, sure=True, **typed):
        client.sign_in(by or forum.chair)
        answer = client.submit(url, sent(client.get(url).text, **typed))
        if sure and answer.status_code == 200:
            answer = client.submit(url, sent(answer.text))
        return answer

    return sent_in


def test_all_that_will_happen_is_listed_and_nothing_happens_before_it_is_confirmed(send, meeting, items, forum):
    loan, grant, both = items
    answer = send(
        url_of(meeting, loan, grant), sure=False,
        **{f"outcome_{both.id}": "defer", f"reason_{both.id}": "Vent på budgettet", f"conditions_{grant.id}": "Følg op i maj",
           f"owner_{grant.id}": str(forum.leader.id), f"due_on_{grant.id}": "31-5-2026"},
    )  # fmt: skip
    assert "Nothing has been recorded yet." in answer.words
    assert "Digital selvbetjening Tandplejen Approved 300,000 –" in answer.words
    assert "Repaid with 50% of the gain of Tandplejen, from 2027 to 2029." in answer.words
    assert "Borgernes overblik Tandplejen Approved – 500,000 Conditions: Følg op i maj" in answer.words
    assert "Fælles kort Tandplejen Deferred – – Vent på budgettet" in answer.words
    assert "DKK 800,000.00 is reserved: available goes from DKK 1,000,000.00 to DKK 200,000.00." in answer.words
    assert "Conditions: Følg op i maj (Lone Leder, by 31 May 2026)" in answer.words
    assert "Record 3 decisions" in answer.words
    assert not meeting.pending


def test_what_was_confirmed_is_recorded_together(send, meeting, items, forum):
    loan, grant, both = items
    answer = send(
        url_of(meeting, loan, grant),
        **{
            f"outcome_{both.id}": "reject",
            f"reason_{both.id}": "For lidt",
            f"conditions_{grant.id}": "Følg op i maj",
            f"owner_{grant.id}": str(forum.leader.id),
            f"due_on_{grant.id}": "31-5-2026",
        },
    )
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting.id}/choice")
    assert [(one.application_id, one.outcome) for one in meeting.pending] == [
        (loan.id, "approve"), (grant.id, "approve"), (both.id, "reject"),
    ]  # fmt: skip
    award = meeting.decided[loan.id].award
    assert (award.loan_ore, award.first_year, award.years) == (300_000_00, 2027, 3)
    award = meeting.decided[grant.id].award
    assert award.conditions == "Følg op i maj"
    assert [(one.text, one.owner, one.is_condition) for one in follow_ups_of(award)] == [("Følg op i maj", forum.leader, True)]
    assert balances(forum.pool.id).available_ore == 200_000_00


def test_what_gets_no_outcome_stays_as_it_is(send, meeting, items):
    loan, grant, both = items
    send(url_of(meeting, loan))
    assert [one.application_id for one in meeting.pending] == [loan.id]
    assert (grant.state, both.state) == ("ready", "ready")


def test_part_funding_needs_its_reason_and_keeps_it(send, meeting, items):
    both = items[2]
    url = url_of(meeting, both, **{f"loan_{both.id}": "150.000", f"grant_{both.id}": "100.000"})
    answer = send(url)
    assert answer.status_code == 422
    assert "Fælles kort, Reason: Write why less is given than was applied for: it stands in the letter." in answer.words
    assert send(url, **{f"reason_{both.id}": "Puljen rækker ikke"}).status_code == 303
    (decision,) = meeting.pending
    assert (decision.award.loan_ore, decision.award.grant_ore, decision.reason) == (150_000_00, 100_000_00, "Puljen rækker ikke")


def test_conditions_need_somebody_who_sees_to_them(send, forum, meeting, items):
    loan, grant, _both = items
    answer = send(url_of(meeting, loan, grant), **{f"conditions_{grant.id}": "Følg op i maj", f"owner_{grant.id}": str(forum.maja.id)})
    assert answer.status_code == 422 and not meeting.pending
    assert "Borgernes overblik, By when?: Write by when the conditions are to be met." in answer.words


def test_every_other_no_needs_its_reason(send, meeting, items):
    answer = send(url_of(meeting, items[0]), **{f"outcome_{items[1].id}": "return"})
    assert answer.status_code == 422 and not meeting.pending
    assert "Borgernes overblik, Reason: Write the reason: the department must be able to read why." in answer.words


WHY = "Write why the forum decides otherwise than the proposal that lies before the meeting."


def test_what_the_proposal_leaves_out_is_chosen_with_a_reason_alone(send, forum, meeting, items):
    loan, grant, both = items
    put(forum, meeting, items, loan)
    url = url_of(meeting, loan, grant)
    answer = send(url)
    assert answer.status_code == 422 and not meeting.pending
    assert f"Borgernes overblik, Reason: {WHY}" in answer.words and "not in the proposal" in answer.words
    assert "Digital selvbetjening, Reason" not in answer.words
    assert send(url, **{f"reason_{grant.id}": "Borgerne venter på det"}).status_code == 303
    (override,) = overrides_of(meeting)
    assert (override.application, override.reason, override.overrides.sums[grant.id]) == (grant, "Borgerne venter på det", 0)
    assert [one for one in check(db.session.connection()) if "pending" in str(one) or "proposal" in str(one)] == []


def test_an_override_without_a_reason_is_refused_whatever_the_browser_says(forum, meeting, items):
    loan, grant, both = items
    put(forum, meeting, items, loan, both)
    by = {"actor": forum.chair, "at": TODAY, "meeting": meeting}
    against = (Wanted(grant, "approve", grant_ore=100_00), Wanted(loan, "approve", grant_ore=100_00), Wanted(both, "defer", "  "))
    for wanted in against:
        for record, said in ((decide, {"wanted": wanted}), (record_decisions, {"wanted": [wanted]})):
            with pytest.raises(OverrideReasonMissing) as refusal:
                record(**by, **said)
            assert refusal.value.code == "incomplete" and refusal.value.field.startswith("reason")
    assert not meeting.pending
    decide(**by, wanted=Wanted(both, "approve", loan_ore=300_000_00, grant_ore=100_000_00, terms=terms_of(both)))
    decide(**by, wanted=Wanted(grant, "reject"))
    assert not overrides_of(meeting), "this is what the proposal says"
    pending = decide(**by, wanted=replace(against[1], reason="En mindre udgave er nok"))
    assert [one.application for one in overrides_of(meeting)] == [loan]
    take_back(actor=forum.chair, at=TODAY, pending=pending, reason="Alligevel ikke")
    assert not overrides_of(meeting)


def test_a_newer_proposal_takes_the_place_of_the_one_before(forum, items):
    loan, grant, _both = items
    meeting = forum.meeting(*items)
    put(forum, meeting, items, loan)
    put(forum, meeting, items, grant)
    open_meeting(actor=forum.chair, at=TODAY, meeting=meeting, present=[forum.chair, forum.maja])
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(grant, "approve", grant_ore=500_000_00))
    with pytest.raises(OverrideReasonMissing):
        check_decision(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(loan, "approve", grant_ore=300_000_00))


def test_a_chair_who_may_not_know_is_asked_of_each_alike(forum, meeting, items):
    """Were only what goes against the proposal asked about, the question would tell what others scored (domain.md §5)."""
    loan, grant, _both = items
    put(forum, meeting, items, loan)
    newcomer = forum.person("Nina Ny", Role.CHAIR, Role.MEMBER)
    for wanted in (Wanted(loan, "approve", grant_ore=300_000_00), Wanted(grant, "approve", grant_ore=100_00), Wanted(grant, "reject")):
        with pytest.raises(OverrideReasonMissing):
            check_decision(actor=newcomer, at=TODAY, meeting=meeting, wanted=wanted)
        check_decision(actor=newcomer, at=TODAY, meeting=meeting, wanted=replace(wanted, reason="Vi er enige"))


def put(forum, meeting, items, *chosen):
    """Put before the meeting a proposal that takes these in, and leaves out the other items."""
    asked = {one: newest_version(one).content for one in items}
    given = {one.id: (of.loan_ore or 0, of.grant_ore or 0) if one in chosen else (0, 0) for one, of in asked.items()}
    return put_proposal(actor=forum.coordinator, at=TODAY, meeting=meeting, given=given, asked={})


def test_the_minutes_name_every_proposal_that_was_put(forum, meeting, items):
    put(forum, meeting, items, items[0])
    asked = {"aim": ["most_projects"], "money": ["600.000"], f"weight_{CODES[0]}": ["70"]}
    given = {items[1].id: (0, 500_000_00)}
    put_proposal(actor=forum.chair, at=TODAY, meeting=meeting, given=given, asked=asked, reason="Borgerne venter på det")
    told = minutes(meeting, forum.chair, TODAY).to_json()
    (table,) = [block for block in told["blocks"] if block.get("caption") == "Each took the place of the one before it"]
    first, last = table["rows"]
    assert (first[0], first[2]) == (forum.coordinator.name, "As the pool's rules say")
    assert last[0] == forum.chair.name and last[2].startswith("most projects; Money: 600.000; ") and last[2].endswith(": 70")
    assert "500.000" in last[3] and "500.000" not in str(proposals(meeting, is_blind=True)), "it follows from the scores"


def terms_of(application):
    return Terms("realised", Decimal("0.5"), 3, 2027, [application.department_id], "forum_decides")


def test_more_than_the_money_names_the_item_that_it_does_not_reach_and_records_nothing(send, meeting, items, forum):
    of_first = {"conditions": "Skrevet", "owner": str(forum.leader.id), "due_on": "31-5-2026"}
    answer = send(url_of(meeting, *items), **{f"{name}_{items[0].id}": text for name, text in of_first.items()})
    assert (answer.status_code, answer.code) == (409, "over_available")
    assert "Fælles kort, Reason:" in answer.words
    assert "Skrevet" in answer.text, "what was typed is kept"
    assert not meeting.pending and balances(forum.pool.id).available_ore == 1_000_000_00


def test_money_that_went_meanwhile_is_refused_at_its_item(client, send, meeting, items, forum):
    loan, grant, both = items
    url = url_of(meeting, loan, grant)
    shown = send(url, sure=False)
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(both, "approve", grant_ore=400_000_00))  # fmt: skip
    answer = client.submit(url, sent(shown.text))
    assert (answer.status_code, answer.code) == (409, "over_available")
    assert "Borgernes overblik" in answer.words
    assert [one.application_id for one in meeting.pending] == [both.id]


def test_what_another_chair_decided_meanwhile_is_named_and_the_rest_is_asked_anew(client, send, meeting, items, forum):
    loan, grant, _both = items
    url = url_of(meeting, loan, grant)
    shown = send(url, sure=False)
    decide(actor=forum.chair, at=TODAY, meeting=meeting, wanted=Wanted(grant, "approve", grant_ore=500_000_00))
    answer = client.submit(url, sent(shown.text))
    assert "No longer before the meeting" in answer.words and "Borgernes overblik" in answer.words
    assert "Record 1 decision" in answer.words
    assert [one.application_id for one in meeting.pending] == [grant.id], "what was confirmed was another list"
    assert client.submit(url, sent(answer.text)).status_code == 303
    assert [one.application_id for one in meeting.pending] == [grant.id, loan.id]


def test_an_item_without_enough_scores_stops_them_all(send, meeting, client, app):
    forum = Forum()
    few = forum.application(title="Kun én vurdering", grant_ore=100_00)
    forum.score(few, 3, by=forum.maja)
    ready = forum.scored(3, grant_ore=200_00)
    opened = forum.open_meeting(ready, few)
    answer = send(url_of(opened, ready, few), by=forum.chair)
    assert (answer.status_code, answer.code) == (409, "quorum_missing")
    assert "Kun én vurdering, Reason: 1 of at least 3 members have scored the application." in answer.words
    assert not opened.pending


def test_each_frame_counts_what_is_approved_before(app):
    forum = Forum(frames=(Frame("citizen", "Borgernær", 500_000_00),))
    one, other = (forum.scored(3, grant_ore=300_000_00, frame="citizen") for _ in range(2))
    meeting = forum.open_meeting(one, other)
    wanted = [Wanted(application, "approve", grant_ore=300_000_00) for application in (one, other)]
    with pytest.raises(OverFrame) as refusal:
        record_decisions(actor=forum.chair, at=TODAY, meeting=meeting, wanted=wanted)
    assert (refusal.value.field, refusal.value.values["limit_ore"]) == (f"outcome_{other.id}", 200_000_00)
    assert not meeting.pending


def test_the_operation_records_all_or_nothing(forum, meeting, items):
    loan, grant, both = items
    wanted = [Wanted(grant, "approve", grant_ore=500_000_00), Wanted(both, "approve", grant_ore=400_000_00)]
    check_decisions(actor=forum.chair, at=TODAY, meeting=meeting, wanted=wanted)
    with pytest.raises(OverAvailable):
        record_decisions(actor=forum.chair, at=TODAY, meeting=meeting, wanted=[*wanted, Wanted(loan, "approve", grant_ore=300_000_00)])
    assert not meeting.pending
    withdraw_application(actor=forum.applicant, at=TODAY, application=both)
    with pytest.raises(WrongState):
        record_decisions(actor=forum.chair, at=TODAY, meeting=meeting, wanted=wanted)
    assert not meeting.pending


def test_a_quorum_is_not_needed_to_defer(forum, app):
    application = forum.application(grant_ore=100_00)
    meeting = forum.open_meeting(application)
    with pytest.raises(QuorumMissing):
        check_decisions(actor=forum.chair, at=TODAY, meeting=meeting, wanted=[Wanted(application, "reject", "Nej")])
    check_decisions(actor=forum.chair, at=TODAY, meeting=meeting, wanted=[Wanted(application, "defer", "Vent")])


def test_a_chair_in_conflict_leaves_the_item_to_another(client, forum, meeting, items):
    declare_interest(actor=forum.chair, at=TODAY, application=items[1])
    page = client.sign_in(forum.chair).get(url_of(meeting, items[0], items[1]))
    assert "For another chair" in page.words
    assert f"reason_{items[0].id}" in page.text and f"reason_{items[1].id}" not in page.text


def test_only_the_chair_records(client, forum, meeting, items):
    for person, status in ((forum.coordinator, 403), (forum.maja, 403), (forum.finance, 403), (forum.applicant, 404)):
        assert client.sign_in(person).get(url_of(meeting, items[0])).status_code == status


def test_a_meeting_that_is_not_open_has_nothing_to_record(client, app):
    forum = Forum()
    planned = forum.meeting(forum.scored(3))
    chair = forum.person("Clara Formand", Role.CHAIR)
    assert "Decisions are recorded while the meeting is open." in client.sign_in(chair).get(url_of(planned)).words


def test_a_sum_that_cannot_be_sends_back_to_the_choice(client, forum, meeting, items):
    url = url_of(meeting, items[0], **{f"loan_{items[0].id}": "900.000"})
    answer = client.sign_in(forum.chair).submit(url, sent(client.get(url).text))
    assert "A sum must be put right first" in answer.words and not meeting.pending


def test_a_cpr_number_is_refused_at_its_reason(send, meeting, items):
    answer = send(url_of(meeting, items[0]), **{f"outcome_{items[1].id}": "defer", f"reason_{items[1].id}": "Se 010203-1234"})
    assert answer.code == "cpr_number" and "Borgernes overblik, Reason" in answer.words


def test_the_page_of_the_choice_leads_the_chair_here(client, forum, meeting, items):
    text = client.sign_in(forum.chair).get(f"/meetings/{meeting.id}/choice?chosen={items[0].id}&loan_{items[0].id}=200.000").text
    assert f'formaction="/meetings/{meeting.id}/choice/decisions"' in text
    assert f"/meetings/{meeting.id}/applications/{items[0].id}/decision?loan=20000000&amp;grant=0" in text, "or one item by itself"
    assert "choice/decisions" not in client.sign_in(forum.coordinator).get(f"/meetings/{meeting.id}/choice").text


def test_a_reason_of_several_lines_is_confirmed_as_a_browser_sends_it(client, forum, meeting, items):
    """A browser sends each line break as two signs, also those of a hidden field."""
    loan, _grant, both = items
    url = url_of(meeting, loan)
    client.sign_in(forum.chair)
    typed = sent(client.get(url).text, **{f"outcome_{both.id}": "return", f"reason_{both.id}": "Hvem ejer systemet?\nHvad koster driften?"})
    listed = client.submit(url, {name: str(value).replace("\n", "\r\n") for name, value in typed.items()})
    assert "Nothing has been recorded yet." in listed.words
    said = {name: str(value).replace("\n", "\r\n") for name, value in sent(listed.text).items()}
    assert client.submit(url, said).status_code == 303
    assert {one.outcome for one in meeting.decided.values()} == {"approve", "return"}


def test_a_member_who_chairs_and_has_not_scored_sees_the_items_by_number(client, forum, meeting, items):
    """The agenda's order follows the ranking (domain.md §5)."""
    rank_agenda_backwards(meeting)
    newcomer = forum.person("Nina Ny", Role.CHAIR, Role.MEMBER)
    for reader, titles in ((forum.chair, items[::-1]), (newcomer, items)):
        words = client.sign_in(reader).get(url_of(meeting, *items)).words
        places = [words.index(f"{one.title}") for one in titles]
        assert places == sorted(places), reader.name


def rank_agenda_backwards(meeting):
    for place, item in enumerate(reversed(list(meeting.agenda)), start=1):
        item.position = place
    db.session.flush()
    db.session.expire(meeting, ["agenda"])
