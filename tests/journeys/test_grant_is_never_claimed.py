"""Herning's grant: Borgerservice's asset module, 500,000, paid out, followed up, closed; no claim ever (domain.md §9)."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.town import Town, a_town_with_pool

TITLE = "Modul, der viser borgerens aktiver"

# The one journey that is made on PostgreSQL: a browser and a server of several threads.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def test_a_grant_is_never_claimed(window: Callable[..., Window], app: object) -> None:
    town, _pool = a_town_with_pool(minimum_scores=1, own_scores_first=False)
    desk = Desk(window())
    desk.on(date(2024, 1, 2))
    steps.puts_money_in(desk, town.finance[0], "3.000.000", "IT-investeringspuljen")
    applies(desk, town)
    is_granted(desk, town)
    steps.registers_a_disbursement(desk.on(date(2024, 3, 1)), town.finance[0], TITLE, "500.000")
    steps.approves_the_disbursement(desk, town.finance[1], TITLE)
    desk.sees_part("grants", "500.000,00 kr.")
    desk.is_told("A grant is not repaid. What was promised is followed up.")
    no_claim_can_be_made(desk.on(date(2026, 1, 15)), town)
    steps.closes(desk, town.coordinator, TITLE)
    desk.sit_down(town.finance[0])
    desk.follow("The pool")
    desk.sees_part("available", "2.500.000,00 kr.")
    desk.sees_part("grants", "500.000,00 kr.")


def applies(desk: Desk, town: Town) -> None:
    steps.begins(desk, town.applicant, TITLE)
    desk.fill("What the project is about", "Borgerne slipper for at hente en underskrevet erklæring.")
    steps.opens_step(desk, "Money")
    desk.fill("Grant", "500.000")
    cost = desk.group("Cost #", 1)
    desk.fill("What it is", "Modul", cost)
    desk.fill("Amount a year", "500.000", cost)
    desk.press("Save and continue")
    quality = desk.group("Gain in quality #", 1)
    desk.select("Criterion", desk.say("Quality for citizens"), quality)
    desk.fill("What gets better", "Borgeren skal ikke længere hente en erklæring i banken.", quality)
    desk.press("Save and continue")
    desk.tick("IT has been consulted")
    desk.press("Save and leave")
    steps.signs(desk, town.leader, TITLE)
    steps.submits(desk, town.leader, TITLE)
    steps.screens(desk, town.coordinator, TITLE)


def is_granted(desk: Desk, town: Town) -> None:
    steps.plans_a_meeting(desk, town.coordinator, date(2024, 2, 8))
    steps.scores(desk, town.chair, TITLE)
    steps.opens_the_meeting(desk.on(date(2024, 2, 8)), town.chair, [town.chair])
    desk.follow("Decide")
    desk.choose("What does the forum decide?", desk.say("Approve: the pool promises the money"))
    desk.press("Record the decision")
    desk.is_told("The decision has been recorded.")
    steps.closes_the_meeting(desk)
    steps.accepts(desk, town.leader, TITLE)


def no_claim_can_be_made(desk: Desk, town: Town) -> None:
    """The award offers none, and the page of a claim has no year to choose."""
    steps.opens_the_award(desk, town.finance[0], TITLE)
    expect(desk.page.get_by_role("link", name=desk.say("Make a claim"))).to_have_count(0)
    desk.open(f"{desk.path}/claims/new")
    desk.is_told("The award has no loan, so nothing is claimed.")
