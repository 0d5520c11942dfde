"""Whatever people have done with awards, no page contradicts another: what one says of an award every other says, for each reader and on
each day; and what is offered, the operation accepts.

Some ordinary years are followed by the sequences of ``test_random_sequences``. A tenth of them is run each time, all with ``--whole``.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import initialize, run_state_machine_as_test
from sqlalchemy import ColumnElement

from fundbank.awards import operations as awards
from fundbank.awards.models import Award
from fundbank.errors import Refusal
from fundbank.extensions import db
from fundbank.gains import operations as gains
from fundbank.gains.models import GainReport
from fundbank.kit.transaction import attempt, rollback
from fundbank.ledger.models import Transfer
from fundbank.meetings.operations.calendar import plan_meeting
from fundbank.people.models import Department, User
from fundbank.repayments.facts import AwardFacts
from fundbank.repayments.models import Claim, ClaimLine
from fundbank.repayments.operations import ending, verification
from fundbank.repayments.operations.claims import make_claim, post_repayment
from fundbank.repayments.queries.conditions import (
    may_ask_for_settlement,
    may_await_claim,
    may_be_closed,
    may_be_paid_out,
    may_lack_gains,
    may_owe,
)
from fundbank.repayments.queries.facts import (
    facts_of,
    facts_of_pool,
)
from tests.databases import KINDS
from tests.integration.awards.bank import START, a_bank, at
from tests.integration.awards.test_random_sequences import Money
from tests.integration.overviews.screens import NOTHING, Screen, Waiting
from tests.integration.scoring.forum import settle_openly
from tests.web import Client

pytestmark = pytest.mark.each_database

YEARS = range(2023, 2031)
DAYS = [date(2025, 7, 1), date(2026, 2, 10), date(2026, 3, 15), date(2027, 2, 10), date(2028, 5, 1)]
POOLS = 20

# What an award waits for, the most pressing first, and the groups of the first screen that say so.
STEPS: list[tuple[str, tuple[str, ...]]] = [
    ("The department must accept the award and its terms.", ("to_accept",)),
    ("The forum must decide what happens to the rest of the loan.", ("to_settle",)),
    ("A claim is overdue and must be paid.", ("overdue", "overdue_of_own")),
    ("A registered disbursement must be approved or refused.", ("to_approve",)),
    ("Finance must register the first disbursement.", ("to_pay_out",)),
    ("A reported gain must be verified.", ("gains_to_verify",)),
    ("The gain of {year} must be reported.", ("gains_to_report",)),
    ("The claim for {year} must be made.", ("claims_to_make",)),
    ("A claim must be paid.", ("to_repay",)),
    ("The rest must be paid out, or released if it is not needed.", ("to_pay_out",)),
    ("The gain of {year} must be reported when the year is over.", ()),
    ("The claim for {year} must be made when the year begins.", ()),
    ("The coordinator must close the award.", ("to_close",)),
    ("Everything that was reserved has been released. Nothing more is paid out.", ()),
    ("The award is closed. Nothing more is asked.", ()),
]


class Undone(Exception):
    """What was tried worked, and is taken back."""


def accepts(act: Callable[[], Any]) -> bool:
    """Would the operation do this? It is tried, and taken back."""
    try:
        with attempt():
            act()
            db.session.flush()
            raise Undone
    except Undone:
        return True
    except Refusal:
        return False


class Pages(Money):
    """A pool with an award of each kind, on which everything is tried; then every page that speaks of an award is read."""

    client: Client
    clock: list[datetime]
    number: int
    days: list[date]

    def __init__(self) -> None:
        super().__init__()
        self.bank = bank = a_bank(kroner=500)
        planned = {(year, unit.id): 60 for year in (1, 2) for unit in (bank.own, bank.others)}
        more: dict[str, Any] = {"years": 2, "planned": planned}
        self.awards = [
            bank.award(loan=80, grant=20, share="0.333", **more),
            bank.award(loan=60, basis="planned", **more),
            bank.award(loan=40, shortfall="department_pays", departments=[bank.others], first_year=2026, **more),
            bank.award(grant=30),
            bank.award(loan=30, basis="planned", shortfall="department_pays", accepted=False, **more),
        ]
        self.meeting = plan_meeting(actor=bank.coordinator, at=START, pool=bank.pool, held_on=date(2031, 5, 6))

    @initialize()
    def begin(self) -> None:
        self.live()

    def live(self) -> None:
        """Some years of an ordinary pool: most is paid out, reported, claimed and repaid, in part or in whole, and some things are not."""
        chance = Random(self.number)  # noqa: S311  (nothing secret follows from it)
        self.days = chance.sample(DAYS, 2)
        for award in self.awards:
            if chance.random() < 0.8:
                self.accept(award)
                for part in ("loan", "grant"):
                    self.pay_out(award, chance.choice([0.5, 1, 1, 1]), part)
            if chance.random() < 0.3:
                self.do(lambda award=award: self.bank.release(award, 1_000, START))
            for year in (2025, 2026, 2027):
                for unit in (self.bank.own, self.bank.others):
                    if chance.random() < (0.1 if award.basis == "planned" else 0.75):
                        self.report(award, unit, year, chance.choice([500, 4_000, 9_000]), verified=chance.random() < 0.85)
                self.claim_and_repay(award, year, chance)
            if chance.random() < 0.3:
                self.post(lambda award=award: ending.return_unspent(
                    actor=self.bank.finance, at=at(2028), award=award, part="loan", amount_ore=self.bank.held(award).loan_ore))  # fmt: skip

    def claim_and_repay(self, award: Award, year: int, chance: Random) -> None:
        if chance.random() < 0.6 and (claim := self.do(lambda: self.bank.claim(award, year))) is not None:
            self.claims.append(claim)
            for line in claim.lines:
                if repayment := self.do(lambda line=line: self.bank.repay(line, int(line.due_ore * chance.choice([0, 0.5, 1, 1])))):
                    self.posted.append(repayment)

    def accept(self, award: Award) -> None:
        self.do(lambda: awards.accept_award(actor=self.bank.leader, at=START, award=award))

    def pay_out(self, award: Award, share: float, part: str) -> None:
        self.post(lambda: self.bank.pay_out(award, int(award.part_ore(part) // 100 * share), part))

    def report(self, award: Award, unit: Department, year: int, ore: int, *, verified: bool) -> None:
        self.do(lambda: self.bank.gain(award, unit, year, ore, verified=verified))

    def teardown(self) -> None:
        try:
            nobody_is_held_back(self.bank.pool.id, self.awards)
            for day in self.days:
                self.clock[0] = at(day.year, day.month, day.day)
                Look(self, day).compare()
        finally:
            super().teardown()


def nobody_is_held_back(pool_id: int, found: list[Award]) -> None:
    """What a condition narrows down to holds every award of which its question is true, on each day."""
    for day in DAYS:
        _nobody_is_held_back_on(pool_id, found, day)


def _nobody_is_held_back_on(pool_id: int, found: list[Award], day: date) -> None:
    questions: list[tuple[ColumnElement[bool], Callable[[AwardFacts], Any]]] = [
        (may_be_paid_out(), lambda facts: facts.left_to_register_ore),
        (may_be_closed(), lambda facts: facts.can_be_closed),
        (may_owe(), lambda facts: facts.lines_to_pay),
        (may_ask_for_settlement(), lambda facts: facts.asks_for_settlement),
        (may_await_claim(day), lambda facts: facts.years_to_claim or facts.years_held_up),
        (may_lack_gains(day), lambda facts: facts.missing_gains),
    ]
    known = facts_of(found, day)
    for condition, question in questions:
        narrowed = {facts.id for facts in facts_of_pool(pool_id, day, condition)}
        assert {id_ for id_, facts in known.items() if question(facts)} <= narrowed


class Look:
    """The pages of one day, held against each other and against what the operations accept."""

    def __init__(self, pages: Pages, day: date) -> None:
        self.bank, self.awards, self.client, self.today = pages.bank, pages.awards, pages.client, at(day.year, day.month, day.day)
        bank = self.bank
        self.finance = (bank.finance, bank.finance_2)
        self.leaders = {bank.own.id: bank.leader, bank.others.id: bank.leader_of_others}
        everybody = (bank.applicant, bank.leader, bank.leader_of_others, bank.coordinator, bank.chair, *self.finance, bank.auditor)
        self.first = {person.id: Screen(self.client, person, "/") for person in everybody}
        self.groups = {id_: screen.waiting() for id_, screen in self.first.items()}
        pool = f"/pools/{bank.pool.id}"
        self.pool, self.claims, self.gains, self.disbursements, self.list = (
            Screen(self.client, bank.finance, pool + page) for page in ("", "/claims", "/gains", "/disbursements", "/awards")
        )
        self.agenda = Screen(self.client, bank.chair, f"/meetings/{pages.meeting.id}")
        self.paper = Screen(self.client, bank.chair, f"/meetings/{pages.meeting.id}/agenda")
        self.pages = {award.id: self._award_pages(award) for award in self.awards}

    def _award_pages(self, award: Award) -> dict[int, Screen]:
        bank = self.bank
        readers = (bank.finance, bank.coordinator, bank.leader)
        return {person.id: Screen(self.client, person, f"/awards/{award.id}") for person in readers}

    def compare(self) -> None:
        for award in self.awards:
            self.next_step(award)
        self.settlements()
        self.claims_to_make()
        self.missing_gains()
        self.gains_to_verify()
        self.money_to_pay()
        self.money_owed()
        self.closings()

    def group(self, person: User, kind: str) -> Waiting:
        return self.groups[person.id].get(kind, NOTHING)

    def page(self, award: Award, person: User | None = None) -> Screen:
        return self.pages[award.id][(person or self.bank.finance).id]

    def next_step(self, award: Award) -> None:
        """One answer for every reader, on the award's page, the application's and the first screen; and whoever has it is told."""
        (step,) = {screen.step for screen in self.pages[award.id].values()}
        application = Screen(self.client, self.bank.applicant, f"/applications/{award.application_id}")
        assert application.step == step
        own = " ".join(self.first[self.bank.applicant.id].text.partition('id="own-applications"')[2].split())
        is_open = award.state != "closed"
        assert (f'href="/applications/{award.application_id}">' in own) == is_open
        shown = own.partition(f'href="/applications/{award.application_id}">')[2].partition("</li>")[0]
        assert not is_open or step in shown
        place, kinds = next((place, kinds) for place, (sentence, kinds) in enumerate(STEPS) if matches(sentence, step))
        waits = {
            kind
            for groups in self.groups.values()
            for kind, group in groups.items()
            if any(item[0] == award.application.title for item in group.items)
        }
        counted = {kind for groups in self.groups.values() for kind, group in groups.items() if group.count > len(group.items)}
        assert not kinds or waits & set(kinds) or counted & set(kinds), (step, waits)
        pressing = {kind for sentence, earlier in STEPS[:place] for kind in earlier} - set(kinds)
        pressing -= {"to_pay_out"}  # the rest of an award waits in the group of the first payment
        assert not waits & pressing, (step, waits)
        if not is_open:
            assert not waits

    def settlements(self) -> None:
        asking = {award for award in self.awards if "The forum must decide on the rest of the loan" in self.page(award).text}
        titles = {award.application.title for award in asking}
        assert {award for award in self.awards if "forum decides" in self.page(award).step} == asking
        for person in (self.bank.chair, self.bank.coordinator):
            assert self.group(person, "to_settle").says({(title,) for title in titles})
        listed = self.agenda.below("Loans that fell short")
        assert {award for award in self.awards if f'href="/awards/{award.id}"' in listed} == asking
        assert {award for award in self.awards if f"“{award.application.title}”: the loan's last year" in self.paper.text} == asking
        assert self.pool.number("Loans for the forum to settle") == len(asking)
        for award in asking:
            assert accepts(lambda award=award: self.settle(award))

    def settle(self, award: Award) -> None:
        meeting = self.bank.meeting(award.application, self.today)
        settle_openly(actor=self.bank.chair, at=self.today, meeting=meeting, award=award, action="write_off", reason="Slut")

    def claim(self, award: Award, year: int) -> Claim:
        return make_claim(actor=self.bank.finance, at=self.today, award=award, year=year)

    def claims_to_make(self) -> None:
        told = set()
        for award in self.awards:
            page, title = self.page(award), award.application.title
            years = {int(year) for year in page.links(rf"/awards/{award.id}/claims/new\?year=(\d+)")}
            told |= {(title, str(year)) for year in years}
            form = Screen(self.client, self.bank.finance, f"/awards/{award.id}/claims/new")
            offered = {int(year) for year in re.findall(r"<option[^>]*>(\d+)", form.text)}
            assert offered == {year for year in YEARS if accepts(lambda award=award, year=year: self.claim(award, year))}
            assert years <= offered
            assert not page.links(rf"(/awards/{award.id}/claims/new)$") or offered
            others = self.page(award, self.bank.coordinator)
            assert years == {year for year in YEARS if f"{year} can be claimed." in others.text}
        for person in self.finance:
            assert self.group(person, "claims_to_make").says(told)
        rows = self.claims.rows("To be claimed")
        assert {(title, year) for title, year, state, _to_do in rows if state == "Ready"} == told
        assert self.pool.number("Claims to be made") == len(told)
        held_up = {(title, year) for title, year, state, _to_do in rows if state != "Ready"}
        assert held_up == {
            (award.application.title, str(year))
            for award in self.awards for year in YEARS if f"{year} cannot be claimed yet" in self.page(award).text
        }  # fmt: skip

    def gain_rows(self, state: str) -> set[tuple[str, str, str]]:
        """Title, department and year of what the awards' pages say is in this state."""
        return {
            (award.application.title, row[1], row[0])
            for award in self.awards for row in self.page(award).rows("Gains by year and department") if row[5].startswith(state)
        }  # fmt: skip

    def missing_gains(self) -> None:
        told = self.gain_rows("Report missing")
        listed = {(title, unit, year) for title, unit, year in named(self.gains.rows("Missing reports"), self.units)}
        assert listed == told
        for unit in (self.bank.own, self.bank.others):
            own = {(title, name, year) for title, name, year in told if name == unit.name}
            assert self.group(self.leaders[unit.id], "gains_to_report").says(own)
            for title, _name, year in own:
                assert accepts(lambda title=title, unit=unit, year=year: self.report(self.titled(title), unit, int(year)))
        for title, _name, _year in told:
            assert self.titled(title).basis == "realised", "the plan waits for no report"

    def report(self, award: Award, unit: Department, year: int) -> GainReport:
        return gains.report_gain(
            actor=self.leaders[unit.id], at=self.today, award=award, department=unit, year=year, amount_ore=1, note="Talt op."
        )

    def gains_to_verify(self) -> None:
        told = self.gain_rows("Waiting for verification")
        assert set(named(self.gains.rows("Waiting for verification"), self.units)) == told
        assert self.pool.number("Gains to be verified") == len(told)
        units = {unit.name: unit for unit in self.units}
        for person in self.finance:
            assert self.group(person, "gains_to_verify").count == len(told)
            for title, name, year in told:
                award, unit = self.titled(title), units[name]
                assert accepts(lambda award=award, unit=unit, year=year, person=person: verification.verify_gain(
                    actor=person, at=self.today, award=award, department=unit, year=int(year)))  # fmt: skip

    def money_to_pay(self) -> None:
        told = {award for award in self.awards if self.page(award).links(rf"(/awards/{award.id}/disbursements/new)")}
        for person in self.finance:
            assert self.group(person, "to_pay_out").says({(award.application.title,) for award in told})
        assert self.pool.number("Awards to be paid out") == len(told)
        for award in self.awards:
            assert (award in told) == any(
                accepts(lambda award=award, part=part: awards.register_disbursement(
                    actor=self.bank.finance, at=self.today, award=award, part=part, amount_ore=1))
                for part in ("loan", "grant")
            )  # fmt: skip
        waiting = len(self.disbursements.rows("Waiting for approval"))
        assert self.pool.number("Disbursements to be approved") == waiting == self.group(self.bank.finance_2, "to_approve").count
        assert self.group(self.bank.finance, "to_approve") == NOTHING, "who registered them approves none"

    def money_owed(self) -> None:
        overdue = {(title, unit, year) for title, unit, year in named(self.claims.rows("Overdue"), self.units)}
        on_awards = {
            (award.application.title, row[1], row[0])
            for award in self.awards for row in self.page(award).rows("Claims") if row[5] == "Overdue"
        }  # fmt: skip
        assert overdue == on_awards
        owes = re.findall(r"<li>([^<]*?) owes [^<]*? of the claim for (\d+) on “(.*?)”", self.paper.text)
        assert overdue == {(title, unit, year) for unit, year, title in owes}
        assert self.pool.number("Overdue payments of claims") == len(overdue)
        for person in self.finance:
            assert self.group(person, "overdue").count == len(overdue)
        owed = set()
        for line in self.lines:
            if accepts(
                lambda line=line: post_repayment(actor=self.bank.finance, at=self.today.replace(year=2031), line=line, amount_ore=1)
            ):
                owed.add(line)
        for unit in (self.bank.own, self.bank.others):
            of_unit = [line for line in owed if line.department_id == unit.id]
            late = [line for line in of_unit if line.claim.due_on < self.today.date()]
            leader = self.leaders[unit.id]
            assert self.group(leader, "overdue_of_own").count == len(late)
            assert self.group(leader, "to_repay").count == len(of_unit) - len(late)
        assert overdue == {key(line) for line in owed if line.claim.due_on < self.today.date()}

    def repay(self, line: ClaimLine) -> Transfer:
        return post_repayment(actor=self.bank.finance, at=self.today.replace(year=2031), line=line, amount_ore=1)

    def closings(self) -> None:
        told = {award for award in self.awards if self.page(award, self.bank.coordinator).links(rf"(/awards/{award.id}/close)")}
        assert self.group(self.bank.coordinator, "to_close").says({(award.application.title,) for award in told})
        for award in self.awards:
            close = accepts(lambda award=award: ending.close_award(actor=self.bank.coordinator, at=self.today, award=award))
            assert close == (award in told)

    @property
    def units(self) -> list[Department]:
        return [self.bank.own, self.bank.others]

    @property
    def lines(self) -> list[ClaimLine]:
        ids = [award.id for award in self.awards]
        return list(db.session.query(ClaimLine).join(Claim).filter(Claim.award_id.in_(ids)))

    def titled(self, title: str) -> Award:
        return next(award for award in self.awards if award.application.title == title)


def key(line: ClaimLine) -> tuple[str, str, str]:
    return (line.claim.award.application.title, line.department.name, str(line.claim.year))


def matches(sentence: str, step: str) -> bool:
    return any(sentence.format(year=year) == step for year in YEARS)


def named(rows: list[list[str]], units: list[Department]) -> list[tuple[str, str, str]]:
    """Title, department and year of rows whose first cell holds both names."""
    return [
        (cells[0].removesuffix(unit.name).strip(), unit.name, cells[1]) for cells in rows for unit in units if cells[0].endswith(unit.name)
    ]


@pytest.fixture
def clock() -> list[datetime]:
    return [START]


@pytest.fixture
def app_settings(clock: list[datetime]) -> dict[str, Any]:
    return {"CLOCK": lambda: clock[0]}


def test_no_condition_holds_back_an_award_of_which_something_is_asked(app: Flask, whole: bool) -> None:
    for number in range(60) if whole else range(KINDS.index(db.engine.dialect.name), 6, 2):  # of sixty six: three on each database
        pages = type("Lived", (Pages,), {"number": number})()
        pages.live()
        nobody_is_held_back(pages.bank.pool.id, pages.awards)
        rollback()


@pytest.mark.timeout(1800)
def test_no_page_contradicts_another_after_any_sequence(app: Flask, client: Client, clock: list[datetime], whole: bool) -> None:
    for number in range(POOLS) if whole else [KINDS.index(db.engine.dialect.name)]:  # of twenty two: one on each database
        run_state_machine_as_test(
            seed(number)(type("Read", (Pages,), {"client": client, "clock": clock, "number": number})),
            settings=settings(
                max_examples=2,  # the first is the pool as it was lived in, the second what random acts made of it
                stateful_step_count=12, phases=[Phase.generate], deadline=None, database=None, suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip
