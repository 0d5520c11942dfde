"""How long pages take in a full database, in figures for people: ``python -m tests.benchmarks.server_times [sqlite|postgresql]``.

No test: it fills pools with a hundred, some thousand and a hundred thousand applications, and prints

- the list of applications, first, middle and last page and by each of its filters: what the largest pool takes of what another does, and
  the time of each. Its pages are held against those of the smallest pool; what is narrowed against the middle one, where it fills its page;
- of every page of the largest pool, but for files and papers of everything, the 95th percentile and the median of some reads.

Times are those of the processor for SQLite; PostgreSQL works in processes of its own, and there the clock on the wall counts.
"""

import gc
import logging
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from sqlalchemy import func, select

from fundbank.app import create_app
from fundbank.applications.models import Application
from fundbank.applications.states import State
from fundbank.extensions import db
from fundbank.kit.transaction import commit
from fundbank.people.models import Department, User
from fundbank.pools.models import Pool
from tests.benchmarks.filling import a_filled_pool
from tests.benchmarks.pages import WHOLE_BY_NATURE, Reader, pages_of, readers_of
from tests.databases import Databases
from tests.web import WITHOUT_CATALOGUE

SIZES = {"a hundred": (85, 1), "thousands": (300, 220), "a hundred thousand": (100_000, 2_200)}
READS, ROUNDS = 20, 15
ALL = ("Auditor", "Member", "Leader")
WORDS = ("digital", "robot", "post", "åben post", "skole vagt", "17")


class Filled:
    """A pool of some size with a program of its own, and its list's addresses by what they ask for."""

    def __init__(self, address: str, closed: int, waiting: int) -> None:
        # Not as in a test: there the program looks at more than it does when it serves.
        self.app = create_app({"SECRET_KEY": "benchmark" * 8, "SQLALCHEMY_DATABASE_URI": address, **WITHOUT_CATALOGUE})
        clock = time.process_time if address.startswith("sqlite") else time.perf_counter
        with self.app.app_context():
            self.pool = a_filled_pool(closed=closed, waiting=waiting)
            commit()
            self.people: dict[str, User] = {person.name: person for person in readers_of(self.pool)}
            self.addresses = dict(_addresses(self.pool))
            self.rows = db.session.scalar(select(func.count()).select_from(Application)) or 0
            db.session.remove()
        self.reader = Reader(self.app, clock)

    def seconds(self, kind: str, person: str) -> float:
        with self.app.app_context():
            assert self.reader.read(self.addresses[kind], self.people[person]) == 200, (kind, person)
        return self.reader.seconds


def _addresses(pool: Pool) -> Iterator[tuple[str, str]]:
    first, last = db.session.execute(select(func.min(Application.id), func.max(Application.id))).one()
    unit = db.session.scalar(select(Department.id).where(Department.name == "Enhed 007"))
    asked: dict[str, dict[str, object]] = {
        "first page": {}, "middle page": {"before": (first + last) // 2}, "last page": {"before": first + 51},
        "a unit": {"department": unit}, "a unit's rejected": {"department": unit, "state": "rejected"},
        **{f"state {state}": {"state": state} for state in State}, **{f"words {words}": {"words": words} for words in WORDS},
        "words digital, rejected": {"words": "digital", "state": "rejected"},
        "words digital, middle page": {"words": "digital", "before": (first + last) // 2},
    }  # fmt: skip
    for kind, values in asked.items():
        yield kind, f"/pools/{pool.id}/applications?{urlencode(values)}"


def _print_list(pools: dict[str, Filled]) -> None:
    print("\nThe list of applications: milliseconds with " + ", ".join(f"{pool.rows:,} ({name})" for name, pool in pools.items()))
    for kind in next(iter(pools.values())).addresses:
        for person in ALL:
            best = [
                min(times) for times in zip(*([pool.seconds(kind, person) for pool in pools.values()] for _ in range(ROUNDS)), strict=True)
            ]
            against = best[0] if kind.endswith("page") and "words" not in kind else best[1]
            print(f"{best[-1] / against:6.2f}  {' '.join(f'{seconds * 1e3:7.1f}' for seconds in best)}  {kind} ({person})")


def _print_pages(pool: Filled) -> None:
    print(f"\nEvery page with {pool.rows:,} applications: milliseconds at the 95th percentile, and the median, of {READS} reads")
    lines = []
    with pool.app.app_context():
        for page in pages_of(pool.app, db.session.get_one(Pool, pool.pool.id), pool.reader, states=1):
            if page.endpoint in WHOLE_BY_NATURE:
                continue
            times = []
            for _ in range(READS):
                pool.reader.read(page.address, page.reader)
                times.append(pool.reader.seconds * 1e3)
            lines.append((quantiles(times, n=20)[-1], median(times), page.kind))
    for most, middle, kind in sorted(lines, reverse=True):
        print(f"{most:8.1f} {middle:8.1f}  {kind}")


def main(kind: str) -> None:
    logging.disable(logging.INFO)
    with TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            pools = {name: Filled(databases.make(kind), *size) for name, size in SIZES.items()}
            gc.collect()
            gc.freeze()  # what the filling has left behind is no page's
            _print_list(pools)
            _print_pages(pools["a hundred thousand"])
            for pool in pools.values():
                with pool.app.app_context():
                    db.engine.dispose()
        finally:
            databases.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sqlite")
