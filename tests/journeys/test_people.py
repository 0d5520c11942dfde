"""An administrator lets a new person in, who signs in and leaves; on a large screen, on a phone, and without JavaScript."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fundbank.people import operations
from fundbank.people.models import User
from tests.builders import AT, PASSWORD, a_department, a_municipality, a_user, an_administrator
from tests.journeys.conftest import DESKTOP, NARROWEST, PHONE, Window

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PICTURES = os.environ.get("PICTURES")


@pytest.fixture
def administrator(app: object) -> User:
    municipality = a_municipality("Lindby Kommune")
    top = a_department(municipality, "Børn, Unge og Kultur")
    unit = a_department(name="Dagtilbud og Skole", parent=top)
    closed = a_department(name="Gamle Skole", parent=unit)
    operations.close_department(actor=None, at=AT, department=closed)
    a_department(municipality, "Økonomi og Digitalisering")
    for name in ("Bo Ærøe-Christensen", "Åse Lund", "Cille Holm"):
        a_user(unit, name, password=name != "Cille Holm")
    return an_administrator(top, name="Maja Holm", email="maja@lindby.dk", password=True, language="en")


@pytest.mark.parametrize("options", [{"viewport": DESKTOP}, {"viewport": PHONE}, {"java_script_enabled": False}])
def test_a_new_person_comes_in(window: Callable[..., Window], administrator: User, options: dict[str, object]) -> None:
    here = window_in_english(window, options)
    page = here.open("/account")
    page.get_by_label("E-mail").fill("maja@lindby.dk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    if options.get("viewport") == PHONE:
        page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Users", exact=True).locator("visible=true").click()
    page.get_by_role("link", name="Add a person").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Write the person's name.")
    page.get_by_label("Name").fill("Ny Person")
    page.get_by_label("E-mail").fill("ny@lindby.dk")
    page.get_by_label("Department").select_option(label="Økonomi og Digitalisering")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Make an invitation link").click()
    link = page.locator("#link").inner_text()
    other = window_in_english(window, options).page
    other.goto(link)
    for label in ("New password", "The new password again"):
        other.get_by_label(label, exact=True).fill("en sætning til mig")
    other.get_by_role("button", name="Set the password").click()
    expect(other.locator(".header")).to_contain_text("Ny Person")


def window_in_english(window: Callable[..., Window], options: dict[str, object]) -> Window:
    here = window(**options)
    here.context.add_cookies([{"name": "language", "value": "en", "url": here.live.address}])
    return here


def test_what_the_demo_does_not_show_is_open_to_everybody(
    window: Callable[..., Window], administrator: User, axe: Callable[[Page], None]
) -> None:
    """A link that no longer works, an address in two municipalities, a page that is not there, a closed department, a refused form."""
    here = window()
    look(here.open("/link/used"), "/link/used", axe)
    for _municipality in range(2):
        a_user(email="anna@by.dk", password=True)
    page = here.open("/sign-in")
    page.locator("[name=email]").fill("anna@by.dk")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url("**/sign-in/municipality")
    look(page, "/sign-in/municipality", axe)
    here.sign_in(administrator)
    for path in ("/no-such-page", "/departments"):
        look(here.open(path), path, axe)
    page = here.open("/users/new")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "/users/new refused", axe)


def look(page: Page, name: str, axe: Callable[[Page], None]) -> None:
    """Ask axe, see that nothing scrolls sideways, and keep a picture if PICTURES names a folder, in a window of each size.

    Axe is not asked twice of the same layout: no style tells a phone from the narrowest window, whose page is the more crowded.
    """
    for size in (DESKTOP, PHONE, NARROWEST):
        page.set_viewport_size(size)
        if size is not PHONE:
            axe(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if PICTURES:
            file = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
            page.screenshot(path=Path(PICTURES) / f"{file}-{size['width']}.png", full_page=True)
        assert width <= size["width"], f"{name} is {width} wide at {size['width']}"
    page.set_viewport_size(DESKTOP)
