"""Writing in a browser: what it comes to follows what is typed, folds stay open, long texts are counted; on a phone too."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.integration.applications.office import Office, an_office
from tests.integration.applications.writing import step
from tests.journeys.conftest import NARROWEST, Window

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def office(app: Flask) -> Office:
    return an_office()


def test_the_results_follow_what_is_typed(window: Callable[..., Window], axe: Callable[..., None], office: Office) -> None:
    application = office.application()
    here = window()
    here.sign_in(office.person("applicant"))
    page = here.open(step(application, "money"))
    beside = page.locator("aside.tasks")
    expect(beside.get_by_role("button", name="Work it out again")).to_have_count(0)
    beside.get_by_text("Repayment by department and year").first.click()
    page.get_by_label("Loan", exact=True).fill("450.000")
    expect(beside).to_contain_text("DKK 450,000.00")
    expect(page.get_by_label("Loan", exact=True)).to_be_focused()
    expect(beside.locator("details[open] table")).to_be_visible()
    expect(beside.get_by_role("status")).to_have_text("The figures have been worked out again.")
    axe(page)
    assert application.content.loan_ore == 600_000_00, "nothing has been saved"


def test_on_the_narrowest_screen_the_figures_are_folded_and_count_too(
    window: Callable[..., Window], axe: Callable[..., None], office: Office
) -> None:
    application = office.application()
    here = window(viewport=NARROWEST)
    here.sign_in(office.person("applicant"))
    page = here.open(step(application, "money"))
    page.locator(".tasks-folded > summary").get_by_text("What it comes to").click()
    page.get_by_label("Loan", exact=True).fill("450.000")
    expect(page.locator(".results-folded")).to_contain_text("DKK 450,000.00")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]
    axe(page)


def test_a_long_text_is_counted_while_it_is_written(window: Callable[..., Window], office: Office) -> None:
    application = office.application()
    here = window()
    here.sign_in(office.person("applicant"))
    page = here.open(step(application, "need"))
    counter = page.locator("[data-counts=need]")
    expect(counter).to_have_text("0 of 4,000 characters")
    page.get_by_label("The need").fill("æøå 👍")
    expect(counter).to_have_text("5 of 4,000 characters")
    page.get_by_label("The need").fill("x" * 4_010)
    expect(counter).to_have_text("10 characters too many")
    expect(counter.locator("+ [role=status]")).to_have_text("10 characters too many")
