"""What every question about waiting work shares: the person, the day, and the columns of the answer."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    or_,
    select,
)

from fundbank.people.models import Department

ME = bindparam("me", type_=BigInteger)
MY_PATH = bindparam("path", type_=String)
TODAY = bindparam("today", type_=Date)

Pools = BindParameter[int]


class Item(NamedTuple):
    """One thing that waits: whose page it is on, what it is called, and what to know about it."""

    subject_id: int
    pool_id: int
    title: str
    note: str
    day: date | None
    amount_ore: int | None


def row(subject: Any, pool: Any, title: Any, note: Any = None, day: Any = None, amount: Any = None) -> Select[Any]:
    """The columns that every kind of work answers with, typed alike so that they can be united."""
    return select(
        subject.label("subject_id"),
        pool.label("pool_id"),
        cast(title, String).label("title"),
        cast(note if note is not None else literal(""), String).label("note"),
        (day if day is not None else cast(null(), Date)).label("day"),  # SQLite would cast a date to its year
        cast(amount if amount is not None else null(), BigInteger).label("amount_ore"),
    )


def own() -> ColumnElement[bool]:
    """Departments for which the person acts: the own one and those below it."""
    return Department.path.like(MY_PATH.concat("%"))


def in_line() -> ColumnElement[bool]:
    """Departments in line with the person's own: there is a conflict of interest."""
    return or_(own(), MY_PATH.like(Department.path.concat("%")))
