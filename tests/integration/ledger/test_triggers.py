"""What the database itself refuses, to whoever writes SQL."""

from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from fundbank.extensions import db
from fundbank.ledger import queries
from fundbank.ledger.chart import Event
from fundbank.ledger.checks import check
from tests.integration.ledger.conftest import Ledger

pytestmark = pytest.mark.each_database


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    """1,000 given; 600 promised to award 7, of which 200 is lent; 500 given to the other pool."""
    ledger.fund(1_000, key="taken")
    ledger.post(Event.APPROVAL, 600, award_id=7)
    ledger.post(Event.DISBURSEMENT, 200, award_id=7, part="loan")
    ledger.fund(500, pool_id=ledger.other_pool_id)
    db.session.commit()
    return ledger


def everything(books: Ledger) -> list[Any]:
    tables = ("accounts ORDER BY id", "transfers ORDER BY id", "chain_heads ORDER BY pool_id", "lent_again ORDER BY transfer_id")
    return [books.sql(f"SELECT * FROM {table}").all() for table in tables]  # noqa: S608


def refused(books: Ledger, statement: str, **values: Any) -> None:
    before = everything(books)
    with pytest.raises(DBAPIError, match="ledger: "):
        books.sql(statement, **values)
    db.session.rollback()
    assert everything(books) == before


CHANGES = [
    "UPDATE transfers SET amount_ore = 1 WHERE number = 1",
    "UPDATE transfers SET text = 'Something else'",
    "UPDATE transfers SET number = number + 1",
    "DELETE FROM transfers WHERE number = 3",
    "DELETE FROM transfers",
    "UPDATE accounts SET balance_ore = balance_ore + 1 WHERE kind = 'available'",
    "UPDATE accounts SET balance_ore = 0",
    "UPDATE accounts SET balance_ore = balance_ore",
    "UPDATE accounts SET kind = 'grant' WHERE kind = 'loan'",
    "UPDATE accounts SET holder = '8', award_id = 8 WHERE award_id = 7",
    "UPDATE accounts SET award_id = 8 WHERE award_id = 7",
    "UPDATE accounts SET pool_id = pool_id + 1",
    "UPDATE accounts SET id = id + 1000",
    "DELETE FROM accounts",
    "INSERT INTO accounts (pool_id, kind, holder, award_id, balance_ore) VALUES (1, 'loan', '9', 9, 5)",
    "UPDATE chain_heads SET number = number - 1",
    "UPDATE chain_heads SET number = number + 1",
    "UPDATE chain_heads SET hash = ''",
    "UPDATE chain_heads SET loan_ore = loan_ore + 1, available_ore = available_ore - 1",
    "UPDATE chain_heads SET repaid_ore = 0",
    "DELETE FROM chain_heads",
    "UPDATE lent_again SET again_ore = 0",
    "DELETE FROM lent_again",
]
ON_SQLITE = [
    "UPDATE OR IGNORE transfers SET amount_ore = 1",
    "UPDATE OR REPLACE transfers SET number = 1",
    "UPDATE OR REPLACE accounts SET id = 1 WHERE id = 2",
    "UPDATE OR IGNORE accounts SET balance_ore = 0",
    "UPDATE accounts SET rowid = rowid + 1000",
    "INSERT OR REPLACE INTO accounts (id, pool_id, kind, holder, balance_ore) SELECT id, pool_id, kind, holder, 0 FROM accounts"
    " WHERE award_id IS NULL",
    "INSERT OR REPLACE INTO accounts (pool_id, kind, holder, balance_ore) SELECT pool_id, kind, holder, 0 FROM accounts"
    " WHERE award_id IS NULL",
    "INSERT OR REPLACE INTO chain_heads (pool_id, number, hash) SELECT pool_id, 0, '' FROM chain_heads",
    "INSERT OR REPLACE INTO chain_heads (pool_id, number, hash, loan_ore) VALUES (99, 0, '', 5)",
    "INSERT OR REPLACE INTO transfers SELECT * FROM transfers",
    "INSERT OR REPLACE INTO lent_again SELECT * FROM lent_again",
    "INSERT OR IGNORE INTO accounts (pool_id, kind, holder, award_id, balance_ore) VALUES (1, 'loan', '9', 9, 5)",
]
ON_POSTGRESQL = [
    "TRUNCATE transfers CASCADE",
    "TRUNCATE accounts CASCADE",
    "TRUNCATE chain_heads",
    "TRUNCATE lent_again",
    "TRUNCATE pools CASCADE",
    "WITH gone AS (DELETE FROM transfers RETURNING *) SELECT * FROM gone",
    "INSERT INTO chain_heads (pool_id, number, hash) VALUES (99, 3, 'x')",
    "INSERT INTO chain_heads (pool_id, number, hash, repaid_ore) VALUES (99, 0, '', 5)",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_what_is_written_stays(books: Ledger, statement: str) -> None:
    refused(books, statement)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", ON_SQLITE)
def test_what_is_written_stays_on_sqlite(books: Ledger, statement: str) -> None:
    refused(books, statement)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", ON_POSTGRESQL)
def test_what_is_written_stays_on_postgresql(books: Ledger, statement: str) -> None:
    refused(books, statement)


COLUMNS = (
    "pool_id, number, event, debit_account_id, credit_account_id, amount_ore, value_date, recorded_at, actor_id, text,"
    " reverses_id, idempotency_key, previous_hash, hash"
)
INSERT = f"INSERT {{how}}INTO transfers ({COLUMNS}) VALUES (:{COLUMNS.replace(', ', ', :')})"  # noqa: S608
ADDED: dict[str, dict[str, Any]] = {
    "an overdraft": {"amount_ore": 401},
    "an overdraft of a source": {"debit_account_id": "funding", "credit_account_id": "available", "amount_ore": 1_001},
    "a gap": {"number": 5},
    "a number that is taken": {"number": 3},
    "a forged hash before it": {"previous_hash": "0" * 64},
    "no hash before it": {"previous_hash": ""},
    "an account of another pool": {"debit_account_id": "other available"},
    "accounts of another pool": {"debit_account_id": "other available", "credit_account_id": "other funding"},
    "an account that is not there": {"debit_account_id": 999},
    "one account twice": {"debit_account_id": "available"},
    "a pool that is not there": {"pool_id": 99},
    "a reversal of another amount": {"event": "reversal", "reverses_id": 2, "amount_ore": 5},
    "a reversal that is no mirror": {"event": "reversal", "reverses_id": 2, "amount_ore": 600},
}
ADDED_ON_SQLITE: dict[str, dict[str, Any]] = {
    "a negative amount": {"amount_ore": -5},
    "half an øre": {"amount_ore": 0.5},
    "a text for an amount": {"amount_ore": "many"},
    "a key that is taken": {"idempotency_key": "taken"},
}


def added(books: Ledger, **changes: Any) -> dict[str, Any]:
    """A transfer that would be in order, but for ``changes``: 10 from available to reserved."""
    number, last_hash = queries.chain_head(books.pool_id)
    ids = {
        ("other " if row.pool_id == books.other_pool_id else "") + row.kind: row.id
        for row in books.sql("SELECT id, pool_id, kind FROM accounts")
    }
    values: dict[str, Any] = {
        "pool_id": books.pool_id,
        "number": number + 1,
        "event": "approval",
        "debit_account_id": "reserved",
        "credit_account_id": "available",
        "amount_ore": 10,
        "value_date": "2026-03-02",
        "recorded_at": "2026-03-02 09:30:00.000000",
        "actor_id": books.actor_id,
        "text": "",
        "reverses_id": None,
        "idempotency_key": "fresh",
        "previous_hash": last_hash,
        "hash": "f" * 64,
        **changes,
    }
    return {name: ids.get(value, value) if name.endswith("account_id") else value for name, value in values.items()}


@pytest.mark.parametrize("changes", ADDED.values(), ids=ADDED)
def test_a_row_is_added_in_order_or_not_at_all(books: Ledger, changes: dict[str, Any]) -> None:
    refused(books, INSERT.format(how=""), **added(books, **changes))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", ["", "OR IGNORE ", "OR REPLACE ", "OR FAIL "])
@pytest.mark.parametrize("changes", (ADDED | ADDED_ON_SQLITE).values(), ids=ADDED | ADDED_ON_SQLITE)
def test_no_conflict_clause_steps_around_a_trigger(books: Ledger, changes: dict[str, Any], how: str) -> None:
    books.sql("PRAGMA ignore_check_constraints = ON")
    books.sql("PRAGMA recursive_triggers = OFF")
    refused(books, INSERT.format(how=how), **added(books, **changes))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_conflict_clause_moves_no_money_without_a_row(books: Ledger) -> None:
    before = everything(books)
    books.sql(INSERT.format(how="") + " ON CONFLICT DO NOTHING", **added(books, idempotency_key="taken"))
    assert everything(books) == before
    refused(
        books,
        INSERT.format(how="") + " ON CONFLICT (idempotency_key) DO UPDATE SET amount_ore = 1",
        **added(books, idempotency_key="taken"),
    )


def test_a_row_in_order_moves_the_balances_but_a_forged_hash_is_found(books: Ledger) -> None:
    books.sql(INSERT.format(how=""), **added(books))
    assert queries.balances(books.pool_id).available_ore == 390
    assert queries.chain_head(books.pool_id) == (4, "f" * 64)
    assert [(finding.number, str(finding)) for finding in check(books.pool_id)] == [
        (4, "Transfer 4 is not as it was written: its hash does not fit.")
    ]


def test_a_second_reversal_is_refused(books: Ledger) -> None:
    disbursement = queries.transfers(books.pool_id)[0]
    books.reverse(disbursement)
    books.post(Event.DISBURSEMENT, 200, award_id=7, part="loan")
    db.session.commit()
    again = added(
        books,
        event="reversal",
        reverses_id=disbursement.id,
        amount_ore=200,
        debit_account_id="reserved",
        credit_account_id="loan",
    )
    before = everything(books)
    with pytest.raises(DBAPIError, match="ledger: a transfer is posted once|uq_transfers_reverses_id"):
        books.sql(INSERT.format(how=""), **again)
    db.session.rollback()
    assert everything(books) == before
