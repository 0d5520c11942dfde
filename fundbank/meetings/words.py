"""The words for meetings, outcomes and settlements, as message ids."""

from typing import Any

from fundbank.errors import N_
from fundbank.meetings.rules import LAST
from fundbank.meetings.states import CANCELLATION, Action, Kind, Outcome, RevisionState, State, Tie
from fundbank.proposals.rules import Aim

STATES = {State.PLANNED: N_("Planned"), State.OPEN: N_("Open now"), State.CLOSED: N_("Closed"), State.CANCELLED: N_("Cancelled")}
TONES = {State.PLANNED: "info", State.OPEN: "success", State.CLOSED: "", State.CANCELLED: "error"}
NOT_HELD = N_("Not held")

WEEKS = {
    1: N_("The first in the month"),
    2: N_("The second in the month"),
    3: N_("The third in the month"),
    4: N_("The fourth in the month"),
    LAST: N_("The last in the month"),
}

RHYTHMS = {
    1: N_("The forum meets on the first %(weekday)s of the month"),
    2: N_("The forum meets on the second %(weekday)s of the month"),
    3: N_("The forum meets on the third %(weekday)s of the month"),
    4: N_("The forum meets on the fourth %(weekday)s of the month"),
    LAST: N_("The forum meets on the last %(weekday)s of the month"),
}
"""The rule of a pool, by its week."""

KINDS = {
    Kind.DECISION: N_("For decision"),
    Kind.FOLLOW_UP: N_("For follow-up"),
    Kind.INFORMATION: N_("For information"),
}

OUTCOMES = {
    Outcome.APPROVE: N_("Approve: the pool promises the money"),
    Outcome.REJECT: N_("Reject"),
    Outcome.DEFER: N_("Defer: it comes back to a later meeting"),
    Outcome.RETURN: N_("Return with questions: the department answers and submits again"),
}
OUTCOMES_DONE = {
    Outcome.APPROVE: N_("Approved"),
    Outcome.REJECT: N_("Rejected"),
    Outcome.DEFER: N_("Deferred"),
    Outcome.RETURN: N_("Returned with questions"),
}
OUTCOME_TONES = {Outcome.APPROVE: "success", Outcome.REJECT: "error", Outcome.DEFER: "warning", Outcome.RETURN: "warning"}

ACTIONS = {
    Action.EXTEND: N_("Extend the loan by more years"),
    Action.WRITE_OFF: N_("Write off the rest"),
    Action.CONVERT: N_("Turn the rest into a grant"),
}
ACTIONS_DONE = {
    Action.EXTEND: N_("Extended by more years"),
    Action.WRITE_OFF: N_("Written off"),
    Action.CONVERT: N_("Turned into a grant"),
}
PENDING: dict[Any, str] = {**OUTCOMES_DONE, **ACTIONS_DONE, CANCELLATION: N_("Award given up")}
PENDING_TONES: dict[Any, str] = {**OUTCOME_TONES, **dict.fromkeys((*Action, CANCELLATION), "info")}

CONSENTS = {
    RevisionState.GRANTED: N_("The forum consents: the revision takes effect when the meeting is closed"),
    RevisionState.REFUSED: N_("The forum refuses: the business case stands as it is"),
}
REVISIONS = {
    RevisionState.WAITING: N_("Waits for the forum's consent"),
    RevisionState.GRANTED: N_("The forum consented"),
    RevisionState.REFUSED: N_("The forum refused"),
    RevisionState.REPLACED: N_("Replaced by a newer revision"),
}
REVISION_TONES = {RevisionState.WAITING: "info", RevisionState.GRANTED: "success", RevisionState.REFUSED: "error"}

TIES = {
    Tie.NOT_BOTH: N_("Not both"),
    Tie.ONLY_IF: N_("The first only if the second"),
}

AIMS = {
    Aim.LEAST_MONEY: N_("least money"),
    Aim.MOST_PROJECTS: N_("most projects"),
    Aim.MOST_DEPARTMENTS: N_("most departments"),
}
