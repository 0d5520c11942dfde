"""Rows that did not come through the ORM, made into its objects: as if it had read them itself.

The ORM's own reading costs many times the query. That matters only for what every page asks for: its reader, and its pool.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.util import identity_key


def values_of(model: type[Any], row: Iterator[Any]) -> dict[str, Any]:
    """This function takes the next values of a row that were selected as ``*model.__table__.c``."""
    return {name: next(row) for name in _names(model.__table__)}


def copied(model: type[Any], values: Mapping[str, Any]) -> Any:
    """An object that knows ``values`` and belongs to no session."""
    copy = model()
    copy.__dict__.update(values)
    make_transient_to_detached(copy)
    return copy


def as_loaded(session: Session, model: type[Any], values: Mapping[str, Any]) -> Any:
    """The session's object for this row: the one that it has, with whatever has been changed in it, or one that knows ``values``."""
    known = session.identity_map.get(identity_key(model, values["id"]))
    if known is not None:
        return known
    made = copied(model, values)
    session.add(made)
    return made


@cache
def _names(table: Table) -> tuple[str, ...]:
    return tuple(table.c.keys())
