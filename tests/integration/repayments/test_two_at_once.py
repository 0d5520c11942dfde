"""What two people ask for at the same instant happens once; the other is refused by name, and nothing is left between the two."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.operations import (
    accept_award,
    approve_disbursement,
    cancel_award,
    refuse_disbursement,
    register_disbursement,
    register_release,
    withdraw_disbursement,
)
from fundbank.checks import check
from fundbank.extensions import db
from fundbank.gains.models import GainReport
from fundbank.gains.operations import report_gain, return_gain
from fundbank.gains.queries import current_report
from fundbank.history.models import HistoryEntry
from fundbank.ledger.operations import approve_return_funding, register_return_funding
from fundbank.ledger.queries import award_balances
from fundbank.people.models import User
from fundbank.repayments.models import ClaimLine
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.repayments.operations.ending import close_award, return_unspent
from fundbank.repayments.operations.verification import verify_gain
from fundbank.reversals.models import Reversal
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.at_once import Act, an, at_once, doing, overtaken
from tests.integration.awards.bank import Bank, a_bank, at
from tests.integration.scoring.forum import cancel_openly, settle_openly
from tests.pictures import Pictures

pytestmark = pytest.mark.each_database

NOW = at(2026)


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


def count(award: Award, event: str) -> int:
    query = select(func.count()).where(HistoryEntry.subject_type == "awards", HistoryEntry.subject_id == award.id)
    return db.session.scalar(query.where(HistoryEntry.event == event)) or 0


def test_an_award_is_accepted_once(app, bank):
    award = bank.award(loan=600_000, accepted=False)
    award_id, leader = award.id, bank.leader.id

    def accepting():
        actor, mine = an(User, leader), an(Award, award_id)
        return lambda: accept_award(actor=actor, at=NOW, award=mine)

    assert at_once(app, accepting, accepting) == ["done", "wrong_state"]
    assert count(award, "accepted") == 1


def test_a_disbursement_is_approved_once(app, bank):
    award = bank.award(loan=600_000)
    waiting, approver = bank.register(award, 300_000).id, bank.finance_2.id

    def approving():
        actor, mine = an(User, approver), an(Disbursement, waiting)
        return lambda: approve_disbursement(actor=actor, at=NOW, disbursement=mine)

    assert at_once(app, approving, approving) == ["already_posted", "done"]
    assert (bank.held(award).loan_ore, count(award, "disbursed")) == (300_000_00, 1)
    bank.check()


def test_a_year_is_claimed_once(app, bank):
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    award_id, finance = award.id, bank.finance.id

    def claiming():
        actor, mine = an(User, finance), an(Award, award_id)
        return lambda: make_claim(actor=actor, at=NOW, award=mine, year=2025)

    assert at_once(app, claiming, claiming) == ["already_posted", "done"]
    assert count(award, "claimed") == 1


def test_a_claim_is_repaid_once(app, bank):
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    line, finance = bank.claim(award, 2025).lines[0].id, bank.finance.id

    def repaying():
        actor, mine = an(User, finance), an(ClaimLine, line)
        return lambda: post_repayment(actor=actor, at=NOW, line=mine, amount_ore=mine.due_ore)

    assert at_once(app, repaying, repaying) == ["done", "over_outstanding"]
    assert bank.held(award).loan_ore == 500_000_00
    bank.check()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets only one begin
def test_a_reversal_that_a_closing_has_overtaken_is_refused(app, bank):
    award = bank.award(loan=100_000, basis="planned", years=1)
    bank.pay_out(award, 100_000)
    repayment = bank.repay(bank.claim(award, 2025).lines[0])
    return_unspent(actor=bank.finance, at=NOW, award=award, part="loan", amount_ore=bank.held(award).loan_ore)
    wrong = register_reversal(actor=bank.finance, at=NOW, transfer=repayment, reason="Forkert beløb").id
    award_id, approver, coordinator = award.id, bank.finance_2.id, bank.coordinator.id

    def closing():
        actor, mine = an(User, coordinator), an(Award, award_id)
        return lambda: close_award(actor=actor, at=NOW, award=mine)

    def reversing():
        actor, mine, read = an(User, approver), an(Reversal, wrong), an(Award, award_id)
        return lambda: approve_reversal(actor=actor, at=NOW, reversal=mine) and read

    assert overtaken(app, reversing, closing) == "wrong_state"
    assert (award.state, award_balances(award_id).loan_ore) == ("closed", 0)
    bank.check()


# What else is asked for twice of one award: the act, and the answer of the second.


def reporting(bank: Bank) -> Act:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    return doing(report_gain, at=NOW, actor=bank.leader, award=award, department=bank.own, year=2025, amount_ore=1_000_00)


def verifying(bank: Bank) -> Act:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    bank.gain(award, bank.own, 2025, 1_000_00, verified=False)
    return doing(verify_gain, at=NOW, actor=bank.finance, award=award, department=bank.own, year=2025)


def registering_all(bank: Bank) -> Act:
    award = bank.award(loan=600_000)
    return doing(register_disbursement, at=NOW, actor=bank.finance, award=award, part="loan", amount_ore=400_000_00)


def releasing_all(bank: Bank) -> Act:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 100_000)
    return doing(register_release, at=NOW, actor=bank.finance, award=award, amount_ore=500_000_00, reason="Ikke brug for det.")


def returning_all(bank: Bank) -> Act:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    return doing(return_unspent, at=NOW, actor=bank.finance, award=award, part="loan", amount_ore=600_000_00)


def handing_back_all(bank: Bank) -> Act:
    wanted = {"actor": bank.finance, "pool": bank.pool, "source": "Budget 2024", "amount_ore": 3_000_000_00, "reason": "Besluttet"}
    return doing(approve_return_funding, at=NOW, actor=bank.finance_2, movement=register_return_funding(at=NOW, **wanted))


def refusing(bank: Bank) -> Act:
    waiting = bank.register(bank.award(loan=600_000), 100_000)
    return doing(refuse_disbursement, at=NOW, actor=bank.finance_2, disbursement=waiting, reason="Forkert")


def withdrawing(bank: Bank) -> Act:
    waiting = bank.approve_for(bank.award(loan=600_000), 100_000, NOW.date() + timedelta(days=30))
    return doing(withdraw_disbursement, at=NOW, actor=bank.finance_2, disbursement=waiting, reason="Forkert")


def sending_back(bank: Bank) -> Act:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    bank.gain(award, bank.own, 2025, 1_000_00, verified=False)
    report = current_report(award, bank.own.id, 2025)
    return doing(return_gain, at=NOW, actor=bank.finance, report=report, reason="Talt forkert")


def registering_a_reversal(bank: Bank) -> Act:
    award = bank.award(loan=600_000, basis="planned")
    bank.pay_out(award, 600_000)
    repayment = bank.repay(bank.claim(award, 2025).lines[0])
    return doing(register_reversal, at=NOW, actor=bank.finance, transfer=repayment, reason="Forkert beløb")


def closing(bank: Bank) -> Act:
    award = bank.award(grant=100_000)
    bank.pay_out(award, 100_000, "grant")
    return doing(close_award, at=NOW, actor=bank.coordinator, award=award)


def settling(bank: Bank) -> Act:
    award = bank.award(loan=100_000, basis="planned", years=1)
    bank.pay_out(award, 100_000)
    bank.claim(award, 2025)
    meeting = bank.meeting(award.application, NOW)
    return doing(settle_openly, at=NOW, actor=bank.chair, meeting=meeting, award=award, action="write_off")


@pytest.mark.parametrize(
    "making, second",
    [
        (reporting, "done"),
        (verifying, "already_posted"),
        (registering_all, "over_reserved"),
        (releasing_all, "over_reserved"),
        (returning_all, "over_outstanding"),
        (handing_back_all, "already_posted"),
        (refusing, "wrong_state"),
        (withdrawing, "wrong_state"),
        (sending_back, "wrong_state"),
        (registering_a_reversal, "already_posted"),
        (closing, "wrong_state"),
        (settling, "wrong_state"),
    ],
)
def test_what_is_asked_for_twice_of_the_money(app: Flask, bank: Bank, making: Callable[[Bank], Act], second: str) -> None:
    act = making(bank)
    assert at_once(app, act, act) == sorted(["done", second])
    bank.check()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_reversal_is_registered_of_an_award_that_has_just_been_closed(app, bank):
    award = bank.award(loan=100_000, basis="planned", years=1)
    bank.pay_out(award, 100_000)
    repayment = bank.repay(bank.claim(award, 2025).lines[0])
    return_unspent(actor=bank.finance, at=NOW, award=award, part="loan", amount_ore=bank.held(award).loan_ore)
    transfer = repayment
    reading = doing(register_reversal, at=NOW, actor=bank.finance, transfer=transfer, reason="Forkert beløb")
    award_id = award.id

    def registering():
        do, read = reading(), an(Award, award_id)
        return lambda: do() and read

    assert overtaken(app, registering, doing(close_award, at=NOW, actor=bank.coordinator, award=award)) == "wrong_state"


# A payment is taken off the list by finance as its award is given up, in either order: it is said once, and nothing is left to name.


def giving_up(bank: Bank, award: Award, by_the_forum: bool) -> Act:
    if by_the_forum:
        meeting = bank.meeting(award.application, NOW)
        return doing(cancel_openly, at=NOW, actor=bank.chair, meeting=meeting, award=award, reason="Opgivet")
    return doing(cancel_award, at=NOW, actor=bank.leader, award=award, reason="Opgivet")


def seeing_payments(act: Act, award_id: int) -> Act:
    """The same of somebody who has read the award's payments on the page before."""

    def reading() -> Callable[[], object]:
        do, payments = act(), list(an(Award, award_id).disbursements)
        return lambda: do() and payments

    return reading


@pytest.mark.parametrize("by_the_forum", [False, True])
@pytest.mark.parametrize("is_approved", [False, True])
def test_a_payment_is_taken_back_once_while_its_award_is_given_up(app: Flask, bank: Bank, by_the_forum: bool, is_approved: bool) -> None:
    award = bank.award(loan=600_000)
    day = NOW.date() + timedelta(days=30)
    payment = bank.approve_for(award, 100_000, day) if is_approved else bank.register(award, 100_000)
    take_off, event = (withdraw_disbursement, "disbursement_withdrawn") if is_approved else (refuse_disbursement, "disbursement_refused")
    taking_off = doing(take_off, at=NOW, actor=bank.finance_2, disbursement=payment, reason="Forkert")
    give_up = seeing_payments(giving_up(bank, award, by_the_forum), award.id)
    assert at_once(app, taking_off, give_up) in (["done", "done"], ["done", "wrong_state"])
    assert (award.state, count(award, event), count(award, "cancelled")) == ("cancelled", 1, 1)
    assert list(check(db.session.connection())) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("first", ["refused", "given up"])
def test_whichever_comes_first_the_other_reads_what_it_did(app: Flask, bank: Bank, first: str) -> None:
    award = bank.award(loan=600_000)
    payment = bank.register(award, 100_000)
    refuse = doing(refuse_disbursement, at=NOW, actor=bank.finance_2, disbursement=payment, reason="Forkert")
    give_up = seeing_payments(doing(cancel_award, at=NOW, actor=bank.leader, award=award, reason="Opgivet"), award.id)
    answer = overtaken(app, give_up, refuse) if first == "refused" else overtaken(app, refuse, give_up)
    assert answer == ("done" if first == "refused" else "wrong_state")
    assert (award.state, count(award, "disbursement_refused")) == ("cancelled", 1)
    assert list(check(db.session.connection())) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_gain_that_was_verified_meanwhile_is_neither_sent_back_nor_verified_again_nor_replaced(app: Flask, bank: Bank) -> None:
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    bank.gain(award, bank.own, 2025, 1_000_00, verified=False)
    report = current_report(award, bank.own.id, 2025)
    assert report is not None
    of, number = {"at": NOW, "award": award, "department": bank.own, "year": 2025}, report.id
    verify = doing(verify_gain, actor=bank.finance, **of)

    def seeing_it(act: Act) -> Act:
        def reading() -> Callable[[], object]:
            do, seen = act(), an(GainReport, number)
            return lambda: do() and seen

        return reading

    assert overtaken(app, seeing_it(verify), verify) == "already_posted"
    bank.gain(award, bank.others, 2025, 1_000_00, verified=False)
    report = current_report(award, bank.others.id, 2025)
    assert report is not None
    of, number = {"at": NOW, "award": award, "department": bank.others, "year": 2025}, report.id
    verify = doing(verify_gain, actor=bank.finance, **of)
    back = doing(return_gain, at=NOW, actor=bank.finance_2, report=report, reason="Talt forkert")
    assert overtaken(app, back, verify) == "wrong_state"
    assert (count(award, "gain_verified"), count(award, "gain_returned")) == (2, 0)
