"""Claims, repayments, overdue, shortfalls by both rules, and reversal of each kind of posting (domain.md §7, §8)."""

from datetime import date, timedelta

import pytest

from fundbank.awards.states import State
from fundbank.errors import AlreadyPosted, FourEyes, Incomplete, InvalidAmount, NotAllowed, WrongState
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.operations import check_pair, fund_pool
from fundbank.ledger.queries import balances, transfers
from fundbank.ledger.rules import OverAvailable, OverOutstanding, OverReserved
from fundbank.repayments import queries
from fundbank.repayments.operations import ending
from fundbank.repayments.operations.claims import make_claim, post_repayment, work_out_claim
from fundbank.repayments.queries.facts import facts_of_award
from fundbank.repayments.queries.waiting import overdue_lines, years_to_claim
from fundbank.reversals.operations import approve_reversal, refuse_reversal, register_reversal
from tests.integration.awards.bank import LATER, START, Bank, a_bank, at
from tests.integration.scoring.forum import settle_openly


@pytest.fixture
def bank(app, pictures) -> Bank:
    return pictures.of("bank", a_bank)


def paid_out(bank, kroner=600_000, **more):
    award = bank.award(loan=kroner, **more)
    bank.pay_out(award, kroner)
    return award


def test_the_cap_is_divided_by_what_each_would_owe(bank):
    award = paid_out(bank, 250_000)
    bank.gain(award, bank.own, 2025, 333_333_33)
    bank.gain(award, bank.others, 2025, 200_000_00)
    claim = bank.claim(award, 2025)
    assert [line.share_due_ore for line in claim.lines] == [166_666_67, 100_000_00]
    assert [line.due_ore for line in claim.lines] == [156_250_00, 93_750_00]
    for line in claim.lines:
        bank.repay(line)
    assert bank.held(award).loan_ore == 0
    bank.check()


def test_a_claim_waits_for_every_departments_verified_gain_and_names_who_lacks(bank):
    award = paid_out(bank)
    bank.gain(award, bank.own, 2025, 200_000_00)
    bank.gain(award, bank.others, 2025, 200_000_00, verified=False)
    with pytest.raises(Incomplete) as refusal:
        bank.claim(award, 2025)
    assert refusal.value.values["departments"] == "Øvrige forvaltninger"
    for year in (2024, 2028):
        with pytest.raises(WrongState):
            bank.claim(award, year)
    with pytest.raises(NotAllowed):
        make_claim(actor=bank.coordinator, at=LATER, award=award, year=2025)


def test_a_year_is_claimed_once_and_a_loss_counts_as_nothing(bank):
    award = paid_out(bank)
    bank.gain(award, bank.own, 2025, -50_000_00)
    bank.gain(award, bank.others, 2025, 100_000_00)
    assert [due.due_ore for due in work_out_claim(award=award, year=2025, today=LATER.date())[1]] == [0, 50_000_00]
    bank.claim(award, 2025)
    with pytest.raises(AlreadyPosted):
        bank.claim(award, 2025)


def test_planned_gains_are_claimed_without_a_report(bank):
    award = paid_out(bank, basis="planned")
    assert [line.due_ore for line in bank.claim(award, 2025).lines] == [100_000_00, 100_000_00]
    assert award.state == State.REALISING


def test_repayments_in_part_keep_to_the_claim(bank):
    award = paid_out(bank, basis="planned")
    line = bank.claim(award, 2025).lines[0]
    bank.repay(line, 40_000_00)
    assert queries.lines_now([line])[line.id].unpaid_ore == 60_000_00
    with pytest.raises(OverOutstanding) as refusal:
        bank.repay(line, 60_000_01)
    assert refusal.value.values["limit_ore"] == 60_000_00
    for nothing in (0, -1):
        with pytest.raises(InvalidAmount):
            bank.repay(line, nothing)
    with pytest.raises(NotAllowed):
        post_repayment(actor=bank.leader, at=LATER, line=line, amount_ore=1)
    bank.repay(line, 60_000_00)
    assert queries.lines_now([line])[line.id].unpaid_ore == 0
    bank.check()


def test_a_repayment_sent_twice_is_posted_once(bank):
    line = bank.claim(paid_out(bank, basis="planned"), 2025).lines[0]
    post_repayment(actor=bank.finance, at=LATER, line=line, amount_ore=100, key="a key")
    with pytest.raises(AlreadyPosted):
        post_repayment(actor=bank.finance, at=LATER, line=line, amount_ore=100, key="a key")
    assert queries.lines_now([line])[line.id].unpaid_ore == 99_999_00


def test_what_is_unpaid_is_overdue_on_the_day_after_its_due_date(bank):
    claim = bank.claim(paid_out(bank, basis="planned"), 2025)
    bank.repay(claim.lines[0])
    assert claim.due_on == date(2026, 2, 19)
    assert overdue_lines(bank.pool.id, claim.due_on) == []
    late = claim.due_on + timedelta(days=1)
    assert [line.department.name for line in overdue_lines(bank.pool.id, late)] == ["Øvrige forvaltninger"]


def test_the_departments_pay_a_shortfall_with_the_last_claim(bank):
    planned = {(1, bank.own.id): 300_000, (1, bank.others.id): 100_000, (2, bank.own.id): 300_000, (2, bank.others.id): 100_000}
    award = paid_out(bank, 400_000, years=2, shortfall="department_pays", planned=planned)
    for year in (2025, 2026):
        bank.gain(award, bank.own, year, 100_000_00)
        bank.gain(award, bank.others, year, 0)
    assert [line.due_ore for line in bank.claim(award, 2025).lines] == [50_000_00, 0]
    last = bank.claim(award, 2026)
    # 400,000 − 50,000 − 50,000 = 300,000 remain, divided 600,000 : 200,000
    assert [line.shortfall_ore for line in last.lines] == [225_000_00, 75_000_00]
    assert [line.due_ore for line in last.lines] == [275_000_00, 75_000_00]
    for claim in queries.claims_of(award):
        for line in claim.lines:
            if line.due_ore:
                bank.repay(line)
    assert bank.held(award).loan_ore == 0
    bank.check()


@pytest.mark.parametrize("action", ["extend", "write_off", "convert"])
def test_the_forum_decides_what_a_shortfall_leads_to(bank, action):
    award = paid_out(bank, 400_000, years=1)
    bank.gain(award, bank.own, 2025, 100_000_00)
    bank.gain(award, bank.others, 2025, 0)
    claim = bank.claim(award, 2025)
    bank.repay(claim.lines[0], 20_000_00)
    today = at(2026, 4, 1)
    facts = facts_of_award(award, today.date())
    assert (facts.outstanding_ore, facts.unpaid_ore, facts.room_ore) == (380_000_00, 30_000_00, 350_000_00)
    assert facts.asks_for_settlement
    meeting = bank.meeting(award.application, today)
    settle_openly(actor=bank.chair, at=today, meeting=meeting, award=award, action=action, years=1 if action == "extend" else None)
    held = bank.held(award)
    if action == "extend":
        assert (award.last_year, held.loan_ore) == (2026, 380_000_00)
        assert not facts_of_award(award, today.date()).asks_for_settlement
    else:
        assert held.loan_ore == 0
        assert facts_of_award(award, today.date()).unpaid_ore == 0
        assert (held.written_off_ore, held.grant_ore) == ((380_000_00, 0) if action == "write_off" else (0, 380_000_00))
        with pytest.raises(OverOutstanding):
            bank.repay(claim.lines[0], 1)
    bank.check()


def reverse(bank, transfer: Transfer, when=LATER) -> Transfer:
    reversal = register_reversal(actor=bank.finance, at=when, transfer=transfer, reason="Forkert konto")
    return approve_reversal(actor=bank.finance_2, at=when, reversal=reversal)


def test_each_kind_of_posting_is_reversed_and_leaves_the_books_as_before(bank):
    award = bank.award(loan=600_000, basis="planned")
    before = balances(bank.pool.id)
    reverse(bank, fund_pool(actor=bank.finance, at=START, pool=bank.pool, source="Budget 2025", amount_ore=100))
    reverse(bank, bank.pay_out(award, 100_000))
    reverse(bank, bank.release(award, 100, START))
    assert balances(bank.pool.id) == before
    bank.pay_out(award, 600_000)  # the reversed payment's room is free again
    out = balances(bank.pool.id)
    reverse(bank, ending.return_unspent(actor=bank.finance, at=START, award=award, part="loan", amount_ore=100))
    line = bank.claim(award, 2025).lines[0]
    repayment = bank.repay(line)
    assert queries.lines_now([line])[line.id].unpaid_ore == 0
    reverse(bank, repayment)
    assert queries.lines_now([line])[line.id].unpaid_ore == 100_000_00
    assert balances(bank.pool.id) == out
    bank.check()


def test_a_reversal_meets_the_same_limits_as_a_posting(bank):
    planned = {(year, unit.id): 1_000_000 for year in (1, 2, 3) for unit in (bank.own, bank.others)}
    award = bank.award(loan=2_900_000, basis="planned", planned=planned)
    funding = transfers(bank.pool.id)[-1]
    with pytest.raises(OverAvailable):  # the money has moved on
        reverse(bank, funding)
    payment = bank.pay_out(award, 2_900_000)
    line = bank.claim(award, 2025).lines[0]
    bank.repay(line, 50_000_00)
    with pytest.raises(OverOutstanding):
        reverse(bank, payment)
    bank.check()


def test_a_released_reservation_that_is_gone_cannot_be_taken_back(bank):
    award = bank.award(loan=600_000)
    bank.pay_out(award, 1)
    release = bank.release(award, 599_999_00, START)
    bank.hand_back(2_999_999_00, "Budget 2024")
    with pytest.raises(OverAvailable):
        reverse(bank, release)
    with pytest.raises(OverReserved):
        bank.pay_out(award, 1)
    bank.check()


def test_what_cannot_be_reversed(bank):
    award = bank.award(loan=600_000)
    approval = transfers(bank.pool.id)[0]
    assert approval.event == Event.APPROVAL
    with pytest.raises(WrongState):
        register_reversal(actor=bank.finance, at=LATER, transfer=approval, reason="Fejl")
    payment = bank.pay_out(award, 600_000)
    with pytest.raises(Incomplete):
        register_reversal(actor=bank.finance, at=LATER, transfer=payment, reason=" ")
    with pytest.raises(NotAllowed):
        register_reversal(actor=bank.chair, at=LATER, transfer=payment, reason="Fejl")
    counter = reverse(bank, payment)
    with pytest.raises(AlreadyPosted):
        register_reversal(actor=bank.finance, at=LATER, transfer=payment, reason="Igen")
    with pytest.raises(WrongState):
        register_reversal(actor=bank.finance, at=LATER, transfer=counter, reason="Fejl")
    bank.release(award, 600_000_00, LATER)
    ending.close_award(actor=bank.coordinator, at=LATER, award=award)
    with pytest.raises(WrongState):
        register_reversal(actor=bank.finance, at=LATER, transfer=transfers(bank.pool.id)[0], reason="For sent")


def test_a_reversal_needs_two_people_and_is_settled_once(bank):
    payment = bank.pay_out(bank.award(loan=600_000), 600_000)
    reversal = register_reversal(actor=bank.finance, at=LATER, transfer=payment, reason="Forkert konto")
    with pytest.raises(AlreadyPosted):
        register_reversal(actor=bank.finance_2, at=LATER, transfer=payment, reason="Forkert konto")
    with pytest.raises(FourEyes):
        approve_reversal(actor=bank.finance, at=LATER, reversal=reversal)
    with pytest.raises(NotAllowed):
        approve_reversal(actor=bank.auditor, at=LATER, reversal=reversal)
    refuse_reversal(actor=bank.finance, at=LATER, reversal=reversal, reason="Den stod rigtigt")
    with pytest.raises(WrongState):
        approve_reversal(actor=bank.finance_2, at=LATER, reversal=reversal)
    with pytest.raises(FourEyes):
        check_pair(first=bank.finance, second=bank.finance, pool=bank.pool)
    with pytest.raises(NotAllowed):
        check_pair(first=bank.finance, second=bank.chair, pool=bank.pool)
    again = register_reversal(actor=bank.finance, at=LATER, transfer=payment, reason="Alligevel")
    approve_reversal(actor=bank.finance_2, at=LATER, reversal=again)
    with pytest.raises(AlreadyPosted):
        approve_reversal(actor=bank.finance_2, at=LATER, reversal=again)
    bank.check()


def test_what_is_to_be_claimed_and_what_it_lacks(bank):
    ready, lacking, young = paid_out(bank), paid_out(bank), paid_out(bank, first_year=2027)
    for award in (ready, lacking):
        bank.gain(award, bank.own, 2025, 100_000_00)
    bank.gain(ready, bank.others, 2025, 100_000_00)
    found = years_to_claim(bank.pool.id, date(2026, 3, 1)).rows
    assert [(award, year, [unit.name for unit in lacks]) for award, year, lacks in found] == [
        (ready, 2025, []),
        (lacking, 2025, ["Øvrige forvaltninger"]),
    ]
    assert facts_of_award(young, date(2026, 3, 1)).claimable_years == []
