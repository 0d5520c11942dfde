"""Herning's loan, from an empty pool to the last krone repaid, by the pages alone: domain.md §8's worked example on the screens.

The same figures stand on the same pages on both databases in tests/integration/awards/test_money_pages.py; what a browser and a server of
several threads make of PostgreSQL is seen in the journey of a grant.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.town import Town, a_town_with_pool

TITLE = "Integration af nyt fagsystem med ESDH"
GAINS = {2025: "400.000,00 kr.", 2026: "200.000,00 kr.", 2027: "0,00 kr."}
"""What is outstanding on the loan when the year's claim has been paid."""


@pytest.fixture
def town(app: object) -> Town:
    return a_town_with_pool()[0]


@pytest.fixture
def desk(window: Callable[..., Window], town: Town) -> Desk:
    return Desk(window())


@pytest.mark.timeout(300)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_loan_from_application_to_last_repayment(desk: Desk, town: Town) -> None:
    desk.on(date(2024, 1, 2))
    steps.puts_money_in(desk, town.finance[0], "3.000.000", "IT-investeringspuljen")
    desk.sees_part("available", "3.000.000,00 kr.")
    applies(desk.on(date(2024, 1, 10)), town)
    decides(desk, town)
    is_paid_out(desk.on(date(2024, 3, 1)), town)
    for year, outstanding in GAINS.items():
        is_repaid(desk, town, year, outstanding)
    steps.closes(desk.on(date(2028, 3, 1)), town.coordinator, TITLE)
    ends_where_it_began(desk, town)


def applies(desk: Desk, town: Town) -> None:
    writes(desk, town)
    cannot_be_submitted_unsigned(desk, town)
    steps.signs(desk.on(date(2024, 1, 12)), town.leader, TITLE)
    steps.submits(desk, town.applicant, TITLE)
    desk.sees("600.000,00 kr.", "18", "520.654,79 kr.")
    desk.picture("loan-submitted")


def writes(desk: Desk, town: Town) -> None:
    """The applicant begins with a title, and then writes the business case row by row."""
    steps.begins(desk, town.applicant, TITLE)
    desk.fill("What the project is about", "Det nye fagsystem afleverer selv dokumenter i ESDH.")
    desk.select("Budget frame", "Den digitale arbejdsplads")
    desk.press("Save and continue")
    for criterion in steps.CRITERIA:
        level, _space, note = steps.LEVELS[criterion.code].partition(" ")
        name = desk.say("%(level)s (best)", level=level) if note else level
        desk.choose(criterion.question, name)
    desk.press("Save and continue")
    desk.fill("Loan", "600.000")
    cost = desk.group("Cost #", 1)
    desk.fill("What it is", "ESDH-integration", cost)
    desk.fill("Amount a year", "kr. 600.000", cost)
    desk.unfold("Does the department pay something itself?")
    desk.press("Add an own payment")
    own = desk.group("Own payment #", 1)
    desk.fill("What it is", "Fagsystemet selv", own)
    desk.fill("Amount", "1 000 000", own)
    desk.press("Save and continue")
    for number, department in enumerate((town.department, town.others), start=1):
        if number > 1:
            desk.press("Add a gain")
        gain = desk.group("Gain #", number)
        desk.select("Department", department.name, gain)
        desk.fill("Amount a year", "200.000,00", gain)
        desk.fill("To year", "3", gain)
    desk.press("Save and continue")
    desk.select("Gain owner", town.leader.name)
    desk.tick("IT has been consulted")
    desk.press("Save and leave")
    desk.is_told("The draft has been saved.")


def cannot_be_submitted_unsigned(desk: Desk, town: Town) -> None:
    """The page does not offer it; whoever tries by hand reads why not."""
    expect(desk.page.get_by_role("button", name=desk.say("Submit the application"))).to_have_count(0)
    answer = desk.post(f"{desk.path}/submit")
    assert answer.status == 409 and 'data-code="wrong_state"' in answer.text()


def decides(desk: Desk, town: Town) -> None:
    desk.on(date(2024, 1, 15))
    steps.screens(desk, town.coordinator, TITLE)
    steps.plans_a_meeting(desk, town.coordinator, date(2024, 2, 8))
    desk.on(date(2024, 1, 20))
    for member in (town.chair, *town.members):
        steps.scores(desk, member, TITLE)
    desk.sees("75,00")
    desk.on(date(2024, 2, 8))
    steps.opens_the_meeting(desk, town.chair, [town.chair, *town.members])
    desk.follow("Decide")
    desk.choose("What does the forum decide?", desk.say("Approve: the pool promises the money"))
    desk.fill("Loan", "3.000.000,01")
    desk.fill("Number of years", "3")
    desk.press("Record the decision")
    desk.is_refused_at("Loan", "600.000,00 kr.", typed="3.000.000,01")
    expect(desk.page.locator("[data-code=over_requested]")).to_have_count(1)
    expect(desk.page.get_by_role("radio", name=desk.say("Approve: the pool promises the money"))).to_be_checked()
    approves(desk)
    steps.closes_the_meeting(desk)
    steps.accepts(desk.on(date(2024, 2, 12)), town.leader, TITLE)
    desk.sees_part("reserved", "600.000,00 kr.")


def approves(desk: Desk) -> None:
    """On the page of the decision, which is open: 600,000 over three years, half of the gain."""
    desk.choose("What does the forum decide?", desk.say("Approve: the pool promises the money"))
    desk.fill("Loan", "600.000")
    desk.fill("Number of years", "3")
    desk.fill("Share of the gain that is repaid", "50")
    desk.fill("First year of gains", "2025")
    desk.press("Record the decision")
    if desk.page.get_by_text(desk.say("What an approval would do")).count():
        desk.picture("loan-decision")
        desk.press("Record the decision")
    desk.is_told("The decision has been recorded.")
    desk.sees("600.000,00 kr.")


def is_paid_out(desk: Desk, town: Town) -> None:
    """Two people pay out; the one who registered is refused, on the page and by hand."""
    first, second = town.finance
    steps.registers_a_disbursement(desk, first, TITLE, "600.000")
    desk.is_told("You registered it: somebody else approves.")
    desk.open("/disbursements/1/approval")
    desk.is_told("Somebody else must approve this")
    answer = desk.post("/disbursements/1/approval")
    assert answer.status == 409 and 'data-code="four_eyes"' in answer.text()
    steps.approves_the_disbursement(desk, second, TITLE)
    desk.sees_part("loans", "600.000,00 kr.")
    desk.sees_part("reserved", "0,00 kr.")


def is_repaid(desk: Desk, town: Town, year: int, outstanding: str) -> None:
    """Each January the leaders report 200,000 each, and half of it is claimed and paid."""
    desk.on(date(year + 1, 1, 15))
    steps.reports_a_gain(desk, town.leader, TITLE, year, town.department.name, "200.000")
    steps.reports_a_gain(desk, town.other_leader, TITLE, year, town.others.name, "200000,00")
    departments = (town.department.name, town.others.name)
    steps.verifies(desk, town.finance[0], TITLE, year, *departments)
    steps.claims(desk, town.finance[0], TITLE, year)
    expect(desk.page.get_by_role("cell", name="100.000,00 kr.").first).to_be_visible()
    steps.posts_repayments(desk.on(date(year + 1, 2, 10)), town.finance[1], "100.000", *departments)
    desk.page.get_by_role("link", name=TITLE).click()
    desk.sees_part("loans", outstanding)
    desk.picture(f"loan-{year}")


def ends_where_it_began(desk: Desk, town: Town) -> None:
    desk.on(desk.now.date() + timedelta(days=1)).sit_down(town.finance[0])
    desk.follow("The pool")
    for part, amount in {
        "available": "3.000.000,00 kr.",
        "reserved": "0,00 kr.",
        "loans": "0,00 kr.",
        "funding": "3.000.000,00 kr.",
    }.items():
        desk.sees_part(part, amount)
    expect(desk.page.locator(".figure").filter(has_text=desk.say("Repaid so far"))).to_contain_text("600.000,00 kr.")
    desk.picture("loan-pool-at-the-end")
