"""What goes wrong at a form: faults get a sentence at their field, nothing typed is lost, nothing is posted twice; without scripts too."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from fundbank.errors import InvalidAmount, InvalidDate
from fundbank.kit.once import SentBefore
from fundbank.repayments.queries import entries_of
from tests.integration.awards.bank import a_bank
from tests.journeys import steps
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.town import Town, a_town_with_pool, at_rest
from tests.pictures import Pictures

TOO_LARGE = "The amount is too large: it must be below 1,000,000,000,000 kroner."
BAD_AMOUNTS = {
    "1,250,000.5": InvalidAmount.message,
    "-5": InvalidAmount.message,
    "1e9": InvalidAmount.message,
    "12,345": InvalidAmount.message,
    "mange penge": InvalidAmount.message,
    "1000000000000000": TOO_LARGE,
    "0": "Write an amount above 0.",
    "": "This must be filled in.",
}
GOOD_AMOUNTS = {"1.250.000": "1.250.000,00 kr.", "1250000,50": "1.250.000,50 kr.", "kr. 500": "500,00 kr."}
BEGUN = "The application has been created. What you write is saved as you go."
BAD_DAYS = ("31-2-2026", "3. december", "2026-13-01")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"java_script_enabled": request.param}


@pytest.fixture
def here(app: object, pictures: Pictures) -> tuple[Town, int]:
    town, pool_id = pictures.of("town with a pool", a_town_with_pool)
    return at_rest(town), pool_id


@pytest.fixture
def town(here: tuple[Town, int]) -> Town:
    return here[0]


@pytest.fixture
def pool(here: tuple[Town, int]) -> str:
    """The address of the pool."""
    return f"/pools/{here[1]}"


@pytest.fixture
def desk(window: Callable[..., Window], options: dict[str, Any], town: Town) -> Desk:
    return Desk(window(**options))


def test_an_amount_that_cannot_be_read_gets_a_sentence_at_its_field(desk: Desk, town: Town, pool: str) -> None:
    desk.sit_down(town.finance[0], f"{pool}/funding/new")
    desk.fill("Where the money comes from", "Budget 2026")
    desk.fill("Voucher", "Bevilling 1")
    for typed, sentence in BAD_AMOUNTS.items():
        desk.fill("Amount", typed)
        desk.press("Show what it gives")
        desk.is_refused_at("Amount", desk.say(sentence), typed)
        expect(desk.field("Where the money comes from")).to_have_value("Budget 2026")
    for typed, understood in GOOD_AMOUNTS.items():
        desk.fill("Amount", typed)
        desk.page.locator("main .button-row button").click()
        desk.is_told("%(amount)s from %(source)s is put into the pool.", amount=understood, source="Budget 2026")


def test_an_error_in_a_row_is_told_at_the_row(desk: Desk, town: Town, pool: str) -> None:
    begins(desk, town, pool)
    steps.opens_step(desk, "Money")
    desk.fill("Loan", "1.000.000")
    cost = desk.group("Cost #", 1)
    desk.fill("What it is", "Licens", cost)
    desk.fill("Amount a year", "1,250,000.5", cost)
    desk.press("Add a cost")
    desk.press("Save and continue")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Gains"))
    steps.opens_step(desk, "Money")
    expect(desk.field("Amount a year", desk.group("Cost #", 1))).to_have_value("1,250,000.5")
    expect(desk.group("Cost #", 1)).to_contain_text(desk.say(InvalidAmount.message))
    expect(desk.field("What it is", desk.group("Cost #", 1))).to_have_value("Licens")
    expect(desk.field("Loan")).to_have_value("1.000.000")
    desk.fill("Amount a year", "1.250.000", desk.group("Cost #", 1))
    desk.press("Save and continue")
    desk.press("Add a gain")
    gain = desk.group("Gain #", 2)
    desk.fill("Amount a year", "200.000", gain)
    desk.press("Save and leave")
    desk.sees("1.250.000")


def test_what_is_empty_too_long_or_no_date_is_told(desk: Desk, town: Town, pool: str) -> None:
    desk.sit_down(town.applicant, f"{pool}/applications/new")
    desk.press("Begin")
    desk.is_refused_at("Title", desk.say("Write a title: it is all that is needed to save the draft."), "")
    long = "x" * 201
    desk.fill("Title", long)
    desk.press("Begin")
    desk.is_refused_at("Title", desk.say("Write at most %(most)s characters; there are %(count)s.", most=200, count=201), long)

    desk.sit_down(town.coordinator, f"{pool}/meetings/new")
    for typed in BAD_DAYS:
        other = desk.page.get_by_role("radio", name=desk.say("Another day, written below"))
        if other.count():
            other.check()
        desk.fill("Another day", typed)
        desk.fill("Place", "Rådhuset")
        desk.press("Plan the meeting")
        desk.is_refused_at("Another day", desk.say(InvalidDate.message), typed)
        expect(desk.field("Place")).to_have_value("Rådhuset")


def test_a_person_needs_a_department(desk: Desk, town: Town) -> None:
    desk.sit_down(town.administrator, "/users/new")
    desk.fill("Name", "Ny Person")
    desk.fill("E-mail", "ny@herning.example")
    desk.press("Add")
    expect(desk.page.locator(".error-summary")).to_be_visible()
    expect(desk.field("Department")).to_have_attribute("aria-invalid", "true")
    expect(desk.field("Name")).to_have_value("Ny Person")
    expect(desk.field("E-mail")).to_have_value("ny@herning.example")


def test_two_clicks_post_once(desk: Desk, town: Town, pool: str) -> None:
    asks_for_money_in(desk, town, pool)
    desk.page.locator("main .button-row button").dblclick()
    desk.sees_part("available", "500,00 kr.")
    has_one_posting(desk, pool)


def test_back_and_send_again_posts_once(desk: Desk, town: Town, pool: str) -> None:
    asks_for_money_in(desk, town, pool)
    desk.page.locator("main .button-row button").click()
    desk.sees_part("available", "500,00 kr.")
    desk.page.go_back()
    desk.page.locator("main .button-row button").click()
    desk.is_told("You had already sent this. Nothing has been done twice.")
    has_one_posting(desk, pool)


def asks_for_money_in(desk: Desk, town: Town, pool: str) -> None:
    desk.sit_down(town.finance[0], f"{pool}/funding/new")
    desk.fill("Amount", "500")
    desk.fill("Where the money comes from", "Budget 2026")
    desk.fill("Voucher", "Bevilling 1")
    desk.press("Show what it gives")
    desk.is_told("This will happen")


def has_one_posting(desk: Desk, pool: str) -> None:
    desk.open(f"{pool}/ledger")
    expect(desk.page.locator("main tbody tr")).to_have_count(1)


# Without scripts it is the browser's memory of whole pages that brings the token back; a browser driven by a test has none.
@pytest.mark.parametrize("options", [{}], ids=["scripts"])
def test_back_and_save_again_makes_one_application(desk: Desk, town: Town, pool: str) -> None:
    desk.sit_down(town.applicant, f"{pool}/applications/new")
    desk.fill("Title", "Ruteplan")
    desk.press("Begin")
    desk.is_told(BEGUN)
    desk.page.go_back()
    expect(desk.field("Title")).to_have_value("Ruteplan")
    desk.press("Begin")
    desk.is_told("You had already sent this. Nothing has been done twice.")
    desk.open(f"{pool}/applications")
    expect(desk.page.locator("main").get_by_role("link", name="Ruteplan")).to_have_count(1)


@pytest.mark.parametrize("options", [{}], ids=["scripts"])
def test_back_change_and_begin_again_asks_before_it_makes_another(desk: Desk, town: Town, pool: str) -> None:
    begins(desk, town, pool)
    desk.page.go_back()
    desk.fill("Title", "Ruteplan for alle")
    desk.press("Begin")
    desk.is_told(SentBefore.message)
    desk.follow("See what became of it")
    expect(desk.field("Title")).to_have_value("Ruteplan")
    desk.open(f"{pool}/applications")
    expect(desk.page.locator("main").get_by_role("link", name="Ruteplan")).to_have_count(1)


def test_back_change_and_send_again_asks_before_more_money_comes_in(desk: Desk, town: Town, pool: str) -> None:
    asks_for_money_in(desk, town, pool)
    desk.page.locator("main .button-row button").click()
    desk.sees_part("available", "500,00 kr.")
    desk.page.go_back()
    desk.fill("Amount", "700")
    desk.page.locator("main .button-row button").click()
    desk.is_told(SentBefore.message)
    expect(desk.page.locator("[data-code=already_posted]")).to_have_count(1)
    expect(desk.field("Amount")).to_have_value("700")
    expect(desk.field("Where the money comes from")).to_have_value("Budget 2026")
    desk.press("Show what it gives")
    desk.is_told("This will happen")
    desk.open(f"{pool}/ledger")
    expect(desk.page.locator("main tbody tr")).to_have_count(1)


@pytest.mark.parametrize("options", [{}], ids=["scripts"])
def test_back_change_and_send_again_pays_nothing_twice(app: Flask, window: Callable[..., Window], options: dict[str, Any]) -> None:
    bank = a_bank()
    award = bank.award(loan=600_000)
    bank.pay_out(award, 400_000)
    bank.gain(award, bank.own, 2025, 200_000_00)
    bank.gain(award, bank.others, 2025, 0)
    line = bank.claim(award, 2025).lines[0]
    forms = (
        (f"/awards/{award.id}/disbursements/new", "Amount", "Register the disbursement"),
        (f"/claim-lines/{line.id}/repayments/new", "Amount that has been paid", "Register the repayment"),
    )
    desk = Desk(window(**options)).on(date(2026, 2, 2))
    for path, label, button in forms:
        desk.sit_down(bank.finance, path)
        desk.fill(label, "1.000")
        if "repayments" in path:
            desk.fill("Voucher", "Bilag 7")
        desk.press(button)
        expect(desk.page.locator(".alert-success")).to_be_visible()
        desk.page.go_back()
        expect(desk.field(label)).to_have_value("1.000")
        desk.fill(label, "2.000")
        desk.press(button)
        desk.is_told(SentBefore.message)
        expect(desk.field(label)).to_have_value("2.000")
        desk.follow("See what became of it")
        desk.sees("1,000.00")
    assert len(award.disbursements) == 2
    assert len(entries_of([line])) == 1


def begins(desk: Desk, town: Town, pool: str) -> None:
    """The applicant begins an application; its first step is open."""
    desk.sit_down(town.applicant, f"{pool}/applications/new")
    desk.fill("Title", "Ruteplan")
    desk.press("Begin")
    desk.is_told(BEGUN)


def test_back_and_write_on_saves_what_was_written(desk: Desk, town: Town, pool: str) -> None:
    begins(desk, town, pool)
    desk.fill("What the project is about", "Som det var.")
    desk.press("Save and continue")
    desk.sees(desk.say("Need and goal"))
    desk.page.go_back()
    desk.fill("What the project is about", "Som det er blevet.")
    desk.press("Save and leave")
    desk.is_told("The draft has been saved.")
    expect(desk.page.locator("main")).to_contain_text("Som det er blevet.")


def test_every_way_out_of_a_step_saves_it(desk: Desk, town: Town, pool: str) -> None:
    begins(desk, town, pool)
    desk.fill("What the project is about", "Alle veje.")
    steps.opens_step(desk, "Who is responsible")
    desk.fill("Project manager", "Mette")
    desk.press("Back")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Gains"))
    steps.opens_step(desk, "Who is responsible")
    expect(desk.field("Project manager")).to_have_value("Mette")
    steps.opens_step(desk, "The project")
    expect(desk.field("What the project is about")).to_have_value("Alle veje.")
    desk.page.keyboard.press("Control+Home")
    desk.field("Title").press("Enter")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Need and goal"))


def test_two_people_on_one_draft_lose_nothing(
    desk: Desk, window: Callable[..., Window], options: dict[str, Any], town: Town, pool: str
) -> None:
    begins(desk, town, pool)
    first = desk.path
    other = Desk(window(**options)).sit_down(town.leader, first)

    desk.fill("What the project is about", "Som ansøgeren ser det.")
    other.fill("What the project is about", "Som lederen ser det.")
    other.press("Save and continue")
    other.fill("The need", "Som lederen ser behovet.")
    other.press("Save and leave")
    other.is_told("The draft has been saved.")
    desk.press("Save and leave")

    desk.sit_down(town.applicant, first)
    desk.sees(town.leader.name, "Som lederen ser det.")
    expect(desk.page.locator("main")).not_to_contain_text("Som lederen ser behovet.")
    expect(desk.field("What the project is about")).to_have_value("Som ansøgeren ser det.")
    desk.fill("What the project is about", "Som begge ser det.")
    desk.page.locator("button[value^='drop:']").click()
    desk.page.wait_for_load_state()
    desk.press("Save and leave")
    desk.sees("Som begge ser det.", "Som lederen ser behovet.")
