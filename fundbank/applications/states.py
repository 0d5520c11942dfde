"""The way of an application, as plain data (domain.md §4)."""

from enum import StrEnum


class State(StrEnum):
    """Where an application is."""

    DRAFT = "draft"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    READY = "ready"
    RETURNED = "returned"
    DEFERRED = "deferred"
    AWARDED = "awarded"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


TRANSITIONS: dict[str, frozenset[str]] = {
    State.DRAFT: frozenset({State.SIGNED, State.WITHDRAWN}),
    State.SIGNED: frozenset({State.DRAFT, State.SUBMITTED, State.WITHDRAWN}),
    State.SUBMITTED: frozenset({State.READY, State.RETURNED, State.WITHDRAWN}),
    State.READY: frozenset({State.AWARDED, State.REJECTED, State.DEFERRED, State.RETURNED, State.WITHDRAWN}),
    State.DEFERRED: frozenset({State.AWARDED, State.REJECTED, State.DEFERRED, State.RETURNED, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.SIGNED, State.WITHDRAWN}),
}

EDITABLE = frozenset({State.DRAFT, State.SIGNED, State.RETURNED})
SIGNABLE = frozenset({State.DRAFT, State.RETURNED})
HANDED_IN = frozenset({State.SUBMITTED, State.READY, State.DEFERRED})
ON_THE_WAY = EDITABLE | HANDED_IN
DECIDABLE = frozenset({State.READY, State.DEFERRED})
DECIDED = frozenset({State.AWARDED, State.REJECTED})
ENDED = DECIDED | {State.WITHDRAWN}
WITHDRAWABLE = frozenset(state for state, ways in TRANSITIONS.items() if State.WITHDRAWN in ways)
