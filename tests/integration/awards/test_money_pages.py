"""The pages on which money moves: the worked numbers are on the screens, refusals stand at their fields, and who may what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from re import DOTALL, findall, search

import pytest
from sqlalchemy import select

from fundbank.awards import queries as awards_queries
from fundbank.awards.operations import register_disbursement
from fundbank.extensions import db
from fundbank.gains import queries as gains_queries
from fundbank.history.models import AccessLine
from fundbank.history.steps import record
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import commit
from fundbank.ledger.checks import check
from fundbank.ledger.queries import award_balances, balances, transfers
from fundbank.meetings.operations.calendar import close_meeting, hold_meeting
from fundbank.meetings.operations.revisions import revise_case
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from fundbank.repayments.operations.claims import make_claim
from fundbank.repayments.operations.ending import close_award, return_unspent
from fundbank.repayments.queries import claims_of, waiting
from fundbank.reversals import queries as reversals_queries
from fundbank.reversals.operations import register_reversal
from tests.integration.applications.office import form_of
from tests.integration.applications.writing import save
from tests.integration.awards.bank import START, Bank, a_bank, at

TODAY = at(2026, 1, 20)


@pytest.fixture
def clock():
    """What the program takes for now: ``clock[0]``."""
    return [TODAY]


@pytest.fixture
def app_settings(clock):
    return {"CLOCK": lambda: clock[0]}


@pytest.fixture
def bank(app, pictures) -> Bank:
    return pictures.of("bank", a_bank)


def test_hernings_numbers_stand_on_the_screens_to_the_last_krone(bank, client, clock):
    award = bank.award(loan=600_000, title="Integration med ESDH")
    page = f"/awards/{award.id}"
    client.sign_in(bank.finance)
    assert "Finance must register the first disbursement." in client.get(page).words
    answer = client.submit(f"{page}/disbursements/new", {"part": "loan", "amount": "600.000", "pay_on": "01-03-2024", "text": ""})
    assert answer.status_code == 303
    words = client.get(page).words
    step = words[words.index("What happens next") :][:160]
    assert "A registered disbursement must be approved or refused." in step and "Overdue" in step
    client.sign_in(bank.finance_2)
    approval = f"/disbursements/{award.disbursements[0].id}/approval"
    assert "Reserved DKK 600,000.00 DKK 0.00" in client.get(approval).words
    assert client.submit(approval).status_code == 303
    shown = []
    for year, left in ((2025, "400,000.00"), (2026, "200,000.00"), (2027, "0.00")):
        clock[0] = at(year + 1)
        for leader, department in ((bank.leader, bank.own), (bank.leader_of_others, bank.others)):
            client.sign_in(leader)
            typed = {"department": department.id, "year": year, "amount": "200.000", "cashable": "yes", "note": "Talt op."}
            assert client.submit(f"{page}/gains/new", typed).status_code == 303
        client.sign_in(bank.finance)
        waiting = client.get(f"/pools/{bank.pool.id}/gains")
        for report_id in sorted({int(part.split("/")[0]) for part in waiting.text.split('href="/gains/')[1:]}):
            assert save(client, f"/gains/{report_id}/verification").status_code == 303
        assert f"The claim for {year} must be made. Who finance" in client.get(page).words
        first = client.submit(f"{page}/claims/new", {"year": year})
        assert first.status_code == 200
        assert "Forvaltning X DKK 200,000.00 × 50% DKK 100,000.00 DKK 100,000.00" in first.words
        again = client.submit(f"{page}/claims/new", {"year": year, "seen": seen_in(first.text)})
        assert again.status_code == 303
        claim = claims_of(award)[-1]
        for line in claim.lines:
            assert client.submit(f"/claim-lines/{line.id}/repayments/new", {"amount": "100.000,00", "reference": "B-1"}).status_code == 303
        told = client.get(f"/claims/{claim.id}").words
        shown.append(f"DKK {left} now" in told)
        assert f"Outstanding loan DKK {left}" in client.get(page).words
    assert shown == [True, True, True]
    client.sign_in(bank.coordinator)
    assert "The coordinator must close the award." in client.get(page).words
    assert client.submit(f"{page}/close", {"report": ""}).status_code == 303
    assert "The award is closed. Nothing more is asked." in client.get(page).words
    whole = client.get(f"/pools/{bank.pool.id}").words
    assert "Available DKK 3,000,000.00" in whole
    assert "Repaid so far DKK 600,000.00" in whole
    db.session.expire_all()
    bank.check()


def test_a_page_that_says_beforehand_what_would_be_refused_is_a_page(bank, client):
    award = bank.award(loan=250_000)
    bank.pay_out(award, 250_000)
    client.sign_in(bank.coordinator)
    url = f"/awards/{award.id}/close"
    page = client.get(url)
    assert (page.status_code, page.code) == (200, "wrong_state")
    refused = client.submit(url, {"report": ""})
    assert (refused.status_code, refused.code) == (409, "wrong_state")


def seen_in(text: str) -> str:
    """What the page has shown, as the form carries it."""
    return unescape(search(r'name="seen"[^>]*value="([^"]*)"', text)[1])


def test_a_capped_claim_shows_its_arithmetic(bank, client):
    award = bank.award(loan=250_000)
    bank.pay_out(award, 250_000)
    bank.gain(award, bank.own, 2025, 333_333_33)
    bank.gain(award, bank.others, 2025, 200_000_00)
    client.sign_in(bank.finance)
    url = f"/awards/{award.id}/claims/new"
    page = client.submit(url, {"year": "2025"})
    assert "Forvaltning X DKK 333,333.33 × 50% DKK 166,666.67 DKK 156,250.00 DKK 156,250.00" in page.words
    assert "Øvrige forvaltninger DKK 200,000.00 × 50% DKK 100,000.00 DKK 93,750.00 DKK 93,750.00" in page.words
    assert "The cap: DKK 250,000.00 was outstanding and not yet claimed, less than the shares' DKK 266,666.67." in page.words
    assert claims_of(award) == []
    answer = client.submit(url, {"year": "2025", "seen": seen_in(page.text)})
    assert "156,250.00" in client.get(answer.location).words
    assert "Every year of the term" not in client.get(url).words


def test_a_claim_that_lacks_a_gain_says_whose_at_the_field(bank, client):
    award = bank.award(loan=250_000)
    bank.pay_out(award, 250_000)
    bank.gain(award, bank.own, 2025, 100)
    page = client.sign_in(bank.finance).submit(f"/awards/{award.id}/claims/new", {"year": "2025"})
    assert (page.status_code, page.code) == (422, "incomplete")
    assert "The gain of 2025 is not yet verified for: Øvrige forvaltninger." in page.words
    assert 'id="year-error"' in page.text


def test_only_years_that_can_be_claimed_are_offered_and_the_others_say_what_they_lack(bank, client):
    award = bank.award(loan=250_000)
    url = f"/awards/{award.id}/claims/new"
    client.sign_in(bank.finance)
    assert "Nothing of the loan has been paid out yet" in client.get(url).words
    bank.pay_out(award, 250_000)
    assert "No year can be claimed yet." in (page := client.get(url)).words
    assert "<select" not in page.text
    bank.gain(award, bank.own, 2025, 100)
    bank.gain(award, bank.own, 2026, 100)
    bank.gain(award, bank.others, 2026, 100)
    page = client.get(f"{url}?year=2025")
    assert "<select" not in page.text, "years are claimed in their order"
    assert "2025: not yet verified for Øvrige forvaltninger" in page.words
    assert "2027: not yet verified for Forvaltning X, Øvrige forvaltninger" in page.words
    assert "2026: not" not in page.words
    bank.gain(award, bank.others, 2025, 100)
    page = client.get(f"{url}?year=2026")
    assert findall(r"<option[^>]*>(\d+)", page.text) == ["2025"]


def test_the_page_of_a_claim_says_why_there_is_nothing_to_claim(bank, client):
    grant, planned = bank.award(grant=100_000), bank.award(loan=100_000, basis="planned", years=1)
    bank.pay_out(planned, 100_000)
    bank.claim(planned, 2025)
    client.sign_in(bank.finance)
    assert "The award has no loan" in client.get(f"/awards/{grant.id}/claims/new").words
    assert "Every year of the term has been claimed." in client.get(f"/awards/{planned.id}/claims/new").words


def test_a_shortfall_that_the_departments_pay_is_shown_as_such(bank, client, clock):
    clock[0] = at(2026, 2)
    award = bank.award(loan=400_000, years=1, shortfall="department_pays", planned={(1, bank.own.id): 400_000})
    bank.pay_out(award, 400_000)
    bank.gain(award, bank.own, 2025, 100_000_00)
    bank.gain(award, bank.others, 2025, 0)
    page = client.sign_in(bank.finance).submit(f"/awards/{award.id}/claims/new", {"year": "2025"})
    assert "Forvaltning X DKK 100,000.00 × 50% DKK 50,000.00 DKK 350,000.00 DKK 400,000.00" in page.words
    assert "The last year: by the terms the departments pay what then remains, DKK 350,000.00" in page.words


def test_the_forum_is_asked_in_red_and_overdue_lines_are_marked(bank, client, clock):
    award = bank.award(loan=400_000, years=1)
    bank.pay_out(award, 400_000)
    bank.gain(award, bank.own, 2025, 100_000_00)
    bank.gain(award, bank.others, 2025, 0)
    bank.claim(award, 2025)
    clock[0] = at(2026, 5)
    client.sign_in(bank.finance)
    assert "The forum must decide on the rest of the loan" in client.get(f"/awards/{award.id}").words
    claims = client.get(f"/pools/{bank.pool.id}/claims").words
    assert "19 Feb 2026 Overdue DKK 50,000.00 Register a repayment" in claims
    waits = client.get(f"/pools/{bank.pool.id}").words
    assert "Overdue payments of claims 1" in waits
    assert "Loans for the forum to settle 1" in waits


@pytest.mark.parametrize(
    ("amount", "code", "sentence"),
    [
        ("600.000,01", "over_reserved", "Only DKK 600,000.00 is still reserved for this award, which is less than DKK 600,000.01."),
        ("1,250,000.5", None, "Write an amount in kroner"),
        ("0", None, "Write an amount above 0."),
        ("", None, "This must be filled in."),
    ],
)
def test_an_amount_is_refused_at_its_field_and_kept(bank, client, amount, code, sentence):
    award = bank.award(loan=600_000)
    client.sign_in(bank.finance)
    url = f"/awards/{award.id}/disbursements/new"
    page = client.submit(url, {"part": "loan", "amount": amount, "pay_on": "01-03-2026", "text": "Faktura 7"})
    assert page.status_code in (409, 422)
    assert page.code == code
    assert sentence in page.words
    assert 'id="amount-error"' in page.text
    assert f'value="{amount}"' in page.text and 'value="Faktura 7"' in page.text


def waiting_movements(client, bank: Bank) -> list[str]:
    """The pages of the movements that wait for their second person, as finance finds them under "Reversals"."""
    return findall(r'href="(/movements/\d+/approval)"', client.get(f"/pools/{bank.pool.id}/reversals").text)


def approve_by_the_second(client, bank: Bank, sentence: str) -> None:
    """Who registered the one movement that waits is told that they cannot approve it; their colleague reads what happens, and does."""
    (url,) = waiting_movements(client.sign_in(bank.finance), bank)
    page = client.get(url)
    assert "Somebody else must approve this" in page.words and "Approve and post" not in page.words
    refused = client.submit(url)
    assert (refused.status_code, refused.code) == (409, "four_eyes")
    assert waiting_movements(client.sign_in(bank.finance_2), bank) == [url]
    assert sentence in client.get(url).words
    done = client.submit(url)
    assert (done.status_code, done.location) == (303, f"/pools/{bank.pool.id}/reversals")
    assert waiting_movements(client, bank) == []
    assert client.submit(url).code == "already_posted"
    client.sign_in(bank.finance)
    assert "This has been settled." in client.get(url).words


def test_release_and_return_ask_first_and_say_what_they_do(bank, client):
    award = bank.award(loan=600_000)
    url = f"/awards/{award.id}/release"
    unpaid = client.sign_in(bank.finance).get(url)
    assert (unpaid.status_code, unpaid.code) == (409, "wrong_state")
    bank.pay_out(award, 400_000)
    typed = {"amount": "100.000", "reason": "Billigere end ventet"}
    client.sign_in(bank.finance)
    assert 'value="200.000"' in client.get(url).text
    too_much = client.submit(url, {**typed, "amount": "200.001"})
    assert (too_much.status_code, too_much.code) == (409, "over_reserved")
    without = client.submit(url, {**typed, "reason": ""})
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    asked = client.submit(url, typed)
    assert asked.status_code == 200
    assert "When somebody else has approved it, DKK 100,000.00 of the award is released." in asked.words
    assert "Reserved for the award DKK 200,000.00 DKK 100,000.00" in asked.words
    changed = client.submit(url, {**typed, "amount": "150.000", "seen": seen_in(asked.text)})
    assert changed.status_code == 200  # another amount is shown before it is done
    assert client.submit(url, {**typed, "seen": seen_in(asked.text)}).status_code == 303
    assert award_balances(award.id).reserved_ore == 200_000_00, "nothing moves before the second person"
    assert 'value="100.000"' in client.get(url).text, "what waits is not asked for twice"
    approve_by_the_second(client, bank, "DKK 100,000.00 of the award is released.")
    assert award_balances(award.id).reserved_ore == 100_000_00
    url = f"/awards/{award.id}/return"
    over = client.submit(url, {"part": "loan", "amount": "400.001", "reference": "B-1"})
    assert (over.status_code, over.code) == (409, "over_outstanding")
    asked = client.submit(url, {"part": "loan", "reference": "B-1", "amount": "40.000"})
    assert client.submit(url, {"part": "loan", "reference": "B-1", "amount": "40.000", "seen": seen_in(asked.text)}).status_code == 303
    assert award_balances(award.id).loan_ore == 360_000_00
    bank.check()


def test_what_waits_for_a_second_person_is_refused_or_withdrawn_with_a_reason(bank, client):
    award = bank.award(loan=600_000)
    bank.pay_out(award, 400_000)
    url = f"/awards/{award.id}/release"
    typed = {"amount": "200.000", "reason": "Projektet er slut"}
    for person in (bank.finance_2, bank.finance):  # a colleague refuses it, then who registered it takes it back
        client.sign_in(bank.finance)
        client.submit(url, {**typed, "seen": seen_in(client.submit(url, typed).text)})
        (approval,) = waiting_movements(client.sign_in(person), bank)
        refusal = approval.replace("approval", "refusal")
        assert f'href="{refusal}"' in client.get(approval).text
        assert "No money moves. It can be registered again." in client.get(refusal).words
        without = client.submit(refusal, {"reason": ""})
        assert without.status_code == 422 and 'id="reason-error"' in without.text
        assert waiting_movements(client, bank) == [approval]
        assert client.submit(refusal, {"reason": "Der kommer en regning til"}).status_code == 303
        assert waiting_movements(client, bank) == []
        for again in (client.get(refusal), client.submit(refusal, {"reason": "Igen"})):
            assert (again.status_code, again.code) == (409, "wrong_state")
        assert client.sign_in(bank.finance_2).submit(approval).code == "wrong_state"
    assert award_balances(award.id).reserved_ore == 200_000_00
    assert "Der kommer en regning til" in client.get(f"/pools/{bank.pool.id}/history").words


def given_up(client, award, url: str, told: str, *, back: str | None = None, close: Callable[[], None] = lambda: None) -> None:
    """The award's page leads to the one that gives it up; it says what happens, asks for a reason, and leads back.

    What a meeting decides is done when it is closed.
    """
    page = f"/awards/{award.id}"
    assert f'href="{url}"' in client.get(page).text
    assert "All that is reserved for it, DKK 600,000.00, becomes available to others." in client.get(url).words
    without = client.submit(url, {"reason": ""})
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    cpr = client.submit(url, {"reason": "Borger 010190-1234"})
    assert (cpr.status_code, cpr.code) == (422, "cpr_number") and 'id="reason-error"' in cpr.text
    assert award_balances(award.id).reserved_ore == 600_000_00
    done = client.submit(url, {"reason": "Vi klarer det selv"})
    assert (done.status_code, done.location) == (303, back or page)
    close()
    words = client.get(page).words
    assert told in words and "Vi klarer det selv" in words
    assert award_balances(award.id).reserved_ore == 0
    for again in (client.get(url), client.submit(url, {"reason": "Igen"})):
        assert (again.status_code, again.code) == (409, "wrong_state")


def test_a_leader_declines_an_offer_with_a_reason(bank, client):
    award = bank.award(loan=600_000, accepted=False)
    url = f"/awards/{award.id}/decline"
    assert client.sign_in(bank.leader_of_others).get(url).status_code == 403
    given_up(client.sign_in(bank.leader), award, url, "The offer has been declined. Its money is available to others.")
    bank.check()


def test_the_coordinator_declines_when_the_time_to_accept_is_over(bank, client, clock):
    award = bank.award(loan=600_000, accepted=False)
    url = f"/awards/{award.id}/decline"
    clock[0] = at(2024, 4, 8)  # the sixtieth day from the decision
    early = client.sign_in(bank.coordinator).get(url)
    assert (early.status_code, early.code) == (409, "wrong_state")
    assert "The departments have until 8 April 2024 to accept the offer." in early.words
    clock[0] = at(2024, 4, 9)
    given_up(client.sign_in(bank.coordinator), award, url, "The offer has been declined. Its money is available to others.")


def test_a_leader_gives_up_an_award_before_anything_is_paid(bank, client):
    award, paid = bank.award(loan=600_000), bank.award(loan=100_000)
    disbursement = bank.register(award, 1_000)
    bank.pay_out(paid, 1_000)
    url = f"/awards/{award.id}/cancellation"
    assert client.sign_in(bank.coordinator).get(url).status_code == 403
    refused = client.sign_in(bank.leader).get(f"/awards/{paid.id}/cancellation")
    assert (refused.status_code, refused.code) == (409, "wrong_state")
    given_up(client, award, url, "The award has been given up. Its money is available to others.")
    approval = client.sign_in(bank.finance_2).submit(f"/disbursements/{disbursement.id}/approval")
    assert (approval.status_code, approval.code) == (409, "wrong_state"), "a payment that waits is withdrawn with it"
    bank.check()


def test_the_chair_gives_up_an_award_in_an_open_meeting(bank, client):
    award = bank.award(loan=600_000)
    earlier = hold_meeting(actor=bank.coordinator, at=START, pool=bank.pool, applications=[], present=[bank.chair])
    client.sign_in(bank.chair)
    over = client.get(f"/meetings/{earlier.id}/awards/{award.id}/cancellation")
    assert (over.status_code, over.code) == (409, "wrong_state") and "This needs a meeting that is open today." in over.words
    assert "/cancellation" not in client.get(f"/awards/{award.id}").text
    meeting = hold_meeting(actor=bank.coordinator, at=TODAY, pool=bank.pool, applications=[], present=[bank.chair])
    url = f"/meetings/{meeting.id}/awards/{award.id}/cancellation"
    assert client.sign_in(bank.coordinator).get(url).status_code == 403
    assert client.sign_in(bank.leader).get(url).status_code == 404
    given_up(
        client.sign_in(bank.chair), award, url, "Given up", back=f"/meetings/{meeting.id}",
        close=lambda: close_meeting(actor=bank.chair, at=TODAY, meeting=meeting),
    )  # fmt: skip
    bank.check()


def test_a_closed_award_asks_for_nothing_more(bank, client):
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    return_unspent(actor=bank.finance, at=START, award=award, part="loan", amount_ore=600_000_00)
    close_award(actor=bank.coordinator, at=START, award=award)
    client.sign_in(bank.finance)
    for what in ("disbursements/new", "return"):
        answer = client.get(f"/awards/{award.id}/{what}")
        assert (answer.status_code, answer.code) == (409, "wrong_state")
    answer = client.sign_in(bank.leader).get(f"/awards/{award.id}/gains/new")
    assert (answer.status_code, answer.code) == (409, "wrong_state")
    words = client.get(f"/awards/{award.id}").words
    assert "Not reported" in words and "Report missing" not in words and "Not yet due" not in words


def test_a_page_that_says_what_would_be_refused_is_a_page_like_any_other(bank, client):
    award = bank.award(loan=600_000)
    answer = client.sign_in(bank.coordinator).get(f"/awards/{award.id}/close")
    assert (answer.status_code, answer.code) == (200, "wrong_state")
    assert client.submit(f"/awards/{award.id}/close").status_code == 409
    assert [line.what for line in db.session.scalars(select(AccessLine))] == [f"POST /awards/{award.id}/close"], "it refuses nothing"


def test_a_form_sent_twice_posts_once(bank, client):
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    line = bank.claim(award, 2025).lines[0]
    client.sign_in(bank.finance)
    once = "11111111-2222-3333-4444-555555555555"
    url = f"/claim-lines/{line.id}/repayments/new"
    answers = [client.submit(url, {"amount": "10.000", "reference": "B-1"}, once=once) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert award_balances(award.id).loan_ore == 590_000_00
    over = client.submit(url, {"amount": "590.001", "reference": "B-1"})
    assert (over.status_code, over.code) == (409, "over_outstanding")
    assert f"Only DKK {(line.due_ore - 10_000_00) // 100:,}.00 of the claim is unpaid" in over.words


def test_money_in_by_per_mille_is_worked_out_first(app, client):
    bank = a_bank(kroner=0, preset="favrskov", minimum_scores=1)
    client.sign_in(bank.finance)
    url = f"/pools/{bank.pool.id}/funding/new"
    typed = {"way": "expenditure", "expenditure": "2.400.000.000", "amount": "", "source": "Budget 2026", "text": "", "reference": "B-1"}
    asked = client.submit(url, typed)
    assert "2.5 per mille of it DKK 6,000,000.00" in asked.words
    assert "To the treasury DKK 3,000,000.00 To the pool DKK 3,000,000.00" in asked.words
    assert client.submit(url, {**typed, "seen": seen_in(asked.text)}).status_code == 303
    assert balances(bank.pool.id).available_ore == 3_000_000_00
    told = "2.5 per mille of DKK 2,400,000,000.00, 50% of it to the pool; DKK 3,000,000.00 to the treasury"
    assert told in client.get(f"/pools/{bank.pool.id}/ledger").words
    day = transfers(bank.pool.id)[0].value_date
    year = f"from={day}&to={day}"
    assert "1 2,400,000,000.00 2.5 ‰ 3,000,000.00 3,000,000.00" in client.get(f"/pools/{bank.pool.id}/statement?{year}").words
    assert ";2400000000,00;2,5;0,50;3000000,00;" in client.get(f"/pools/{bank.pool.id}/ledger.csv").text
    assert check(bank.pool.id) == []
    missing = client.submit(url, {**typed, "expenditure": ""})
    assert missing.status_code == 422 and 'id="expenditure-error"' in missing.text


@pytest.mark.parametrize("field", ["source", "text"])
def test_a_cpr_number_beside_money_is_refused_at_its_field(bank, client, field):
    client.sign_in(bank.finance)
    typed = {"amount": "1.000", "source": "Budget 2026", "text": "", "reference": "B-1", field: "Borger 010190-1234"}
    answer = client.submit(f"/pools/{bank.pool.id}/funding/new", typed)
    assert (answer.status_code, answer.code) == (422, "cpr_number")
    assert f'id="{field}-error"' in answer.text and 'value="Borger 010190-1234"' in answer.text


def test_money_is_handed_back_to_its_source_within_what_is_available(bank, client):
    bank.award(loan=600_000)
    client.sign_in(bank.finance)
    url = f"/pools/{bank.pool.id}/funding/return"
    typed = {"source": "Budget 2024", "amount": "400.000", "reason": "Besluttet i byrådet"}
    over = client.submit(url, {**typed, "amount": "2.400.001"})
    assert (over.status_code, over.code) == (409, "over_available")
    without = client.submit(url, {**typed, "reason": ""})
    assert without.status_code == 422 and 'id="reason-error"' in without.text
    asked = client.submit(url, typed)
    assert "Available DKK 2,400,000.00 DKK 2,000,000.00" in asked.words
    assert client.submit(url, {**typed, "seen": seen_in(asked.text)}).status_code == 303
    assert "Budget 2024 DKK 3,000,000.00" in client.get(f"/pools/{bank.pool.id}").words, "nothing moves before the second person"
    approve_by_the_second(client, bank, "DKK 400,000.00 goes back to Budget 2024 and leaves the pool.")
    assert "Budget 2024 DKK 2,600,000.00" in client.get(f"/pools/{bank.pool.id}").words
    assert balances(bank.pool.id).available_ore == 2_000_000_00


def test_what_came_in_earlier_is_posted_with_its_own_value_date(bank, client, clock):
    bank.pool.created_at = START
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    line = make_claim(actor=bank.finance, at=at(2026, 1, 5), award=award, year=2025).lines[0]
    client.sign_in(bank.finance)

    def posted(url, typed, day, asks_first=True, by_two=False):
        typed = {**typed, "value_on": day}
        if asks_first:
            asked = client.submit(url, typed)
            assert "The value date is 10 January 2026." in asked.words
            typed["seen"] = seen_in(asked.text)
        assert client.submit(url, typed).status_code == 303
        if by_two:
            approve_by_the_second(client, bank, f"Value date 10 January 2026 Reason {typed['reason']}")
        return transfers(bank.pool.id, limit=1)[0]

    pool, repaying = f"/pools/{bank.pool.id}", f"/claim-lines/{line.id}/repayments/new"
    rows = [
        posted(f"{pool}/funding/new", {"amount": "1.000", "source": "Budget 2025", "reference": "B-1"}, "10-01-2026"),
        posted(f"{pool}/funding/return", {"source": "Budget 2024", "amount": "1.000", "reason": "For meget"}, "10-01-2026", by_two=True),
        posted(f"/awards/{award.id}/return", {"part": "loan", "amount": "1.000", "reference": "B-1"}, "10-01-2026"),
        posted(repaying, {"amount": "1.000", "reference": "B-1"}, "10-01-2026", asks_first=False),
    ]
    assert {(row.value_date, local_date(row.recorded_at)) for row in rows} == {(date(2026, 1, 10), TODAY.date())}
    assert "10 Jan 2026 recorded 20 Jan 2026" in client.get(f"{pool}/ledger").words
    assert "value date 10 January 2026" in client.get(f"{pool}/history").words
    bank.check()
    for url, day, told in (
        (repaying, "21-01-2026", "The value date must not be in the future."),
        (repaying, "04-01-2026", "The value date must not be before 5 January 2026."),
        (f"{pool}/funding/new", "07-02-2024", "The value date must not be before 8 February 2024."),
    ):
        page = client.submit(url, {"amount": "1.000", "source": "Budget", "reference": "B-1", "value_on": day})
        assert (page.status_code, page.code) == (422, "invalid_date")
        assert told in page.words and 'id="value_on-error"' in page.text
    assert client.submit(repaying, {"amount": "1.000", "value_on": "", "reference": "B-1"}).status_code == 303
    assert transfers(bank.pool.id, limit=1)[0].value_date == TODAY.date()


def test_four_eyes_are_explained_on_the_page(bank, client):
    award = bank.award(loan=600_000)
    disbursement = bank.register(award, 100_000)
    client.sign_in(bank.finance)
    url = f"/disbursements/{disbursement.id}/approval"
    assert "You registered this disbursement." in (page := client.get(url)).words
    assert f'href="/disbursements/{disbursement.id}/refusal"' in page.text
    refused = client.submit(url)
    assert (refused.status_code, refused.code) == (409, "four_eyes")
    give_role(actor=None, at=START, pool=bank.pool, user=bank.chair, role=Role.FINANCE)
    client.sign_in(bank.chair)
    assert "neither of whom decided, signed or accepted what it follows" in client.get(url).words
    assert "You decided this award, signed its application or accepted it" in client.get(f"/awards/{award.id}/disbursements/new").words
    assert client.submit(url).code == "four_eyes"
    typed = {"part": "loan", "amount": "1", "pay_on": "01-03-2026"}
    assert client.submit(f"/awards/{award.id}/disbursements/new", typed).code == "four_eyes"
    client.sign_in(bank.finance_2)
    assert client.submit(f"/disbursements/{disbursement.id}/refusal", {"reason": ""}).status_code == 422
    assert client.submit(f"/disbursements/{disbursement.id}/refusal", {"reason": "Forkert faktura"}).status_code == 303
    assert client.submit(url).code == "wrong_state"
    assert "Refused" in client.get(f"/pools/{bank.pool.id}/disbursements").words


def test_a_posting_is_reversed_by_two_people_and_linked_in_both_directions(bank, client):
    award = bank.award(loan=600_000)
    payment = bank.pay_out(award, 600_000)
    client.sign_in(bank.finance)
    ledger = f"/pools/{bank.pool.id}/ledger"
    assert f"/transfers/{payment.id}/reversal" in client.get(ledger).text
    assert client.submit(f"/transfers/{payment.id}/reversal", {"reason": ""}).status_code == 422
    assert client.submit(f"/transfers/{payment.id}/reversal", {"reason": "Forkert konto"}).status_code == 303
    twice = client.submit(f"/transfers/{payment.id}/reversal", {"reason": "Igen"})
    assert (twice.status_code, twice.code) == (409, "already_posted")
    reversals = client.get(f"/pools/{bank.pool.id}/reversals")
    assert "Forkert konto" in reversals.words
    url = next(part.split('"')[0] for part in reversals.text.split('href="') if part.startswith("/reversals/"))
    assert "a colleague in finance must approve it" in client.get(url).words
    assert client.submit(url).code == "four_eyes"
    client.sign_in(bank.finance_2)
    assert "DKK 600,000.00 moves back from “Loan” to “Reserved”." in client.get(url).words
    assert client.submit(url).status_code == 303
    page = client.get(ledger).words
    assert "Reversal of no. 3" in page and "Reversed by no. 4" in page
    assert "approved by Pia Penge" in page
    assert award_balances(award.id).reserved_ore == 600_000_00


def test_the_ledger_in_pages_by_award_and_checked(bank, client):
    first, second = bank.award(loan=10_000, title="Den første"), bank.award(loan=10_000, title="Den anden")
    for kroner in range(1, 56):
        bank.pay_out(first, kroner)
    client.sign_in(bank.auditor)
    page = client.get(f"/pools/{bank.pool.id}/ledger")
    assert page.text.count('<tr id="t') == 50
    older = client.get(f"/pools/{bank.pool.id}/ledger?before=9")
    assert older.text.count('<tr id="t') == 8
    of_second = client.get(f"/pools/{bank.pool.id}/ledger?award={second.id}")
    assert of_second.text.count('<tr id="t') == 1 and "Only the lines of one award: Den anden." in of_second.words
    assert "The ledger is in order" in client.get(f"/pools/{bank.pool.id}/ledger/check").words
    assert f"/transfers/{transfers(bank.pool.id)[0].id}/reversal" not in page.text


def test_the_leader_accepts_after_reading_the_terms(bank, client):
    award = bank.award(loan=600_000, accepted=False)
    client.sign_in(bank.leader)
    url = f"/awards/{award.id}/accept"
    page = client.get(url)
    assert "The pool gets 50% of the gain of each year from 2025 to 2027" in page.words
    assert "Offered by the pool DKK 600,000.00" in page.words
    assert "As planned, the loan is repaid with the gains of 2027." in page.words
    form = form_of(page.text)
    assert client.submit(url, form).status_code == 422
    stale = client.submit(url, form | {"revision": award.revision + 1, "agreed": "y"})
    assert (stale.status_code, stale.code) == (409, "stale_version")
    assert client.submit(url, form | {"agreed": "y"}).status_code == 303
    assert client.get(url).code == "wrong_state"


def test_nobody_accepts_what_a_business_case_comes_to_that_they_have_not_seen(bank, client):
    award = bank.award(loan=600_000, accepted=False)
    url = f"/awards/{award.id}/accept"
    form = form_of(client.sign_in(bank.leader).get(url).text) | {"agreed": "y"}
    content = award.application.content
    own = {gain for gain in content.gains if gain.department_id == bank.own.id}
    more = content.replace(gains=tuple(replace(gain, amount_ore=gain.amount_ore * (2 if gain in own else 1)) for gain in content.gains))
    revise_case(actor=bank.leader, at=START, award=award, content=more, reason="Mere end ventet.")
    refused = client.submit(url, form)
    assert (refused.status_code, refused.code) == (409, "stale_version")
    assert "The business case has been revised since you opened the page." in refused.words and award.state == "offered"
    assert client.submit(url, form_of(refused.text)).status_code == 303


def test_only_years_that_have_begun_can_be_reported_the_oldest_missing_one_first(bank, client, clock):
    award = bank.award(loan=600_000)  # of 2025 to 2027
    bank.pay_out(award, 600_000)
    url = f"/awards/{award.id}/gains/new"

    def offered():
        page = client.sign_in(bank.leader).get(url)
        choices = findall(r'<option( selected)? value="(\d{4})"', page.text)
        return [year for _, year in choices], [year for chosen, year in choices if chosen], page.words

    clock[0] = at(2024, 6)
    assert offered()[0] == []
    assert "The gain of 2025 can be reported from 1 January 2026. Back to the award" in offered()[2]
    clock[0] = at(2026)
    years, chosen, words = offered()
    assert (years, chosen) == (["2025"], ["2025"])
    assert "The gain of 2026 can be reported from 1 January 2027." in words
    bank.gain(award, bank.own, 2025, 100_00, verified=False)
    clock[0] = at(2027)
    assert offered()[1] == ["2026"]
    clock[0] = at(2026)
    typed = {"department": bank.own.id, "year": 2027, "amount": "1", "cashable": "yes", "note": "Talt op."}
    assert client.submit(url, typed).status_code == 422
    clock[0] = at(2029)
    client.sign_in(bank.leader)
    years, _, words = offered()
    assert years == ["2025", "2026", "2027"] and "can be reported from" not in words


def test_a_verified_gain_is_corrected_and_the_verified_figure_counts_meanwhile(bank, client):
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    bank.gain(award, bank.own, 2025, 100_00)
    client.sign_in(bank.leader)
    page = client.get(f"/awards/{award.id}").text
    url = next(part.split('"')[0] for part in page.split('href="') if "/correction" in part.split('"')[0])
    typed = {"amount": "150", "cashable": "yes", "reason": ""}
    assert client.submit(url, typed).status_code == 422
    assert client.submit(url, {**typed, "is_loss": "y", "reason": "Talt igen"}).status_code == 303
    words = client.get(f"/awards/{award.id}").words
    assert "Correction waits DKK -150.00: Talt igen" in words and "DKK 100.00" in words
    assert client.submit(url, {**typed, "reason": "Talt en gang til"}).status_code == 303
    assert "Correction waits DKK 150.00: Talt en gang til" in client.get(f"/awards/{award.id}").words


def test_a_department_sees_only_what_concerns_it(bank, client):
    ours, theirs = bank.award(loan=100_000, title="Vores"), bank.award(loan=100_000, departments=[bank.own], title="Kun dem")
    client.sign_in(bank.leader_of_others)
    page = client.get(f"/pools/{bank.pool.id}/awards").words
    assert "Vores" in page and "Kun dem" not in page
    assert client.get(f"/awards/{ours.id}").status_code == 200
    assert client.get(f"/awards/{theirs.id}").status_code == 404


def fill(bank: Bank) -> None:
    """Two more awards with everything on them."""
    for _ in range(2):
        award = bank.award(loan=10_000)
        payment = bank.pay_out(award, 1_000)
        bank.register(award, 10)
        bank.gain(award, bank.own, 2025, 1_000_00)
        bank.gain(award, bank.others, 2025, 1_000_00)
        bank.gain(award, bank.own, 2026, 5_00, verified=False)
        line = bank.claim(award, 2025).lines[0]
        bank.repay(line, 1_00)
        bank.repay(line, 2_00)
        register_reversal(actor=bank.finance, at=TODAY, transfer=payment, reason="Forkert")


def rows_of(page, label):
    """The rows of the table with this caption."""
    tables = [table for table in findall(r"<table.*?</table>", page.text, DOTALL) if search(rf"<caption[^>]*>{label}<", table)]
    return findall(r'<tr>\s*<th scope="row">.*?</tr>', tables[0], DOTALL) if tables else []


def test_of_each_kind_of_work_a_part_is_shown_and_leads_to_the_next(bank, client, clock, monkeypatch):
    clock[0] = at(2027, 6)
    fill(bank)
    for _ in range(2):
        award = bank.award(loan=10_000)
        bank.pay_out(award, 10_000)
        bank.gain(award, bank.own, 2025, 1_000_00)
    client.sign_in(bank.finance)
    kinds = [
        ("disbursements", "Waiting for approval"), ("gains", "Waiting for verification"), ("gains", "Missing reports"),
        ("claims", "Overdue"), ("claims", "To be claimed"), ("reversals", "Waiting for approval"),
    ]  # fmt: skip
    whole = {(name, label): rows_of(client.get(f"/pools/{bank.pool.id}/{name}"), label) for name, label in kinds}
    for module in (awards_queries, gains_queries, waiting, reversals_queries):
        monkeypatch.setattr(module, "SHOWN", 1)
    for (name, label), rows in whole.items():
        walked, address, pages = [], f"/pools/{bank.pool.id}/{name}", 0
        while address:
            page = client.get(address)
            walked, pages = walked + rows_of(page, label), pages + 1
            (links,) = findall(rf'<nav class="pages" aria-label="{label}">(.*?)</nav>', page.text, DOTALL) or [""]
            assert ("From the start" in links) == (pages > 1)
            address = unescape("".join(findall(r'rel="next" href="(.*?)"', links)))
        assert (sorted(walked), pages > 1) == (sorted(rows), True), (name, label)


def test_no_list_asks_more_questions_as_it_grows(bank, client, query_counter, clock):
    clock[0] = at(2027, 6)
    names = ("", "/ledger", "/awards", "/disbursements", "/gains", "/claims", "/reversals")
    client.sign_in(bank.finance)
    counted = []
    for _ in range(2):
        fill(bank)
        asked = {}
        for name in names:
            with query_counter() as queries:
                assert client.get(f"/pools/{bank.pool.id}{name}").status_code == 200
            asked[name] = len(queries)
        counted.append(asked)
    assert counted[0] == counted[1]


def test_an_award_asks_no_more_questions_as_its_story_grows(bank, client, query_counter, clock):
    clock[0] = at(2028, 6)
    award = bank.award(loan=600_000)
    bank.pay_out(award, 1_000)
    client.sign_in(bank.finance)
    counted = []
    for year in (2025, 2026, 2027):
        for number in range(3):
            register_disbursement(actor=bank.finance, at=TODAY + timedelta(days=number), award=award, part="loan", amount_ore=100)
        bank.pay_out(award, 100_000)
        bank.gain(award, bank.own, year, 10_000_00)
        bank.gain(award, bank.others, year, 10_000_00)
        claim = bank.claim(award, year)
        for line in claim.lines:
            bank.repay(line, 1_00)
            bank.repay(line, 2_00)
        asked = []
        for url in (f"/awards/{award.id}", f"/claims/{claim.id}"):
            with query_counter() as queries:
                assert client.get(url).status_code == 200
            asked.append(len(queries))
        counted.append(asked)
    assert counted[0] == counted[1] == counted[2]


def test_the_history_of_an_award_is_shown_a_page_at_a_time(bank, client):
    award = bank.award(loan=600_000)
    for number in range(45):
        record(award, "released", actor_id=bank.finance.id, at=START, reason=f"Rest nr. {number}.")
    commit()
    page, numbers = client.sign_in(bank.leader).get(f"/awards/{award.id}"), []
    while True:
        numbers += [int(number) for number in findall(r"Rest nr\. (\d+)\.", page.text)]
        older = search(r'href="(/awards/\d+\?before=\d+)#history"', page.text)
        if older is None:
            break
        assert len(findall('class="when"', page.text)) == 20
        page = client.get(older[1])
        assert f'href="/awards/{award.id}#history"' in page.text, "the way back to the newest"
    assert numbers == list(range(44, -1, -1))
