"""The way of an idea and of a call, as plain data."""

from enum import StrEnum


class State(StrEnum):
    """Where an idea is."""

    IDEA = "idea"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class CallState(StrEnum):
    """Where a call for development needs is. One that is closed is opened again by a later deadline."""

    OPEN = "open"
    CLOSED = "closed"


TRANSITIONS: dict[str, frozenset[str]] = {State.IDEA: frozenset({State.APPLIED, State.WITHDRAWN})}
CALL_TRANSITIONS: dict[str, frozenset[str]] = {
    CallState.OPEN: frozenset({CallState.CLOSED}),
    CallState.CLOSED: frozenset({CallState.OPEN}),
}
