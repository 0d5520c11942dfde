"""Whatever people do with awards, in whatever order, the books are right afterwards: the check finds nothing, and the identity holds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from fundbank.app import create_app
from fundbank.awards import operations as awards
from fundbank.awards.models import Award, Disbursement
from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.kit.transaction import attempt, rollback
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.ledger.operations import fund_pool
from fundbank.ledger.queries import balances, moved, moved_of
from fundbank.overviews.views.award import money_parts
from fundbank.repayments.checks import check_claims
from fundbank.repayments.models import Claim
from fundbank.repayments.operations import ending
from fundbank.repayments.operations.refunds import approve_refund, register_refund
from fundbank.repayments.queries import lines_now, lines_of
from fundbank.repayments.rules import overpaid_ore, principal_ore, unpaid_ore
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.integration.awards.bank import START, Bank, a_bank, at
from tests.integration.scoring.forum import settle_openly

KRONER = st.integers(min_value=-1, max_value=120)
WHICH = st.integers(min_value=0, max_value=59)  # of however many awards there are
PART = st.sampled_from(["loan", "grant"])


class Money(RuleBasedStateMachine):
    """Two awards of a small pool, on which everything is tried; a refusal is an answer too."""

    bank: Bank

    def __init__(self) -> None:
        super().__init__()
        self.bank = a_bank(kroner=200)
        planned = {(year, unit.id): 60 for year in (1, 2) for unit in (self.bank.own, self.bank.others)}
        more: dict[str, Any] = {"years": 2, "planned": planned}
        self.awards = [
            self.bank.award(loan=80, grant=20, share="0.333", **more),
            self.bank.award(loan=60, basis="planned", shortfall="department_pays", **more),
        ]
        self.waiting: list[Disbursement] = []
        self.posted: list[Transfer] = []
        self.claims: list[Claim] = []

    def teardown(self) -> None:
        try:
            self.bank.check()
        finally:
            rollback()

    def award(self, which: int) -> Award:
        return self.awards[which % len(self.awards)]

    def do(self, act: Callable[[], Any]) -> Any:
        try:
            with attempt():
                return act()
        except Refusal:
            return None

    def post(self, act: Callable[[], Any]) -> None:
        if (transfer := self.do(act)) is not None:
            self.posted.append(transfer)

    @rule(kroner=KRONER)
    def fund(self, kroner: int) -> None:
        bank = self.bank
        self.post(lambda: fund_pool(actor=bank.finance, at=START, pool=bank.pool, source="Mere", amount_ore=kroner * 100))

    @rule(kroner=KRONER, source=st.sampled_from(["Mere", "Budget 2024", "Andre"]))
    def hand_back(self, kroner: int, source: str) -> None:
        bank = self.bank
        self.do(lambda: bank.hand_back(kroner * 100, source))

    @rule(which=WHICH, kroner=KRONER, part=PART)
    def register(self, which: int, kroner: int, part: str) -> None:
        disbursement = self.do(lambda: self.bank.register(self.award(which), kroner, part))
        if disbursement is not None:
            self.waiting.append(disbursement)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def approve(self, data: Any) -> None:
        disbursement = data.draw(st.sampled_from(self.waiting))
        self.post(lambda: awards.approve_disbursement(actor=self.bank.finance_2, at=START, disbursement=disbursement))

    @rule(which=WHICH, kroner=KRONER)
    def release(self, which: int, kroner: int) -> None:
        award = self.award(which)
        self.post(lambda: self.bank.release(award, kroner * 100, START))

    @rule(which=WHICH, kroner=KRONER, part=PART)
    def give_back(self, which: int, kroner: int, part: str) -> None:
        award = self.award(which)
        self.post(lambda: ending.return_unspent(actor=self.bank.finance, at=START, award=award, part=part, amount_ore=kroner * 100))

    @rule(which=WHICH, year=st.sampled_from([2025, 2026]), ores=st.tuples(*[st.integers(-5_000, 15_000)] * 2))
    def claim(self, which: int, year: int, ores: tuple[int, int]) -> None:
        award, bank = self.award(which), self.bank
        for department, ore in zip((bank.own, bank.others), ores, strict=True):
            self.do(lambda department=department, ore=ore: bank.gain(award, department, year, ore))
        claim = self.do(lambda: bank.claim(award, year))
        if claim is not None:
            self.claims.append(claim)

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), ore=st.one_of(st.none(), st.integers(0, 12_000)))
    def repay(self, data: Any, ore: int | None) -> None:
        line = data.draw(st.sampled_from([line for claim in self.claims for line in claim.lines]))
        repayment = self.do(lambda: self.bank.repay(line, lines_now([line])[line.id].unpaid_ore if ore is None else ore))
        if repayment is not None:
            self.posted.append(repayment)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def reverse(self, data: Any) -> None:
        transfer, bank = data.draw(st.sampled_from(self.posted)), self.bank

        def act() -> None:
            reversal = register_reversal(actor=bank.finance, at=START, transfer=transfer, reason="Forkert")
            approve_reversal(actor=bank.finance_2, at=START, reversal=reversal)

        self.do(act)

    @rule(which=WHICH, year=st.sampled_from([2025, 2026]), ore=st.integers(-5_000, 20_000), verified=st.booleans())
    def correct(self, which: int, year: int, ore: int, verified: bool) -> None:
        award, bank = self.award(which), self.bank
        self.do(lambda: bank.correct(award, bank.own, year, ore, verified=verified))

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), ore=st.one_of(st.none(), st.integers(0, 12_000)))
    def refund(self, data: Any, ore: int | None) -> None:
        line, bank = data.draw(st.sampled_from([line for claim in self.claims for line in claim.lines])), self.bank

        def act() -> None:
            amount_ore = lines_now([line])[line.id].overpaid_ore if ore is None else ore
            refund = register_refund(actor=bank.finance, at=at(2028), line=line, amount_ore=amount_ore)
            approve_refund(actor=bank.finance_2, at=at(2028), refund=refund)

        self.do(act)

    @rule(which=WHICH, action=st.sampled_from(["extend", "write_off", "convert"]), ore=st.one_of(st.none(), st.integers(-1, 8_000)))
    def settle(self, which: int, action: str, ore: int | None) -> None:
        award, bank, when = self.award(which), self.bank, at(2028)

        def act() -> None:
            meeting = bank.meeting(award.application, when)
            settle_openly(actor=bank.chair, at=when, meeting=meeting, award=award, action=action, years=1, amount_ore=ore)

        self.do(act)

    @rule(which=WHICH)
    def close(self, which: int) -> None:
        self.do(lambda: ending.close_award(actor=self.bank.coordinator, at=START, award=self.award(which)))

    @invariant()
    def the_five_parts_are_the_whole(self) -> None:
        whole = balances(self.bank.pool.id)
        assert whole.is_whole
        assert min(whole.available_ore, whole.reserved_ore, whole.loans_ore, whole.grants_ore, whole.written_off_ore) >= 0
        for award in self.awards:
            held = self.bank.held(award)
            parts = money_parts(award, held, moved_of([award.id]))
            assert sum(ore for _key, _name, ore in parts) == award.loan_ore + award.grant_ore

    @invariant()
    def claims_keep_to_the_law(self) -> None:
        for award in self.awards:
            lines, outstanding_ore = lines_of(award), self.bank.held(award).loan_ore
            paid_ore = sum(line.paid_ore for line in lines)
            assert all(line.due_ore >= 0 and line.paid_ore >= 0 for line in lines)
            assert sum(line.due_ore for line in lines) <= principal_ore(outstanding_ore, lines)
            assert unpaid_ore(lines) <= outstanding_ore + overpaid_ore(lines)
            assert paid_ore == moved(award.id, Event.REPAYMENT) - moved(award.id, Event.REFUND)
            departments = {line.department_id for line in lines if line.overpaid_ore}
            assert not any(line.unpaid_ore for line in lines if line.department_id in departments), "what was paid too much is set off"
        assert check_claims(self.bank.pool.id) == []


@pytest.fixture
def quick_app(databases: Any) -> Iterator[Flask]:
    """On SQLite alone: what differs between the databases has its own tests."""
    address = databases.make("sqlite")
    app = create_app({"TESTING": True, "SECRET_KEY": "tests", "SQLALCHEMY_DATABASE_URI": address})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    databases.drop(address)


def test_random_sequences_of_operations_leave_the_books_in_order(quick_app: Flask, whole: bool) -> None:
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=20 if whole else 2, stateful_step_count=20, phases=[Phase.generate], derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
