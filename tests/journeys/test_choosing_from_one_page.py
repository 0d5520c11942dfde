"""The forum's choice in a browser: counted at each tick where there is a script, by a button where there is none, and on a phone."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from fundbank.meetings.models import Meeting
from tests.integration.scoring.forum import TODAY, Forum
from tests.journeys.conftest import NARROWEST, PHONE, Window

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def forum(app: Flask) -> Forum:
    app.config["CLOCK"] = lambda: TODAY
    return Forum()


@pytest.fixture
def meeting(forum: Forum) -> Meeting:
    """Open, with a loan of 300,000, a grant of 500,000 and 400,000 of both: 1,000,000 is available."""
    loan = forum.scored(3, 3, 2, 2, 1, title="Digital selvbetjening")
    forum.score(loan, 1, 3, 2, 2, 1, by=forum.mads)
    grant = forum.scored(2, title="Borgernes overblik", grant_ore=500_000_00)
    both = forum.scored(1, title="Fælles kort", loan_ore=300_000_00, grant_ore=100_000_00)
    return forum.open_meeting(loan, grant, both)


def test_each_tick_is_counted_at_once_and_the_focus_stays(
    window: Callable[..., Window], axe: Callable[..., None], forum: Forum, meeting: Meeting
) -> None:
    here = window()
    here.sign_in(forum.coordinator)
    page = here.open(f"/meetings/{meeting.id}/choice")
    axe(page)
    left = page.locator(".money-left")
    expect(left).to_contain_text("1,000,000")
    page.get_by_label("Choose: Digital selvbetjening").focus()
    page.keyboard.press("Space")
    expect(left).to_contain_text("700,000")
    expect(page.get_by_label("Choose: Digital selvbetjening")).to_be_focused()
    assert "chosen=" in page.url, "the address can be shared"
    loan = page.get_by_label("Loan: Digital selvbetjening")
    loan.fill("100.000")
    loan.press("Tab")
    expect(left).to_contain_text("900,000")
    expect(page.get_by_label("Grant: Digital selvbetjening")).to_be_focused()
    expect(page.get_by_text("100,000 in all: 200,000 less than applied for")).to_be_visible()
    loan.fill("mange")
    loan.press("Tab")
    expect(page.locator(".error-summary")).to_contain_text("Digital selvbetjening, Loan: Write an amount")
    axe(page)
    page.get_by_label("Choose: Digital selvbetjening").uncheck()
    expect(left).to_contain_text("1,000,000")


def test_without_scripts_a_button_counts_and_the_chair_records_all_of_it(
    window: Callable[..., Window], forum: Forum, meeting: Meeting
) -> None:
    here = window(java_script_enabled=False)
    here.sign_in(forum.chair)
    page = here.open(f"/meetings/{meeting.id}")
    page.get_by_role("link", name="Compare and choose").click()
    page.get_by_label("Choose: Digital selvbetjening").check()
    page.get_by_label("Choose: Fælles kort").check()
    page.get_by_role("button", name="Recount").click()
    expect(page.locator(".money-left")).to_contain_text("300,000")
    page.get_by_label("Loan: Fælles kort").fill("200.000")
    page.get_by_role("button", name="Record …").click()
    kort = page.get_by_role("group", name="Fælles kort")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.locator(".error-summary")).to_contain_text("Fælles kort, Reason: Write why less is given")
    kort.get_by_label("Reason").fill("Puljen skal række til flere.")
    other = page.get_by_role("group", name="Borgernes overblik")
    other.get_by_label("What does the forum decide?").select_option("defer")
    other.get_by_label("Reason").fill("Vent på budgettet.")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_text("Nothing has been recorded yet.")).to_be_visible()
    page.get_by_role("button", name="Record 3 decisions").click()
    expect(page.get_by_text("3 decisions have been recorded.")).to_be_visible()
    expect(page.locator(".money-left")).to_contain_text("400,000")


@pytest.mark.parametrize("viewport", [PHONE, NARROWEST], ids=["phone", "narrowest"])
def test_on_a_phone_the_titles_and_the_money_stay_in_sight(
    window: Callable[..., Window], axe: Callable[..., None], forum: Forum, meeting: Meeting, viewport: dict[str, int]
) -> None:
    here = window(viewport=viewport)
    here.sign_in(forum.coordinator)
    page = here.open(f"/meetings/{meeting.id}/choice")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    title = page.get_by_role("link", name="Digital selvbetjening")
    title.scroll_into_view_if_needed()
    before = title.bounding_box()
    page.locator(".matrix-scroll").evaluate("box => { box.scrollLeft = 300; }")
    assert title.bounding_box() == before
    expect(page.locator(".choice-line")).to_be_in_viewport()
    page.get_by_label("Choose: Digital selvbetjening").check()
    expect(page.locator(".choice-line")).to_contain_text("700,000")
    assert page.locator(".matrix-scroll").evaluate("box => box.scrollLeft") == 300, "the place in the matrix is kept"
    axe(page)
