"""Who may read and write an idea: it is its department's, and those who screen applications can help with it."""

from typing import NamedTuple

from fundbank.applications.permissions import writes_for
from fundbank.ideas.models import Idea
from fundbank.people.models import User
from fundbank.pools.models import Pool
from fundbank.pools.permissions import holds
from fundbank.pools.rights import Right

EVERYBODYS = (Right.APPLICATION_SCREEN, Right.DRAFTS_READ)
"""Coordinator and advisers, and auditors, read the ideas of all departments."""


class Scope(NamedTuple):
    """Whose ideas somebody sees: those of the unit at ``path`` and of the units below it; of all for None."""

    path: str | None


def can_see_ideas(person: User, pool: Pool) -> bool:
    """The departments' people their own, coordinator, advisers and auditors all."""
    return holds(person, pool, Right.OWN_READ, *EVERYBODYS)


def visible_ideas(person: User, pool: Pool) -> Scope | None:
    """What the person sees of the pool's ideas, by the same rule as ``can_see_idea``; None for nothing at all."""
    if holds(person, pool, *EVERYBODYS):
        return Scope(None)
    return Scope(person.department.path) if holds(person, pool, Right.OWN_READ) else None


def can_see_idea(person: User, idea: Idea) -> bool:
    """Its department's people and those of the units above it; coordinator, advisers and auditors."""
    if holds(person, idea.pool, *EVERYBODYS):
        return True
    return holds(person, idea.pool, Right.OWN_READ) and idea.department.is_within(person.department)


def can_write_idea(person: User, idea: Idea) -> bool:
    """May the person change it, withdraw it, or apply with it?"""
    return writes_for(person, idea.pool, idea.department)
