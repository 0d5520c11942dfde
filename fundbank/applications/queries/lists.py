"""The list of a pool's applications: what somebody may see, narrowed by state, unit and words, a page at a time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    any_,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application
from fundbank.applications.queries.gainers import first_followed, is_followed
from fundbank.applications.states import ON_THE_WAY
from fundbank.extensions import db
from fundbank.kit.search import index_of, is_on_sqlite, shows_words, wanted
from fundbank.people.models import Department


@dataclass(frozen=True)
class Scope:
    """Which of a pool's applications a person may see: all, the submitted ones, or those of the unit at ``own`` and of units below it.

    ``gained_by`` is those of others that the unit there, or one below it, follows, since it gains by them.
    """

    everything: bool = False
    submitted: bool = False
    own: str | None = None
    gained_by: str | None = None


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to: a state, the unit at ``within`` with all below it, beginnings of words of the title, or a number."""

    state: str = ""
    within: str = ""
    words: str = ""


class Listed(NamedTuple):
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


@dataclass(frozen=True)
class Page:
    """A page of a list, newest first, whether there are more on either side, and the sums of all that was found: None beyond MANY."""

    rows: list[Listed]
    has_newer: bool
    has_older: bool
    sums: list[StateSum] | None


_ALL = Scope(everything=True)
MANY = 300  # applications that a list adds up; whoever has more narrows it down


def page_of_applications(
    pool_id: int,
    *,
    scope: Scope,
    narrowed: Filter,
    before_id: int | None = None,
    after_id: int | None = None,
    limit: int = 50,
) -> Page:
    """A page of up to ``limit`` applications: the nearest ones older than ``before_id``, or newer than ``after_id``.

    Two questions, however many there are: what is found, up to MANY and one; and the page. Where few are found the page is chosen among
    them; where many are, they are met on the way through an index. What an application says in full stays in the database: it is a
    hundred times what a list shows.
    """
    found = {row.id: row for row in db.session.execute(_first_found(pool_id, scope, narrowed, MANY + 1, is_on_sqlite()))}
    is_all, is_back = len(found) <= MANY, after_id is not None
    if is_all:
        ids = sorted((id_ for id_ in found if _is_beyond(id_, before_id, after_id)), reverse=not is_back)[: limit + 1]
        page = db.session.execute(_OLDEST_FIRST if is_back else _NEWEST_FIRST, {"ids": ids})
    else:
        page = db.session.execute(_met(pool_id, scope, narrowed, before_id, after_id, limit + 1))
    rows = [Listed(*values) for values in page]
    more, rows = len(rows) > limit, rows[:limit]
    sums = _sums(found.values()) if is_all else None
    return Page(rows[::-1], more, True, sums) if is_back else Page(rows, before_id is not None, more, sums)


def _is_beyond(id_: Any, before_id: int | None, after_id: int | None) -> Any:
    """Does it come after the one at the end of the page that the reader has left?"""
    if after_id is not None:
        return id_ > after_id
    return id_ < before_id if before_id is not None else True


def _sums(found: Iterable[Any]) -> list[StateSum]:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for _id, state, *amounts in found:
        sums[state] = [have + more for have, more in zip(sums[state], (1, *amounts), strict=True)]
    return [StateSum(state, *of_state) for state, of_state in sums.items()]


_ROWS = select(
    Application.id, Application.number, Application.title, Department.name, Application.state,
    Application.submitted_at, Application.requested_loan_ore, Application.requested_grant_ore,
).join(Department, Department.id == Application.department_id)  # fmt: skip
_CHOSEN = _ROWS.where(Application.id.in_(bindparam("ids", expanding=True)))
_NEWEST_FIRST, _OLDEST_FIRST = _CHOSEN.order_by(Application.id.desc()), _CHOSEN.order_by(Application.id)
_AMOUNTS: Select[*tuple[Any, ...]] = select(
    Application.id, Application.state, Application.requested_loan_ore, Application.requested_grant_ore
)


@lru_cache(maxsize=256)
def _first_found(
    pool_id: int, scope: Scope, narrowed: Filter, limit: int, on_sqlite: bool
) -> Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]:
    """So many of what is found, in no order. PostgreSQL knows where to begin; SQLite is told: with the words, unless the state has few.

    Kept, since making the question takes as long as the database does with it.
    """
    if _is_of_followers(scope, narrowed):
        return _AMOUNTS.where(Application.id.in_(_first_followed(pool_id, scope, narrowed, None, None, limit).limit(limit)))
    if not on_sqlite or not narrowed.words or narrowed.state in ON_THE_WAY:
        return _AMOUNTS.where(*_of_each(pool_id, scope, narrowed, through_units=True)).limit(limit)
    begun, number = wanted(narrowed.words), _number_in(narrowed.words)
    ways = []
    if begun:
        ways.append(_AMOUNTS.where(Application.id.in_(_ids_with_words(pool_id, scope, narrowed).limit(limit))))
    if number is not None:
        others = _of_each(pool_id, scope, replace(narrowed, words=""), through_pool=False)
        ways.append(_AMOUNTS.where(Application.pool_id == pool_id, Application.number == number, *others))
    return union_all(*ways).limit(limit + 1) if ways else _AMOUNTS.where(false())  # one may be found both ways


class _LookedUp:
    """What may be asked of an application without reading its row: it stands in an index of nothing else, which SQLite is told to take."""

    table = text("applications AS looked_up INDEXED BY ix_applications_looked_up")
    id: ColumnElement[int] = literal_column("looked_up.id")
    pool_id: ColumnElement[int] = literal_column("looked_up.pool_id")
    department_id: ColumnElement[int] = literal_column("looked_up.department_id")
    state: ColumnElement[str] = literal_column("looked_up.state")
    submitted_at: ColumnElement[datetime] = literal_column("looked_up.submitted_at")


def _ids_with_words(pool_id: int, scope: Scope, narrowed: Filter) -> Select[int]:
    """What is found by words on SQLite, in the order of ``rowid``: of what has the words and is not in sight no row is read. By ``+ 0``
    SQLite learns to begin with the words.
    """
    index, is_match = index_of(Application, wanted(narrowed.words))
    others = _of_each(pool_id, scope, replace(narrowed, words=""), through_pool=False, of=_LookedUp)
    return select(index.c.rowid).select_from(index.join(_LookedUp.table, _LookedUp.id == index.c.rowid + 0)).where(is_match, *others)


def _is_of_units(scope: Scope, narrowed: Filter) -> bool:
    """Is it what some units have that is asked for, and nothing else?"""
    if scope.gained_by:
        return False
    return bool(narrowed.within) if scope.everything else not scope.submitted


def _is_of_followers(scope: Scope, narrowed: Filter) -> bool:
    """Is it what some units follow that is asked for, and neither by words, nor of one unit, nor in a state that has few?"""
    return scope.gained_by is not None and not narrowed.words and not narrowed.within and narrowed.state not in ON_THE_WAY


def _first_followed(pool_id: int, scope: Scope, narrowed: Filter, before_id: int | None, after_id: int | None, most: int) -> Select[int]:
    asked = aliased(Application)
    conditions = [asked.pool_id + 0 == pool_id, *([asked.state == narrowed.state] if narrowed.state else ())]

    def beyond(id_: Any) -> Any:
        return _is_beyond(id_, before_id, after_id)

    found = first_followed(_following(scope), asked, *conditions, beyond=beyond, backwards=after_id is not None, most=most).subquery()
    return select(next(iter(found.c))).distinct()


def _following(scope: Scope) -> Select[int]:
    return _units(Scope(own=scope.gained_by), Filter())


def _met(pool_id: int, scope: Scope, narrowed: Filter, before_id: int | None, after_id: int | None, limit: int) -> Select[*tuple[Any, ...]]:
    """The first of what is found, met on the way through an index. SQLite is told which: that of words, which gives them in their order;
    of each unit its first; or that of the pool. PostgreSQL is told not to look words up: more than MANY have them, and it would read all of
    those.
    """

    def nearest(query: Any, id_: Any) -> Any:
        """As many as a page has, from where the reader left, away from it."""
        return query.order_by(id_ if after_id is not None else id_.desc()).limit(limit)

    def first(query: Any, id_: Any) -> Any:
        return nearest(query.where(_is_beyond(id_, before_id, after_id)), id_)

    if _is_of_followers(scope, narrowed):
        ids = _first_followed(pool_id, scope, narrowed, before_id, after_id, limit)
        return nearest(_ROWS.where(Application.id.in_(nearest(ids, ids.selected_columns[0]))), Application.id)
    begun = wanted(narrowed.words)
    if is_on_sqlite() and begun and _number_in(narrowed.words) is None:
        ids = _ids_with_words(pool_id, scope, narrowed)
        return nearest(_ROWS.where(Application.id.in_(first(ids, ids.selected_columns.rowid))), Application.id)
    if is_on_sqlite() and not narrowed.words and _is_of_units(scope, narrowed):
        of_unit = aliased(Application)
        conditions = [of_unit.pool_id == pool_id, of_unit.department_id == Department.id]
        if narrowed.state:
            conditions.append(of_unit.state == narrowed.state)
        first_of_unit = first(select(of_unit.id).where(*conditions).correlate(Department), of_unit.id)
        # Only of the unit's first it is asked whether they are beyond: asked of all again, SQLite would look through all that the unit has.
        return nearest(_ROWS.where(Application.id.in_(first_of_unit), Department.id.in_(_units(scope, narrowed))), Application.id)
    return first(_ROWS.where(*_of_each(pool_id, scope, narrowed, on_the_way=bool(begun))), Application.id)


def _of_each(
    pool_id: int, scope: Scope, narrowed: Filter, *, through_pool: bool = True, through_units: bool = False, on_the_way: bool = False,
    of: Any = Application,
) -> list[ColumnElement[bool]]:  # fmt: skip
    """What holds for each application that is found. By ``+ 0`` SQLite learns not to look for it in the index of that column. What is met
    ``on_the_way`` PostgreSQL asks of one application after the other: units in an array are no table to begin with.
    """
    unit = of.department_id if through_units else of.department_id + 0

    def is_of(units: Select[int]) -> ColumnElement[bool]:
        if on_the_way and not is_on_sqlite():
            return of.department_id == any_(func.array(units.scalar_subquery()))
        return unit.in_(units)

    conditions = [(of.pool_id if through_pool else of.pool_id + 0) == pool_id]
    if scope.gained_by:
        conditions.append(is_followed(_following(scope), of.id))
        conditions += [is_of(_units(_ALL, narrowed))] if narrowed.within else []
    elif _is_of_units(scope, narrowed):
        conditions.append(is_of(_units(scope, narrowed)))
    elif scope.submitted and not scope.everything:
        own = [is_of(_units(scope, Filter()))] if scope.own else []
        conditions.append(or_(of.submitted_at.is_not(None), *own))
        conditions += [is_of(_units(_ALL, narrowed))] if narrowed.within else []
    if narrowed.state:
        conditions.append(of.state == narrowed.state)
    if narrowed.words:
        number = _number_in(narrowed.words)
        by_number = [Application.number == number] if number is not None else []
        conditions.append(or_(shows_words(Application, wanted(narrowed.words), looked_up=not on_the_way), *by_number))
    return conditions


def _units(scope: Scope, narrowed: Filter) -> Select[int]:
    """Of the reader's own unit and those below it the one that the list is narrowed to, and those below that one."""
    units = select(Department.id)
    if narrowed.within:
        units = units.where(Department.path.startswith(narrowed.within))
    if scope.everything:
        return units
    return units.where(Department.path.startswith(scope.own) if scope.own else false())


def _number_in(words: str) -> int | None:
    number = words.removeprefix("#")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
