"""A department attaches an offer and a drawing, hands in, and the forum takes them home; with scripts and without, on a phone too."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import expect

from fundbank.applications import operations
from fundbank.applications.rules.content import Content, Cost, PlannedGain
from fundbank.extensions import db
from fundbank.kit.clock import noon
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from tests.annexes import GOOD, PDF
from tests.journeys import steps
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk, looks_right
from tests.journeys.town import Town, a_town_with_pool, at_rest
from tests.pictures import Pictures

TITLE, DAY = "Digital tidsbestilling", date(2026, 3, 9)
FILES: list[Any] = [
    {"name": "Tilbud på skærme.pdf", "mimeType": "application/pdf", "buffer": PDF},
    {"name": "Plantegning.png", "mimeType": "image/png", "buffer": GOOD["tegning.PNG"]},
]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def options(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {"java_script_enabled": request.param}


@pytest.fixture
def town(app: object, pictures: Pictures) -> Town:
    town, _pool = pictures.of("town with a draft", a_town_with_a_draft)
    return at_rest(town)


def a_town_with_a_draft() -> tuple[Town, int]:
    """A draft that lacks nothing but its annexes and its signature."""
    town, pool_id = a_town_with_pool()
    pool, own = db.session.get_one(Pool, pool_id), db.session.get_one(Department, town.department.id)
    content = Content(
        title=TITLE, summary="Borgerne bestiller selv tid.", loan_ore=600_000_00, it_consulted=True, frame="digital_workplace",
        own_scores=dict.fromkeys(pool.policy.weights, 3), costs=(Cost(0, "establishment", 600_000_00, "Software"),),
        gains=tuple(PlannedGain(year, own.id, 400_000_00) for year in (1, 2, 3)),
    )  # fmt: skip
    writer = db.session.get_one(User, town.applicant.id)
    operations.start_application(actor=writer, at=noon(DAY), pool=pool, department=own, content=content)
    return town, pool_id


def test_two_files_are_attached_handed_in_and_taken_home(
    window: Callable[..., Window], options: dict[str, Any], town: Town, axe: Callable[..., None]
) -> None:
    desk = Desk(window(**options)).on(DAY)
    desk.sit_down(town.applicant)
    desk.page.get_by_role("link", name=TITLE).first.click()
    desk.unfold("The project")
    desk.follow("Attach files or take them away")
    desk.field("Files").set_input_files([*FILES, {"name": "spil.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}])
    desk.choose("What are they?", desk.say("Quote"))
    desk.fill("In a few words", "Fra leverandøren")
    desk.press("Attach")
    desk.sees("„spil.exe“", desk.say("Choose the files again."))
    expect(desk.field("In a few words")).to_have_value("Fra leverandøren")
    desk.field("Files").set_input_files(FILES)
    desk.press("Attach")
    desk.sees("2 filer er vedhæftet.", "Tilbud på skærme.pdf", "Plantegning.png", "Fra leverandøren")
    if options["java_script_enabled"]:
        looks_right(desk.page, axe, "annexes")
    steps.signs(desk, town.leader, TITLE)
    steps.submits(desk, town.applicant, TITLE)
    desk.sit_down(town.coordinator)
    desk.page.get_by_role("link", name=TITLE).first.click()
    application = desk.path.removesuffix("/screening")
    desk.open(application)
    desk.sees("Tilbud på skærme.pdf", "Plantegning.png")
    with desk.page.expect_download() as taken:
        desk.page.get_by_role("link", name="Tilbud på skærme.pdf").click()
    assert taken.value.suggested_filename == "Tilbud på skærme.pdf"
    assert sha256(taken.value.path().read_bytes()).digest() == sha256(PDF).digest()
    desk.open(f"{application}/annexes")
    expect(desk.page.locator("input[type=file]")).to_have_count(0)
