"""The roles of domain.md §11, as plain data."""

from enum import StrEnum


class Role(StrEnum):
    """What a person may be in a pool. A person can hold several, in several pools."""

    APPLICANT = "applicant"
    LEADER = "leader"
    ADVISER = "adviser"
    MEMBER = "member"
    CHAIR = "chair"
    DECIDER = "decider"
    COORDINATOR = "coordinator"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


CONFIRMED = frozenset({Role.FINANCE, Role.CHAIR, Role.DECIDER, Role.AUDITOR, Role.ADMINISTRATOR})
"""Whoever holds one of these could misuse much: one administrator gives it, another person confirms it, and nobody else sees the link of
who holds or awaits one (domain.md §11)."""
