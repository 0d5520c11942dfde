"""A step saves itself while one types: nothing is lost to a closed page, a dropped connection, an ended session or another language."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Window
from tests.journeys.desk import Desk
from tests.journeys.town import Town, a_town_with_pool, at_rest
from tests.pictures import Pictures

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WHAT, NEED = "What the project is about", "The need"
TRYING = "Not saved: no connection. What you type is kept in this browser, and we try again."
ENDED = (
    "Not saved: you have been signed out. What you type is kept in this browser. "
    "Sign in again in another tab, and then load this page again."
)


@pytest.fixture
def here(app: object, pictures: Pictures) -> tuple[Town, int]:
    town, pool_id = pictures.of("town with a pool", a_town_with_pool)
    return at_rest(town), pool_id


@pytest.fixture
def desk(window: Callable[..., Window], here: tuple[Town, int]) -> Desk:
    """The applicant has begun an application; its first step is open."""
    town, pool_id = here
    desk = Desk(window()).sit_down(town.applicant, f"/pools/{pool_id}/applications/new")
    desk.fill("Title", "Ruteplan")
    desk.press("Begin")
    return desk


def types(desk: Desk, label: str, text: str) -> None:
    """Type as people do, a key at a time."""
    field = desk.field(label)
    field.click()
    field.press("Control+End")
    field.press_sequentially(text, delay=20)


def is_saved(page: Page) -> None:
    expect(page.locator("[data-kept]")).to_have_text(re.compile(r"^Gemt \d\d:\d\d$"))


def stands(desk: Desk, label: str, text: str) -> None:
    desk.open(desk.path)
    expect(desk.field(label)).to_have_value(text)


def test_it_saves_itself_while_one_types(desk: Desk, axe: Callable[..., None]) -> None:
    types(desk, WHAT, "Kørsel")
    is_saved(desk.page)
    axe(desk.page)
    stands(desk, WHAT, "Kørsel")
    types(desk, WHAT, " til skole")
    desk.press("Save and continue")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Need and goal"))
    desk.page.go_back()
    expect(desk.field(WHAT)).to_have_value("Kørsel til skole")
    types(desk, WHAT, " og hjem")
    desk.page.get_by_role("button", name="English").click()
    expect(desk.page.locator("h1")).to_have_text("The project")
    expect(desk.page.get_by_label(WHAT)).to_have_value("Kørsel til skole og hjem")


def test_a_row_that_is_opened_again_stays_the_row_it_was(desk: Desk) -> None:
    desk.press("Money")
    amounts = desk.page.locator("[name^=costs-][name$=-amount]")
    amounts.first.fill("100000")
    desk.press("Save and continue")
    desk.press("Back")
    expect(amounts).to_have_count(2)  # a second one is empty
    amounts.first.fill("120000")
    is_saved(desk.page)
    desk.press("Save and continue")
    desk.press("Back")
    assert [each.input_value() for each in amounts.all()] == ["120.000", ""]


def test_a_cpr_number_stays_in_the_page_and_says_why(desk: Desk) -> None:
    desk.field(WHAT).fill("Anna 010203-1234")  # at once: what is typed slowly has been saved before it is a number
    expect(desk.page.locator("[data-kept]")).to_have_text(
        desk.say("Not saved: one of the texts cannot be kept. The reason is beside the field.")
    )
    desk.field("Title").click()
    types(desk, "Title", "ner")
    desk.page.wait_for_timeout(2_500)
    expect(desk.page.locator("[data-kept]")).to_have_text(
        desk.say("Not saved: one of the texts cannot be kept. The reason is beside the field.")
    )
    desk.press("Save and continue")
    desk.sees("CPR-nummer")
    expect(desk.field(WHAT)).to_have_value("Anna 010203-1234")
    stands(desk, WHAT, "")
    expect(desk.field("Title")).to_have_value("Ruteplanner")


def test_a_dropped_connection_loses_nothing(desk: Desk, whole: bool) -> None:
    desk.press("Save and continue")
    desk.page.context.set_offline(True)
    types(desk, NEED, "Bussen kører")
    expect(desk.page.locator("[data-kept]")).to_have_text(desk.say(TRYING))
    desk.page.wait_for_timeout(60_000 if whole else 4_000)
    types(desk, NEED, " for sent")
    desk.page.locator("main").get_by_role("button", name=desk.say("Save and continue"), exact=True).last.click()
    expect(desk.page.locator("h1")).to_have_text(desk.say("Need and goal"))
    expect(desk.field(NEED)).to_have_value("Bussen kører for sent")
    desk.page.context.set_offline(False)
    is_saved(desk.page)
    stands(desk, NEED, "Bussen kører for sent")
    desk.page.context.set_offline(True)
    types(desk, NEED, " hver dag")
    path = desk.path
    desk.page.close()  # a lid that is closed
    desk.window.faults.clear()  # what could not be sent was not
    desk.page.context.set_offline(False)
    desk.page = desk.window.page = desk.window.context.new_page()
    desk.open(path)
    expect(desk.field(NEED)).to_have_value("Bussen kører for sent hver dag")
    desk.press("Save and leave")
    desk.sees("Bussen kører for sent hver dag")


def test_a_sign_in_that_ends_loses_nothing(desk: Desk, here: tuple[Town, int]) -> None:
    types(desk, WHAT, "Kørsel")
    is_saved(desk.page)
    desk.page.context.clear_cookies()
    types(desk, WHAT, " til skole")
    expect(desk.page.locator("[data-kept]")).to_have_text(desk.say(ENDED))
    desk.sit_down(here[0].applicant, desk.path)
    expect(desk.field(WHAT)).to_have_value("Kørsel til skole")


def test_the_short_form_keeps_what_is_typed_in_the_browser_until_it_is_saved(
    window: Callable[..., Window], app: object, axe: Callable[..., None]
) -> None:
    town, pool_id = a_town_with_pool(preset="favrskov")
    page = f"/pools/{pool_id}/applications/short"
    desk = Desk(window()).sit_down(town.applicant, page)
    desk.fill("Title", "Skærm i hallen")
    desk.fill(NEED, "Folk spørger om vej.")
    desk.page.locator("[name=criterion]").select_option("quality")
    desk.sees(desk.say("What you type is kept in this browser until you save."))
    desk.open("/")
    desk.open(page)
    expect(desk.field("Title")).to_have_value("Skærm i hallen")
    expect(desk.field(NEED)).to_have_value("Folk spørger om vej.")
    expect(desk.page.locator("[name=criterion]")).to_have_value("quality")
    desk.sees(desk.say("What you typed earlier in this browser has been filled in."))
    axe(desk.page)
    desk.press("Save and see what is missing")
    desk.sees(desk.say("Write both what gets better, and the criterion that it fits best."))
    desk.open(page)
    expect(desk.field("Title")).to_have_value("Skærm i hallen")  # what was refused is kept
    desk.fill("What gets better, in words", "Ingen spørger.")
    desk.press("Save and see what is missing")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Check and send"))
    begun = desk.path
    desk.open(page)
    expect(desk.field("Title")).to_have_value("")
    desk.fill("Title", "Skærm i porten")
    desk.page.context.clear_cookies()
    desk.press("Save and see what is missing")
    expect(desk.page.locator("form[data-begun]")).to_have_count(0)
    desk.sit_down(town.applicant, begun)  # another draft, which does not say that this one was saved
    desk.open(page)
    expect(desk.field("Title")).to_have_value("Skærm i porten")
