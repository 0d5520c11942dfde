"""A desk with a browser, where the people of a test sit down one after the other, on days that the test chooses.

A test says what stands on the button in English; the desk looks for it in the language of the person who sits there.
"""

import os
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from playwright.sync_api import APIResponse, Locator, Page, expect

from fundbank.kit.clock import noon
from fundbank.kit.language import gettext, speaking
from fundbank.people.models import User
from tests.journeys.conftest import DESKTOP, NARROWEST, PHONE, Window

PICTURES = os.environ.get("PICTURES")


class Desk:
    """What a person does at a page: read, click, type. Each step finds things as people do, by the words beside them."""

    def __init__(self, window: Window) -> None:
        self.window = window
        self.page: Page = window.page
        self.language = "da"

    # --- Who and when ---

    def on(self, day: date) -> "Desk":
        """Turn the program's clock to noon of ``day``."""
        at = noon(day)
        self.window.live.app.config["CLOCK"] = lambda: at
        return self

    def sit_down(self, person: User, path: str = "/") -> "Desk":
        """Give the desk to ``person``, with the first screen (or ``path``) open."""
        self.language = person.language
        self.window.sign_in(person)
        self.open(path)
        return self

    @property
    def now(self) -> datetime:
        return self.window.live.app.config["CLOCK"]()

    def say(self, text: str, /, **values: Any) -> str:
        """A text of the program in the language of the person who sits here."""
        with self.window.live.app.app_context(), speaking(self.language):
            return gettext(text, **values).replace("\xa0", " ")

    # --- Moving about ---

    def open(self, path: str) -> None:
        self.window.open(path)

    def follow(self, text: str, /, *, within: Locator | None = None, **values: Any) -> None:
        """Click the first link that says ``text``, and wait for the page behind it."""
        (within or self.page.locator("main")).get_by_role("link", name=self.say(text, **values)).first.click()
        self.page.wait_for_load_state()

    def follow_pool_menu(self, *texts: str) -> None:
        """Go to a job of the pool, and from there to one of its pages."""
        for text in texts:
            self.page.locator(".pool-menu").get_by_role("link", name=self.say(text), exact=True).click()

    def press(self, text: str, /, **values: Any) -> None:
        """Press the button that says ``text``, and wait for the page behind it."""
        self.page.locator("main").get_by_role("button", name=self.say(text, **values), exact=True).click()
        expect(self.page.locator("form[data-sending]")).to_have_count(0)  # what was typed is sent first (static/js/keeping.js)
        self.page.wait_for_load_state()

    @property
    def path(self) -> str:
        """The address of the page that is open, without the machine."""
        return urlsplit(self.page.url).path

    def post(self, path: str) -> APIResponse:
        """Send a form that the page does not offer, as somebody would who writes requests by hand."""
        token = self.page.locator("input[name=csrf_token]").first.get_attribute("value") or ""
        form: dict[str, str | float | bool] = {"csrf_token": token, "once": str(uuid4())}
        return self.page.request.post(self.window.live.url(path), form=form, headers={"Referer": self.page.url}, max_redirects=0)

    # --- Filling in ---

    def group(self, text: str, number: int | None = None) -> Locator:
        """The group of fields with this heading; ``number`` stands for the # in a row's heading."""
        name = self.say(text) if number is None else self.say(text).replace("#", str(number))
        return self.page.get_by_role("group", name=name, exact=True)

    def field(self, label: str, within: Locator | None = None) -> Locator:
        optional = f"( \\({re.escape(self.say('optional'))}\\))?"
        pattern = re.compile(f"^\\s*{re.escape(self.say(label))}{optional}\\s*$")
        return (within or self.page.locator("main")).get_by_label(pattern)

    def fill(self, label: str, text: str, within: Locator | None = None) -> None:
        self.field(label, within).fill(text)

    def select(self, label: str, option: str, within: Locator | None = None) -> None:
        self.field(label, within).select_option(label=option)

    def choose(self, legend: str, option: str) -> None:
        """Choose one of the possibilities below ``legend``."""
        self.group(legend).get_by_role("radio", name=option, exact=True).check()

    def tick(self, label: str) -> None:
        self.page.get_by_role("checkbox", name=self.say(label), exact=True).check()

    # --- Reading ---

    def sees(self, *texts: str) -> None:
        """Expect each of ``texts`` (as it stands on the page) in the page's main part."""
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def is_told(self, text: str, /, **values: Any) -> None:
        """Expect the program's ``text`` in the page's main part."""
        self.sees(self.say(text, **values))

    def sees_part(self, key: str, amount: str) -> None:
        """Expect ``amount`` at the part ``key`` of the page's first bar."""
        expect(self.page.locator(f"[data-part={key}]").first).to_have_text(amount)

    def is_refused_at(self, label: str, sentence: str, typed: str, within: Locator | None = None) -> None:
        """Expect ``sentence`` at the field and in the summary, whose link leads to it; and the text that was typed."""
        field = self.field(label, within)
        expect(field).to_have_value(typed)
        expect(field).to_have_attribute("aria-invalid", "true")
        described = (field.get_attribute("aria-describedby") or "").split()
        error = next(part for part in described if part.endswith("-error"))
        expect(self.page.locator(f"[id='{error}']")).to_contain_text(sentence)
        link = self.page.locator(".error-summary").get_by_role("link", name=sentence).first
        expect(link).to_have_attribute("href", f"#{field.get_attribute('id')}")

    def unfold(self, heading: str) -> None:
        """Open what is folded under that heading."""
        self.page.locator("main summary", has_text=self.say(heading)).first.click()

    def picture(self, name: str) -> None:
        """Keep a picture of the page, if PICTURES names a folder."""
        if PICTURES:
            size = self.page.viewport_size or {"width": 0}
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)


def looks_right(page: Page, axe: Callable[..., None], name: str) -> None:
    """On a large screen, a phone and the narrowest: nobody is shut out, and no page is wider than the screen."""
    for viewport in (NARROWEST, PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        axe(page)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{viewport['width']}.png", full_page=True)
