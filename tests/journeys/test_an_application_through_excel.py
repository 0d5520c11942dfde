"""A department has its figures in a spreadsheet: the template is taken home, filled in, uploaded, put right where it does not fit,
and saved; the export that comes back unchanged changes nothing. With scripts and without.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from fundbank.applications import operations
from fundbank.applications.models import Application
from fundbank.applications.rules.content import Content, Cost
from fundbank.extensions import db
from fundbank.kit.clock import noon
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from tests.integration.workbooks.books import answer, changed, write
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk, looks_right
from tests.journeys.town import Town, a_town_with_pool, at_rest
from tests.pictures import Pictures

TITLE, DAY = "Digital tidsbestilling", date(2026, 3, 9)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AREA = {
    "name": "Tidsbestilling", "before_low": 20, "before": 25, "before_high": 30, "after_low": 10, "after": 12, "after_high": 15,
    "cases": 6000, "affected": 0.8, "rate": "350,00", "phase_in_1": 1, "years": 4, "cashable": "Ja",
}  # fmt: skip

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"java_script_enabled": request.param}


@pytest.fixture
def town(app: object, pictures: Pictures) -> Town:
    town, _pool = pictures.of("town with costs", a_town_with_costs)
    return at_rest(town)


def a_town_with_costs() -> tuple[Town, int]:
    """A draft that says what it costs, and nothing of gains."""
    town, pool_id = a_town_with_pool()
    pool, own = db.session.get_one(Pool, pool_id), db.session.get_one(Department, town.department.id)
    content = Content(title=TITLE, costs=(Cost(0, "establishment", 600_000_00, "Software"),))
    writer = db.session.get_one(User, town.applicant.id)
    operations.start_application(actor=writer, at=noon(DAY), pool=pool, department=own, content=content)
    return town, pool_id


def test_the_template_comes_back_is_put_right_and_saved(
    window: Callable[..., Window], options: dict[str, Any], town: Town, axe: Callable[..., None]
) -> None:
    desk = Desk(window(**options)).on(DAY)
    desk.sit_down(town.applicant)
    desk.page.get_by_role("link", name=TITLE).first.click()
    desk.follow("Edit")
    desk.page.goto(desk.page.url.rpartition("/")[0] + "/gains")
    desk.follow("Upload or export a workbook")
    department = town.department.name

    def fill_in(book: Any) -> None:
        write(book, "gain_areas", 7, department=department, **AREA)
        write(book, "gains", 7, department=department, amount="mange")
        answer(book, "operation_money", "Fra eget budget")

    uploads(desk, changed(taken(desk, "Template for Excel"), fill_in))
    desk.sees(desk.say("The workbook has been read"), "Planlagte gevinster D7: mange")
    if options["java_script_enabled"]:
        looks_right(desk.page, axe, "workbook")
    desk.page.get_by_role("link", name="Planlagte gevinster D7: mange").click()
    amount = desk.page.locator('input[value="mange"]')
    expect(amount).to_have_count(1)
    desk.sees("364.000,00")
    amount.fill("25.000")
    desk.press("Save and continue")
    desk.page.goto(desk.page.url.rpartition("/")[0] + "/money")
    expect(desk.page.locator("#operation_money")).to_have_value("Fra eget budget")
    desk.press("Save and continue")
    with desk.window.live.app.app_context():
        content = db.session.scalars(db.select(Application)).one().content
    assert [area.name for area in content.gain_areas] == ["Tidsbestilling"]
    assert [gain.amount_ore for gain in content.gains] == [25_000_00]
    assert content.operation_money == "Fra eget budget"
    desk.page.goto(desk.page.url.rpartition("/write/")[0] + "/workbook")
    danish = taken(desk, "Export to Excel")
    uploads(desk, danish)
    desk.sees(desk.say("It says nothing that the steps do not say already."))
    desk.page.get_by_role("button", name="English").click()
    desk.language = "en"
    uploads(desk, danish)
    desk.sees("It says nothing that the steps do not say already.")


def taken(desk: Desk, link: str) -> bytes:
    """Take home what a link leads to."""
    with desk.page.expect_download() as download:
        desk.page.locator("main").get_by_role("link", name=desk.say(link)).click()
    return download.value.path().read_bytes()


def uploads(desk: Desk, workbook: bytes) -> None:
    desk.field("Workbook").set_input_files([{"name": "Tal fra økonomi.xlsx", "mimeType": XLSX, "buffer": workbook}])
    desk.press("Upload")
