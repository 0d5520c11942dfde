"""While what an open meeting has decided on an award stands, finance does not undo it first (domain.md §4, §7, §8)."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from fundbank.awards import operations as awards
from fundbank.awards.models import Award
from fundbank.awards.operations import held_up
from fundbank.awards.rules import AwaitsClosing
from fundbank.checks import check as check_records
from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.gains.queries import waiting_correction
from fundbank.history.models import HistoryEntry
from fundbank.kit.transaction import commit
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.decisions import take_back
from fundbank.meetings.operations.revisions import decide_consent, revise_case
from fundbank.notices.reminders import letters_of
from fundbank.overviews.waiting import waiting_for
from fundbank.pools.queries import roles_of
from fundbank.repayments.operations.claims import make_claim, work_out_claim
from fundbank.repayments.operations.ending import return_unspent
from fundbank.repayments.operations.refunds import approve_refund, register_refund
from fundbank.repayments.operations.verification import verify_gain
from fundbank.repayments.queries import lines_of
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.at_once import at_once, doing, overtaken
from tests.integration.awards.bank import KRONE, LATER, Bank, a_bank, at
from tests.pictures import Pictures

TODAY = LATER.date()
pytestmark = pytest.mark.each_database


@pytest.fixture
def app_settings() -> dict[str, Any]:
    return {"CLOCK": lambda: LATER}


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


@pytest.fixture
def award(bank: Bank) -> Award:
    return bank.award(grant=50_000)


@pytest.fixture
def loan(bank: Bank) -> Award:
    loan = bank.award(loan=100_000, basis="planned", shortfall="department_pays")
    bank.pay_out(loan, 80_000)
    return loan


def cancel(bank, award):
    """The open meeting, and what it has decided."""
    meeting = bank.meeting(award.application, LATER)
    return meeting, cancel_in_meeting(actor=bank.chair, at=LATER, meeting=meeting, award=award, reason="Projektet er opgivet.")


def test_what_is_given_up_is_not_paid_meanwhile(bank, award):
    due = bank.approve_for(award, 20_000, TODAY, "grant")
    waiting = bank.register(award, 10_000, "grant")
    meeting, _pending = cancel(bank, award)
    bank.check_all()
    with pytest.raises(AwaitsClosing):
        awards.check_disbursement(actor=bank.finance, award=award, part="grant", amount_ore=KRONE)
    with pytest.raises(AwaitsClosing):
        bank.register(award, 1, "grant", LATER)
    for approve in (awards.check_approval, lambda **what: awards.approve_disbursement(at=LATER, **what)):
        with pytest.raises(AwaitsClosing):
            approve(actor=bank.finance_2, disbursement=waiting)
    for pay in (awards.check_payment, awards.pay_disbursement):
        with pytest.raises(AwaitsClosing):
            pay(actor=bank.finance, at=LATER, disbursement=due)
    awards.pay_what_is_due(at=LATER, disbursement_id=due.id)
    assert (due.state, waiting.state, due.reason) == ("approved", "registered", "")
    assert db.session.query(HistoryEntry).filter_by(event="payment_held_up").all() == [], "the department reads it"
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert (award.state, due.state, waiting.state, award.awaits_closing) == ("cancelled", "withdrawn", "refused", False)
    bank.check_all()


def test_what_is_taken_back_is_paid_as_before(bank, award):
    due = bank.approve_for(award, 20_000, TODAY, "grant")
    _meeting, pending = cancel(bank, award)
    take_back(actor=bank.chair, at=LATER, pending=pending, reason="Alligevel ikke.")
    bank.check_all()
    awards.pay_what_is_due(at=LATER, disbursement_id=due.id)
    assert (due.state, award.state) == ("paid", "active")


def test_of_two_decisions_both_must_have_ended(bank, loan):
    meeting, first = bank.settle(loan, "write_off", 10_000)
    bank.settle(loan, "convert", 1, meeting=meeting)
    take_back(actor=bank.chair, at=LATER, pending=first, reason="Nej.")
    with pytest.raises(AwaitsClosing):
        bank.pay_out(loan, 1, when=LATER)
    bank.check_all()
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    bank.pay_out(loan, 1, when=LATER)


def test_the_last_claim_does_not_overtake_the_years_that_a_loan_is_given(bank):
    loan = bank.award(loan=100_000, basis="planned", shortfall="department_pays", years=2)
    bank.pay_out(loan, 100_000)
    bank.claim(loan, 2025)
    meeting, _pending = bank.settle(loan, "extend", years=2)
    with pytest.raises(AwaitsClosing):
        work_out_claim(award=loan, year=2026, today=TODAY)
    with pytest.raises(AwaitsClosing):
        make_claim(actor=bank.finance, at=LATER, award=loan, year=2026)
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert loan.years == 4
    make_claim(actor=bank.finance, at=LATER, award=loan, year=2026)
    bank.check_all()


def test_no_posting_is_reversed_meanwhile_but_money_comes_in(bank, loan):
    more = bank.pay_out(loan, 5_000)
    reversal = register_reversal(actor=bank.finance, at=LATER, transfer=more, reason="Forkert konto.")
    meeting, _pending = bank.settle(loan, "write_off")
    with pytest.raises(AwaitsClosing):
        approve_reversal(actor=bank.finance_2, at=LATER, reversal=reversal)
    return_unspent(actor=bank.finance, at=LATER, award=loan, part="loan", amount_ore=25_000 * KRONE)
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert (bank.held(loan).loan_ore, bank.held(loan).written_off_ore) == (0, 60_000 * KRONE)
    bank.check_all()


def test_nothing_is_refunded_meanwhile(bank):
    loan = bank.award(loan=100_000, departments=[bank.own])
    bank.pay_out(loan, 100_000)
    bank.gain(loan, bank.own, 2025, 80_000 * KRONE)
    line = bank.claim(loan, 2025).lines[0]
    bank.repay(line)
    bank.correct(loan, bank.own, 2025, 30_000 * KRONE)
    refund = register_refund(actor=bank.finance, at=LATER, line=line, amount_ore=KRONE)
    meeting, _pending = bank.settle(loan, "write_off")
    with pytest.raises(AwaitsClosing):
        register_refund(actor=bank.finance, at=LATER, line=line, amount_ore=KRONE)
    with pytest.raises(AwaitsClosing):
        approve_refund(actor=bank.finance_2, at=LATER, refund=refund)
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    approve_refund(actor=bank.finance_2, at=LATER, refund=refund)
    bank.check_all()


def test_no_claim_is_made_again_meanwhile(client, bank):
    """Finance would change what the forum writes off."""
    loan = bank.award(loan=100_000, departments=[bank.own])
    bank.pay_out(loan, 100_000)
    bank.gain(loan, bank.own, 2025, 40_000 * KRONE)
    line = bank.claim(loan, 2025).lines[0]
    bank.correct(loan, bank.own, 2025, 80_000 * KRONE, verified=False)
    bank.gain(loan, bank.own, 2026, 10_000 * KRONE, verified=False)
    meeting, _pending = bank.settle(loan, "write_off", 30_000)
    verify = {"actor": bank.finance, "at": at(2027, 2), "award": loan, "department": bank.own}
    with pytest.raises(AwaitsClosing):
        verify_gain(**verify, year=2025)
    verify_gain(**verify, year=2026)  # no claim was made from it
    report = waiting_correction(loan, bank.own.id, 2025)
    commit()
    page = client.sign_in(bank.finance).get(f"/gains/{report.id}/verification").words
    assert "What the forum has decided on this award" in page and "made again" not in page
    assert lines_of(loan)[0].due_ore == line.due_ore == 20_000 * KRONE
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    verify_gain(**verify, year=2025)
    assert lines_of(loan)[0].due_ore == 40_000 * KRONE
    bank.check_all()


def test_a_department_reads_no_number_of_the_ledger(client, bank, award):
    """From the numbers of two of its payments it could tell that a meeting has reserved something between them."""
    paid = bank.pay_out(award, 20_000, "grant")
    reversal = register_reversal(actor=bank.finance, at=LATER, transfer=paid, reason="Forkert konto")
    approve_reversal(actor=bank.finance_2, at=LATER, reversal=reversal)
    commit()
    number = re.compile(r"(?:transfer|ledger|by) no\. \d")
    assert number.search(client.sign_in(bank.auditor).get(f"/awards/{award.id}").words)
    page = client.sign_in(bank.leader).get(f"/awards/{award.id}").words
    assert not number.search(page) and "reversed since" in page


def test_the_room_reads_why_a_payment_waits_and_nobody_else(client, bank, award):
    due = bank.approve_for(award, 20_000, TODAY, "grant")
    waiting = bank.register(award, 10_000, "grant")
    cancel(bank, award)
    commit()
    assert held_up([due], at=LATER, in_the_room=False) == {}
    said = "he forum has decided on this award"
    client.sign_in(bank.finance_2)
    for path in (f"/awards/{award.id}", f"/pools/{bank.pool.id}/disbursements", f"/disbursements/{due.id}/payment",
                 f"/disbursements/{waiting.id}/approval", f"/awards/{award.id}/disbursements/new"):  # fmt: skip
        assert said in client.get(path).words, path
    assert "Register a disbursement" not in client.get(f"/awards/{award.id}").words
    assert said in client.submit(f"/disbursements/{due.id}/payment").words
    page = client.sign_in(bank.leader).get(f"/awards/{award.id}").words
    assert "meeting" not in page.split("History")[0] and "Could not be posted" not in page


DAY_AFTER = LATER + timedelta(days=1)


@pytest.fixture
def the_day_after(app: Flask) -> None:
    app.config["CLOCK"] = lambda: DAY_AFTER


def kinds(person):
    """What waits for the person, of payments."""
    return {group.kind for group in waiting_for(person, roles_of(person), DAY_AFTER.date())} & PAYMENTS


PAYMENTS = {"to_approve", "held_up", "to_come", "of_the_meeting"}


def late_letters(bank):
    letters = letters_of(at=DAY_AFTER, pool_id=bank.pool.id, on=DAY_AFTER.date().isoformat())
    return [letter["subject"] for letter in letters if "Not paid on its day" in letter["subject"]]


@pytest.mark.usefixtures("the_day_after")
def test_what_waits_for_the_meeting_is_late_to_nobody(client, bank, award):
    """Finance reads that it waits for the meeting; the department what it reads of any payment whose day has passed."""
    due = bank.approve_for(award, 20_000, TODAY, "grant")
    bank.register(award, 10_000, "grant")
    pages = f"/awards/{award.id}", f"/pools/{bank.pool.id}/disbursements", f"/applications/{award.application_id}", "/"
    commit()
    said_outside = [client.sign_in(bank.leader).get(page).words for page in pages if page != pages[1]]
    assert kinds(bank.finance_2) == {"held_up", "to_approve"} and late_letters(bank)
    assert "Overdue" in client.sign_in(bank.finance_2).get(pages[0]).words
    meeting, pending = cancel(bank, award)
    commit()
    assert [client.sign_in(bank.leader).get(page).words for page in pages if page != pages[1]] == said_outside
    assert not [words for words in said_outside if "Overdue" in words or "Waits for the meeting" in words or "not made on its day" in words]
    assert kinds(bank.finance_2) == kinds(bank.finance) == {"of_the_meeting"} and not late_letters(bank)
    for page in pages[:3]:
        words = client.sign_in(bank.finance_2).get(page).words
        assert "Overdue" not in words and "not made on its day" not in words
        assert ("Waits for the meeting" in words) is (page != pages[2])
        assert page == pages[1] or "What the forum has decided on the award becomes known." in words
    assert "Payments that wait for the meeting" in client.get("/").words
    assert "Could not be posted" not in client.get(pages[0]).words and f"/disbursements/{due.id}/payment" not in client.get(pages[0]).text
    take_back(actor=bank.chair, at=LATER, pending=pending, reason="Alligevel ikke.")
    commit()
    assert kinds(bank.finance_2) == {"held_up", "to_approve"} and late_letters(bank)
    assert "Overdue" in client.get(pages[0]).words


def test_the_check_holds_the_mark_against_what_stands(bank, award):
    bank.award(grant=10_000)
    cancel(bank, award)
    commit()
    db.session.execute(update(Award).values(awaits_closing=~Award.awaits_closing))
    found = [str(fault) for fault in check_records(db.session.connection())]
    assert len([one for one in found if "awaits_closing" in one]) == 2


def test_giving_up_and_paying_at_once(app, bank, award):
    """Whoever comes first is followed; the other is told."""
    payment = bank.register(award, 50_000, "grant")
    meeting = bank.meeting(award.application, LATER)
    giving_up = doing(cancel_in_meeting, at=LATER, actor=bank.chair, meeting=meeting, award=award, reason="Opgivet.")
    paying = doing(awards.approve_disbursement, at=LATER, actor=bank.finance_2, disbursement=payment)
    assert at_once(app, giving_up, paying) == ["done", "wrong_state"]
    db.session.refresh(award)
    assert (award.state, award.awaits_closing) in [("agreed", True), ("active", False)]
    bank.check_all()


@pytest.mark.parametrize("second", ["paying", "registering", "taking_back", "leader", "job"])
def test_closing_and_what_comes_beside_it(app, bank, award, second):
    due = bank.approve_for(award, 20_000, TODAY, "grant")
    waiting = bank.register(award, 10_000, "grant")
    meeting, pending = cancel(bank, award)
    closing = doing(close_meeting, at=LATER, actor=bank.chair, meeting=meeting)
    beside = {
        "paying": doing(awards.approve_disbursement, at=LATER, actor=bank.finance_2, disbursement=waiting),
        "registering": doing(awards.register_disbursement, at=LATER, actor=bank.finance, award=award, part="grant", amount_ore=KRONE),
        "taking_back": doing(take_back, at=LATER, actor=bank.chair, pending=pending, reason="Nej."),
        "leader": doing(awards.cancel_award, at=LATER, actor=bank.leader, award=award, reason="Vi opgiver."),
        "job": doing(awards.pay_what_is_due, at=LATER, disbursement_id=due.id),
    }[second]
    answers = at_once(app, closing, beside)
    assert answers[0] == "done" and set(answers) <= {"done", "wrong_state"}
    db.session.refresh(award)
    db.session.refresh(pending)
    if second == "taking_back" and pending.state == "taken_back":
        assert (award.state, answers) == ("agreed", ["done", "done"])
    else:
        assert (award.state, due.state, waiting.state) == ("cancelled", "withdrawn", "refused")
    assert award.awaits_closing is False
    bank.check_all()


def put(bank, loan, meeting):
    """A revised business case with half of the gains, which waits for the forum."""
    content = loan.application.content
    half = tuple(replace(gain, amount_ore=(gain.amount_ore or 0) // 2) for gain in content.gains)
    revise_case(actor=bank.leader, at=LATER, award=loan, content=content.replace(gains=half), reason="Halvt så meget.", meeting=meeting)


@pytest.mark.parametrize("outcome, claimed_ore", [("granted", 100_000 * KRONE), ("refused", 200_000 * KRONE)])
def test_a_claim_waits_for_what_the_forum_said_to_a_revised_business_case(bank, outcome, claimed_ore):
    """A planned gain is claimed as the forum has consented to it, not as it stood an hour before that was known."""
    loan = bank.award(loan=500_000, basis="planned")
    bank.pay_out(loan, 500_000)
    meeting = bank.meeting(loan.application, LATER)
    put(bank, loan, meeting)
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=loan, outcome=outcome, reason="Drøftet.")
    bank.check_all()
    with pytest.raises(AwaitsClosing):
        bank.claim(loan, 2025)
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert sum(line.due_ore for line in bank.claim(loan, 2025).lines) == claimed_ore
    assert loan.awaits_closing is False


def test_a_revision_in_the_place_of_one_that_was_decided_lets_the_money_go_on(bank):
    loan = bank.award(loan=500_000, basis="planned")
    bank.pay_out(loan, 100_000)
    meeting = bank.meeting(loan.application, LATER)
    put(bank, loan, meeting)
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=loan, outcome="granted", reason="Ja.")
    put(bank, loan, meeting)
    assert loan.awaits_closing is False
    bank.claim(loan, 2025)


def test_a_loan_is_given_more_years_once_in_a_meeting(bank, loan):
    meeting, _pending = bank.settle(loan, "extend", years=2)
    with pytest.raises(WrongState, match="decided that already"):
        bank.settle(loan, "extend", years=3, meeting=meeting)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin
def test_a_consent_does_not_overtake_what_the_department_has_just_put_in_its_place(app, bank):
    loan = bank.award(loan=500_000, basis="planned", departments=[bank.own])
    meeting = bank.meeting(loan.application, LATER)
    put(bank, loan, meeting)
    decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=loan, outcome="granted", reason="Ja.")
    asked = loan.application.content.replace(summary="Nyt resumé.")
    replacing = doing(revise_case, at=LATER, actor=bank.leader, award=loan, content=asked, reason="Alligevel som lovet.")
    closing = doing(close_meeting, at=LATER, actor=bank.chair, meeting=meeting)
    assert overtaken(app, closing, replacing) == "done"
    db.session.refresh(loan.application)
    assert loan.application.content.summary == "Nyt resumé." and loan.awaits_closing is False
    assert [gain.amount_ore for gain in loan.application.content.gains] == [gain.amount_ore for gain in asked.gains]


def test_two_meetings_that_close_at_once_hold_nothing_crosswise(app, bank):
    """Each has decided on one loan, and consented to a revised business case of the other's."""
    loans = [bank.award(loan=500_000, basis="planned") for _number in range(2)]
    meetings = [bank.meeting(loan.application, LATER) for loan in loans]
    for loan in loans:
        bank.pay_out(loan, 100_000)
    for meeting, other in zip(meetings, reversed(loans), strict=True):
        put(bank, other, meeting)
        decide_consent(actor=bank.chair, at=LATER, meeting=meeting, award=other, outcome="granted", reason="Ja.")
    for loan, meeting in zip(loans, meetings, strict=True):
        bank.settle(loan, "write_off", 1, meeting=meeting)
    acts = [doing(close_meeting, at=LATER, actor=bank.chair, meeting=meeting) for meeting in meetings]
    assert at_once(app, *acts) == ["done", "done"]
    assert [loan.awaits_closing for loan in loans] == [False, False]
    assert [bank.held(loan).written_off_ore for loan in loans] == [KRONE, KRONE]
    bank.check()
