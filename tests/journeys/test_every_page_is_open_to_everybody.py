"""Every page of the demo, on a phone in Danish and on a large screen in English: nothing fails, and nobody is shut out.

Nor does a word of fifty letters in a title, a department, a pool or a person's name make a page wider than 320 px, or 400 % zoom.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, text, update

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import Department, Municipality, User
from fundbank.pools.models import Pool
from tests.journeys.conftest import DESKTOP, NARROWEST, PHONE, Window
from tests.journeys.demo_pages import Place
from tests.journeys.desk import PICTURES
from tests.web import new_cookie

# Read row by row, not column by column: on a phone all of a row is in sight.
ROW_BY_ROW = frozenset({
    "people.users", "pools.index", "pools.roles", "pools.policy", "overviews.pool", "overviews.history", "ledger.index", "meetings.index",
    "meetings.consensus", "meetings.decide", "awards.index", "awards.disbursements", "repayments.gains", "gains.report",
    "repayments.claims", "overviews.people_history", "overviews.access", "overviews.outbox",
    "repayments.show", "reversals.index", "reports.statement", "reports.agenda",
})  # fmt: skip

WORD = "Speciallægepraksisplanlægningsstabiliseringsperiode"
assert len(WORD) > 50


@pytest.mark.timeout(400)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_is_open_to_everybody(places: list[Place], window: Callable[..., Window], axe: Callable[..., None], whole: bool) -> None:
    """The phone sees every role and state, the large screen each page once, and axe looks at all of it. Without ``--whole`` the phone sees
    each page once, and the pages are dealt out: axe looks at each of them once, at every other on the phone and at the rest on the large
    screen.
    """
    each_once = list({place.endpoint: place for place in reversed(places)}.values())
    on_the_phone = places if whole else each_once
    faults = []
    for viewport, language, seen, of_axe in ((PHONE, "da", on_the_phone, each_once[::2]), (DESKTOP, "en", each_once, each_once[1::2])):
        db.session.execute(update(User).values(language=language))
        here, looks = window(viewport=viewport), Looks(whole)
        for place in seen if whole or viewport is PHONE else of_axe:
            faults += visit(here, place, language, axe if whole or place in of_axe else None, looks)
    assert not faults, "\n".join(faults)


class Looks:
    """How texts have looked so far in a window: their colour, size and weight, and all that lies behind them."""

    def __init__(self, whole: bool) -> None:
        self._whole = whole
        self._seen: set[str] = set()
        self._endpoints: set[str] = set()

    def are_new(self, page: Page, place: Place) -> bool:
        """Does a text look as none has before? With ``--whole`` a page is new, too, the first time that it is seen on a phone."""
        shown = set(page.evaluate(LOOKS))
        new = not shown <= self._seen or (self._whole and page.viewport_size == PHONE and place.endpoint not in self._endpoints)
        self._seen |= shown
        self._endpoints.add(place.endpoint)
        return new


def visit(here: Window, place: Place, language: str, axe: Callable[..., None] | None, looks: Looks) -> Iterator[str]:
    """Open a page and tell what is wrong with it."""
    sit_down(here, place, language)
    page = here.page
    response = page.goto(here.live.url(place.path))
    if response is None or response.status != 200:
        yield f"{place.path}: {response and response.status}"
        return
    picture(page, place)
    lang, title, heading = page.evaluate("[document.documentElement.lang, document.title, document.querySelectorAll('h1').length]")
    if lang != language or not re.match(r"\S.* – \S", title) or heading != 1:
        yield f"{place.path}: lang={lang!r}, title={title!r}, {heading} h1"
    if axe is not None:
        try:
            axe(page, contrast=looks.are_new(page, place))
        except AssertionError as found:
            yield str(found)
    yield from too_wide(page, place)


def sit_down(here: Window, place: Place, language: str) -> None:
    here.context.clear_cookies()
    cookies = {"language": language}
    if place.cookie:
        cookies["fundbank"] = place.cookie
    if place.person_id is not None:
        cookies["fundbank"] = new_cookie(here.live.app, db.session.get_one(User, place.person_id))
        commit()
    here.context.add_cookies([{"name": name, "value": value, "url": here.live.address} for name, value in cookies.items()])


def too_wide(page: Page, place: Place) -> Iterator[str]:
    """A phone's page is made as narrow as a page may ever be, too: 320 px, or 400 % zoom on a screen of 1280."""
    if page.viewport_size == PHONE and place.endpoint in ROW_BY_ROW and page.evaluate(SCROLLS):
        yield f"{place.path}: a table's last columns are out of sight"
    sizes = [PHONE, NARROWEST] if page.viewport_size == PHONE else [page.viewport_size or DESKTOP]
    for size in sizes:
        if size is NARROWEST:
            page.set_viewport_size(size)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            yield f"{place.path} is {width} wide at {size['width']}: {page.evaluate(WIDEST)}"
    if len(sizes) > 1:
        page.set_viewport_size(PHONE)


LOOKS = """() => {
    const known = new Map(), looks = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const behind = one => {
        if (!one) return '';
        if (!known.has(one)) {
            const style = getComputedStyle(one);
            known.set(one, [style.backgroundColor, style.backgroundImage, style.opacity, behind(one.parentElement)].join());
        }
        return known.get(one);
    };
    while (texts.nextNode()) {
        const one = texts.currentNode.parentElement, style = getComputedStyle(one);
        if (texts.currentNode.data.trim() && one.getClientRects().length)
            looks.add([style.color, style.fontSize, style.fontWeight, style.position, style.textShadow, behind(one)].join());
    }
    return [...looks];
}"""
SCROLLS = """() => [...document.querySelectorAll('.table--responsive-scroll')].some(one => one.scrollWidth > one.clientWidth)"""
WIDEST = """() => [...document.querySelectorAll('main *, header *, nav *')].filter(one =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table--responsive-scroll')
    ).slice(0, 3).map(one => one.tagName + '.' + one.className)"""


def picture(page: Page, place: Place) -> None:
    if PICTURES:
        size = page.viewport_size or DESKTOP
        name = f"{place.endpoint}-{re.sub('[^0-9a-z]+', '-', place.path).strip('-')}-{place.person_id or 'guest'}-{size['width']}.png"
        page.screenshot(path=Path(PICTURES) / name, full_page=True)


@pytest.fixture
def long_named(places: list[Place]) -> list[Place]:
    """The pages of the demo, in which everything has a long name."""
    for named in (User, Department, Municipality):
        db.session.execute(update(named).values(name=named.name + " " + WORD))
    db.session.execute(update(Pool).values(name=WORD + " " + Pool.name))
    for application in db.session.scalars(select(Application)):
        application.content = application.content.replace(title=WORD, summary=WORD)
    db.session.execute(text("DROP TRIGGER application_versions_are_never_changed"))
    for version in db.session.scalars(select(ApplicationVersion)):
        version.content_json = version.content.replace(title=WORD, summary=WORD).to_json()
    commit()
    return places


@pytest.mark.timeout(400)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_grows_wider_than_the_narrowest_screen(long_named: list[Place], window: Callable[..., Window]) -> None:
    here = window(viewport=NARROWEST)
    each_once = {place.endpoint: place for place in reversed(long_named)}
    faults = []
    for place in each_once.values():
        sit_down(here, place, "da")
        here.page.goto(here.live.url(place.path))
        picture(here.page, place)
        width = here.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROWEST["width"]:
            faults.append(f"{place.path} is {width} wide: {here.page.evaluate(WIDEST)}")
        faults += [f"{place.path}: {one} is cut off" for one in here.page.evaluate(CUT_OFF)]
        faults += [f"{place.path}: {one} is broken" for one in here.page.evaluate(BROKEN)]
    assert not faults, "\n".join(faults)


CUT_OFF = """() => [...document.querySelectorAll('h1, h2, h3, nav a, nav li, legend, label, summary, .button, .badge')].filter(one =>
    one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.table--responsive-scroll')
    && getComputedStyle(one).visibility !== 'hidden' && one.getClientRects().length
    ).map(one => one.tagName + '.' + one.className + ' ' + one.textContent.trim().slice(0, 40)).slice(0, 5)"""

BROKEN = """() => [...document.querySelectorAll('.step-facts dt')].filter(one => {
    const words = document.createRange(); words.selectNodeContents(one); return words.getClientRects().length > 1;
}).map(one => one.textContent)"""
