"""The pages that are asked for most take as long with 20,000 and with 100,000 applications in a pool as with a few hundred.

Databases are filled (``filling``): in the small one so much lies behind and waits that its pages are as long as pages get; in the large
ones many times that lies behind. Each page is read in all of them in turn, and its processor time may be LIMIT times that in the small
one: the quickest of some rounds counts, since other work on the machine only adds. In the ordinary run a tenth lies behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from fundbank.app import create_app
from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.meetings.models import Meeting
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from tests.benchmarks.filling import a_filled_pool
from tests.benchmarks.pages import Page, Reader, readers_of
from tests.databases import Databases
from tests.web import WITHOUT_CATALOGUE

SMALL, LARGE, WAITING = 400, (20_000, 100_000), 20
LIMIT, ROUNDS, MOST_ROUNDS = 1.5, 3, 12
SPARE = 0.001  # seconds: a page of a few milliseconds may take so much longer without anybody noticing

SEARCHES = (
    {}, {"state": "rejected"}, {"state": "ready"}, {"state": "withdrawn"}, {"words": "d"}, {"words": "digital"}, {"words": "skole vagt"},
    {"words": "åben post"}, {"words": "zebra"}, {"words": "17"},
    {"words": "robot", "state": "awarded"}, {"words": "robot", "state": "ready"},
)  # fmt: skip

pytestmark = [pytest.mark.xdist_group("benchmarks"), pytest.mark.timeout(3600)]


@dataclass
class Side:
    """A filled database with a program of its own, and the pages that are read in it, by their kind."""

    reader: Reader
    pages: dict[str, Page]

    def seconds(self, kind: str) -> float:
        page = self.pages[kind]
        with self.reader.app.app_context():
            assert self.reader.read(page.address, page.reader) == 200, page.address
        return self.reader.seconds


@pytest.fixture
def sides(databases: Databases, whole: bool) -> Iterator[list[Side]]:
    """The small one first."""
    sizes = [SMALL, *(closed if whole else closed // 10 for closed in LARGE)]
    addresses = [databases.make("sqlite") for _ in sizes]
    yield [_side(address, closed) for address, closed in zip(addresses, sizes, strict=True)]
    for address in addresses:
        databases.drop(address)


def _side(address: str, closed: int) -> Side:
    app = create_app({"TESTING": True, "SECRET_KEY": "tests" * 8, "SQLALCHEMY_DATABASE_URI": address, **WITHOUT_CATALOGUE})
    with app.app_context():
        pool = a_filled_pool(closed=closed, waiting=WAITING)
        commit()
        pages = {page.kind: page for page in _pages_of_everybody(pool)}
        db.session.expunge_all()
    return Side(Reader(app), pages)


def _pages_of_everybody(pool: Pool) -> Iterator[Page]:
    """The first screen of each, and the list of applications as a few people may ask for it."""
    people = {person.name: person for person in readers_of(pool)}
    unit = db.session.scalar(select(Department.id).where(Department.name == "Enhed 007"))
    middle = db.session.scalar(select(func.max(Application.id) / 2))
    for name, person in people.items():
        yield Page("overviews.home", f"/ ({name})", "/", person)
        for asked in (*SEARCHES, {"department": unit}, {"before": middle}, {"after": middle}, {"before": middle, "words": "digital"}):
            if name in ("Auditor", "Coordinator", "Head"):
                query = urlencode(asked)
                kind = urlencode({key: "middle" if value == middle else value for key, value in asked.items()})
                yield Page("applications.index", f"list?{kind} ({name})", f"/pools/{pool.id}/applications?{query}", person)
    planned = db.session.scalar(select(func.min(Meeting.id)).where(Meeting.state == "planned"))
    for endpoint, address in (("meetings.show", f"/meetings/{planned}"), ("meetings.index", f"/pools/{pool.id}/meetings"),
                              ("awards.index", f"/pools/{pool.id}/awards"), ("overviews.history", f"/pools/{pool.id}/history"),
                              ("scoring.ranking", f"/pools/{pool.id}/ranking"), ("ledger.index", f"/pools/{pool.id}/ledger")):  # fmt: skip
        yield Page(endpoint, endpoint, address, people["Auditor"])
    boss = db.session.scalars(select(User).where(User.name == "Boss")).one()
    for words in ("", "x"):
        yield Page("people.users", f"/users?words={words}", "/users?" + urlencode({"words": words}), boss)
    for words in ("digital", "robot", "x"):
        yield Page("awards.index", f"awards?text={words}", f"/pools/{pool.id}/awards?" + urlencode({"text": words}), people["Auditor"])


def test_a_page_takes_as_long_however_full_its_pool_is(sides: list[Side]) -> None:
    grown, lines = [], []
    for kind in sides[0].pages:
        quickest = [float("inf")] * len(sides)
        for round_ in range(MOST_ROUNDS):
            quickest = [min(best, side.seconds(kind)) for best, side in zip(quickest, sides, strict=True)]
            has_grown = max(quickest) > LIMIT * quickest[0] + SPARE
            if round_ >= ROUNDS - 1 and not has_grown:
                break
        ratios = " ".join(f"{seconds / quickest[0]:5.2f}" for seconds in quickest[1:])
        lines.append(f"{ratios}  {' '.join(f'{seconds * 1e3:6.1f}' for seconds in quickest)} ms  {kind}")
        grown += lines[-1:] if has_grown else []
    print(f"\n{len(lines)} pages\n" + "\n".join(sorted(lines, reverse=True)))
    assert not grown, "\n".join(sorted(grown, reverse=True))
