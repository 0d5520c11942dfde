"""A ledger on both databases, and nothing around it but two pools and two people."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from fundbank.extensions import db
from fundbank.ledger import steps
from fundbank.ledger.chart import Event
from fundbank.ledger.models import Transfer
from tests.builders import a_municipality, a_pool, a_user
from tests.pictures import Pictures

GUARDS = {
    "sqlite": "SELECT 'DROP TRIGGER ' || name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN {tables}",
    "postgresql": "SELECT 'DROP TRIGGER ' || tgname || ' ON ' || relname, pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal AND relname IN {tables}",
}
"""How the statements are found that take the ledger's triggers down, and set them up again."""

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass
class Ledger:
    """A pool's ledger as a test talks to it: amounts in øre, everything else filled in."""

    app: Flask
    pool_id: int
    other_pool_id: int
    actor_id: int
    approver_id: int

    @property
    def is_sqlite(self) -> bool:
        return db.engine.dialect.name == "sqlite"

    def post(self, event: Event, amount_ore: int, **more: Any) -> Transfer:
        values: dict[str, Any] = {"pool_id": self.pool_id, "actor_id": self.actor_id, "at": AT, **more}
        return steps.post(event=event, amount_ore=amount_ore, **values)

    def fund(self, amount_ore: int, **more: Any) -> Transfer:
        return self.post(Event.FUNDING, amount_ore, **{"source": "Budget 2026", **more})

    def reverse(self, transfer: Transfer, **more: Any) -> Transfer:
        values: dict[str, Any] = {"actor_id": self.actor_id, "approver_id": self.approver_id, "at": AT, "text": "Mistake"}
        return steps.reverse(transfer=transfer, **{**values, **more})

    def sql(self, statement: str, **values: Any) -> Any:
        return db.session.connection().execute(text(statement), values)

    def tamper(self, *statements: str) -> None:
        """Do what somebody can who may drop the triggers, and put them back afterwards."""
        guards = self.guards()
        for statement in (*(drop for drop, _make in guards), *statements, *(make for _drop, make in guards)):
            self.sql(statement)

    def guards(self) -> list[tuple[str, str]]:
        """For each trigger of the ledger, as the database has it, the statement that drops it and the one that makes it."""
        asked = GUARDS[db.engine.dialect.name].format(tables="('transfers', 'accounts', 'chain_heads', 'lent_again', 'per_mille')")
        return [(drop, make) for drop, make in self.sql(asked)]


@pytest.fixture
def ledger(only_database: Flask, pictures: Pictures) -> Ledger:
    return Ledger(only_database, *pictures.of("two pools and two people", two_pools))


def two_pools() -> tuple[int, int, int, int]:
    """The numbers of two pools and of two people."""
    municipality = a_municipality()
    return a_pool(municipality).id, a_pool(municipality).id, a_user().id, a_user().id
