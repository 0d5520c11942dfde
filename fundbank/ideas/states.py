"""The way of an idea and of a call, as plain data."""

from enum import StrEnum


class State(StrEnum):
    """Where an idea is."""

    IDEA = "idea"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class CallState(StrEnum):
    """Where a call for development needs is. One that is closed, or was withdrawn as a mistake, can be opened again."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[str, frozenset[str]] = {
    State.IDEA: frozenset({State.APPLIED, State.WITHDRAWN}),
    State.WITHDRAWN: frozenset({State.IDEA}),
}
CALL_TRANSITIONS: dict[str, frozenset[str]] = {
    CallState.OPEN: frozenset({CallState.CLOSED, CallState.WITHDRAWN}),
    CallState.CLOSED: frozenset({CallState.OPEN}),
    CallState.WITHDRAWN: frozenset({CallState.OPEN}),
}
