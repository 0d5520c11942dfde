"""The yearly call: it is opened, a department answers and rates two needs, the forum reads them, and one becomes an application."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.integration.applications.office import Office, an_office
from tests.journeys.conftest import NARROWEST, Window
from tests.journeys.desk import Desk

CALLED = "Needs for 2027"
FIRST, SECOND = "Screens in the waiting room", "One place for papers"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def office(app: Flask) -> Office:
    office = an_office()
    for role in ("coordinator", "applicant", "leader", "chair"):
        office.person(role)
    return office


@pytest.mark.parametrize("size", [{}, {"viewport": NARROWEST}], ids=["wide", "narrowest"])
def test_from_the_call_to_an_application(
    window: Callable[..., Window], axe: Callable[..., None], office: Office, size: dict[str, dict[str, int]]
) -> None:
    desk = Desk(window(**size))

    def fits() -> None:
        axe(desk.page)
        assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), desk.path

    desk.sit_down(office.person("coordinator"), f"/pools/{office.pool.id}/calls")
    desk.follow("Open a call")
    desk.fill("Title", CALLED)
    desk.fill("Deadline", f"{date.today() + timedelta(days=20):%d-%m-%Y}")
    fits()
    desk.press("Open the call")
    desk.is_told("Not answered")
    fits()

    desk.sit_down(office.person("applicant"))
    desk.follow(CALLED)
    fits()
    desk.follow("Write a need")
    desk.fill("Title", FIRST)
    fits()
    desk.press("Save the need")
    desk.is_told("Not sent")
    desk.follow("Continue and send it")
    desk.fill("Which IT development do you need next year, and in the years after?", "People ask how long they wait.")
    desk.fill("Who will use it?", "Everybody who waits.")
    desk.fill("To develop it", "120.000")
    desk.press("Save and send")
    desk.sees("Everybody who waits.", "120,000.00")
    fits()
    desk.follow(CALLED)
    desk.follow("Write a need")
    desk.fill("Title", SECOND)
    desk.fill("Which IT development do you need next year, and in the years after?", "Papers are sent twice.")
    desk.press("Save and send")
    desk.follow(CALLED)
    desk.follow("Rate the needs")
    desk.select(FIRST, "3")
    desk.select(SECOND, desk.say("5: most important"))
    fits()
    desk.press("Save the ratings")
    desk.sees("3 of 5", "5 of 5")

    desk.sit_down(office.person("coordinator"), desk.path)
    desk.sees("2 needs")
    desk.page.locator("main summary").get_by_text(desk.say("Close the call")).click()
    desk.press("Yes: %(text)s", text=desk.say("Close the call"))

    desk.sit_down(office.person("chair"), desk.path)
    desk.follow("See the needs")
    titles = desk.page.locator("tbody th a")
    expect(titles).to_have_text([SECOND, FIRST])
    fits()
    desk.follow("Expected investment")
    expect(titles).to_have_text([FIRST, SECOND])
    desk.follow(FIRST)
    desk.sees("Everybody who waits.")
    here = desk.path

    desk.sit_down(office.person("leader"), here)
    desk.sees(desk.say("The call is over for the department. The coordinator can let it answer late."))
    desk.press("Turn the need into an application")
    [application] = office.applications()
    assert (application.content.title, application.content.need) == (FIRST, "Who will use it?\nEverybody who waits.")
