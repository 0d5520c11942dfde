"""Whoever may drop the triggers changes, deletes, adds and swaps what is stored: every column of every table, as the schema has them.

The cases are made of the schema. A table or a column that is added tomorrow is among them, and is sealed without a word; one that shall not
be stands with a reason in ``kit.seals.cover``.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection

from fundbank.extensions import Base, db
from fundbank.kit.seals import chain
from fundbank.kit.seals.checks import check, differences, read
from fundbank.kit.seals.cover import UNSEALED, UNSEALED_COLUMNS, columns_of, key_of, sealed_tables
from fundbank.kit.seals.integrity import integrity
from fundbank.kit.seals.rows import imprint_of, json_columns, name_of, rows_of
from fundbank.kit.seals.upgrading import kept_through
from fundbank.kit.transaction import commit
from tests.builders import a_municipality

pytestmark = pytest.mark.each_database

KNOWN_BY_THEMSELVES = {"transfers", "accounts", "chain_heads", "line_balances", "seals", "seal_heads"}


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """A database in which somebody may do everything: no trigger, key or check stands in the way."""
    a_municipality()
    commit()
    db.session.remove()
    with unguarded(db.engine) as connection:
        yield connection


@contextmanager
def unguarded(engine: sa.Engine) -> Iterator[Connection]:
    """A transaction that is undone, on a connection that minds no rule."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys = OFF")
            driver.execute("PRAGMA ignore_check_constraints = ON")
        with connection.begin() as transaction:
            for statement in _dropping(connection):
                connection.execute(sa.text(statement))
            yield connection
            transaction.rollback()
        if engine.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys = ON")
            driver.execute("PRAGMA ignore_check_constraints = OFF")


def _dropping(connection: Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        indexes = "SELECT 'DROP INDEX ' || name FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE UNIQUE%'"
        triggers = "SELECT 'DROP TRIGGER ' || name FROM sqlite_master WHERE type = 'trigger'"
        return [*connection.execute(sa.text(triggers)).scalars(), *connection.execute(sa.text(indexes)).scalars()]
    checks = (
        "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) FROM pg_constraint"
        " WHERE connamespace = current_schema()::regnamespace AND contype IN ('c', 'f') ORDER BY contype DESC"
    )
    return ["SET LOCAL session_replication_role = replica", *connection.execute(sa.text(checks)).scalars()]


def _value(column: sa.Column[Any], number: int) -> Any:
    """A value of the column's type, another one for each number. JSON is written as it is stored."""
    kind = column.type
    stored = kind.impl_instance if isinstance(kind, sa.TypeDecorator) else kind
    if isinstance(stored, sa.Boolean):
        return bool(number % 2)
    if isinstance(stored, sa.Integer):
        return 1_000 + number
    if isinstance(stored, sa.DateTime):
        return datetime(2026, 1, 1, 12) + timedelta(days=number)
    if isinstance(stored, sa.Date):
        return date(2026, 1, 1) + timedelta(days=number)
    if isinstance(stored, sa.JSON):
        return {"number": number}
    if isinstance(stored, sa.LargeBinary):
        return b"%d" % number
    assert isinstance(stored, sa.String), f"{column} is of a type that this test does not know"
    return f"v{number}"[: stored.length or 10]


def plain_types(table: sa.Table) -> Any:
    """The table with types that take plain values."""
    plain = {sa.JSON: sa.JSON(), sa.DateTime: sa.DateTime(), sa.Date: sa.Date(), sa.Boolean: sa.Boolean(), sa.LargeBinary: sa.LargeBinary()}

    def type_of(column: sa.Column[Any]) -> Any:
        stored = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
        return next((made for kind, made in plain.items() if isinstance(stored, kind)), None)

    return sa.table(table.name, *(sa.column(column.name, type_of(column)) for column in table.columns))


def _fill(connection: Connection) -> None:
    """Two rows in each table, sealed."""
    lines, as_text = [], json_columns(connection)
    for table in sealed_tables(Base.metadata):
        layout = chain.layouts()[table.name]
        there = rows_of(connection, table.name, layout, as_text.get(table.name, frozenset()))
        lines += [chain.Line(table.name, key, None) for key, _values in there]
        connection.execute(plain_types(table).delete())
        for number in (1, 2):
            connection.execute(plain_types(table).insert().values({column.name: _value(column, number) for column in table.columns}))
        for key, values in rows_of(connection, table.name, layout, as_text.get(table.name, frozenset())):
            lines.append(chain.Line(table.name, key, imprint_of(layout.columns, values)))
    chain.add(connection, 1, lines)


def test_every_change_to_every_column_is_found_and_named(connection: Connection) -> None:
    _fill(connection)
    known, cases = read(connection), 0

    def found(table: sa.Table, *statements: Any) -> list[str]:
        with connection.begin_nested() as savepoint:
            for statement in statements:
                assert connection.execute(statement).rowcount
            named = [str(fault) for _table, _key, fault in differences(connection, known, {table.name})]
            savepoint.rollback()
        return named

    assert not list(differences(connection, known))
    for table in sealed_tables(Base.metadata):
        clause, key = plain_types(table), key_of(table)
        first = sa.and_(*(clause.c[name] == _value(table.c[name], 1) for name in key))
        second = sa.and_(*(clause.c[name] == _value(table.c[name], 2) for name in key))
        called = [name_of([_value(table.c[name], number) for name in key]) for number in (1, 2, 3)]
        for column in columns_of(table):
            new = False if isinstance(table.c[column].type, sa.Boolean) else _value(table.c[column], 3)
            said = found(table, clause.update().where(first).values({column: new}))
            assert said and all(f"{table.name}, row " in one for one in said) and any(f"row {called[0]}," in one for one in said), column
            if column not in key:  # a key has been changed above
                one, other = (_value(table.c[column], number) for number in (1, 2))
                aside = clause.update().where(first).values({column: _value(table.c[column], 4)})
                moved = [clause.update().where(row).values({column: value}) for row, value in ((second, one), (first, other))]
                swapped = found(table, aside, *moved)
                assert len(swapped) == 2 and all(one.endswith(f"as the program wrote it: {column}.") for one in [*said, *swapped]), said
            cases += 2
        (gone,) = found(table, clause.delete().where(first))
        assert gone == f"{table.name}, row {called[0]}, was deleted past the program."
        (new_row,) = found(table, clause.insert().values({column.name: _value(column, 3) for column in table.columns}))
        assert new_row == f"{table.name}, row {called[2]}, was added past the program."
        cases += 2
    assert cases > 400


def test_what_is_not_sealed_has_a_reason_and_is_there() -> None:
    tables = Base.metadata.tables
    assert set(UNSEALED) <= set(tables) and all(UNSEALED.values())
    assert {f"{table}.{column}" for table, columns in UNSEALED_COLUMNS.items() for column in columns} <= {
        f"{table.name}.{column.name}" for table in tables.values() for column in table.columns
    }
    carries = [name for name, table in tables.items() if any(column.name.endswith("_ore") for column in table.columns)]
    assert not set(carries) & set(UNSEALED) - KNOWN_BY_THEMSELVES, "money is sealed, or has a check of its own"


@pytest.mark.parametrize(
    "change, said",
    [
        ("UPDATE seals SET content = replace(content, '\"rows\"', '\"Rows\"') WHERE number = 2", "its hash does not fit"),
        ("UPDATE seals SET hash = 'x' WHERE number = 2", "Seal 3 of municipality 1 does not continue"),
        ("DELETE FROM seals WHERE number = 2", "missing before number 3"),
        ("DELETE FROM seals WHERE number = 4", "does not fit the last"),
        ("UPDATE seal_heads SET number = 3", "does not fit the last"),
        ("UPDATE seal_heads SET hash = 'x'", "does not fit the last"),
        ("DELETE FROM seal_heads", "does not fit the last"),
    ],
)
def test_the_chain_itself_shows_what_was_done_to_it(connection: Connection, change: str, said: str) -> None:
    for number in range(3):
        chain.add(connection, 1, [chain.Line("pools", str(number), None)])
    assert connection.execute(sa.text(change)).rowcount
    assert any(said in str(fault) for fault in check(connection)), [str(fault) for fault in check(connection)]


def test_a_chain_that_was_recomputed_shows_against_an_end_that_was_noted(connection: Connection) -> None:
    for number in range(3):
        chain.add(connection, 1, [chain.Line("pools", str(number), None)])
    noted = {1: dict(connection.execute(sa.select(chain.SEALS.c.number, chain.SEALS.c.hash)).all())}
    before = {str(fault) for fault in check(connection, noted)}
    content, previous = '{"rows": []}', None
    for number, said, _hash in connection.execute(
        sa.select(chain.SEALS.c.number, chain.SEALS.c.content, chain.SEALS.c.hash).order_by(chain.SEALS.c.number)
    ).all():
        if number >= 3:
            said = content
        previous = previous if previous is not None else ""
        hashed = chain.hash_of(previous, 1, number, said)
        connection.execute(
            sa.update(chain.SEALS).where(chain.SEALS.c.number == number).values(content=said, previous_hash=previous, hash=hashed)
        )
        previous = hashed
    connection.execute(sa.update(chain.HEADS).values(hash=previous))
    assert {str(fault) for fault in check(connection)} == before, "it agrees with itself"
    assert any("noted elsewhere" in str(fault) for fault in check(connection, noted))


def test_a_rule_that_was_hollowed_under_its_name_is_named(app: Flask) -> None:
    a_municipality()
    commit()
    connection = db.session.connection()
    assert not check(connection)
    if db.engine.dialect.name == "sqlite":
        statements = [
            "DROP TRIGGER history_entries_are_never_changed",
            "CREATE TRIGGER history_entries_are_never_changed BEFORE UPDATE ON history_entries BEGIN SELECT 1; END",
            "DROP INDEX ix_confirmations_waiting",
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET sql = replace(sql, 'amount_ore > 0', '1') WHERE name = 'disbursements'",
            "PRAGMA writable_schema = OFF",
        ]
        named = ["trigger history_entries_are_never_changed", "index ix_confirmations_waiting", "table disbursements"]
    else:
        statements = [
            "CREATE OR REPLACE FUNCTION facts_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
            "DROP INDEX ix_confirmations_waiting",
            "ALTER TABLE confirmations DROP CONSTRAINT ck_confirmations_kind",
            "ALTER TABLE confirmations ADD CONSTRAINT ck_confirmations_kind CHECK (kind <> '')",
            "ALTER TABLE transfers DISABLE TRIGGER transfers_stay",
        ]
        named = ["function facts_refuse", "index ix_confirmations_waiting", "ck_confirmations_kind", "trigger transfers_stay"]
    with connection.begin_nested() as savepoint:
        for statement in statements:
            connection.execute(sa.text(statement))
        said = [str(fault) for fault in check(connection)]
        savepoint.rollback()
    assert all(any(name in one for one in said) for name in named), said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rule_that_was_hollowed_is_named_after_an_upgrade_and_after_another_municipality_too(app: Flask) -> None:
    a_municipality()
    commit()
    connection = db.session.connection()
    name = "ix_confirmations_waiting"
    connection.execute(sa.text(f"DROP INDEX {name}"))
    assert [str(fault) for fault in check(connection)] == [f"The database has lost a rule: index {name}."]
    connection.execute(chain.HEADS.update().values(layout="of an earlier version"))
    with kept_through(connection):
        pass
    assert [str(fault) for fault in check(connection)] == [f"The database has lost a rule: index {name}."]
    chain.forget_what_is_known()  # as a program that is started anew
    a_municipality()
    commit()
    assert [str(fault) for fault in check(db.session.connection())] == [f"The database has lost a rule: index {name}."]
    chain.forget_what_is_known()  # the next test's database may have the address of this one


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_database_finds_wrong_with_itself_is_told(app: Flask, tmp_path: Path) -> None:
    """A key that points nowhere, and an index that does not hold what its table does."""
    a_municipality()
    commit()
    copy = tmp_path / "copy.sqlite"
    with closing(sqlite3.connect(str(db.engine.url.database))) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)
        columns = "id, municipality_id, name, name_key, sort_key, created_at"
        there.execute(f"INSERT INTO pools ({columns}) VALUES (1, 77, 'P', 'p', 'p', '2026-01-01')")  # noqa: S608
        there.execute("PRAGMA writable_schema = ON")
        there.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'ix_awards_pool_id_id')"
            " WHERE name = 'ix_pools_municipality_id'"
        )
        there.commit()
    engine = sa.create_engine(f"sqlite:///{copy}")
    with engine.connect() as connection:
        said = [str(fault) for fault in integrity(connection)]
    engine.dispose()
    assert "pools, row 1, refers to a row of municipalities that is not there." in said
    assert any(one.startswith("The database says of itself:") and "ix_pools_municipality_id" in one for one in said), said
