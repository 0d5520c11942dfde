"""What two people ask for at the same instant happens once; the other is refused by name, and nothing is left between the two."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundbank.awards.models import Award, Disbursement
from fundbank.awards.operations import (
    accept_award,
    approve_disbursement,
    refuse_disbursement,
    register_disbursement,
    register_release,
)
from fundbank.extensions import db
from fundbank.gains.operations import report_gain
from fundbank.history.models import HistoryEntry
from fundbank.ledger.operations import approve_return_funding, register_return_funding
from fundbank.ledger.queries import award_balances
from fundbank.meetings.operations.settlements import settle_shortfall
from fundbank.people.models import User
from fundbank.repayments.models import ClaimLine
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.repayments.operations.ending import close_award, return_unspent
from fundbank.repayments.operations.verification import verify_gain
from fundbank.reversals.models import Reversal
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.at_once import Act, an, at_once, doing, overtaken
from tests.integration.awards.bank import Bank, a_bank, at
from tests.pictures import Pictures

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
    return doing(settle_shortfall, at=NOW, actor=bank.chair, meeting=meeting, award=award, action="write_off")


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
