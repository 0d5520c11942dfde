"""Every page declares who may come, in words that a person can read."""

from collections.abc import Iterator

import pytest
from flask import Flask

from fundbank.app import PAGES, create_app
from fundbank.kit.web.permission import EVERYBODY, SIGNED_IN
from fundbank.paths import PACKAGE
from tests.web import declared_rules

# The whole list of what the world may see without signing in.
# The last two are for whoever knows a secret that is in their address, the one before for whoever has proved a password.
OPEN_TO_THE_WORLD = {
    "health", "static", "people.sign_in", "people.choose_language", "people.choose_municipality", "people.use_link",
    "notices.calendar_feed",
}  # fmt: skip


@pytest.fixture
def app() -> Iterator[Flask]:
    yield create_app({"SECRET_KEY": "tests", "SQLALCHEMY_DATABASE_URI": "sqlite://", "TESTING": True})


def test_every_page_declares_who_may_come(app: Flask) -> None:
    undeclared = [endpoint for endpoint, rule in declared_rules(app).items() if not rule]
    assert not undeclared


def test_the_world_may_see_very_little(app: Flask) -> None:
    assert {endpoint for endpoint, rule in declared_rules(app).items() if rule == EVERYBODY} == OPEN_TO_THE_WORLD


def test_rules_say_who(app: Flask) -> None:
    for endpoint, rule in declared_rules(app).items():
        assert rule in (EVERYBODY, SIGNED_IN) or len((rule or "").split()) > 1, f"{endpoint}: {rule!r} says too little"


def test_reading_and_writing_have_their_methods(app: Flask) -> None:
    """A page that only writes takes POST alone, so that no link, prefetch or picture can make it write."""
    for rule in app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule


def test_every_package_with_pages_is_registered() -> None:
    found = {path.relative_to(PACKAGE).parts[0] for path in (*PACKAGE.glob("*/views.py"), *PACKAGE.glob("*/views/__init__.py"))}
    assert {name.split(".")[1] for name in PAGES} == found
