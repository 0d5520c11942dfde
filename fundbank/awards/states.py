"""The life of an award and of a disbursement, as plain data (domain.md §4)."""

from enum import StrEnum


class State(StrEnum):
    """Where an award is."""

    OFFERED = "offered"
    AGREED = "agreed"
    ACTIVE = "active"
    REALISING = "realising"
    CLOSED = "closed"


TRANSITIONS: dict[str, frozenset[str]] = {
    State.OFFERED: frozenset({State.AGREED}),
    State.AGREED: frozenset({State.ACTIVE}),
    State.ACTIVE: frozenset({State.REALISING, State.CLOSED}),
    State.REALISING: frozenset({State.CLOSED}),
}

PAYABLE = frozenset({State.AGREED, State.ACTIVE, State.REALISING})
PAID_OUT = frozenset({State.ACTIVE, State.REALISING})


class DisbursementState(StrEnum):
    """A disbursement waits for a second pair of eyes."""

    REGISTERED = "registered"
    APPROVED = "approved"
    REFUSED = "refused"


DISBURSEMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    DisbursementState.REGISTERED: frozenset({DisbursementState.APPROVED, DisbursementState.REFUSED}),
}
