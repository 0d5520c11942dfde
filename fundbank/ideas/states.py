"""The way of an idea, as plain data."""

from enum import StrEnum


class State(StrEnum):
    """Where an idea is."""

    IDEA = "idea"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[str, frozenset[str]] = {State.IDEA: frozenset({State.APPLIED, State.WITHDRAWN})}
