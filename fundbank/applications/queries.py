"""Every question about applications."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.extensions import db
from fundbank.people.models import Department
from fundbank.pools.models import Pool


def application(application_id: int, *, municipality_id: int) -> Application | None:
    """The municipality's application with this id, if there is one."""
    query = _with_names().join(Pool, Pool.id == Application.pool_id)
    return db.session.scalar(query.where(Application.id == application_id, Pool.municipality_id == municipality_id))


def applications_of_pool(pool_id: int) -> Sequence[Application]:
    """All applications of a pool in the order in which they were started."""
    return db.session.scalars(_with_names().where(Application.pool_id == pool_id).order_by(Application.id)).all()


@dataclass(frozen=True)
class Scope:
    """Which of a pool's applications a person may see: all, the submitted ones, or those of units in line with a department."""

    everything: bool = False
    submitted: bool = False
    line_of: Department | None = None


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to: states, a unit with all below it, words of the title or a number."""

    states: Collection[str] = ()
    department: Department | None = None
    text: str = ""


class Row(NamedTuple):
    """An application as a list shows it, with its department's name and what it asks for, in øre."""

    id: int
    number: int
    title: str
    department: str
    state: str
    submitted_at: datetime | None
    loan_ore: int
    grant_ore: int


@dataclass(frozen=True)
class StateSum:
    """How many applications are in a state, and what they ask for, in øre."""

    state: str
    count: int
    loan_ore: int
    grant_ore: int


def page_of_applications(
    pool_id: int,
    *,
    scope: Scope,
    narrowed: Filter,
    before_id: int | None = None,
    after_id: int | None = None,
    limit: int = 50,
) -> list[Row]:
    """Up to ``limit`` + 1 applications, newest first (keyset; the extra one tells that there are more in that direction).

    ``before_id`` asks for older ones, ``after_id`` for the nearest newer ones; the extra one then stands first. What an application
    says in full stays in the database: it is a hundred times what a list shows.
    """
    query = _narrowed(_ROWS, pool_id, scope, narrowed).limit(limit + 1)
    if after_id is not None:
        query = query.where(Application.id > after_id).order_by(Application.id)
    elif before_id is not None:
        query = query.where(Application.id < before_id).order_by(Application.id.desc())
    else:
        query = query.order_by(Application.id.desc())
    rows = [Row(*values) for values in db.session.execute(query)]
    return rows if after_id is None else rows[::-1]


def sums_by_state(pool_id: int, *, scope: Scope, narrowed: Filter) -> list[StateSum]:
    """How many applications the filter finds in each state, and what they ask for."""
    query = _narrowed(_SUMS, pool_id, scope, narrowed).group_by(Application.state)
    return [StateSum(state, count, int(loan or 0), int(grant or 0)) for state, count, loan, grant in db.session.execute(query)]


def applications_in(pool_id: int, states: Collection[str]) -> Sequence[Application]:
    """The pool's applications in any of ``states``, the earliest submission first."""
    query = _with_names().where(Application.pool_id == pool_id, Application.state.in_(states))
    return db.session.scalars(query.order_by(Application.submitted_at, Application.id)).all()


def _with_names() -> Select[Application]:
    return select(Application).options(joinedload(Application.department), joinedload(Application.pool))


_ROWS = select(
    Application.id, Application.number, Application.title, Department.name, Application.state,
    Application.submitted_at, Application.requested_loan_ore, Application.requested_grant_ore,
).join(Department, Department.id == Application.department_id)  # fmt: skip
_SUMS = select(
    Application.state, func.count(), func.sum(Application.requested_loan_ore), func.sum(Application.requested_grant_ore),
).join(Department, Department.id == Application.department_id)  # fmt: skip


def _narrowed(query: Any, pool_id: int, scope: Scope, narrowed: Filter) -> Any:
    query = query.where(Application.pool_id == pool_id)
    if not scope.everything:
        seen: list[ColumnElement[bool]] = []
        if scope.submitted:
            seen.append(Application.submitted_at.is_not(None))
        if scope.line_of is not None:
            above = [int(number) for number in scope.line_of.path.strip("/").split("/")]
            seen += [Department.path.startswith(scope.line_of.path, autoescape=True), Department.id.in_(above)]
        query = query.where(or_(*seen)) if seen else query.where(Application.id.is_(None))
    if narrowed.states:
        query = query.where(Application.state.in_(narrowed.states))
    if narrowed.department is not None:
        query = query.where(Department.path.startswith(narrowed.department.path, autoescape=True))
    if narrowed.text:
        query = query.where(_matches(narrowed.text))
    return query


def _matches(text: str) -> Any:
    in_title = Application.title.icontains(text, autoescape=True)
    number = text.removeprefix("#")
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    return or_(in_title, Application.number == int(number)) if is_number else in_title
