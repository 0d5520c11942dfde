"""What the forum decides on an award that there is already is done, and known, when its meeting is closed (domain.md §4, §8)."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from fundbank.awards.queries import known_money
from fundbank.awards.rules import Terms
from fundbank.errors import WrongState
from fundbank.kit.transaction import commit
from fundbank.ledger.queries import balances, lent_again_ore
from fundbank.ledger.rules import OverOutstanding
from fundbank.meetings.operations.calendar import close_meeting
from fundbank.meetings.operations.cancellations import cancel_in_meeting
from fundbank.meetings.operations.decisions import decide, take_back
from fundbank.meetings.operations.wanted import Wanted
from fundbank.meetings.queries.decisions import given_up_in, settlements_of
from fundbank.repayments.operations.ending import return_unspent
from fundbank.reports.papers.minutes import minutes
from tests.integration.awards.bank import KRONE, LATER, Bank, a_bank
from tests.pictures import Pictures


@pytest.fixture
def app_settings() -> dict[str, Any]:
    return {"CLOCK": lambda: LATER}


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


@pytest.fixture
def loan(bank):
    award = bank.award(loan=100_000, basis="planned")
    bank.pay_out(award, 100_000)
    return award


@pytest.fixture
def meeting(bank, loan):
    return bank.meeting(loan.application, LATER)


def test_a_settlement_changes_nothing_before_the_meeting_is_closed(bank, meeting, loan):
    bank.settle(loan, "write_off", 30_000, meeting=meeting)
    bank.settle(loan, "convert", 20_000, meeting=meeting)
    bank.settle(loan, "extend", years=2, meeting=meeting)
    assert (bank.held(loan).loan_ore, loan.years, settlements_of(loan)) == (100_000_00, 3, [])
    bank.check_all()
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    held = bank.held(loan)
    assert (held.loan_ore, held.written_off_ore, held.grant_ore, loan.years) == (50_000_00, 30_000_00, 20_000_00, 5)
    assert [(one.action, one.amount_ore) for one in settlements_of(loan)] == [
        ("write_off", 30_000_00), ("convert", 20_000_00), ("extend", 50_000_00),
    ]  # fmt: skip
    bank.check_all()


def test_what_is_decided_already_is_not_given_up_again(bank, meeting, loan):
    bank.settle(loan, "write_off", 70_000, meeting=meeting)
    with pytest.raises(OverOutstanding):
        bank.settle(loan, "write_off", 30_001, meeting=meeting)
    bank.settle(loan, "write_off", meeting=meeting)
    with pytest.raises(WrongState, match="all that is outstanding"):
        bank.settle(loan, "write_off", meeting=meeting)
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert bank.held(loan).written_off_ore == 100_000_00


def test_a_settlement_can_be_taken_back(bank, meeting, loan):
    _meeting, pending = bank.settle(loan, "write_off", meeting=meeting)
    take_back(actor=bank.chair, at=LATER, pending=pending, reason="Afdelingen betaler.")
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert (bank.held(loan).loan_ore, settlements_of(loan)) == (100_000_00, [])
    assert "Afdelingen betaler." in str(minutes(meeting, bank.chair, LATER).to_json())
    bank.check_all()


def test_a_settlement_gives_up_what_is_left_of_what_is_repaid_meanwhile(bank, meeting, loan):
    """Without an amount it takes all that is outstanding (domain.md §8)."""
    line = bank.claim(loan, 2025).lines[0]
    bank.settle(loan, "write_off", meeting=meeting)
    bank.repay(line, when=LATER)
    left_ore = bank.held(loan).loan_ore
    assert 0 < left_ore < 100_000_00
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert (bank.held(loan).loan_ore, bank.held(loan).written_off_ore) == (0, left_ore)
    bank.check_all()


def test_a_settlement_of_what_is_all_repaid_meanwhile_lapses(bank, meeting, loan):
    bank.settle(loan, "write_off", 30_000, meeting=meeting)
    return_unspent(actor=bank.finance, at=LATER, award=loan, part="loan", amount_ore=100_000_00)
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert bank.held(loan).written_off_ore == 0 and meeting.pending[0].state == "lapsed"
    bank.check_all()


def test_an_award_that_the_forum_gives_up_is_given_up_when_the_meeting_is_closed(bank):
    award = bank.award(grant=50_000)
    meeting, before = bank.meeting(award.application, LATER), balances(bank.pool.id)
    cancel_in_meeting(actor=bank.chair, at=LATER, meeting=meeting, award=award, reason="Projektet er opgivet.")
    assert (award.state, balances(bank.pool.id), given_up_in(meeting)) == ("agreed", before, [])
    with pytest.raises(WrongState, match="decided that already"):
        cancel_in_meeting(actor=bank.chair, at=LATER, meeting=meeting, award=award, reason="Igen.")
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert (award.state, given_up_in(meeting)) == ("cancelled", [award])
    assert balances(bank.pool.id).available_ore == before.available_ore + 50_000_00
    bank.check_all()


def test_the_pages_tell_the_room_alone(client, bank, meeting, loan):
    _meeting, pending = bank.settle(loan, "write_off", 30_000, meeting=meeting)
    commit()
    page = client.sign_in(bank.chair).get(f"/meetings/{meeting.id}")
    assert "Decided on awards: known when the meeting is closed" in page.words and "Written off DKK 30,000.00" in page.words
    assert "Written off DKK 30,000.00" in client.get(f"/meetings/{meeting.id}/decisions/{pending.id}/take-back").words
    for person in (bank.leader, bank.leader_of_others):
        assert "30,000.00" not in client.sign_in(person).get(f"/awards/{loan.id}").words


def test_what_is_lent_again_tells_nobody_outside_what_an_open_meeting_took_first(app):
    """Of 1,000,000 half has come back from an award. An open meeting promises 300,000, then another one 400,000 that is known at once:
    without the first there would have been money for it that was never promised.
    """
    bank = a_bank(kroner=1_000_000)
    earlier = bank.award(loan=500_000)
    bank.pay_out(earlier, 500_000)
    return_unspent(actor=bank.finance, at=LATER, award=earlier, part="loan", amount_ore=500_000 * KRONE)
    asked = bank.ready(loan=300_000, planned={(1, bank.own.id): 900_000}, when=LATER)
    meeting = bank.meeting(asked, LATER)
    terms = Terms("realised", Decimal("0.5"), 3, 2026, [bank.own.id], "forum_decides")
    decide(actor=bank.chair, at=LATER, meeting=meeting, wanted=Wanted(asked, "approve", loan_ore=300_000 * KRONE, terms=terms))
    bank.award(loan=400_000, when=LATER)
    assert lent_again_ore(bank.pool.id) == 200_000 * KRONE
    assert known_money(bank.pool.id)[1] == 0
    close_meeting(actor=bank.chair, at=LATER, meeting=meeting)
    assert known_money(bank.pool.id)[1] == 200_000 * KRONE
