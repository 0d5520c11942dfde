"""No dead ends (domain.md §4, §8): whatever people did with awards, the law of money holds, and each award can still be brought to an end
by steps that the pages offer somebody.

The walk knows no rule. It opens the pages that people open, takes a step that one of them offers, and goes on until the award is over. A
tenth of the sequences is walked each time, all with ``--whole``.
"""

import re
from datetime import date
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import func, select

from fundbank.awards import operations as awards
from fundbank.awards.models import Award
from fundbank.awards.states import OVER
from fundbank.extensions import db
from fundbank.kit.clock import noon
from fundbank.ledger.models import Account, Transfer
from fundbank.ledger.operations import fund_pool
from fundbank.meetings.models import Meeting
from fundbank.meetings.operations.revisions import decide_consent, revise_case
from fundbank.people.models import User
from fundbank.repayments.operations import ending
from fundbank.repayments.queries import claims_of
from tests.integration.awards.bank import START, at
from tests.integration.awards.test_random_sequences import WHICH, Money
from tests.integration.scoring.forum import cancel_openly
from tests.sheets import sheets
from tests.web import Client

END = date(2031, 5, 6)
STEPS = 60
LINK = re.compile(r"<main.*?</main>", re.DOTALL)

# What brings an award on, in the order in which it is looked for: whose page, and the step that stands on it.
WAYS: tuple[tuple[str, str, str], ...] = (
    ("leader", "/awards/{award}", r"/awards/{award}/(accept|decline)"),
    ("finance_2", "/awards/{award}", r"/disbursements/\d+/(approval|refusal)"),
    ("finance_2", "/pools/{pool}/reversals", r"/(movements|reversals)/\d+/approval"),
    ("finance_2", "/pools/{pool}/owed", r"/refunds/\d+/approval"),
    ("finance_2", "/claims/{claim}", r"/refunds/\d+/approval"),
    ("leader", "/awards/{award}", r"/awards/{award}/cancellation"),
    ("finance", "/awards/{award}", r"/awards/{award}/(release|disbursements/new)"),
    ("finance", "/awards/{award}", r"/gains/\d+/verification"),
    ("leader", "/awards/{award}", r"/awards/{award}/gains/new\?[^\"]*"),
    ("leader_of_others", "/awards/{award}", r"/awards/{award}/gains/new\?[^\"]*"),
    ("finance", "/awards/{award}", r"/awards/{award}/claims/new"),
    ("finance", "/claims/{claim}", r"/claim-lines/\d+/(repayments|refunds)/new"),
    ("chair", "/awards/{award}", r"/meetings/{meeting}/awards/{award}/settlement"),
    ("coordinator", "/awards/{award}", r"/awards/{award}/close"),
)


class Everything(Money):
    """The same, with an offer that may be accepted, declined, given up or revised, and money that counts from an earlier day."""

    client: Client
    seed = 0

    def __init__(self) -> None:
        super().__init__()
        planned = {(year, unit.id): 60 for year in (1, 2) for unit in (self.bank.own, self.bank.others)}
        self.awards += [self.bank.award(loan=30, grant=10, years=2, planned=planned, accepted=False)]

    @rule(which=WHICH)
    def accept(self, which: int) -> None:
        self.do(lambda: awards.accept_award(actor=self.bank.leader, at=START, award=self.award(which)))

    @rule(which=WHICH)
    def decline(self, which: int) -> None:
        self.do(lambda: awards.decline_award(actor=self.bank.leader, at=START, award=self.award(which), reason="Nej tak."))

    @rule(which=WHICH, by_the_forum=st.booleans())
    def give_up(self, which: int, by_the_forum: bool) -> None:
        award, bank = self.award(which), self.bank

        def act() -> None:
            if by_the_forum:
                meeting = bank.meeting(award.application, START)
                cancel_openly(actor=bank.chair, at=START, meeting=meeting, award=award, reason="Opgivet.")
            else:
                awards.cancel_award(actor=bank.leader, at=START, award=award, reason="Opgivet.")

        self.do(act)

    @rule(which=WHICH, outcome=st.sampled_from(["granted", "refused", None]))
    def revise(self, which: int, outcome: str | None) -> None:
        award, bank = self.award(which), self.bank

        def act() -> None:
            meeting = bank.meeting(award.application, START)
            lowered = award.application.content.replace(gains=award.application.content.gains[1:])
            revise_case(actor=bank.leader, at=START, award=award, content=lowered, reason="Mindre.", meeting=meeting)
            if outcome:
                decide_consent(actor=bank.chair, at=START, meeting=meeting, award=award, outcome=outcome, reason="Drøftet.")

        self.do(act)

    @rule(kroner=st.integers(1, 50), day=st.dates(date(2024, 2, 8), date(2026, 1, 15)))
    def fund_earlier(self, kroner: int, day: date) -> None:
        bank = self.bank
        self.post(lambda: fund_pool(actor=bank.finance, at=at(2026), pool=bank.pool, source="Før", amount_ore=kroner * 100, value_on=day))

    @rule(which=WHICH, kroner=st.integers(1, 50), day=st.dates(date(2024, 2, 8), date(2026, 1, 15)))
    def give_back_earlier(self, which: int, kroner: int, day: date) -> None:
        asked: dict[str, Any] = {"actor": self.bank.finance, "at": at(2026), "award": self.award(which), "part": "loan"}
        self.post(lambda: ending.return_unspent(**asked, amount_ore=kroner * 100, value_on=day))

    def teardown(self) -> None:
        self.bank.check()
        no_account_is_below_nothing_on_any_day(self.bank.pool.id)
        Everything.seed += 1
        walk = Walk(self.client, self.bank, Random(self.seed))  # noqa: S311  (which step is no secret)
        for award_id in [award.id for award in self.awards]:
            walk.to_the_end(award_id)


def no_account_is_below_nothing_on_any_day(pool_id: int) -> None:
    """Summed by value date, no account but that of a source ever holds less than nothing."""
    moves = [
        select(Account.id, Transfer.value_date.label("day"), (sign * Transfer.amount_ore).label("ore")).join(Transfer, side == Account.id)
        for sign, side in ((1, Transfer.debit_account_id), (-1, Transfer.credit_account_id))
    ]
    both = moves[0].union_all(moves[1]).subquery()
    days = select(both.c.id, both.c.day, func.sum(both.c.ore)).join(Account, Account.id == both.c.id)
    days = days.where(Account.pool_id == pool_id, Account.kind != "funding").group_by(both.c.id, both.c.day).order_by(both.c.day)
    held: dict[int, int] = {}
    for account, day, ore in db.session.execute(days):
        held[account] = held.get(account, 0) + int(ore)
        assert held[account] >= 0, (account, day)


class Walk:
    """Takes an award to its end, a step at a time, by what pages offer."""

    def __init__(self, client: Client, bank: Any, random: Random) -> None:
        self.client, self.random = client, random
        self.people = {name: getattr(bank, name).id for name in {who for who, _page, _step in WAYS} | {"coordinator", "chair"}}
        self.pool = bank.pool.id
        self.meeting = self._opened()
        self.refused: set[tuple[str, str]] = set()

    def to_the_end(self, award_id: int) -> None:
        taken: list[str] = []
        while db.session.get_one(Award, award_id).state not in OVER:
            step = self._step(award_id) or self._meet_again(taken)
            state = db.session.get_one(Award, award_id).state
            assert step is not None and len(taken) < STEPS, f"no page offers a way on for award {award_id}, which is {state}, after {taken}"
            taken.append(step)

    def _step(self, award_id: int) -> str | None:
        """Take the first step that is offered and not refused; of several on one page any."""
        seen: dict[tuple[str, str], str] = {}
        for who, where, what in WAYS:
            for page in self._pages(where, award_id):
                if (who, page) not in seen:
                    answer = self._as(who).get(page)
                    main = LINK.search(answer.text)
                    seen[who, page] = main[0] if main else ""
                pattern = what.format(award=award_id, meeting=self.meeting)
                offered = list(dict.fromkeys(found[0][6:-1] for found in re.finditer(f'href="{pattern}"', seen[who, page])))
                self.random.shuffle(offered)
                for address in (one.replace("&amp;", "&") for one in offered):
                    if (who, address) not in self.refused and self._take(who, address):
                        self.refused.clear()
                        return f"{who}: {address}"
        return None

    def _meet_again(self, taken: list[str]) -> str | None:
        """Close the meeting, so that what it decided is carried out, and open another; unless nothing came of that just now."""
        closing = f"chair: /meetings/{self.meeting}/close"
        if taken and taken[-1].endswith("/close"):
            return None
        assert self._as("chair").submit(f"/meetings/{self.meeting}/close").status_code == 303
        self.meeting = self._opened()
        self.refused.clear()
        return closing

    def _pages(self, where: str, award_id: int) -> list[str]:
        claims = [claim.id for claim in claims_of(db.session.get_one(Award, award_id))] if "{claim}" in where else [0]
        return [where.format(award=award_id, pool=self.pool, claim=claim) for claim in claims]

    def _take(self, who: str, address: str) -> bool:
        """Fill in the form behind the address, and send it until it is done: with the amount that it proposes, also where that is none."""
        client = self._as(who)
        for sheet in sheets(client.get(address)):
            ways = list(sheet.filled("Gjort færdig."))
            self.random.shuffle(ways)
            proposed = {name: sheet.said[name] for name in ("amount",) if name in sheet.said}
            for data in (filled | amount for _said, filled in ways for amount in (proposed, {})):
                answer = client.submit(address, data)
                for again in sheets(answer) if answer.status_code == 200 else ():
                    answer = client.submit(address, data | {"seen": again.said.get("seen", "")})
                if answer.status_code == 303:
                    return True
        self.refused.add((who, address))
        return False

    def _opened(self) -> int:
        """A meeting of today, planned by the coordinator and opened by the chair."""
        planned = {"kind": "extra", "held_on": f"{END:%d-%m-%Y}", "proposed": "other", "seen": f"{END:%Y-%m-%d}"}
        client, address = self._as("coordinator"), f"/pools/{self.pool}/meetings/new"
        answer = client.submit(address, planned)
        for again in sheets(answer) if answer.status_code == 200 else ():  # a second one on a day is asked about
            answer = client.submit(address, planned | {"seen": again.said.get("seen", "")})
        assert answer.status_code == 303, answer.words
        meeting = db.session.scalars(select(Meeting.id).where(Meeting.pool_id == self.pool).order_by(Meeting.id.desc())).first()
        assert self._as("chair").submit(f"/meetings/{meeting}/open", {"present": [str(self.people["chair"])]}).status_code == 303
        return meeting or 0

    def _as(self, who: str) -> Client:
        return self.client.sign_in(db.session.get_one(User, self.people[who]))


@pytest.fixture
def app_settings() -> dict[str, object]:
    return {"CLOCK": lambda: noon(END)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.timeout(900)
def test_whatever_was_done_every_award_comes_to_an_end(app: Flask, client: Client, whole: bool) -> None:
    Everything.client, Everything.seed = client, 0
    run_state_machine_as_test(
        Everything,
        settings=settings(
            max_examples=20 if whole else 2, stateful_step_count=20, phases=[Phase.generate], derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
