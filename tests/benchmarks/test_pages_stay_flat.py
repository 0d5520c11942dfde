"""Every page takes as long with 20,000 and with 100,000 applications in a pool, and with ten times as much that waits, as in a small pool.

Databases are filled (``filling``). The base is not an empty pool: so much lies behind and waits in it that every page is as full as pages
get, with a hundred and more of each kind of work, half of it the own unit's; a list of twenty rows would be held against one of fifty.
In the large ones many times that lies behind and waits. Read are every address of the program that somebody may read, those of a pool and
those without an argument by everybody who may, and the list of applications as people may ask for it.

Each page is read in all databases in turn and may take LIMIT times what it takes in the small one: the quickest of some rounds counts,
since other work on the machine only adds. In the ordinary run the large one is a small large one. ``--whole`` fills 20,000 and 100,000,
and PostgreSQL with 20,000; there the time on the clock is measured, since the database works in processes of its own.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from fundbank.app import create_app
from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from tests.benchmarks.filling import a_filled_pool
from tests.benchmarks.pages import Reader, addresses_of, readable, readers_of
from tests.databases import Databases
from tests.web import WITHOUT_CATALOGUE

# What lies behind and what waits of each kind: in the small one, in the large one of the ordinary run, and in those of the whole one.
SMALL, LARGE, WHOLE = (400, 220), (5_000, 700), {"sqlite": ((20_000, 2_200), (100_000, 2_200)), "postgresql": ((20_000, 2_200),)}
LIMIT, ROUNDS, MOST_ROUNDS, STATES = 1.5, 2, 12, 40
# What may grow, and no further: the ranking adds up every total, even of ten times as many; a list that is narrowed adds up what it finds,
# up to a thousand, and in the small pool some find fewer; a first screen that finds little to close passes all awards.
CROWDED = 1.6  # other tests run on the other core, and weigh more on the side that does more
GROWING = {"/pools/<int:pool_id>/ranking": 3.0, "/": 2.5, "applications": 2.5, "awards": 2.5}
SPARE = 0.002  # seconds: a page of a few milliseconds may take so much longer without anybody noticing

SEARCHERS = ("Auditor", "Member", "Leader", "Boss")  # who see all, what has been submitted, and what is in their line
SEARCHES = (
    {"state": "rejected"}, {"state": "ready"}, {"words": "d"}, {"words": "digital"}, {"words": "skole vagt"}, {"words": "åben post"},
    {"words": "zebra"}, {"words": "17"}, {"words": "robot", "state": "awarded"}, {"words": "robot", "state": "ready"},
)  # fmt: skip

# What is whole by its nature: files and papers of everything, and the check that reads the whole ledger.
WHOLE_BY_NATURE = {
    "overviews.access_export", "ledger.check", "reports.agenda", "reports.agenda_pdf", "reports.claims_csv", "reports.ledger_csv",
    "reports.statement", "reports.statement_pdf",
}  # fmt: skip

# Letters are kept by operations, which the filling leaves out; and of each year the first figure that it has stands in a claim.
NOT_FILLED = {
    "/claim-lines/<int:line_id>/letter", "/claim-lines/<int:line_id>/letter.pdf", "/decisions/<int:decision_id>/letter",
    "/decisions/<int:decision_id>/letter.pdf", "/gains/<int:report_id>/correction",
}  # fmt: skip

pytestmark = [pytest.mark.xdist_group("benchmarks"), pytest.mark.timeout(3600)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("kind_of_database", list(WHOLE) if metafunc.config.getoption("whole") else ["sqlite"])


@dataclass
class Side:
    """A filled database with a program of its own: the address of each kind of page, and its people by their names."""

    reader: Reader
    addresses: dict[str, str]
    people: dict[str, User]

    def status(self, kind: str, person: str) -> int:
        with self.reader.app.app_context():
            return self.reader.read(self.addresses[kind], self.people[person])

    def seconds(self, kind: str, person: str) -> float:
        assert self.status(kind, person) == 200, (kind, person, self.addresses[kind])
        return self.reader.seconds


@pytest.fixture
def sides(databases: Databases, kind_of_database: str, whole: bool) -> Iterator[list[Side]]:
    """The small one first."""
    sizes = [SMALL, *(WHOLE[kind_of_database] if whole else [LARGE])]
    addresses = [databases.make(kind_of_database) for _ in sizes]
    yield [_side(address, *size) for address, size in zip(addresses, sizes, strict=True)]
    for address in addresses:
        databases.drop(address)


def _side(address: str, closed: int, waiting: int) -> Side:
    app = create_app({"TESTING": True, "SECRET_KEY": "tests" * 8, "SQLALCHEMY_DATABASE_URI": address, **WITHOUT_CATALOGUE})
    with app.app_context():
        pool = a_filled_pool(closed=closed, waiting=waiting)
        commit()
        boss = db.session.scalars(select(User).where(User.name == "Boss")).one()
        people = {person.name: person for person in (*readers_of(pool), boss)}
        pages = list(addresses_of(app, pool, STATES))
        addresses = {kind: address for _rule, found in pages for kind, address in found} | dict(_searches(pool))
        db.session.remove()
    clock = time.process_time if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite") else time.perf_counter
    return Side(Reader(app, clock), addresses, people)


def _searches(pool: Pool) -> Iterator[tuple[str, str]]:
    """The list of applications and that of awards as a few people may ask for them."""
    unit = db.session.scalar(select(Department.id).where(Department.name == "Enhed 007"))
    middle = db.session.scalar(select(func.max(Application.id) / 2))
    for asked in (*SEARCHES, {"department": unit}, {"before": middle}, {"after": middle}, {"before": middle, "words": "digital"}):
        kind = urlencode({key: "middle" if value == middle else value for key, value in asked.items()})
        yield f"applications?{kind}", f"/pools/{pool.id}/applications?{urlencode(asked)}"
    for words in ("digital", "robot", "zebra"):
        yield f"awards?{words}", f"/pools/{pool.id}/awards?{urlencode({'text': words})}"
    yield "users?words", "/users?" + urlencode({"words": "Åse"})


def _limit(kind: str) -> float:
    return CROWDED * GROWING.get(kind.partition("?")[0], LIMIT)


def _read_by(small: Side) -> Iterator[tuple[str, str]]:
    """Every address with somebody who may read it, of a thing in the first state that gives a page; of a pool, with everybody."""
    app = small.reader.app
    with app.app_context():
        of_things = {rule.rule for rule in readable(app) if rule.arguments - {"pool_id"}}
        whole = {rule.rule for rule in readable(app) if rule.endpoint in WHOLE_BY_NATURE}
    read: set[str] = set()
    for kind in small.addresses:
        rule = kind.partition(" ")[0]
        if rule in whole or (rule in of_things and rule in read):
            continue
        people = SEARCHERS if "?" in kind else small.people
        for person in islice((person for person in people if small.status(kind, person) == 200), 1 if rule in of_things else None):
            read.add(rule)
            yield kind, person


def test_every_page_takes_as_long_however_full_its_pool_is(sides: list[Side]) -> None:
    grown, lines, read = [], [], set()
    for kind, person in _read_by(sides[0]):
        quickest = [float("inf")] * len(sides)
        for round_ in range(MOST_ROUNDS):
            quickest = [min(best, side.seconds(kind, person)) for best, side in zip(quickest, sides, strict=True)]
            has_grown = max(quickest) > _limit(kind) * quickest[0] + SPARE
            if round_ >= ROUNDS - 1 and not has_grown:
                break
        read.add(kind.partition(" ")[0])
        ratios = " ".join(f"{seconds / quickest[0]:5.2f}" for seconds in quickest[1:])
        lines.append(f"{ratios}  {' '.join(f'{seconds * 1e3:6.1f}' for seconds in quickest)} ms  {kind} ({person})")
        grown += lines[-1:] if has_grown else []
    print(f"\n{len(lines)} pages\n" + "\n".join(sorted(lines, reverse=True)))
    with sides[0].reader.app.app_context():
        assert {rule.rule for rule in readable(sides[0].reader.app) if rule.endpoint not in WHOLE_BY_NATURE} - read == NOT_FILLED
    assert not grown, "\n".join(sorted(grown, reverse=True))
