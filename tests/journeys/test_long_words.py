"""A word of fifty letters in a title, a department, a pool or a person's name: no page grows wider than 320 px, or 400 % zoom."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from fundbank.applications.models import Application, ApplicationVersion
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import Department, Municipality, User
from fundbank.pools.models import Pool
from tests.journeys.conftest import NARROWEST, Window
from tests.journeys.demo_pages import Place
from tests.journeys.test_every_page_is_open_to_everybody import WIDEST, picture, sit_down

WORD = "Speciallægepraksisplanlægningsstabiliseringsperiode"
assert len(WORD) > 50


@pytest.fixture
def long_named(places: list[Place]) -> list[Place]:
    """The pages of the demo, in which everything has a long name."""
    for named in (User, Department, Municipality):
        db.session.execute(update(named).values(name=named.name + " " + WORD))
    db.session.execute(update(Pool).values(name=WORD + " " + Pool.name))
    for application in db.session.scalars(select(Application)):
        application.content = application.content.replace(title=WORD, summary=WORD)
    for version in db.session.scalars(select(ApplicationVersion)):
        version.content_json = version.content.replace(title=WORD, summary=WORD).to_json()
    commit()
    return places


@pytest.mark.xdist_group("demo")
@pytest.mark.timeout(400)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_grows_wider_than_the_narrowest_screen(long_named: list[Place], window: Callable[..., Window]) -> None:
    here = window(viewport=NARROWEST)
    each_once = {place.endpoint: place for place in reversed(long_named)}
    faults = []
    for place in each_once.values():
        sit_down(here, place.person_id, "da")
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
