"""What once was told differently by different pages: a planned loan, a loan all of which is claimed, and a loan at the end of its term."""

from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from fundbank.awards.models import Award
from fundbank.errors import WrongState
from fundbank.meetings.operations.calendar import plan_meeting
from fundbank.people.models import User
from fundbank.repayments.operations import ending
from fundbank.repayments.operations.verification import verify_gain
from tests.integration.awards.bank import START, Bank, a_bank, at
from tests.integration.overviews.screens import NOTHING, Screen, Waiting
from tests.pictures import Pictures
from tests.web import Client, statements


@pytest.fixture
def clock() -> list[datetime]:
    return [at(2026, 2, 10)]


@pytest.fixture
def app_settings(clock: list[datetime]) -> dict[str, Any]:
    return {"CLOCK": lambda: clock[0]}


@pytest.fixture
def bank(app: Flask, pictures: Pictures) -> Bank:
    return pictures.of("bank", a_bank)


def lent(bank: Bank, kroner: int = 100_000, **terms: Any) -> Award:
    award = bank.award(loan=kroner, **terms)
    bank.pay_out(award, kroner)
    return award


def waits(client: Client, person: User) -> dict[str, Waiting]:
    return {kind: group for kind, group in Screen(client, person, "/").waiting().items() if kind not in ("meetings", "minutes")}


def test_a_planned_loan_asks_finance_for_a_claim_and_the_leader_for_nothing(bank: Bank, client: Client, clock: list[datetime]) -> None:
    award = lent(bank, 1_000_000, basis="planned")
    title = award.application.title
    assert "The claim for 2025 must be made." in Screen(client, bank.leader, f"/awards/{award.id}").step
    assert waits(client, bank.finance) == {"claims_to_make": Waiting(1, ((title, "2025"),))}, "years are claimed in their order"
    assert waits(client, bank.leader) == {}
    assert Screen(client, bank.finance, f"/pools/{bank.pool.id}/gains").rows("Missing reports") == []
    for year in (2025, 2026):
        for line in bank.claim(award, year).lines:
            bank.repay(line)
    page = Screen(client, bank.finance, f"/awards/{award.id}")
    assert page.step == "The claim for 2027 must be made when the year begins."
    assert waits(client, bank.finance) == {}
    assert [row[5] for row in page.rows("Gains by year and department")] == ["Not reported"] * 2 + ["Not yet due"] * 4


@pytest.mark.parametrize("basis", ["planned", "realised"])
def test_where_all_that_is_outstanding_is_claimed_nobody_is_told_to_claim_or_report(bank: Bank, client: Client, basis: str) -> None:
    award = lent(bank, 100_000, basis=basis, first_year=2024)
    if basis == "realised":
        for unit in (bank.own, bank.others):
            bank.gain(award, unit, 2024, 200_000_00)
        bank.gain(award, bank.own, 2025, 200_000_00)
    bank.claim(award, 2024)
    if basis == "realised":
        bank.gain(award, bank.others, 2025, 200_000_00)
    assert waits(client, bank.finance).keys() == {"overdue"}
    assert waits(client, bank.leader).keys() == {"overdue_of_own"}
    pool = f"/pools/{bank.pool.id}"
    assert Screen(client, bank.finance, pool).number("Claims to be made") == 0
    assert Screen(client, bank.finance, f"{pool}/claims").rows("To be claimed") == []
    assert Screen(client, bank.finance, f"{pool}/gains").rows("Missing reports") == []
    page = Screen(client, bank.finance, f"/awards/{award.id}")
    assert page.step == "A claim is overdue and must be paid."
    assert not page.links(r"(/awards/\d+/claims/new[^\"]*)")


def test_the_forum_is_asked_to_settle_on_every_page_or_on_none(bank: Bank, client: Client, clock: list[datetime]) -> None:
    award = lent(bank, 100_000, basis="planned", years=1)
    meeting = plan_meeting(actor=bank.coordinator, at=START, pool=bank.pool, held_on=date(2026, 12, 3))
    bank.claim(award, 2025)

    def asked() -> set[bool]:
        title, pages = award.application.title, (f"/awards/{award.id}", f"/meetings/{meeting.id}", f"/meetings/{meeting.id}/agenda")
        page, agenda, paper = (Screen(client, bank.chair, path) for path in pages)
        return {
            "The forum must decide on the rest of the loan" in page.text,
            page.step == "The forum must decide what happens to the rest of the loan.",
            "Loans that fell short" in agenda.text,
            "Loans that ask for a decision" in paper.text and title in paper.text,
            waits(client, bank.chair).get("to_settle", NOTHING).says({(title,)}),
            waits(client, bank.coordinator).get("to_settle", NOTHING).says({(title,)}),
            Screen(client, bank.finance, f"/pools/{bank.pool.id}").number("Loans for the forum to settle") == 1,
        }

    assert asked() == {False}, "all of it is claimed, and not due yet"
    clock[0] = at(2026, 2, 20)
    assert asked() == {True}, "it was due yesterday"


def test_a_closed_award_asks_nobody_for_anything(bank: Bank, client: Client) -> None:
    """A report that nobody verified, a claim that nothing is outstanding of and a payment that was registered too much wait no longer."""
    award = lent(bank, 100_000)
    bank.gain(award, bank.own, 2025, 100_000_00)
    bank.gain(award, bank.others, 2025, 100_000_00)
    (line, _other) = bank.claim(award, 2025).lines
    bank.gain(award, bank.own, 2026, 1, verified=False)
    ending.return_unspent(actor=bank.finance, at=at(2026), award=award, part="loan", amount_ore=100_000_00)
    assert waits(client, bank.leader) == {} and waits(client, bank.coordinator).keys() == {"to_close"}
    ending.close_award(actor=bank.coordinator, at=at(2026), award=award)
    for person in (bank.leader, bank.leader_of_others, bank.finance, bank.coordinator):
        assert waits(client, person) == {}
    page = Screen(client, bank.finance, f"/awards/{award.id}")
    assert [row[5] for row in page.rows("Claims")] == ["Nothing due"] * 2
    assert "Not verified" in [row[5] for row in page.rows("Gains by year and department")]
    assert "because money of the loan came back unspent" in Screen(client, bank.finance, f"/claims/{line.claim_id}").text
    with pytest.raises(WrongState):
        verify_gain(actor=bank.finance, at=at(2027), award=award, department=bank.own, year=2026)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_first_screen_asks_as_much_about_many_awards_as_about_one(bank: Bank, client: Client) -> None:
    def asked() -> list[int]:
        counts = []
        for person in (bank.finance, bank.coordinator, bank.leader):
            client.sign_in(person).get("/")
            with statements() as run:
                client.get("/")
            counts.append(len(run))
        return counts

    lent(bank)
    one = asked()
    for _ in range(4):
        lent(bank)
    assert asked() == one
