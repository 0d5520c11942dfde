"""The main tasks by keyboard alone: sign in, write, score, choose, decide, repay. Nothing is clicked, and the focus always shows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import User
from fundbank.pools.criteria import CODES
from fundbank.scenarios.demo import story
from fundbank.scenarios.player import play
from fundbank.scenarios.reader import read
from tests.builders import PASSWORD, PASSWORD_HASH
from tests.journeys.conftest import Window
from tests.journeys.desk import Desk

FOCUS = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const labels = [...(one.labels ?? [])].map(label => label.innerText.trim()).join(' ');
    return { name: one.getAttribute('aria-label') || labels || one.innerText.trim(), field: one.name ?? '', checked: one.checked ?? false,
             tag: one.tagName, seen: box.width > 1 && box.height > 1 && (style.outlineStyle !== 'none' || style.boxShadow !== 'none') };
}"""
MOST_STEPS = 120

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Keyboard:
    """Fingers on a keyboard: no mouse, no touch."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.press = desk.page.keyboard.press
        self.write = desk.page.keyboard.type

    @property
    def focus(self) -> dict[str, Any]:
        return self.desk.page.evaluate(FOCUS)

    def tab_to(self, *, name: str | None = None, field: str | None = None) -> None:
        """Press Tab until the focus is on what is called ``name``, or on the field of that name; it must show."""
        passed = []
        for _step in range(MOST_STEPS):
            self.press("Tab")
            focus = self.focus
            assert focus["seen"] or focus["tag"] == "BODY", f"the focus does not show on {focus}"
            if focus["field"] == field or (name is not None and name in focus["name"] and focus["tag"] != "BODY"):
                return
            passed.append(focus["name"] or focus["field"])
        raise AssertionError(f"no way to {name or field} by Tab; passed {passed}")

    def activate(self, text: str) -> None:
        """Go to the link or button that says ``text``, and press it."""
        self.tab_to(name=self.desk.say(text))
        with self.desk.page.expect_navigation():
            self.press("Enter")

    def fill(self, field: str, text: str) -> None:
        self.tab_to(field=field)
        self.press("Control+A")
        self.write(text)

    def choose(self, field: str, label: str) -> None:
        """Go to a group of radio buttons, and along it with the arrows."""
        self.tab_to(field=field)
        self.press("Space")
        for _step in range(10):
            if label in self.focus["name"] and self.focus["checked"]:
                return
            self.press("ArrowDown")
        raise AssertionError(f"{field} has no {label}")


@pytest.fixture
def told_until(app: Flask) -> Callable[[int], dict[str, User]]:
    """``told_until(14)`` plays Herning's story up to its event of that index; it gives the people by the story's keys."""

    def tell(index: int) -> dict[str, User]:
        scenario = read(story("herning"))
        world = play(replace(scenario, events=scenario.events[:index])).world
        for person in world.people.values():
            person.email, person.password_hash = f"{person.id}@herning.example", PASSWORD_HASH
        commit()
        for person in world.people.values():
            db.session.refresh(person)
        db.session.expunge_all()
        commit()
        return world.people

    return tell


@pytest.fixture
def desk(window: Callable[..., Window]) -> Desk:
    return Desk(window())


@pytest.fixture
def keys(desk: Desk) -> Keyboard:
    return Keyboard(desk)


def index_of(do: str, by: str | None = None) -> int:
    """The first event of Herning's story that does this."""
    events = read(story("herning")).events
    return next(index for index, event in enumerate(events) if event.do == do and by in (None, event.by))


def test_signing_in(desk: Desk, keys: Keyboard, told_until: Callable[[int], dict[str, User]]) -> None:
    leader = told_until(1)["karin-dalgaard"]
    desk.open("/")
    keys.press("Tab")
    assert keys.focus["name"] == desk.say("Skip to the content")
    keys.press("Enter")
    keys.fill("email", str(leader.email))
    keys.fill("password", PASSWORD)
    with desk.page.expect_navigation():
        keys.press("Enter")
    desk.sees(leader.name)


def test_writing_an_application(desk: Desk, keys: Keyboard, told_until: Callable[[int], dict[str, User]]) -> None:
    people = told_until(1)
    desk.sit_down(people["bent-holm"])
    keys.activate("Apply for money")
    keys.activate("Begin a full application")
    keys.fill("title", "Ruteplan")
    keys.activate("Begin")
    desk.is_told("The application has been created. What you write is saved as you go.")
    keys.fill("summary", "Bilerne kører kortere.")
    keys.activate("Need and goal")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Need and goal"))
    for code in CODES:
        keys.choose(f"own_{code}", "4")
    keys.activate("Money")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Money"))
    keys.fill("loan", "600.000")
    keys.fill("costs-0-text", "Licens")
    keys.fill("costs-0-amount", "600.000")
    keys.tab_to(name=desk.say("Add a cost"))
    keys.press("Space")
    expect(desk.group("Cost #", 3)).to_be_visible()
    keys.activate("Gains")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Gains"))
    keys.fill("gains-0-amount", "200.000")
    keys.fill("gains-0-last", "4")
    keys.activate("Who is responsible")
    expect(desk.page.locator("h1")).to_have_text(desk.say("Who is responsible"))
    keys.tab_to(field="it_consulted")
    keys.press("Space")
    keys.activate("Save and leave")
    desk.is_told("The draft has been saved.")
    desk.sees("600.000,00 kr.", "Bilerne kører kortere.")
    application = desk.path
    keys.activate("Send for signature")
    desk.is_told("The application has been sent for signature. It is waiting for a leader of the department.")
    desk.sit_down(people["karin-dalgaard"], application)
    keys.activate("Sign the application")
    desk.is_told("You have signed the application. It can now be submitted.")


def test_scoring(desk: Desk, keys: Keyboard, told_until: Callable[[int], dict[str, User]]) -> None:
    index = index_of("score", "jens-lauge")
    people = told_until(index)
    desk.on(read(story("herning")).events[index].on).sit_down(people["jens-lauge"])
    keys.tab_to(name="ESDH")
    with desk.page.expect_navigation():
        keys.press("Enter")
    for code in CODES:
        keys.choose(code, "4")
    keys.activate("Hand in the score")
    desk.sees("75,00")


def test_deciding(desk: Desk, keys: Keyboard, told_until: Callable[[int], dict[str, User]]) -> None:
    index = index_of("decide")
    people = told_until(index)
    desk.on(read(story("herning")).events[index].on).sit_down(people["jens-lauge"], "/meetings/1")
    keys.activate("Decide")
    keys.choose("outcome", desk.say("Approve: the pool promises the money"))
    keys.fill("loan", "500.000")
    keys.fill("reason", "Resten finder forvaltningen selv")
    keys.activate("Record the decision")
    desk.is_told("Nothing has been recorded yet. This is what your figures would do; record the decision below if they are right.")
    keys.activate("Record the decision")
    desk.is_told("The decision has been recorded.")
    desk.sees("500.000,00 kr.")


def test_choosing_from_the_matrix(desk: Desk, keys: Keyboard, told_until: Callable[[int], dict[str, User]]) -> None:
    index = index_of("decide")
    people = told_until(index)
    desk.on(read(story("herning")).events[index].on).sit_down(people["jens-lauge"], "/meetings/1")
    keys.activate("Compare and choose")
    keys.tab_to(field="chosen")
    keys.press("Space")
    expect(desk.page.locator(".matrix-chosen")).to_be_visible()
    assert keys.focus["field"] == "chosen"
    keys.activate("Record …")
    keys.activate("Show what will happen")
    desk.sees(desk.say("Nothing has been recorded yet. All of it is recorded together, or none of it."))
    keys.tab_to(name=desk.say("Record %(num)s decision", num=1))


def test_posting_a_repayment(desk: Desk, keys: Keyboard, told_until: Callable[[int], dict[str, User]]) -> None:
    index = index_of("repay")
    event = read(story("herning")).events[index]
    people = told_until(index)
    desk.on(event.on).sit_down(people[event.by], "/claims/1")
    keys.activate("Register a repayment")
    keys.fill("amount", "1.000")
    keys.fill("reference", "Bilag 7")
    keys.activate("Register the repayment")
    desk.sees("1.000,00 kr.")
