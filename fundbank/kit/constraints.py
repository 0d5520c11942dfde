"""Which rule of the database an error breaks, by the name that the models give it. SQLite names columns instead."""

import re

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from fundbank.extensions import Base

COLUMNS = re.compile(r"UNIQUE constraint failed: (\w+)\.(.+)")
NAMED = re.compile(r"constraint failed: (?:index ')?(\w+)'?$")


def broken(error: IntegrityError) -> str | None:
    """The name of the constraint or unique index that the statement would have broken; None if the database does not tell."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name
    said = str(error.orig)
    if found := COLUMNS.search(said):
        table, columns = found[1], [column.rpartition(".")[2] for column in found[2].split(", ")]
        return next((name for name, unique in _unique(table) if unique == columns), None)
    return found[1] if (found := NAMED.search(said)) else None


def _unique(table: str) -> list[tuple[str, list[str]]]:
    """The unique constraints and indexes of a table, each with its columns."""
    known = Base.metadata.tables[table]
    rules: list[UniqueConstraint | Index] = [rule for rule in known.constraints if isinstance(rule, UniqueConstraint)]
    rules += [index for index in known.indexes if index.unique]
    return [(str(rule.name), [column.name for column in rule.columns]) for rule in rules]
