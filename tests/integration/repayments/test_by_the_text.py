"""Random lives of loans, played by the operations and by a model that was written from the text alone: both come to the same øre.

A tenth of the lives is played each time, all with ``--whole``. On SQLite alone: what differs between the databases has its own tests.
"""

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest
from flask import Flask

from fundbank.awards.models import Award
from fundbank.errors import Refusal
from fundbank.kit.transaction import attempt
from fundbank.ledger.models import Transfer
from fundbank.people.models import Department
from fundbank.repayments.models import ClaimLine
from fundbank.repayments.operations.ending import return_unspent
from fundbank.repayments.operations.refunds import approve_refund, register_refund
from fundbank.repayments.queries import claims_of, lines_of
from fundbank.reversals.operations import approve_reversal, register_reversal
from tests.builders import a_department
from tests.integration.awards.bank import Bank, a_bank, at
from tests.integration.repayments.by_the_text import Loan, split
from tests.integration.scoring.forum import settle_openly
from tests.pictures import Pictures

LIVES, STEPS = 40, 14
SHARES = ("0.25", "0.333", "0.5", "1")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Life:
    """One loan, told to the program and to the model alike; what one of them refuses the other must refuse."""

    def __init__(self, bank: Bank, third: Department, random: Random) -> None:
        self.bank, self.random, self.said = bank, random, list[str]()
        self.units = random.sample([bank.own, bank.others, third], random.choice([1, 2, 2, 3]))
        self.by_id = {unit.id: unit for unit in self.units}
        years, kroner = random.choice([1, 2, 3]), random.randrange(50, 400)
        basis, shortfall = random.choice(["realised", "realised", "planned"]), random.choice(["forum_decides", "department_pays"])
        planned = {(year, unit.id): random.randrange(400) for year in range(1, years + 1) for unit in self.units}
        planned = {key: more for key, more in planned.items() if more and random.random() < 0.9}
        planned[1, self.units[0].id] = 4 * kroner  # it pays itself back within the policy's limit
        share = random.choice(SHARES)
        self.award: Award = bank.award(
            loan=kroner, share=share, years=years, basis=basis, shortfall=shortfall, departments=self.units, planned=planned
        )
        self.loan = Loan(
            Fraction(share), 2025, years, [unit.id for unit in self.units],
            {(unit, 2024 + year): more * 100 for (year, unit), more in planned.items()}, basis == "planned", shortfall == "department_pays",
        )  # fmt: skip
        self.payments, self.repaid = list[Transfer](), list[tuple[Transfer, int, int, int]]()
        for part in split(kroner, [random.randrange(1, 9), random.randrange(1, 9)]):
            if part:
                self.payments.append(bank.pay_out(self.award, part))
                self.loan.paid_out += part * 100

    def step(self) -> None:
        """Do one thing to both, and hold them against each other."""
        ways = (
            [self.claim] * 3
            + [self.repay] * 4
            + [self.correct] * 2
            + [self.refund, self.take_back, self.give_back, self.settle, self.unpay]
        )
        self.random.choice(ways)()
        real = [(line.year, line.department_id, line.due_ore, line.paid_ore) for line in lines_of(self.award)]
        model = [(year, unit, part.due, part.paid) for year, parts in sorted(self.loan.claims.items()) for unit, part in parts.items()]
        assert (real, self.bank.held(self.award).loan_ore) == (model, self.loan.outstanding), self.said

    def both(self, what: str, real: Callable[[], object], model: Callable[[], object], *, may: bool = True) -> bool:
        """Did both do it? Or neither."""
        self.said.append(what)
        try:
            with attempt():
                real()
            done = True
        except Refusal as refusal:
            done = False
            self.said.append(str(refusal.code))
        assert done == may, self.said
        if done:
            model()
        return done

    def amount(self, most: int) -> int:
        """In øre: all, a part, or one too much."""
        return self.random.choice([most, most, self.random.randint(0, most) if most else 0, most + 1])

    def line(self) -> tuple[ClaimLine, int, int] | None:
        lines = [line for claim in claims_of(self.award) for line in claim.lines]
        line = self.random.choice(lines) if lines else None
        return (line, line.department_id, line.claim.year) if line else None

    def claim(self) -> None:
        year = 2025 + len(self.loan.claims)
        if year > self.loan.last_year or not self.loan.principal:
            return
        if not self.loan.follows_plan:
            for unit in self.units:
                if (unit.id, year) not in self.loan.gains:
                    gain = self.random.choice([0, -500, self.random.randrange(60_000), self.random.randrange(200) * 100])
                    self.report(unit, year, gain)
                    self.loan.gains[unit.id, year] = gain
        self.both(f"claim {year}", lambda: self.bank.claim(self.award, year), lambda: self.loan.claim(year))

    def report(self, unit: Department, year: int, gain: int) -> None:
        self.said.append(f"gain {unit.id} {year} {gain}")
        self.bank.gain(self.award, unit, year, gain)

    def correct(self) -> None:
        if not self.loan.gains:
            return
        unit, year = self.random.choice(list(self.loan.gains))
        gain = self.random.choice([0, self.random.randrange(60_000), self.random.randrange(200) * 100])
        what, department = f"correct {unit} {year} {gain}", self.by_id[unit]
        self.both(what, lambda: self.bank.correct(self.award, department, year, gain), lambda: self.loan.correct(unit, year, gain))

    def repay(self) -> None:
        if (found := self.line()) is None:
            return
        line, unit, year = found
        ore = self.amount(self.loan.claims[year][unit].unpaid)
        posted, may = list[Transfer](), self.loan.may_repay(unit, year, ore)

        def real() -> None:
            posted.append(self.bank.repay(line, ore, at(2029)))

        if self.both(f"repay {unit} {year} {ore}", real, lambda: self.loan.repay(unit, year, ore), may=may):
            self.repaid.append((posted[0], unit, year, ore))

    def refund(self) -> None:
        if (found := self.line()) is None:
            return
        line, unit, year = found
        ore, bank = self.amount(self.loan.claims[year][unit].too_much), self.bank

        def real() -> None:
            wanted = register_refund(actor=bank.finance, at=at(2029), line=line, amount_ore=ore)
            approve_refund(actor=bank.finance_2, at=at(2029), refund=wanted)

        may = self.loan.may_refund(unit, year, ore)
        self.both(f"refund {unit} {year} {ore}", real, lambda: self.loan.refund(unit, year, ore), may=may)

    def take_back(self) -> None:
        if not self.repaid:
            return
        mistake = self.random.choice(self.repaid)
        transfer, unit, year, ore = mistake
        may = self.loan.may_take_back(unit, ore)
        if self.both(f"back {unit} {year} {ore}", self._reversing(transfer), lambda: self.loan.take_back(unit, year, ore), may=may):
            self.repaid.remove(mistake)

    def give_back(self) -> None:
        ore, bank = self.amount(self.loan.outstanding), self.bank
        wanted = {"actor": bank.finance, "at": at(2029), "award": self.award, "part": "loan", "amount_ore": ore}
        may = 0 < ore <= self.loan.outstanding
        self.both(f"return {ore}", lambda: return_unspent(**wanted), lambda: self.loan.lower(ore), may=may)

    def settle(self) -> None:
        """Written off or turned into a grant, in whole or in part."""
        ore = self.random.choice([None, self.amount(self.loan.outstanding)])
        action, bank, when = self.random.choice(["write_off", "convert"]), self.bank, at(2029)
        meeting = bank.meeting(self.award.application, when)
        settled = self.loan.outstanding if ore is None else ore
        wanted = {"actor": bank.chair, "at": when, "meeting": meeting, "award": self.award, "action": action, "reason": "Besluttet"}
        may = 0 < settled <= self.loan.outstanding
        self.both(f"{action} {ore}", lambda: settle_openly(**wanted, amount_ore=ore), lambda: self.loan.lower(settled), may=may)

    def unpay(self) -> None:
        if not self.payments:
            return
        payment = self.random.choice(self.payments)
        may = payment.amount_ore <= self.loan.outstanding
        if self.both(f"unpay {payment.amount_ore}", self._reversing(payment), lambda: self.loan.unpay(payment.amount_ore), may=may):
            self.payments.remove(payment)

    def _reversing(self, transfer: Transfer) -> Callable[[], object]:
        bank = self.bank

        def real() -> None:
            reversal = register_reversal(actor=bank.finance, at=at(2029), transfer=transfer, reason="Forkert")
            approve_reversal(actor=bank.finance_2, at=at(2029), reversal=reversal)

        return real


def test_the_program_and_the_text_come_to_the_same_ore(app: Flask, pictures: Pictures, whole: bool, request: pytest.FixtureRequest) -> None:
    bank = pictures.of("bank", a_bank)
    third, happened = a_department(bank.pool.municipality, "Park og Vej", parent=bank.others), defaultdict[str, int](int)
    for seed in range(LIVES if whole else LIVES // 10):
        life = Life(bank, third, Random(seed))  # noqa: S311  (which life is no secret)
        for _ in range(STEPS):
            life.step()
        for said in life.said:
            happened[said.split()[0]] += 1
    bank.check()
    request.node.user_properties.append(("happened", str(dict(happened))))
    assert happened["claim"] and happened["repay"] and happened["correct"], happened
    if whole:
        assert set(happened) >= {"refund", "back", "return", "write_off", "convert", "unpay"}


@pytest.mark.usefixtures("app")
def test_the_model_says_what_the_text_says_of_its_own_examples() -> None:
    one, other = 1, 2
    capped = Loan(Fraction(1, 2), 2025, 1, [one, other], {}, paid_out=250_000_00)
    capped.gains = {(one, 2025): 333_333_33, (other, 2025): 200_000_00}
    capped.claim(2025)
    assert [part.due for part in capped.claims[2025].values()] == [156_250_00, 93_750_00]
    wrong = Loan(Fraction(1, 2), 2025, 3, [one, other], {}, paid_out=100_000_00)
    wrong.gains = {(one, 2025): 80_000_00, (other, 2025): 40_000_00, (one, 2026): 60_000_00, (other, 2026): 60_000_00}
    wrong.claim(2025)
    wrong.repay(one, 2025, 40_000_00)
    wrong.repay(other, 2025, 20_000_00)
    wrong.correct(one, 2025, 30_000_00)
    assert (wrong.claims[2025][one].due, wrong.claims[2025][one].too_much, wrong.room) == (15_000_00, 25_000_00, 65_000_00)
    wrong.claim(2026)
    now = wrong.claims[2026]
    assert (now[one].paid, now[one].unpaid, now[other].unpaid, wrong.outstanding) == (25_000_00, 5_000_00, 30_000_00, 40_000_00)
    lower = Loan(Fraction(1), 2025, 1, [one, other], {}, paid_out=100_000_00)
    lower.gains = {(one, 2025): 60_000_00, (other, 2025): 20_000_00}
    lower.claim(2025)
    lower.lower(60_000_00)
    assert [part.due for part in lower.claims[2025].values()] == [30_000_00, 10_000_00]
