"""The life of an award and of a disbursement, as plain data (domain.md §4)."""

from enum import StrEnum


class State(StrEnum):
    """Where an award is. Of one that is decided or taken back nobody learns outside the forum's room (domain.md §4)."""

    DECIDED = "decided"  # in a meeting that is still open: its money is reserved
    TAKEN_BACK = "taken_back"  # by the chair before the meeting was closed
    OFFERED = "offered"
    DECLINED = "declined"  # the department does not take the offer
    AGREED = "agreed"
    CANCELLED = "cancelled"  # given up before anything was paid
    ACTIVE = "active"
    REALISING = "realising"
    CLOSED = "closed"


TRANSITIONS: dict[str, frozenset[str]] = {
    State.DECIDED: frozenset({State.OFFERED, State.TAKEN_BACK}),
    State.OFFERED: frozenset({State.AGREED, State.DECLINED}),
    State.AGREED: frozenset({State.ACTIVE, State.CANCELLED}),
    State.ACTIVE: frozenset({State.REALISING, State.CLOSED}),
    State.REALISING: frozenset({State.CLOSED}),
}

PAYABLE = frozenset({State.AGREED, State.ACTIVE, State.REALISING})
PAID_OUT = frozenset({State.ACTIVE, State.REALISING})
GIVEN_UP = frozenset({State.DECLINED, State.CANCELLED, State.TAKEN_BACK})
IN_THE_ROOM = frozenset({State.DECIDED, State.TAKEN_BACK})
OVER = GIVEN_UP | {State.CLOSED}
FOLLOWED_UP = frozenset(State) - GIVEN_UP - IN_THE_ROOM  # also what is closed: its promise is looked at later


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
