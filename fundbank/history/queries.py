"""Every SELECT of the history. It knows ids; who they are is asked of the people, once for a whole page."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select, union_all

from fundbank.extensions import db
from fundbank.history.models import AccessLine, HistoryEntry
from fundbank.kit.searching import LOOKED_THROUGH, Asked, Found, Listed, search

PAGE_SIZE = 50
OF_PEOPLE = ("departments", "municipalities", "pools", "users")  # what the lines of people and roles are about
ROLE_EVENTS = (  # of a pool
    "created", "role_given", "role_taken", "confirmation_asked", "confirmation_refused", "confirmation_withdrawn",
)  # fmt: skip


def entries(subject_type: str, subject_id: int) -> Sequence[HistoryEntry]:
    """The whole history of one subject (a table's name and an id), the earliest first."""
    query = select(HistoryEntry).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    return db.session.scalars(query.order_by(HistoryEntry.id)).all()


def actors(subject_type: str, subject_id: int, events: Collection[str]) -> set[int]:
    """Who has done any of ``events`` to a subject, as people's ids."""
    query = select(HistoryEntry.actor_id).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    found = db.session.scalars(query.where(HistoryEntry.event.in_(sorted(events))).distinct())
    return {person_id for person_id in found if person_id is not None}


def newest_entries(
    subject_type: str, subject_id: int, *, but_for: Collection[str] = (), before: int | None, size: int = PAGE_SIZE
) -> tuple[Sequence[HistoryEntry], bool]:
    """A page of a subject's history without some events, the newest first, or those ``before`` a line; and whether there are older ones."""
    query = select(HistoryEntry).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    query = query.where(HistoryEntry.event.not_in(sorted(but_for))).order_by(HistoryEntry.id.desc())
    if before is not None:
        query = query.where(HistoryEntry.id < before)
    found = db.session.scalars(query.limit(size + 1)).all()
    return found[:size], len(found) > size


def entries_of(subject_type: str, subject_id: int, events: Collection[str]) -> Sequence[HistoryEntry]:
    """The lines of one subject that tell of any of ``events``, the earliest first; of very many the newest."""
    query = select(HistoryEntry).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    query = query.where(HistoryEntry.event.in_(sorted(events))).order_by(HistoryEntry.id.desc()).limit(PAGE_SIZE)
    return db.session.scalars(query).all()[::-1]


def newest_entry(subject_type: str, subject_id: int, to_state: str | None = None) -> HistoryEntry | None:
    """What was last done to a subject, or what last brought it to ``to_state``."""
    query = select(HistoryEntry).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    if to_state is not None:
        query = query.where(HistoryEntry.to_state == to_state)
    return db.session.scalars(query.order_by(HistoryEntry.id.desc()).limit(1)).one_or_none()


def newest_id(subject_type: str, subject_id: int) -> int:
    """The id of the newest line about a subject; 0 without one."""
    query = select(func.max(HistoryEntry.id)).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    return db.session.scalar(query) or 0


def has_happened_since(subject_type: str, subject_id: int, events: Collection[str], line_id: int) -> bool:
    """Is there a line about a subject that tells of any of ``events`` and is newer than this one?"""
    query = select(HistoryEntry.id).where(HistoryEntry.subject_type == subject_type, HistoryEntry.subject_id == subject_id)
    query = query.where(HistoryEntry.id > line_id, HistoryEntry.event.in_(sorted(events)))
    return db.session.scalar(query.limit(1)) is not None


def newest_marked(subject_type: str, subject_id: int, name: str, marks: Collection[str]) -> dict[str, HistoryEntry]:
    """The newest line about a subject that has each of these ``marks`` among what its details say under ``name``."""
    line = HistoryEntry
    ends = [func.max(case((_has(name, mark), line.id))) for mark in marks]
    found = db.session.execute(select(*ends).where(line.subject_type == subject_type, line.subject_id == subject_id)).one()
    ids = {mark: id_ for mark, id_ in zip(marks, found, strict=True) if id_ is not None}
    lines = {one.id: one for one in db.session.scalars(select(line).where(line.id.in_(ids.values())))} if ids else {}
    return {mark: lines[id_] for mark, id_ in ids.items()}


def actors_past(subject_type: str, subject_id: int, name: str, mark: str, number: int) -> list[int | None]:
    """Who acted in each line about a subject whose details say more than ``number`` of this ``mark`` under ``name``, the oldest first."""
    line = HistoryEntry
    query = select(line.actor_id).where(line.subject_type == subject_type, line.subject_id == subject_id)
    return list(db.session.scalars(query.where(line.details[(name, mark)].as_integer() > number).order_by(line.id)))


def _has(name: str, mark: str) -> ColumnElement[bool]:
    return HistoryEntry.details[(name, mark)].as_string().is_not(None)


def has_begun(municipality_id: int, pool_id: int | None = None) -> bool:
    """Has money come into the pool, or into any of the municipality's? Its first posting is always one of money that comes in."""
    query = select(HistoryEntry.id).where(HistoryEntry.event == "funded", HistoryEntry.municipality_id == municipality_id)
    query = query.where(HistoryEntry.subject_type == "pools")
    if pool_id is not None:
        query = query.where(HistoryEntry.subject_id == pool_id)
    return db.session.scalar(query.limit(1)) is not None


def begun_at(municipality_id: int) -> datetime | None:
    """When money first came into any pool of the municipality."""
    query = select(HistoryEntry.at).where(HistoryEntry.event == "funded", HistoryEntry.municipality_id == municipality_id)
    return db.session.scalar(query.where(HistoryEntry.subject_type == "pools").order_by(HistoryEntry.id).limit(1))


def role_given_at(pool_id: int, user_id: int, role: str) -> datetime | None:
    """When the role in the pool was last given to the person."""
    query = select(HistoryEntry.at, HistoryEntry.details).where(HistoryEntry.subject_type == "pools", HistoryEntry.subject_id == pool_id)
    lines = db.session.execute(query.where(HistoryEntry.event == "role_given").order_by(HistoryEntry.id.desc()))
    return next((at for at, of in lines if of.get("user_id") == user_id and of.get("role") == role), None)


class Narrowed(NamedTuple):
    """What a list of changes is narrowed by. None narrows nothing; ``until`` itself is not part of the period."""

    people: Collection[int] | None = None
    department_id: int | None = None
    event: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on a line: it names the person or the department as who did it, what it is about, or a part of it."""
        line, found = HistoryEntry, []
        if self.people is not None:
            about = and_(line.subject_type == "users", line.subject_id.in_(self.people))
            found.append(or_(line.actor_id.in_(self.people), about, _number(line, "user_id").in_(self.people)))
        if self.department_id is not None:
            named = [("former_parent_id",), ("parent_id",), ("former", "department_id"), ("now", "department_id")]
            about = and_(line.subject_type == "departments", line.subject_id == self.department_id)
            found.append(or_(about, *(_number(line, *path) == self.department_id for path in named)))
        if self.event:
            found.append(line.event == self.event)
        if self.since is not None:
            found.append(line.at >= self.since)
        if self.until is not None:
            found.append(line.at < self.until)
        return found


def _number(line: Any, *path: str) -> ColumnElement[int]:
    """A whole number among the details of a line: øre do not fit into the database's small ones, and may stand under the same name."""
    return cast(line.details[path].as_string(), BigInteger)


def page_of_people(
    municipality_id: int, narrowed: Narrowed, before_id: int | None = None, *, size: int = PAGE_SIZE, is_whole: bool = False
) -> Found[HistoryEntry]:
    """Up to ``size`` lines of what was done with a municipality's people, departments and roles, newest first, before ``before_id``.

    Each kind of subject is looked through from its own end of the index, and no further than a page; where the list is narrowed no further
    than LOOKED_THROUGH lines, unless the search ``is_whole``.
    """
    line, conditions, end = HistoryEntry, narrowed.conditions(), None

    def newest(subject_type: str, *more: ColumnElement[bool]) -> Select[int]:
        query = select(line.id).where(line.municipality_id == municipality_id, line.subject_type == subject_type, *more)
        if before_id is not None:
            query = query.where(line.id < before_id)
        return query.order_by(line.id.desc())

    if conditions and not is_whole:
        ends = (newest(subject_type).offset(LOOKED_THROUGH - 1).limit(1) for subject_type in OF_PEOPLE)
        end = max(db.session.scalars(union_all(*(select(one.subquery().c.id) for one in ends))), default=None)
        conditions += [line.id >= end] if end is not None else []
    of_roles = {"pools": [line.event.in_(ROLE_EVENTS)]}
    found = (newest(kind, *conditions, *of_roles.get(kind, ())).limit(size + 1) for kind in OF_PEOPLE)
    ids = union_all(*(select(one.subquery().c.id) for one in found))
    rows = db.session.scalars(select(line).where(line.id.in_(ids)).order_by(line.id.desc()).limit(size + 1)).all()
    return Found(rows[:size], rows[size - 1].id) if len(rows) > size else Found(rows, end, end is not None)


class AccessAsked(NamedTuple):
    """What the access log is narrowed by. None and empty text narrow nothing; ``until`` itself is not part of the period."""

    people: Collection[int] | None = None
    kind: str = ""
    address: str = ""
    since: datetime | None = None
    until: datetime | None = None


def page_of_access(
    municipality_id: int, asked: AccessAsked, before_id: int | None = None, *, with_nobodys: bool = False, size: int = PAGE_SIZE,
    is_whole: bool = False,
) -> Found[AccessLine]:  # fmt: skip
    """Up to ``size`` lines of a municipality's access log, newest first, before ``before_id``; ``is_whole``: however far that is.

    ``with_nobodys``: also those of a name that nobody has, which belong to no municipality.
    """
    line = AccessLine
    owned = [line.municipality_id == municipality_id, *([line.municipality_id.is_(None)] if with_nobodys else [])]
    if asked == AccessAsked():
        query = select(line).where(or_(*owned), *([line.id < before_id] if before_id is not None else []))
        rows = db.session.scalars(query.order_by(line.id.desc()).limit(size + 1)).all()
        return Found(rows[:size], rows[size - 1].id) if len(rows) > size else Found(rows)
    wanted = [Asked(or_(*owned))]
    if asked.people is not None:
        wanted.append(Asked(line.user_id.in_(asked.people), select(line.id).where(line.user_id.in_(asked.people))))
    if asked.kind:
        of_kind = (select(line.id).where(one, line.kind == asked.kind) for one in owned)
        wanted.append(Asked(line.kind == asked.kind, select(union_all(*of_kind).subquery().c.id)))
    if asked.address:
        wanted.append(Asked(line.address == asked.address))
    period = [*([line.at >= asked.since] if asked.since else []), *([line.at < asked.until] if asked.until else [])]
    listed = Listed(line, line.at, line.id)
    return search(select(line), listed, wanted, within=period, before=before_id, size=size, is_whole=is_whole)


def actor_ids(lines: Iterable[HistoryEntry]) -> set[int]:
    """The ids of the people behind these lines, for one question about their names."""
    return {line.actor_id for line in lines if line.actor_id is not None}
