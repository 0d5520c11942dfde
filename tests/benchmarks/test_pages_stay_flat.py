"""Every page takes as much with 20,000 and with 100,000 applications in a pool, and with ten times as much that waits, as in a small pool.

Databases are filled (``filling``). The base is not an empty pool: so much lies behind and waits in it that every page is as full as pages
get, with a hundred and more of each kind of work, half of it the own unit's; a list of twenty rows would be held against one of fifty.
In the large ones many times that lies behind and waits. Read are every address of the program that somebody may read, those of a pool and
those without an argument by everybody for whom the page asks the database something else, and the list of applications as people may ask
for it.

A page may take LIMIT times in a large pool what it takes in the small one. In the ordinary run the steps of SQLite's machine are counted:
they grow with whatever a page looks at, and are the same on every machine, so that a little larger pool shows what grows. ``--whole``
fills 20,000 and 100,000, and PostgreSQL with 20,000, and measures time, which is also spent on what the database gives: each page is read
in all databases in turn, and the quickest of some rounds counts, since other work on the machine only adds.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, event, func, select

from fundbank.app import create_app
from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from tests.benchmarks.filling import a_filled_pool
from tests.benchmarks.pages import WHOLE_BY_NATURE, Reader, addresses_of, readable, readers_of
from tests.databases import Databases
from tests.web import WITHOUT_CATALOGUE

# What lies behind and what waits of each kind: in the small one, in the large one of the ordinary run, and in those of the whole one.
SMALL, LARGE, WHOLE = (300, 220), (3_000, 440), {"sqlite": ((20_000, 2_200), (100_000, 2_200)), "postgresql": ((20_000, 2_200),)}
LIMIT, ROUNDS, MOST_ROUNDS, STATES = 1.5, 2, 12, 40
STEPS = 10  # of SQLite's machine between two looks at it
SPARE_STEPS, SPARE_SECONDS = 15_000, 0.002  # so much more goes unnoticed
FOUND_STEPS, FOUND_SECONDS = 20_000, 0.005  # a list adds up what is found, up to a few hundred, and in the small pool some find fewer

SEARCHERS = ("Auditor", "Member", "Leader", "Boss")  # who see all, what has been submitted, and what is in their line
SEARCHES = (
    {"state": "rejected"}, {"state": "ready"}, {"words": "d"}, {"words": "digital"}, {"words": "skole vagt"}, {"words": "åben post"},
    {"words": "zebra"}, {"words": "17"}, {"words": "robot", "state": "awarded"}, {"words": "robot", "state": "ready"},
)  # fmt: skip

# Of what many lines have, of what few have, and of what none has; in a pool each walks no further than so many lines.
POOL_SEARCHES = (
    {"words": "repayment"}, {"words": "zebra"}, {"person": "Finance"}, {"person": "Adviser"}, {"amount": "7.777.777"},
    {"department": "one"}, {"department": "one", "person": "Finance", "words": "repayment"}, {"award": "zebra"},
    {"from": "1-6-2015", "to": "30-6-2015"},
)  # fmt: skip
WALKING = ("history?", "ledger?", "changes?")
OWED_SECONDS = 0.03  # what each department owes is added up line by line, of all that is unpaid
WALKED_STEPS, WALKED_SECONDS = 200_000, 0.03  # a search walks its thousand lines, and the small pool has fewer

# Letters are kept by operations, which the filling leaves out; no meeting is open, nothing has been paid too much, no release waits,
# no payment for its day, nothing is attached, asked or advised, nobody has an idea or calls for needs, no case is small, and nobody
# reads who leads a department that gains.
NOT_FILLED = {
    "/decisions/<int:decision_id>/letters/<int:department_id>", "/decisions/<int:decision_id>/letters/<int:department_id>.pdf",
    "/claim-lines/<int:line_id>/letter", "/claim-lines/<int:line_id>/letter.pdf", "/claim-lines/<int:line_id>/letters/<int:number>",
    "/claim-lines/<int:line_id>/letters/<int:number>.pdf", "/claim-lines/<int:line_id>/refunds/new",
    "/gains/<int:report_id>/evidence/<int:evidence_id>", "/applications/<int:application_id>/annexes/<int:file_id>",
    "/applications/<int:application_id>/questions/<int:question_id>",
    "/calls/<int:call_id>", "/calls/<int:call_id>/needs", "/calls/<int:call_id>/needs/new", "/calls/<int:call_id>/needs.csv",
    "/calls/<int:call_id>/needs.pdf",
    "/calls/<int:call_id>/edit", "/calls/<int:call_id>/late", "/calls/<int:call_id>/no-needs", "/calls/<int:call_id>/importance",
    "/calls/<int:call_id>/withdraw", "/ideas/<int:idea_id>/withdraw", "/ideas/<int:idea_id>/answers",
    "/advice/<int:request_id>", "/ideas/<int:idea_id>", "/ideas/<int:idea_id>/edit", "/pools/<int:pool_id>/applications/short",
    "/applications/<int:application_id>/comment", "/movements/<int:movement_id>/approval", "/movements/<int:movement_id>/refusal",
    "/disbursements/<int:disbursement_id>/payment", "/disbursements/<int:disbursement_id>/withdrawal",
    "/decisions/<int:decision_id>/letter", "/decisions/<int:decision_id>/letter.pdf",
    "/meetings/<int:meeting_id>/awards/<int:award_id>/cancellation", "/meetings/<int:meeting_id>/awards/<int:award_id>/consent",
    "/meetings/<int:meeting_id>/decisions/<int:pending_id>/take-back",
}  # fmt: skip

pytestmark = [pytest.mark.xdist_group("benchmarks"), pytest.mark.timeout(3600)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    metafunc.parametrize("kind_of_database", list(WHOLE) if metafunc.config.getoption("whole") else ["sqlite"])


class Steps:
    """Counts what SQLite's machine does for an engine, by tens."""

    def __init__(self, engine: Engine) -> None:
        self.number = 0
        engine.dispose()
        event.listen(engine, "connect", self._look_at)

    def _look_at(self, connection: Any, record: Any) -> None:
        connection.set_progress_handler(self._count, STEPS)

    def _count(self) -> int:
        self.number += 1
        return 0


@dataclass
class Side:
    """A filled database with a program of its own: the address of each kind of page, its people by their names, and the page's measure."""

    reader: Reader
    addresses: dict[str, str]
    people: dict[str, User]
    measured: Callable[[], float]

    def work(self, kind: str, person: str) -> float | None:
        """Read the page; None if the person may not."""
        with self.reader.app.app_context():
            begun = self.measured()
            status = self.reader.read(self.addresses[kind], self.people[person])
            return self.measured() - begun if status == 200 else None


@pytest.fixture
def sides(databases: Databases, kind_of_database: str, whole: bool, compiled_templates: FileSystemBytecodeCache) -> Iterator[list[Side]]:
    """The small one first."""
    sizes = [SMALL, *(WHOLE[kind_of_database] if whole else [LARGE])]
    addresses = [databases.make(kind_of_database) for _ in sizes]
    yield [_side(address, whole, compiled_templates, *size) for address, size in zip(addresses, sizes, strict=True)]
    for address in addresses:
        databases.drop(address)


def _side(address: str, whole: bool, compiled_templates: FileSystemBytecodeCache, closed: int, waiting: int) -> Side:
    app = create_app({"TESTING": True, "SECRET_KEY": "tests" * 8, "SQLALCHEMY_DATABASE_URI": address, **WITHOUT_CATALOGUE})
    app.jinja_env.bytecode_cache = compiled_templates
    with app.app_context():
        pool = a_filled_pool(closed=closed, waiting=waiting)
        commit()
        boss = db.session.scalars(select(User).where(User.name == "Boss")).one()
        people = {person.name: person for person in (*readers_of(pool), boss)}
        pages = list(addresses_of(app, pool, STATES))
        addresses = {kind: address for _rule, found in pages for kind, address in found} | dict(_searches(pool))
        db.session.remove()
        steps = None if whole else Steps(db.engine)
    # PostgreSQL works in processes of its own: there the clock on the wall counts.
    clock = time.process_time if address.startswith("sqlite") else time.perf_counter
    return Side(Reader(app), addresses, people, clock if steps is None else lambda: steps.number)


def _searches(pool: Pool) -> Iterator[tuple[str, str]]:
    """The list of applications and that of awards as a few people may ask for them."""
    unit = db.session.scalar(select(Department.id).where(Department.name == "Enhed 007"))
    middle = db.session.scalar(select(func.max(Application.id) / 2))
    for asked in (*SEARCHES, {"department": unit}, {"before": middle}, {"after": middle}, {"before": middle, "words": "digital"}):
        kind = urlencode({key: "middle" if value == middle else value for key, value in asked.items()})
        yield f"applications?{kind}", f"/pools/{pool.id}/applications?{urlencode(asked)}"
    for asked in ({"words": "digital"}, {"words": "zebra"}, {"state": "ready"}, {"state": "awarded"}, {"department": unit}):
        yield f"gained applications?{urlencode(asked)}", f"/pools/{pool.id}/applications/gained?{urlencode(asked)}"
    yield "owed?department", f"/pools/{pool.id}/owed?{urlencode({'department': unit})}"
    for words in ("digital", "robot", "zebra"):
        yield f"awards?{words}", f"/pools/{pool.id}/awards?{urlencode({'text': words})}"
    for asked in POOL_SEARCHES:
        values = {key: unit if key == "department" else value for key, value in asked.items()}
        yield f"history?{urlencode(asked)}", f"/pools/{pool.id}/history?{urlencode(values)}"
        yield f"ledger?{urlencode(asked)}", f"/pools/{pool.id}/ledger/search?{urlencode(values)}"
    yield "ledger?event", f"/pools/{pool.id}/ledger/search?event=funding"
    yield "changes?person", "/history?person=Auditor"
    yield "users?words", "/users?" + urlencode({"words": "Åse"})


def _limit(kind: str, least: float, whole: bool) -> float:
    spare, found = (SPARE_SECONDS, FOUND_SECONDS) if whole else (SPARE_STEPS / STEPS, FOUND_STEPS / STEPS)
    walked = WALKED_SECONDS if whole else WALKED_STEPS / STEPS
    more = found if "applications?" in kind else walked if kind.startswith(WALKING) else OWED_SECONDS if whole and "owed" in kind else 0
    return LIMIT * least + spare + more


def _read_by(sides: list[Side], whole_run: bool) -> Iterator[tuple[str, str, list[float]]]:
    """Every address with somebody who may read it on every side, and the page's measures: of a thing in the first state that gives a page;
    of a pool, with everybody for whom it asks something else, or without ``--whole`` with two.
    """
    small, *large = sides
    app = small.reader.app
    with app.app_context():
        of_things = {rule.rule for rule in readable(app) if rule.arguments - {"pool_id"}}
        whole = {rule.rule for rule in readable(app) if rule.endpoint in WHOLE_BY_NATURE}
    read: set[str] = set()
    for kind in small.addresses:
        rule = kind.partition(" ")[0]
        if rule in whole or (rule in of_things and rule in read):
            continue
        asked: set[tuple[Any, ...]] = set()
        people = SEARCHERS if "?" in kind else dict.fromkeys((*SEARCHERS, *small.people))
        readers = ((person, first) for person in people if (first := small.work(kind, person)) is not None)
        for person, first in islice(readers, 1 if rule in of_things else None if whole_run else 2):
            question = (small.people[person].department_id, *small.reader.asked)
            if question in asked:
                continue
            works = [first, *(side.work(kind, person) for side in large)]
            if None not in works:
                asked.add(question)
                read.add(rule)
                yield kind, person, works


def test_every_page_takes_as_much_however_full_its_pool_is(sides: list[Side], whole: bool) -> None:
    grown, lines, read, slowest = [], [], set(), 0.0
    small = sides[0]
    for kind, person, least in _read_by(sides, whole):
        for round_ in range(1, MOST_ROUNDS if whole else 1):
            if round_ >= ROUNDS and max(least) <= _limit(kind, least[0], whole):
                break
            least = [min(best, side.work(kind, person)) for best, side in zip(least, sides, strict=True)]
        read.add(kind.partition(" ")[0])
        ratios = " ".join(f"{work / least[0]:5.2f}" for work in least[1:])
        measured = " ".join(f"{work * 1e3:7.1f} ms" if whole else f"{work * STEPS:7.0f}" for work in least)
        lines.append(f"{ratios}  {measured}  {kind} ({person})")
        grown += lines[-1:] if max(least) > _limit(kind, least[0], whole) else []
        slowest = max(slowest, least[-1])
    print(f"\n{len(lines)} pages\n" + "\n".join(sorted(lines, reverse=True)))
    print(f"the slowest page of the largest pool: {slowest * 1e3:.0f} ms" if whole else "(steps of SQLite's machine)")
    with small.reader.app.app_context():
        assert {rule.rule for rule in readable(small.reader.app) if rule.endpoint not in WHOLE_BY_NATURE} - read == NOT_FILLED
    assert not grown, "\n".join(sorted(grown, reverse=True))
