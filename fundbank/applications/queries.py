"""Every question about applications."""

import re
from bisect import bisect
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Integer, Select, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from fundbank.applications.models import Application
from fundbank.applications.states import DECIDED
from fundbank.extensions import db
from fundbank.history.queries import last_lines, lines_of_event
from fundbank.kit.prepared import Prepared
from fundbank.people.models import Department
from fundbank.pools.models import Pool
from fundbank.pools.policy import Policy
from fundbank.pools.queries import policy_versions


def application(application_id: int, *, municipality_id: int) -> Application | None:
    """The municipality's application with this id, if there is one."""
    query = _with_names().join(Pool, Pool.id == Application.pool_id)
    return db.session.scalar(query.where(Application.id == application_id, Pool.municipality_id == municipality_id))


@dataclass(frozen=True)
class Scope:
    """Which of a pool's applications a person may see: all, the submitted ones, or those of units in line with the one at ``line_of``."""

    everything: bool = False
    submitted: bool = False
    line_of: str | None = None


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to: a state, the unit at ``within`` with all below it, words of the title or a number."""

    state: str = ""
    within: str = ""
    words: str = ""


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
    asked = _asked(pool_id, scope, narrowed) | {"limit": limit + 1}
    if after_id is not None:
        asked["after"] = after_id
    elif before_id is not None:
        asked["before"] = before_id
    rows = [Row(*values) for values in _rows(frozenset(asked)).run(db.session.connection(), asked)]
    return rows if after_id is None else rows[::-1]


def sums_by_state(pool_id: int, *, scope: Scope, narrowed: Filter) -> list[StateSum]:
    """How many applications the filter finds in each state, and what they ask for."""
    asked = _asked(pool_id, scope, narrowed)
    found = _sums(frozenset(asked)).run(db.session.connection(), asked)
    return [StateSum(state, count, int(loan or 0), int(grant or 0)) for state, count, loan, grant in found]


def applications_in(pool_id: int, states: Collection[str]) -> Sequence[Application]:
    """The pool's applications in any of ``states``, the earliest submission first."""
    query = _with_names().where(Application.pool_id == pool_id, Application.state.in_(states))
    return db.session.scalars(query.order_by(Application.submitted_at, Application.id)).all()


def rules_of(application: Application) -> Policy:
    """The rules by which the application is judged."""
    return rules_by_id([application])[application.id]


def rules_by_id(applications: Sequence[Application]) -> dict[int, Policy]:
    """The rules by which each of a pool's applications is judged: those of its decision once it is approved or rejected (domain.md §3),
    until then today's. Which came first, the decision or a change of the rules, is told by the history: clocks of two requests may not.
    """
    rules = {application.id: application.pool.policy for application in applications}
    decided = [application for application in applications if application.state in DECIDED]
    if decided and decided[0].pool.policy_version.number > 1:
        pool = decided[0].pool
        changes, versions = lines_of_event("pools", pool.id, "policy_changed"), policy_versions(pool)[::-1]
        for application_id, line_id in last_lines("applications", [application.id for application in decided], DECIDED).items():
            rules[application_id] = versions[bisect(changes, line_id)].policy
    return rules


def _with_names() -> Select[Application]:
    return select(Application).options(joinedload(Application.department), joinedload(Application.pool))


_ROWS = select(
    Application.id, Application.number, Application.title, Department.name, Application.state,
    Application.submitted_at, Application.requested_loan_ore, Application.requested_grant_ore,
).join(Department, Department.id == Application.department_id)  # fmt: skip
_SUMS = select(
    Application.state, func.count(), func.sum(Application.requested_loan_ore), func.sum(Application.requested_grant_ore),
).join(Department, Department.id == Application.department_id).group_by(Application.state)  # fmt: skip

_LINE = bindparam("line", type_=String)
_SEEN = or_(
    bindparam("everything", type_=Boolean),
    and_(bindparam("submitted", type_=Boolean), Application.submitted_at.is_not(None)),
    and_(_LINE != "", or_(Department.path.like(_LINE.concat("%")), _LINE.like(Department.path.concat("%")))),
)
_HAS_WORDS = Application.title.icontains(bindparam("words", type_=String), escape="/")
# What narrows a list. Each is part of the statement only where it is asked for, so that an index can serve it.
_NARROWS: dict[str, ColumnElement[bool]] = {
    "state": Application.state == bindparam("state", type_=String),
    "within": Department.path.like(bindparam("within", type_=String).concat("%")),
    "words": _HAS_WORDS,
    "number": or_(_HAS_WORDS, Application.number == bindparam("number", type_=Integer)),
    "before": Application.id < bindparam("before", type_=Integer),
    "after": Application.id > bindparam("after", type_=Integer),
}


def _asked(pool_id: int, scope: Scope, narrowed: Filter) -> dict[str, Any]:
    """The values that a list is asked with; the names of some of them choose the statement."""
    asked: dict[str, Any] = {"pool": pool_id, "everything": scope.everything, "submitted": scope.submitted, "line": scope.line_of or ""}
    if narrowed.state:
        asked["state"] = narrowed.state
    if narrowed.within:
        asked["within"] = narrowed.within
    if narrowed.words:
        asked["words"] = re.sub("[%_/]", r"/\g<0>", narrowed.words)
        number = narrowed.words.removeprefix("#")
        if number.isascii() and number.isdigit() and len(number) < 10:
            asked["number"] = int(number)
    return asked


def _conditions(names: frozenset[str]) -> list[ColumnElement[bool]]:
    wanted = names - {"words"} if "number" in names else names
    narrows = [condition for name, condition in _NARROWS.items() if name in wanted]
    return [Application.pool_id == bindparam("pool", type_=Integer), _SEEN, *narrows]


@cache
def _rows(names: frozenset[str]) -> Prepared:
    order = Application.id if "after" in names else Application.id.desc()
    return Prepared(_ROWS.where(*_conditions(names)).order_by(order).limit(bindparam("limit", type_=Integer)))


@cache
def _sums(names: frozenset[str]) -> Prepared:
    return Prepared(_SUMS.where(*_conditions(names)))
