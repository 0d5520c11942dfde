"""Whoever rewrites a row, and the chain of seals after it, is found by what other records say.

The cases are made of the schema, on a database in which everything has happened once: each column of each table is changed and swapped,
each table deleted from and added to. A column that no other record tells of stands in ``checks.alone``, with why.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from fundbank.checks import HELD, WORKED_OUT, check
from fundbank.checks.alone import ALONE, ALONE_COLUMNS, ALONE_EVENTS
from fundbank.checks.same import differences
from fundbank.extensions import Base, db
from fundbank.history.events import SENTENCES
from fundbank.kit.seals.cover import sealed_tables
from tests.databases import KINDS
from tests.integration.checks.year import a_year
from tests.integration.seals.test_tampering import plain_types, unguarded
from tests.pictures import Pictures

pytestmark = pytest.mark.each_database

SHARE, ROWS = 10, 4  # without --whole a tenth of the cases is tried, half of it on each database
HISTORY = "history_entries"


class Case(NamedTuple):
    """What somebody does to a table past the program, and which rows are hit (None: one that is gone)."""

    name: str
    table: str
    statements: tuple[Any, ...]
    keys: tuple[Any, ...] = ()


@pytest.fixture
def connection(app: Flask, pictures: Pictures) -> Iterator[Connection]:
    pictures.of("a year", a_year)
    db.session.remove()
    with unguarded(db.engine) as connection:
        yield connection


def held_tables() -> list[sa.Table]:
    return [table for table in sealed_tables(Base.metadata) if table.name not in ALONE]


def held_columns(table: sa.Table) -> list[str]:
    left = {*ALONE_COLUMNS.get(table.name, {}), *(column.name for column in table.primary_key.columns)}
    return [column.name for column in table.columns if column.name not in left]


def another(value: Any, others: list[Any]) -> Any:
    """Another value of the kind: one that stands in the table, if there is one."""
    if isinstance(value, bool):
        return not value
    if (found := next((other for other in others if other not in (None, value)), None)) is not None:
        return found
    if isinstance(value, int):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    return {**value, "x": 1} if isinstance(value, dict) else f"{value[:5]}x"


def cases_of(connection: Connection, table: sa.Table) -> Iterator[Case]:
    """Of each column a few rows, whose values are changed; two rows are swapped; rows are deleted, and added once more."""
    (key,) = (column.name for column in table.primary_key.columns)
    clause = plain_types(table)
    rows = connection.execute(sa.select(*clause.c).order_by(clause.c[key])).mappings().all()
    assert len(rows) > 0, f"nothing has happened in {table.name}: let it happen in year.py"

    def put(row: Any, column: str, value: Any) -> Any:
        return clause.update().where(clause.c[key] == row[key]).values({column: value})

    for column in held_columns(table):
        values = [row[column] for row in rows]
        told = [row for row in rows if row[column] is not None]
        for row in {row[key]: row for row in (*told[: ROWS // 2], *told[-ROWS // 2 :])}.values():
            yield Case(f"{table.name}.{column} of {row[key]}", table.name, (put(row, column, another(row[column], values)),), (row[key],))
        if told and (empty := next((row for row in rows if row[column] is None), None)) is not None:
            yield Case(f"{table.name}.{column} of {empty[key]}, put in", table.name, (put(empty, column, told[0][column]),), (empty[key],))
        if (other := next((row for row in told if row[column] != told[0][column]), None)) is not None:
            both = put(told[0], column, other[column]), put(other, column, told[0][column])
            yield Case(f"{table.name}.{column} swapped", table.name, both, (told[0][key], other[key]))
    for row in (rows[0], rows[-1]):
        yield Case(f"{table.name}, {row[key]} deleted", table.name, (clause.delete().where(clause.c[key] == row[key]),))
    yield Case(f"{table.name}, one more", table.name, (clause.insert().values({**rows[-1], key: 999_999}),), (999_999,))


def cases_of_history(connection: Connection) -> Iterator[Case]:
    """A line of each event is deleted, told a second time, or told of somebody else."""
    clause = plain_types(Base.metadata.tables[HISTORY])
    lines = {line["event"]: line for line in connection.execute(sa.select(*clause.c).order_by(clause.c.id)).mappings()}
    for event, line in sorted(lines.items()):
        if event not in ALONE_EVENTS:
            here = clause.c.id == line["id"]
            yield Case(f"{event} deleted", HISTORY, (clause.delete().where(here),))
            if event not in ("opened", "closed", "deactivated", "created", "policy_changed"):  # nobody's act is read from these
                yield Case(f"{event} by another", HISTORY, (clause.update().where(here).values(actor_id=1 + (line["actor_id"] or 0)),))


def found(connection: Connection, case: Case) -> list[str] | None:
    """What the check says of it; None where the database itself does not let it happen."""
    concerned = [held for held in HELD if case.table in (held.table, held.other)]
    with connection.begin_nested() as savepoint:
        try:
            for statement in case.statements:
                connection.execute(statement)
        except IntegrityError:
            savepoint.rollback()
            return None
        said = [str(fault) for held in concerned for fault in differences(connection, held)]
        said += [str(fault) for work_out in WORKED_OUT for fault in work_out(connection)]
        savepoint.rollback()
    return said


@pytest.mark.timeout(1800)
def test_what_is_rewritten_with_its_seal_is_found_and_named(connection: Connection, whole: bool, request: pytest.FixtureRequest) -> None:
    assert [str(fault) for fault in check(connection)] == []
    every = [case for table in held_tables() if table.name != HISTORY for case in cases_of(connection, table)]
    every += cases_of_history(connection)
    tried, missed = 0, []
    for case in every if whole else every[SHARE * KINDS.index(connection.dialect.name) :: SHARE * len(KINDS)]:
        said = found(connection, case)
        if said is None:
            continue
        tried += 1
        if not said or not all(any(f"{case.table}, row {key}" in one for one in said) for key in case.keys):
            missed.append((case.name, said[:3]))
    request.node.user_properties.append(("found / cases", f"{tried - len(missed)} / {tried}"))
    assert not missed, f"{len(missed)} of {tried}: {missed}"
    assert tried > len(every) // (2 if whole else 2 * SHARE * len(KINDS))


def test_each_column_is_held_against_another_record_or_stands_alone_with_a_reason() -> None:
    """A table, a column or an event that is added tomorrow fails here, until something holds it or somebody says why not."""
    worked_out = {
        "users": {"name", "email", "department_id", "is_administrator", "is_active"}, "departments": {"name", "parent_id", "is_active"},
        "application_versions": {"content"}, "gainers": {"department_id"}, "consulted": {"department_id"},
        "version_annexes": {"version_id", "file_id"}, "gain_reports": {"evidence"},
        "meetings": {"held_on", "is_ordinary"}, "policy_versions": {"values"}, "participants": {"award_id", "department_id", "position"},
        "claim_lines": {"gain_ore", "share_due_ore", "shortfall_ore", "due_ore"},
        "claim_entries": {"gain_ore", "share_due_ore", "shortfall_ore", "corrected_ore"},
    }  # fmt: skip
    tables = Base.metadata.tables
    assert set(ALONE) | set(ALONE_COLUMNS) <= set(tables) and set(ALONE_EVENTS) <= set(SENTENCES)
    for table in held_tables():
        if table.name == HISTORY:
            continue
        compared = {column for held in HELD if held.table == table.name for column in (*held.columns, *held.found_by)}
        compared |= worked_out.get(table.name, set())
        assert set(ALONE_COLUMNS.get(table.name, {})) <= set(table.columns.keys()), table.name
        lacking = set(held_columns(table)) - compared
        assert not lacking, f"nothing holds {table.name}: {sorted(lacking)}"
