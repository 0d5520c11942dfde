"""What is a fact stays as it was written: the database itself refuses. What may change leaves a line in the chain at each change.

Which table is which stands in ``kit.seals.cover``: one that is added tomorrow is among them, or fails here.
"""

from collections.abc import Iterator
from json import loads
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, UniqueConstraint, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.attributes import flag_modified

from fundbank.extensions import Base, db
from fundbank.history.models import AccessLine
from fundbank.kit.clock import now
from fundbank.kit.seals.chain import SEALS
from fundbank.kit.seals.cover import CHANGES, FACTS, sealed_tables
from fundbank.kit.transaction import commit
from tests.integration.checks.year import a_year
from tests.integration.scenarios.conftest import app
from tests.pictures import Pictures

pytestmark = pytest.mark.each_database

__all__ = ["app"]
WITHOUT = {"sign_in_links", "letters"}  # of these the year has none that a change could be tried on, or they are tried elsewhere


@pytest.fixture
def year(app: Flask, pictures: Pictures) -> None:
    pictures.of("a year", a_year)
    line = {"kind": "signed_in", "code": "", "what": "", "address": "", "number": "1", "more": 0}
    db.session.add(AccessLine(at=now(), **line))
    commit()


def test_each_table_is_a_fact_or_may_change() -> None:
    assert {table.name for table in sealed_tables(Base.metadata)} - FACTS == set(CHANGES) and all(CHANGES.values())


def replacements(table: Table) -> Iterator[str]:
    """A row of SQLite in the place of itself; and, where another key than its number is its own, in its place under a new number."""
    yield f"INSERT OR REPLACE INTO {table.name} SELECT * FROM {table.name} LIMIT 1"  # noqa: S608
    if "id" in table.columns and any(isinstance(constraint, UniqueConstraint) for constraint in table.constraints):
        names = [f'"{name}"' for name in table.columns.keys()]
        values = [name if name != '"id"' else f"(SELECT max(id) + 1 FROM {table.name})" for name in names]  # noqa: S608
        yield f"INSERT OR REPLACE INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table.name} LIMIT 1"  # noqa: S608


@pytest.mark.usefixtures("year")
def test_no_row_of_a_fact_is_changed_deleted_replaced_or_emptied_away() -> None:
    for table in sorted(FACTS):
        key = next(iter(Base.metadata.tables[table].primary_key.columns)).name
        assert db.session.scalar(text(f"SELECT 1 FROM {table} LIMIT 1")), f"nothing has happened in {table}: let it happen in year.py"  # noqa: S608
        column = "code" if table == "access_lines" else key
        changes = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]  # noqa: S608
        if db.engine.dialect.name == "postgresql":
            changes.append(f"TRUNCATE {table} CASCADE")
        else:
            changes += replacements(Base.metadata.tables[table])
        for change in changes:
            with pytest.raises(DBAPIError, match=r"no |never|continues") as said:
                db.session.execute(text(change))
            assert "syntax" not in str(said.value), change
            db.session.rollback()


@pytest.mark.usefixtures("year")
def test_each_change_of_a_row_has_its_line_in_the_chain() -> None:
    """By an object and by a statement alike, of every table whose rows may change."""
    models: dict[str, Any] = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for table in sorted(set(CHANGES) - WITHOUT):
        row = db.session.scalars(select(models[table]).limit(1)).unique().one_or_none()
        assert row is not None, f"nothing has happened in {table}: let it happen in year.py"
        column = next(attribute.key for attribute in models[table].__mapper__.column_attrs if not attribute.columns[0].primary_key)
        by_statement = update(models[table]).where(models[table].id == row.id).values({column: getattr(models[table], column)})
        for change in (lambda row=row, column=column: flag_modified(row, column), lambda by=by_statement: db.session.execute(by)):
            key, before = str(row.id), db.session.scalars(select(SEALS.c.hash)).all()
            change()
            commit()
            (content,) = db.session.scalars(select(SEALS.c.content).where(SEALS.c.hash.not_in(before)))
            assert [table, key] in [line[:2] for line in loads(content)["rows"]], table
