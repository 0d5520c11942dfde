"""Every question about calls for development needs, and about what departments answer."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from fundbank.extensions import db
from fundbank.history.models import HistoryEntry
from fundbank.ideas.models import Call, Idea, LetIn, Need, NoNeeds
from fundbank.ideas.rules import is_running, place
from fundbank.ideas.states import CallState, State
from fundbank.kit.columns import among
from fundbank.kit.keyset import SHOWN, Part, part_of
from fundbank.people.models import Department, User
from fundbank.people.queries import departments
from fundbank.pools.models import Pool
from fundbank.pools.queries import people_with
from fundbank.pools.rights import Right

_LATER, _AGAIN = aliased(LetIn), aliased(NoNeeds)
COUNTS = LetIn.id.in_(select(func.max(_LATER.id)).group_by(_LATER.call_id, _LATER.department_id))
"""Of the days until which a department was let in the last one that was said counts."""
SAID_LAST = NoNeeds.id.in_(select(func.max(_AGAIN.id)).group_by(_AGAIN.call_id, _AGAIN.department_id))
"""Of what a department says of having no needs the last counts too."""


class Standing(NamedTuple):
    """How far one department is: how many needs it has sent, whether it has said that it has none, and until when it was let in."""

    department: Department
    sent: int = 0
    said_none: bool = False
    until: date | None = None

    @property
    def has_answered(self) -> bool:
        """Has it sent a need, or said that it has none?"""
        return self.sent > 0 or self.said_none


class Withdrawn(NamedTuple):
    """A need that was sent and then withdrawn: when, by whom and why."""

    idea: Idea
    at: datetime
    by: str
    reason: str


def call(call_id: int, *, municipality_id: int) -> Call | None:
    """The municipality's call with this id, if there is one."""
    query = select(Call).options(joinedload(Call.pool)).join(Pool, Pool.id == Call.pool_id)
    return db.session.scalar(query.where(Call.id == call_id, Pool.municipality_id == municipality_id))


def calls_by_id(ids: Collection[int]) -> dict[int, Call]:
    """These calls, by id."""
    return {one.id: one for one in db.session.scalars(select(Call).where(Call.id.in_(ids)))} if ids else {}


def part_of_calls(pool_id: int, *, after: int = 0) -> Part[Call]:
    """The pool's calls, the newest first: a part of them after the one with the id ``after``."""
    query = select(Call).where(Call.pool_id == pool_id)
    if after:
        query = query.where(Call.id < after)
    found: Sequence[Call] = db.session.scalars(query.order_by(Call.id.desc()).limit(SHOWN + 1)).all()
    return part_of(found, key=lambda one: one.id, most=SHOWN)


def open_call_of(pool_id: int, but_for: int | None = None) -> Call | None:
    """The call of the pool that is open, ``but_for`` one; of several, from before there was only one, the first."""
    return next((one for one in open_calls(pool_id) if one.id != but_for), None)


def open_calls(pool_id: int) -> Sequence[Call]:
    """Those that departments can answer, the most urgent first."""
    query = select(Call).where(Call.pool_id == pool_id, Call.state == CallState.OPEN)
    return db.session.scalars(query.order_by(Call.due_on, Call.id)).all()


def running_calls(pool_id: int, today: date, until: date) -> Sequence[Call]:
    """Those whose deadline comes by the day ``until``, or for which a department has been let in late."""
    late = and_(Call.state != CallState.WITHDRAWN, Call.id.in_(select(LetIn.call_id).where(LetIn.until >= today, COUNTS)))
    runs = and_(Call.state == CallState.OPEN, Call.due_on >= today, Call.due_on <= until)
    return db.session.scalars(select(Call).where(Call.pool_id == pool_id, or_(runs, late)).order_by(Call.id)).all()


def calls_to_close(today: date) -> Sequence[tuple[int, int]]:
    """The open calls whose last day is over, each with its municipality."""
    query = select(Call.id, Pool.municipality_id).join(Pool, Pool.id == Call.pool_id)
    found = db.session.execute(query.where(Call.state == CallState.OPEN, Call.due_on < today).order_by(Call.id))
    return [(number, owner) for number, owner in found]


def is_answered(call: Call) -> bool:
    """Has anybody written a need, sent or not?"""
    return db.session.scalar(select(Need.id).where(Need.call_id == call.id).limit(1)) is not None


def is_sent(call: Call) -> bool:
    """Has any department sent a need?"""
    return db.session.scalar(select(Need.id).where(Need.call_id == call.id, Need.sent_at.is_not(None)).limit(1)) is not None


def answering(call: Call, units: Iterable[Department], today: date) -> list[Department]:
    """Those of these departments that may still answer, by the call's day or, let in late, by their own; none a call that was withdrawn."""
    runs = is_running(call.is_open, call.due_on, today)
    late = {} if runs or call.is_withdrawn else let_in_until(call)
    return [unit for unit in units if unit.is_active and (runs or (unit.id in late and today <= late[unit.id]))]


def can_be_answered(call: Call, department: Department, today: date) -> bool:
    """The same of one department."""
    return bool(answering(call, [department], today))


def let_in_until(call: Call) -> dict[int, date]:
    """The last day of each department that was let in late, by its id."""
    query = select(LetIn.department_id, LetIn.until).where(LetIn.call_id == call.id, COUNTS)
    return {unit_id: until for unit_id, until in db.session.execute(query)}


def said_none(call: Call) -> set[int]:
    """The ids of the departments that have said that they have no needs, and have not taken it back."""
    return set(db.session.scalars(select(NoNeeds.department_id).where(NoNeeds.call_id == call.id, NoNeeds.has_none, SAID_LAST)))


def needs_sent(call: Call) -> Sequence[Idea]:
    """What departments have sent and not withdrawn, in the order in which it was written."""
    query = select(Idea).join(Need, Need.idea_id == Idea.id).where(Need.call_id == call.id, Need.sent_at.is_not(None))
    return db.session.scalars(query.where(among(Idea.state, (State.IDEA, State.APPLIED))).order_by(Idea.id)).all()


def needs_withdrawn(call: Call) -> list[Withdrawn]:
    """What departments have sent and then withdrawn, in the order in which they did."""
    lines = select(func.max(HistoryEntry.id)).where(
        HistoryEntry.subject_type == Idea.__tablename__, HistoryEntry.subject_id == Idea.id, HistoryEntry.event == "idea_withdrawn"
    )  # of one that was taken up again the last
    of_it = HistoryEntry.id == lines.correlate(Idea).scalar_subquery()
    query = select(Idea, HistoryEntry.at, User.name, HistoryEntry.reason).join(Need, Need.idea_id == Idea.id).join(HistoryEntry, of_it)
    query = query.join(User, User.id == HistoryEntry.actor_id).where(Need.call_id == call.id, Need.sent_at.is_not(None))
    return [Withdrawn(*row) for row in db.session.execute(query.where(Idea.state == State.WITHDRAWN).order_by(HistoryEntry.id))]


def needs_half_done(call: Call) -> Sequence[Idea]:
    """What departments have written and not sent, in the order in which it was written: each its own department's alone."""
    query = select(Idea).join(Need, Need.idea_id == Idea.id).where(Need.call_id == call.id, Need.sent_at.is_(None))
    return db.session.scalars(query.where(Idea.state == State.IDEA).order_by(Idea.id)).all()


def needs_in_order(call: Call, order: str) -> list[Idea]:
    """The same in one of the orders of ``rules.ORDERS``, by importance for any other."""

    def key(idea: Idea) -> tuple[Any, ...]:
        importance, invested = (idea.need.importance, idea.need.invested_ore) if idea.need else (None, 0)
        return place(order, importance, idea.department.sort_key, invested, idea.id)

    return sorted(needs_sent(call), key=key)


def needs_within(call: Call, path: str) -> Sequence[Idea]:
    """What the unit at ``path`` and those below it have written, sent or not, in the order in which it was written."""
    query = select(Idea).join(Need, Need.idea_id == Idea.id).join(Department, Department.id == Idea.department_id)
    query = query.where(Need.call_id == call.id, Department.path.startswith(path, autoescape=True))
    return db.session.scalars(query.order_by(Idea.id)).all()


def standings(call: Call) -> list[Standing]:
    """How far each department is that is asked, or has answered all the same, in the order of the tree.

    Asked are the open departments in which somebody writes applications: those of a unit above can answer for others too.
    """
    sent = Counter(idea.department_id for idea in needs_sent(call))
    none, until = said_none(call), let_in_until(call)
    asked = {person.department_id for person in people_with(call.pool, Right.APPLICATION_WRITE)}
    return [
        Standing(unit, sent[unit.id], unit.id in none, until.get(unit.id))
        for unit in departments(municipality_id=call.municipality_id)
        if (unit.is_active and unit.id in asked) or sent[unit.id] or unit.id in none or unit.id in until
    ]


def without_writers(pool: Pool) -> list[Department]:
    """The open departments for which nobody writes in the pool, neither their own people nor those of a unit above."""
    writing = {person.department_id: person.department for person in people_with(pool, Right.APPLICATION_WRITE)}.values()
    units = departments(municipality_id=pool.municipality_id)
    return [unit for unit in units if unit.is_active and not any(unit.is_within(one) for one in writing)]
