"""The forum's choice: every item in one matrix, and what it does to the money, told by the address alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fundbank.applications.operations import withdraw_application
from fundbank.applications.rules.content import Cost, GainArea, PlannedGain
from fundbank.extensions import db
from fundbank.forecast.queries import commitments_of, forecast_of, records_of
from fundbank.forecast.rules import Assumptions
from fundbank.forecast.rules.promises import if_awarded
from fundbank.ledger.operations import fund_pool
from fundbank.meetings.operations.calendar import close_meeting, take_off_agenda
from fundbank.meetings.operations.decisions import decide, set_consensus
from fundbank.meetings.operations.proposals import put_proposal
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.rules import terms_by_rules
from fundbank.pools.frames import Frame
from fundbank.pools.roles import Role
from tests.integration.scoring.forum import THURSDAY, TODAY, Forum
from tests.web import statements


def url_of(meeting, *chosen, **sums):
    asked = [f"chosen={application.id}" for application in chosen] + [f"{name}={text}" for name, text in sums.items()]
    return f"/meetings/{meeting.id}/choice?{'&'.join(asked)}"


@pytest.fixture
def items(forum):
    """A loan of 300,000 with a spread on one criterion, a grant of 500,000, and 400,000 of both."""
    loan = forum.application(title="Digital selvbetjening", initiative="must")
    for member, levels in ((forum.chair, (3, 3, 3, 3, 1)), (forum.maja, (3, 3, 3, 3, 2)), (forum.mads, (3, 3, 3, 3, 3))):
        forum.score(loan, *levels, by=member)
    grant = forum.scored(2, title="Borgernes overblik", grant_ore=500_000_00)
    both = forum.scored(1, title="Fælles kort", loan_ore=300_000_00, grant_ore=100_000_00)
    return loan, grant, both


@pytest.fixture
def meeting(forum, items):
    return forum.meeting(*items)


@pytest.fixture
def words(client, forum, meeting):
    def read(*chosen, by=None, **sums):
        return client.sign_in(by or forum.coordinator).get(url_of(meeting, *chosen, **sums)).words

    return read


def test_every_item_stands_in_the_matrix_with_what_the_forum_weighs(words, client, forum, meeting):
    said = words()
    assert "Digital selvbetjening No. 1 · Tandplejen Must No record of gains yet 300,000 loan" in said
    assert "High High High High Medium Discuss 90.00 3 scores 200,000 18 months" in said
    assert "Fælles kort No. 3 · Tandplejen No record of gains yet 400,000 loan 300,000 grant 100,000" in said
    assert "none in kroner" in said, "a grant without gains in kroner"
    text = client.get(url_of(meeting)).text
    assert 'aria-label="Carl Formand: Low; Maja Medlem: Medium; Mads Medlem: High"' in text, "who gave what"


def test_nothing_is_chosen_until_somebody_chooses(words):
    assert "Left DKK 1,000,000" in words()


def test_what_is_chosen_is_counted(words, items):
    loan, grant, _both = items
    said = words(loan, grant)
    assert "Left DKK 200,000" in said
    assert "The pool 1,000,000 800,000 200,000" in said
    assert said.count("in all, as applied for") == 2


def test_what_is_chosen_beyond_the_money_is_told_and_not_lowered(words, items):
    said = words(*items)
    assert "Missing DKK 200,000" in said
    assert "The pool 1,000,000 1,200,000 -200,000" in said
    assert "400,000 in all, as applied for" in said


def test_a_sum_can_be_changed(words, items):
    _loan, _grant, both = items
    said = words(both, **{f"loan_{both.id}": "150.000", f"grant_{both.id}": "100.000"})
    assert "250,000 in all: 150,000 less than applied for" in said
    assert "Left DKK 750,000" in said


def test_a_sum_that_cannot_be_is_told_at_its_field_and_the_choice_is_kept(client, forum, meeting, items):
    loan, grant, _both = items
    client.sign_in(forum.coordinator)
    for text, told in (
        ("300.001", "cannot approve more than the DKK 300,000.00"),
        ("mange", "Write an amount"),
        ("", "how much is approved"),
    ):
        answer = client.get(url_of(meeting, loan, grant, **{f"loan_{loan.id}": text, f"grant_{loan.id}": ""}))
        assert answer.status_code == 422
        assert told in answer.words
        assert f'value="{grant.id}"' in answer.text and answer.text.count("checked") == 2


def test_an_item_that_was_taken_off_the_agenda_is_named_and_the_rest_stays_chosen(words, forum, meeting, items):
    loan, grant, _both = items
    take_off_agenda(actor=forum.coordinator, at=TODAY, meeting=meeting, application=loan)
    said = words(loan, grant)
    assert "No longer before the meeting" in said and "Digital selvbetjening" in said
    assert "Left DKK 500,000" in said


def test_an_item_that_was_decided_meanwhile_is_named_and_shows_what_it_got(client, forum, items):
    loan, grant, _both = items
    opened = forum.open_meeting(loan, grant)
    decide(actor=forum.chair, at=TODAY, meeting=opened, wanted=Wanted(grant, "approve", grant_ore=450_000_00, reason="Mindre"))
    said = client.sign_in(forum.coordinator).get(url_of(opened, loan, grant)).words
    assert "No longer before the meeting" in said
    assert "Approved grant DKK 450,000.00" in said
    assert "Left DKK 250,000" in said


def test_what_a_stranger_writes_in_the_address_is_passed_over(client, forum, meeting):
    answer = client.sign_in(forum.coordinator).get(f"/meetings/{meeting.id}/choice?chosen=9999&chosen=x&chosen=-1&loan_9=3&available=x")
    assert answer.status_code == 200
    assert "No longer before the meeting" not in answer.words


def test_money_that_went_meanwhile_is_told(client, forum, meeting, items):
    client.sign_in(forum.coordinator)
    said = client.get(url_of(meeting, items[0], available="120000000")).words
    assert "Available was DKK 1,200,000.00 when you last looked, and is DKK 1,000,000.00 now." in said
    assert "when you last looked" not in client.get(url_of(meeting, items[0], available="100000000")).words


def test_each_frame_with_an_amount_is_counted(client, app):
    forum = Forum(frames=(Frame("citizen", "Borgernær", 400_000_00), Frame("systems", "Systemer", None)))
    application = forum.scored(2, grant_ore=500_000_00, frame="citizen")
    meeting = forum.meeting(application)
    said = client.sign_in(forum.coordinator).get(url_of(meeting, application)).words
    assert "Borgernær 400,000 500,000 -100,000" in said
    assert "Systemer 0" not in said


def test_a_consensus_stands_beside_the_mean(client, forum, items):
    opened = forum.open_meeting(*items)
    set_consensus(
        actor=forum.chair, at=TODAY, meeting=opened, application=items[0], criterion="scalability", level=3, reason="Alle kan bruge det"
    )
    assert "High agreed; mean medium Discuss 100.00" in client.sign_in(forum.coordinator).get(url_of(opened)).words


def test_the_ends_of_the_gains_and_the_payback_stand_in_the_matrix(client, forum):
    area = GainArea(
        "Post", forum.unit.id, (Decimal(20), Decimal(25), Decimal(30)), (Decimal(10), Decimal(12), Decimal(15)), 6000, Decimal("0.8"),
        350_00, (Decimal(1),), 3,
    )  # fmt: skip
    application = forum.scored(3, gains=(), gain_areas=(area,))
    said = client.sign_in(forum.coordinator).get(url_of(forum.meeting(application))).words
    assert "364,000 low 140,000 high 560,000 10 months" in said, "the worked example of domain.md §6"


def test_what_is_chosen_moves_the_coming_months_as_its_award_would(forum, meeting, items):
    loan, pool = items[0], forum.pool
    policy, content, today = pool.policy, items[0].content, TODAY.date()
    terms = terms_by_rules(policy, content, loan_ore=300_000_00, first_year=2027, department_id=loan.department_id)
    chosen = if_awarded(
        content, loan_ore=300_000_00, grant_ore=0, terms=terms, year_1=2027, due_days=policy.claim_due_days, records=records_of(pool.id)
    )
    looked = forecast_of(pool, today, commitments_of(pool, today), Assumptions(), [chosen])
    opened = forum.open_meeting(loan)
    decide(actor=forum.chair, at=TODAY, meeting=opened, wanted=Wanted(loan, "approve", loan_ore=300_000_00, terms=terms))
    decided = forecast_of(pool, today, commitments_of(pool, today), Assumptions())
    assert [(one.available, one.reserved_ore) for one in looked.months] == [(one.available, one.reserved_ore) for one in decided.months]


def test_the_first_month_without_money_is_named(client, forum, items):
    late = forum.scored(
        3, title="Sent tilbage", loan_ore=900_000_00, costs=(Cost(0, "establishment", 900_000_00),),
        gains=(PlannedGain(1, forum.unit.id, 900_000_00),),
    )  # fmt: skip
    meeting = forum.meeting(items[0], late)
    client.sign_in(forum.coordinator)
    assert "nothing is missing in any of the 60 months" in client.get(url_of(meeting, items[0])).words
    said = client.get(url_of(meeting, items[0], late)).words
    assert "If gains come in low, money is missing from March 2026 on." in said
    assert "Without what is chosen, it never is." in said


def test_who_may_not_see_the_ledger_sees_the_money_of_the_day_alone(client, forum, meeting):
    adviser = forum.person("Rikke Rådgiver", Role.ADVISER)
    said = client.sign_in(adviser).get(url_of(meeting)).words
    assert "Left DKK 1,000,000" in said and "The coming five years" not in said
    assert "The scores are for the forum." in said and "90.00" not in said


def test_a_member_without_a_sheet_sees_neither_levels_nor_order(client, forum, meeting, items):
    new = forum.person("Nina Ny", Role.MEMBER)
    said = client.sign_in(new).get(url_of(meeting)).words
    assert said.index("No. 1 ") < said.index("No. 2 ") < said.index("No. 3 ")
    assert "Hidden until you have handed in your own score." in said
    assert "90.00" not in said and "Discuss" not in said


def test_departments_do_not_know_of_the_page(client, forum, meeting):
    for person in (forum.applicant, forum.leader):
        assert client.sign_in(person).get(url_of(meeting)).status_code == 404


def test_a_meeting_with_nothing_to_decide_says_so(client, forum):
    assert "Nothing on the agenda waits for a decision." in client.sign_in(forum.chair).get(url_of(forum.meeting())).words


def test_nothing_can_be_chosen_once_the_meeting_is_over(client, forum, items):
    opened = forum.open_meeting(*items)
    close_meeting(actor=forum.chair, at=TODAY, meeting=opened)
    page = client.sign_in(forum.chair).get(url_of(opened, items[0]))
    assert 'name="chosen"' not in page.text and "Left DKK 1,000,000" in page.words


def test_what_was_withdrawn_is_not_chosen_from(client, forum, meeting, items):
    withdraw_application(actor=forum.applicant, at=TODAY, application=items[1])
    assert "Borgernes overblik" not in client.sign_in(forum.chair).get(url_of(meeting)).words


def test_a_pool_without_money_and_one_item_above_it_all(client, app):
    forum = Forum(funding_ore=0)
    application = forum.scored(3, grant_ore=10_000_000_00)
    meeting = forum.meeting(application)
    assert "Missing DKK 10,000,000" in client.sign_in(forum.coordinator).get(url_of(meeting, application)).words
    fund_pool(actor=forum.finance, at=TODAY, pool=forum.pool, source="Budget", amount_ore=10_000_000_00)
    db.session.flush()
    assert "Left DKK 0" in client.get(url_of(meeting, application)).words


def test_the_page_of_the_meeting_leads_here(client, forum, meeting):
    assert f'href="/meetings/{meeting.id}/choice"' in client.sign_in(forum.maja).get(f"/meetings/{meeting.id}").text


def test_a_long_agenda_asks_the_database_no_more_often(client, forum, items):
    more = [forum.scored(2, title=f"Sag {number}", grant_ore=1_000_00) for number in range(8)]
    short, long = forum.meeting(*items), forum.meeting(*items, *more, day=THURSDAY + timedelta(days=1))
    urls = [url_of(short, *items), url_of(long, *items, *more)]
    client.sign_in(forum.coordinator)
    asked = []
    for url in urls:
        with statements() as run:
            assert "Missing" in client.get(url).words
        asked.append(len(run))
    assert asked[0] == asked[1]


def test_what_the_proposal_takes_in_is_marked(client, forum, meeting, items):
    given = {one.id: (100_00, 0) if one is items[0] else (0, 0) for one in items}
    put_proposal(actor=forum.coordinator, at=TODAY, meeting=meeting, given=given, asked={})
    page = client.sign_in(forum.coordinator).get(url_of(meeting, items[1]))
    assert page.words.count("In the proposal") == 1
