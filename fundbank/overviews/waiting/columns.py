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
    and_,
    bindparam,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
)

from fundbank.applications.models import Application
from fundbank.awards.models import Acceptance, Award
from fundbank.kit.columns import UtcDateTime
from fundbank.people.models import Department
from fundbank.pools.models import PoolRole

ME = bindparam("me", type_=BigInteger)
MY_PATH = bindparam("path", type_=String)
TODAY = bindparam("today", type_=Date)
A_WEEK_AGO = bindparam("a_week_ago", type_=UtcDateTime)

Pools = BindParameter[int]

MOST = 100  # things of a kind that are read, the most urgent; whoever has more sees them on the page of all


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
    return of_own(Department)


def of_own(unit: Any) -> ColumnElement[bool]:
    """The same of a department that the question calls otherwise."""
    condition: ColumnElement[bool] = unit.path.like(MY_PATH.concat("%"))
    return condition


def in_line() -> ColumnElement[bool]:
    """Departments in line with the person's own: there is a conflict of interest."""
    return or_(own(), MY_PATH.like(Department.path.concat("%")))


def unbound() -> ColumnElement[bool]:
    """Awards that the person neither decided, nor accepted, nor signed the application of (``awards.queries.bound_people``)."""
    accepted = exists().where(Acceptance.award_id == Award.id, Acceptance.accepted_by_id == ME)
    decided = or_(Award.decided_by_id == ME, Award.approved_by_id.is_not_distinct_from(ME))
    return and_(~decided, Application.signed_by_id.is_distinct_from(ME), ~accepted)


def second_to(first: Any, pool_id: Any) -> ColumnElement[bool]:
    """Somebody else than the person did the first half, and neither of the two gave the other a role there (``ledger.rules.are_two``)."""
    gave = or_(and_(PoolRole.user_id == first, PoolRole.given_by_id == ME), and_(PoolRole.user_id == ME, PoolRole.given_by_id == first))
    return and_(first != ME, ~exists().where(PoolRole.pool_id == pool_id, gave))
