"""Who may read and write an idea: it is its department's, and those who screen applications can help with it."""

from typing import NamedTuple

from fundbank.applications.permissions import writes_for
from fundbank.ideas.models import Call, Idea
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right

EVERYBODYS = (Right.APPLICATION_SCREEN, Right.DRAFTS_READ)
"""Coordinator and advisers, and auditors, read the ideas of all departments, and of answers to a call those that were sent."""


class Scope(NamedTuple):
    """Whose ideas somebody sees: those of the unit at ``path`` and of the units below it (None: of no unit), and everybody's or not."""

    path: str | None
    everybodys: bool


def can_see_ideas(person: User, pool: Pool) -> bool:
    """The departments' people their own, coordinator, advisers and auditors all."""
    return holds(person, pool, Right.OWN_READ, *EVERYBODYS)


def visible_ideas(person: User, pool: Pool) -> Scope | None:
    """What the person sees in the list of the pool's ideas, by the same rule as ``can_see_idea``; None for nothing at all."""
    if not can_see_ideas(person, pool):
        return None
    return Scope(person.department.path if holds(person, pool, Right.OWN_READ) else None, holds(person, pool, *EVERYBODYS))


def can_see_idea(person: User, idea: Idea) -> bool:
    """Its department's people and those of the units above it; coordinator, advisers and auditors; of an answer to a call these once it was
    sent, and then the forum too, when the call is closed.
    """
    if holds(person, idea.pool, Right.OWN_READ) and idea.department.is_within(person.department):
        return True
    if idea.is_unsent:
        return False
    return holds(person, idea.pool, *EVERYBODYS) or (idea.need is not None and can_read_needs(person, idea.need.call))


def can_write_idea(person: User, idea: Idea) -> bool:
    """May the person change it, withdraw it, or apply with it?"""
    return writes_for(person, idea.pool, idea.department)


def can_see_calls(person: User, pool: Pool) -> bool:
    """The departments, who screens, the forum, finance and auditors."""
    return holds(person, pool, Right.OWN_READ, Right.SUBMITTED_READ, Right.DRAFTS_READ)


def can_see_call(person: User, call: Call) -> bool:
    """The same of one call: what it asks is no secret."""
    return can_see_calls(person, call.pool)


def can_open_calls(person: User, pool: Pool) -> bool:
    """The coordinator opens calls, changes and closes them, and lets departments in late."""
    return holds(person, pool, Right.MEETING_PLAN)


def can_read_needs(person: User, call: Call) -> bool:
    """Who reads all ideas reads what has been sent; the forum, its deciders and auditors do once the call is closed."""
    return holds(person, call.pool, *EVERYBODYS) or (call.is_closed and holds(person, call.pool, Right.RANKING_READ))
