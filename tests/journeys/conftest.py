"""A real server and a real browser. A page error, a violation of the Content-Security-Policy or a failed request fails the test.

``live`` is the program on a free port of this machine, with its database; ``browser_page`` is a window of Chromium; ``axe(page)`` finds
what would shut somebody out. Environment variable CHROMIUM names the browser if it is not on the PATH.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from waitress.server import create_server

from fundbank.kit.transaction import commit
from fundbank.paths import PACKAGE
from fundbank.people.models import User
from fundbank.scenarios import demo
from tests.journeys import demo_pages
from tests.journeys.demo_pages import Place
from tests.pictures import Pictures
from tests.web import new_cookie

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")  # the first needs the least of a machine
# Quiet: no calls home, no profile, and no sandbox where tests run as root in a container.
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 812}
NARROWEST: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Danish words as they stand in the .po, compiled anew."""
    folder = tmp_path_factory.mktemp("catalogue")
    source = Path("da", "LC_MESSAGES", "messages.po")
    compiled = (folder / source).with_suffix(".mo")
    compiled.parent.mkdir(parents=True)
    with (PACKAGE / "translations" / source).open("rb") as words, compiled.open("wb") as file:
        write_mo(file, read_po(words, locale="da"))
    return folder


@pytest.fixture
def app_settings(catalogue: Path) -> dict[str, Any]:
    """The program speaks Danish here, as it does to its users."""
    return {"CATALOGUES": str(catalogue)}


@dataclass
class Live:
    """The program as it is served."""

    app: Flask
    address: str

    def url(self, path: str) -> str:
        return self.address + path


@contextmanager
def served(app: Flask) -> Iterator[Live]:
    """Serve the program until the block ends."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # a browser that asks for each style and script at each page doubles a journey
    server = create_server(app, host="127.0.0.1", port=0, threads=4, clear_untrusted_proxy_headers=True)
    thread = Thread(target=server.run, daemon=True)
    thread.start()

    def close() -> None:
        server.close()
        for connection in list(server.active_channels.values()):
            connection.close()

    try:
        yield Live(app, f"http://127.0.0.1:{server.effective_port}")
    finally:
        server.trigger.pull_trigger(close)  # in its own thread, which would otherwise see it a second later, or wait for a browser
        server.task_dispatcher.shutdown()
        thread.join(5)


@pytest.fixture
def live(app: Flask) -> Iterator[Live]:
    with served(app) as live:
        yield live


@pytest.fixture
def places(app: Flask, pictures: Pictures, monkeypatch: pytest.MonkeyPatch) -> list[Place]:
    """Every page of the demo, with its busy pool and a story in the database, and the clock on the day of its open meeting."""
    monkeypatch.setattr(demo, "STORIES", demo.STORIES[:1])

    def find() -> tuple[datetime, list[Place]]:
        demo_pages.fill()
        day = demo_pages.today()
        app.config["CLOCK"] = lambda: day
        return day, demo_pages.places(app)

    day, found = pictures.of("every page of the demo", find)
    app.config["CLOCK"] = lambda: day
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.fail("The journeys need Chromium: install it, or name it in the environment variable CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Window:
    """One person's browser window, and what went wrong in it."""

    context: BrowserContext
    page: Page
    live: Live
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._heard)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def _heard(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):
            self.faults.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Any) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.faults.append(f"{response.url}: {response.status}")

    def sign_in(self, user: User) -> None:
        """Sign ``user`` in without the form; what the test has built is committed first."""
        commit()
        value = new_cookie(self.live.app, user)
        self.context.clear_cookies()
        self.context.add_cookies([{"name": "fundbank", "value": value, "url": self.live.address, "httpOnly": True}])

    def open(self, path: str) -> Page:
        commit()
        self.page.goto(self.live.url(path))
        return self.page


@pytest.fixture
def window_of(browser: Browser) -> Iterator[Callable[..., Window]]:
    """Open windows of a program that is served: ``window_of(live, viewport=PHONE)``."""
    opened: list[Window] = []

    def open_window(live: Live, **options: Any) -> Window:
        context = browser.new_context(base_url=live.address, locale="da-DK", **{"viewport": DESKTOP, **options})
        made = Window(context, context.new_page(), live)
        made.page.set_default_timeout(10_000)
        made.watch()
        opened.append(made)
        return made

    yield open_window
    faults = [fault for window in opened for fault in window.faults]
    for window in opened:
        window.context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def window(live: Live, window_of: Callable[..., Window]) -> Callable[..., Window]:
    """Open windows: ``window()`` or ``window(viewport=PHONE, java_script_enabled=False)``."""
    return partial(window_of, live)


@pytest.fixture
def browser_page(window: Callable[..., Window]) -> Page:
    """One window's page, for a test that needs no more."""
    return window().page


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Give ``axe(page)``: it fails if the page shuts anybody out (WCAG 2.2 A and AA, and axe's best practices).

    The script is half a megabyte: once a window has been given it, its next pages begin with it. With ``contrast=False`` it does not
    work out the contrast of each text, which takes as long as twice all the rest.
    """

    def check(page: Page, *, contrast: bool = True) -> None:
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.context.add_init_script(AXE_SCRIPT)
            page.evaluate(AXE_SCRIPT)
        found = page.evaluate(VIOLATIONS, contrast)
        assert not found, f"{page.url}\n" + "\n".join(found)

    return check


# What axe finds in order, which is much, stays in the browser.
VIOLATIONS = """async contrast => (
    await axe.run(document, {resultTypes: ['violations'], rules: {'color-contrast': {enabled: contrast}}})
).violations.map(one => [`${one.id}: ${one.help}`, ...one.nodes.map(node => node.html)].join('\\n    '))"""
