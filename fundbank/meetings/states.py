"""The life of a meeting and the outcomes of a decision, as plain data (domain.md §4)."""

from enum import StrEnum


class State(StrEnum):
    """A meeting is planned, then open on its day, then closed; or cancelled while it is planned."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


ENDED = (State.CLOSED, State.CANCELLED)

TRANSITIONS: dict[str, frozenset[str]] = {
    State.PLANNED: frozenset({State.OPEN, State.CANCELLED}),
    State.OPEN: frozenset({State.CLOSED}),
}


class Kind(StrEnum):
    """What an item of the agenda is that is no application."""

    DECISION = "decision"
    FOLLOW_UP = "follow_up"
    INFORMATION = "information"


class Outcome(StrEnum):
    """What the forum decided on an application."""

    APPROVE = "approve"
    REJECT = "reject"
    DEFER = "defer"
    RETURN = "return"


OUTCOME_STATES: dict[str, str] = {
    Outcome.APPROVE: "awarded",
    Outcome.REJECT: "rejected",
    Outcome.DEFER: "deferred",
    Outcome.RETURN: "returned",
}


class Tie(StrEnum):
    """What holds between two applications on an agenda: not both of them, or the first only if the second."""

    NOT_BOTH = "not_both"
    ONLY_IF = "only_if"


OUTCOME_EVENTS: dict[str, str] = {
    Outcome.APPROVE: "approved",
    Outcome.REJECT: "rejected",
    Outcome.DEFER: "deferred",
    Outcome.RETURN: "returned_by_forum",
}
"""What the history calls it, once it is known."""


class Action(StrEnum):
    """What the forum does with a loan that is not repaid at the end of its term (domain.md §8)."""

    EXTEND = "extend"
    WRITE_OFF = "write_off"
    CONVERT = "convert"


CANCELLATION = "cancel"
ON_AWARDS = (*Action, CANCELLATION)
"""What a meeting decides on an award that there is already."""


class PendingState(StrEnum):
    """Where a decision is that was recorded in a meeting: it stands, and is known, when the meeting is closed (domain.md §4)."""

    STANDING = "standing"
    TAKEN_BACK = "taken_back"  # by the chair, while the meeting was open
    RELEASED = "released"
    LAPSED = "lapsed"  # what it was about had changed before anybody could know
    REFUSED = "refused"  # by a decider, where the forum only recommends


class RevisionState(StrEnum):
    """Where a revised business case is that needs the forum's consent. What is granted takes effect when the meeting is closed."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    REPLACED = "replaced"


CONSENTS = (RevisionState.GRANTED, RevisionState.REFUSED)

ASKS_A_WORD = (Outcome.APPROVE, Outcome.REJECT, *ON_AWARDS)
"""What a decider approves or not where the forum only recommends: what binds money, or ends an application. What is put off or sent back
promises nobody anything."""
