"""The life of an award and of a disbursement, as plain data (domain.md §4)."""

from enum import StrEnum


class State(StrEnum):
    """Where an award is."""

    OFFERED = "offered"
    DECLINED = "declined"  # the department does not take the offer
    AGREED = "agreed"
    CANCELLED = "cancelled"  # given up before anything was paid
    ACTIVE = "active"
    REALISING = "realising"
    CLOSED = "closed"


TRANSITIONS: dict[str, frozenset[str]] = {
    State.OFFERED: frozenset({State.AGREED, State.DECLINED}),
    State.AGREED: frozenset({State.ACTIVE, State.CANCELLED}),
    State.ACTIVE: frozenset({State.REALISING, State.CLOSED}),
    State.REALISING: frozenset({State.CLOSED}),
}

PAYABLE = frozenset({State.AGREED, State.ACTIVE, State.REALISING})
PAID_OUT = frozenset({State.ACTIVE, State.REALISING})
GIVEN_UP = frozenset({State.DECLINED, State.CANCELLED})
OVER = GIVEN_UP | {State.CLOSED}


class DisbursementState(StrEnum):
    """A disbursement waits for a second pair of eyes, and then for its day (domain.md §7)."""

    REGISTERED = "registered"
    APPROVED = "approved"  # for a day to come: nothing is posted yet
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # approved, and taken back before it was posted


DISBURSEMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    DisbursementState.REGISTERED: frozenset({DisbursementState.APPROVED, DisbursementState.PAID, DisbursementState.REFUSED}),
    DisbursementState.APPROVED: frozenset({DisbursementState.PAID, DisbursementState.WITHDRAWN}),
}

NOT_POSTED = frozenset({DisbursementState.REGISTERED, DisbursementState.APPROVED})
