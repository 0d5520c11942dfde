"""Awards as operations: worked numbers of domain.md §8 and §9, four eyes in every combination, limits, and closing."""

from datetime import timedelta

import pytest

from fundbank.awards import operations
from fundbank.awards.queries import sums_by_state
from fundbank.awards.states import State
from fundbank.errors import AlreadyPosted, FourEyes, Incomplete, InvalidAmount, InvalidDate, NotAllowed, WrongState
from fundbank.extensions import db
from fundbank.kit.counting import Bounded
from fundbank.ledger.queries import balances
from fundbank.ledger.rules import OverOutstanding, OverReserved
from fundbank.pools.operations import give_role
from fundbank.pools.roles import Role
from fundbank.repayments.operations import ending
from tests.integration.awards.bank import KRONE, LATER, START, Bank, a_bank


@pytest.fixture
def bank(app, pictures) -> Bank:
    return pictures.of("bank", a_bank)


def test_herning_repays_its_loan_to_the_last_krone(bank):
    award = bank.award(loan=600_000)
    bank.pay_out(award, 600_000)
    left = []
    for year in (2025, 2026, 2027):
        for department in (bank.own, bank.others):
            bank.gain(award, department, year, 200_000 * KRONE)
        claim = bank.claim(award, year)
        assert [line.due_ore for line in claim.lines] == [100_000 * KRONE, 100_000 * KRONE]
        for line in claim.lines:
            bank.repay(line)
        left.append(bank.held(award).loan_ore // KRONE)
    assert left == [400_000, 200_000, 0]
    assert balances(bank.pool.id).available_ore == 3_000_000 * KRONE
    ending.close_award(actor=bank.coordinator, at=LATER, award=award)
    assert award.state == State.CLOSED
    bank.check()


def test_a_grant_is_paid_once_and_never_claimed(bank):
    award = bank.award(grant=500_000)
    bank.pay_out(award, 500_000, "grant")
    held = bank.held(award)
    assert (held.grant_ore, held.reserved_ore, held.loan_ore) == (500_000 * KRONE, 0, 0)
    with pytest.raises(WrongState):
        bank.claim(award, 2025)
    ending.close_award(actor=bank.coordinator, at=LATER, award=award)
    assert balances(bank.pool.id).grants_ore == 500_000 * KRONE
    bank.check()


def test_an_award_with_both_parts_keeps_each_payment_within_its_part(bank):
    award = bank.award(loan=300_000, grant=100_000)
    with pytest.raises(OverReserved):
        bank.register(award, 100_001, "grant")
    bank.pay_out(award, 100_000, "grant")
    with pytest.raises(OverReserved):
        bank.register(award, 1, "grant")
    bank.pay_out(award, 200_000)
    bank.register(award, 60_000)
    with pytest.raises(OverReserved) as refusal:
        bank.register(award, 40_001)
    assert refusal.value.values["limit_ore"] == 40_000 * KRONE
    for kroner in (0, -5):
        with pytest.raises(InvalidAmount):
            bank.register(award, kroner)
    bank.check()


@pytest.mark.parametrize(
    ("registrar", "approver", "refusal"),
    [
        ("finance", "finance_2", None),
        ("finance_2", "finance", None),
        ("finance", "finance", FourEyes),
        ("finance", "decider", FourEyes),
        ("decider", "finance", FourEyes),
        ("decider", "decider", FourEyes),
        ("finance", "chair", NotAllowed),
        ("finance", "auditor", NotAllowed),
        ("finance", "leader", NotAllowed),
        ("coordinator", "finance", NotAllowed),
    ],
)
def test_four_eyes_in_every_combination(bank, registrar, approver, refusal):
    give_role(actor=None, at=START, pool=bank.pool, user=bank.finance_2, role=Role.CHAIR)
    decider = bank.finance_2 if "decider" in (registrar, approver) else bank.chair
    award = bank.award(loan=600_000, decided_by=decider)
    people = {name: getattr(bank, name, decider) for name in (registrar, approver)}

    def pay():
        disbursement = operations.register_disbursement(actor=people[registrar], at=START, award=award, part="loan", amount_ore=100)
        operations.approve_disbursement(actor=people[approver], at=START, disbursement=disbursement)

    if refusal is None:
        pay()
        assert bank.held(award).loan_ore == 100
    else:
        with pytest.raises(refusal):
            pay()
        assert bank.held(award).loan_ore == 0
    bank.check()


def test_a_disbursement_is_approved_once_or_refused_with_a_reason(bank):
    award = bank.award(loan=600_000)
    disbursement = bank.register(award, 100_000)
    operations.approve_disbursement(actor=bank.finance_2, at=START, disbursement=disbursement)
    with pytest.raises(AlreadyPosted):
        operations.approve_disbursement(actor=bank.finance_2, at=START, disbursement=disbursement)
    with pytest.raises(WrongState):
        operations.refuse_disbursement(actor=bank.finance_2, at=START, disbursement=disbursement, reason="For sent")
    other = bank.register(award, 100_000)
    with pytest.raises(Incomplete):
        operations.refuse_disbursement(actor=bank.finance_2, at=START, disbursement=other, reason=" ")
    operations.refuse_disbursement(actor=bank.finance, at=START, disbursement=other, reason="Forkert faktura")
    with pytest.raises(WrongState):
        operations.approve_disbursement(actor=bank.finance_2, at=START, disbursement=other)
    assert bank.held(award).loan_ore == 100_000 * KRONE
    bank.check()


def test_a_key_posts_once(bank):
    award = bank.award(loan=700_000)
    bank.pay_out(award, 100_000)
    bank.release(award, 100, START, key="the same key")
    with pytest.raises(AlreadyPosted):
        bank.release(award, 100, START, key="the same key")
    assert bank.held(award).reserved_ore == 600_000 * KRONE - 100


def test_release_and_return_keep_their_limits(bank):
    award = bank.award(loan=600_000)
    with pytest.raises(WrongState):
        ending.return_unspent(actor=bank.finance, at=START, award=award, part="loan", amount_ore=100)
    bank.pay_out(award, 400_000)
    with pytest.raises(OverReserved):
        bank.release(award, 200_000 * KRONE + 1, START)
    bank.release(award, 200_000 * KRONE, START)
    with pytest.raises(OverOutstanding):
        ending.return_unspent(actor=bank.finance, at=START, award=award, part="loan", amount_ore=400_000 * KRONE + 1)
    ending.return_unspent(actor=bank.finance, at=START, award=award, part="loan", amount_ore=400_000 * KRONE)
    assert balances(bank.pool.id).available_ore == 3_000_000 * KRONE
    bank.check()


def test_closing_waits_for_the_money_and_for_the_report_where_it_is_required(app):
    bank = a_bank(knowledge_report="required")
    award = bank.award(grant=100_000)
    with pytest.raises(WrongState):
        ending.close_award(actor=bank.coordinator, at=LATER, award=award, report="Vi lærte meget.")
    bank.pay_out(award, 60_000, "grant")
    with pytest.raises(WrongState):
        ending.close_award(actor=bank.coordinator, at=LATER, award=award, report="Vi lærte meget.")
    bank.release(award, 40_000 * KRONE, LATER)
    with pytest.raises(Incomplete) as refusal:
        ending.close_award(actor=bank.coordinator, at=LATER, award=award, report=" ")
    assert refusal.value.field == "report"
    with pytest.raises(NotAllowed):
        ending.close_award(actor=bank.finance, at=LATER, award=award, report="Vi lærte meget.")
    ending.close_award(actor=bank.coordinator, at=LATER, award=award, report="Vi lærte meget.")
    db.session.flush()
    assert (award.state, award.report) == (State.CLOSED, "Vi lærte meget.")


def test_only_a_leader_of_the_department_accepts_and_only_once(bank):
    award = bank.award(loan=100_000, accepted=False)
    for person in (bank.applicant, bank.leader_of_others, bank.finance, bank.chair):
        with pytest.raises(NotAllowed):
            operations.accept_award(actor=person, at=START, award=award)
    operations.accept_award(actor=bank.leader, at=START, award=award)
    with pytest.raises(WrongState):
        operations.accept_award(actor=bank.leader, at=START, award=award)


def test_awards_in_a_state_are_added_up_as_far_as_anybody_looks(bank):
    for loan in (300_000, 200_000):
        bank.pay_out(bank.award(loan=loan), loan)
    bank.award(grant=50_000, accepted=False)
    assert sums_by_state(bank.pool.id) == {
        "offered": (Bounded(1), 50_000 * KRONE), "active": (Bounded(2), 500_000 * KRONE),
    }  # fmt: skip
    assert sums_by_state(bank.pool.id, most=1) == {"offered": (Bounded(1), 50_000 * KRONE), "active": (Bounded(1, True), None)}


def test_no_payment_is_set_for_a_day_before_the_decision(bank):
    award = bank.award(loan=1000)
    asked = {"actor": bank.finance, "at": LATER, "award": award, "part": "loan", "amount_ore": 100}
    with pytest.raises(InvalidDate):
        operations.register_disbursement(**asked, pay_on=START.date() - timedelta(days=1))
    operations.register_disbursement(**asked, pay_on=START.date())
