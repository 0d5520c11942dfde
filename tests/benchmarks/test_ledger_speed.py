"""What a safe transfer costs, against the same movement in bare SQL without any safety: both sides interleaved."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

import fundbank.kit.database  # noqa: F401
from fundbank.extensions import Base, db
from fundbank.kit.transaction import unit_of_work
from fundbank.ledger import operations
from fundbank.ledger.chart import Event
from fundbank.people.models import Department, Municipality, User
from fundbank.pools.models import Pool

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TABLES = ("municipalities", "departments", "users", "policy_versions", "pools", "accounts", "transfers", "chain_heads")
WARM_UP, TIMES = 100, 1_100

pytestmark = pytest.mark.xdist_group("benchmarks")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask("ledger")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'service.db'}"
    db.init_app(app)
    with app.app_context():
        with db.engine.begin() as connection:
            Base.metadata.create_all(connection, tables=[Base.metadata.tables[name] for name in TABLES])
            for statement in import_module("fundbank.migrations.versions.0002_ledger_triggers").creating("sqlite"):
                connection.execute(text(statement))
        with unit_of_work():
            municipality = Municipality(name="Testkommune")
            department = Department(municipality=municipality, name="Økonomi")
            db.session.add(User(id=1, municipality=municipality, department=department, name="Anna"))
            db.session.add(Pool(id=1, municipality=municipality, name="Pool", created_at=AT))
        yield app
        db.session.remove()
        db.engine.dispose()


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
            " recorded_at, actor_id, text, idempotency_key, previous_hash, hash)"
            " VALUES (1, ?, 'funding', 1, 2, 100, '2026-03-02', '2026-03-02 09:30:00.000000', 1, 'Budget', ?, '', '')",
            (number, str(uuid4())),
        )
        run("UPDATE accounts SET balance_ore = balance_ore + ? WHERE id = ?", (100, 1))
        run("UPDATE accounts SET balance_ore = balance_ore + ? WHERE id = ?", (100, 2))
        run("COMMIT")


def post(**more: object) -> None:
    operations.post(
        pool_id=1, event=Event.FUNDING, amount_ore=100, actor_id=1, at=AT, source="Budget", text="Budget", **more
    )  # type: ignore[arg-type]


def post_and_commit() -> None:
    with unit_of_work():
        post()


def seconds_of(job: Callable[[], None]) -> float:
    begun = perf_counter()
    job()
    return perf_counter() - begun


def test_a_transfer_costs_at_most_twice_the_bare_one(app: Flask, tmp_path: Path) -> None:
    bare = Bare(tmp_path / "bare.db")
    pairs = [(seconds_of(bare.post), seconds_of(post_and_commit)) for _ in range(TIMES)]
    bare.connection.close()
    bare_time, safe_time = (median(times) for times in zip(*pairs[WARM_UP:], strict=True))
    print(f"\nbare {bare_time * 1e6:.0f} µs, safe {safe_time * 1e6:.0f} µs, ratio {safe_time / bare_time:.2f}")
    assert safe_time / bare_time <= 2.0
