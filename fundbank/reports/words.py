"""The words of the papers for states, outcomes and terms, as message ids."""

from fundbank.applications.states import State as ApplicationState
from fundbank.awards.states import State as AwardState
from fundbank.errors import N_
from fundbank.meetings.states import Action, Outcome
from fundbank.meetings.states import State as MeetingState

APPLICATION_STATES = {
    ApplicationState.DRAFT: N_("Draft"),
    ApplicationState.SIGNED: N_("Signed"),
    ApplicationState.SUBMITTED: N_("Submitted"),
    ApplicationState.READY: N_("Ready for the forum"),
    ApplicationState.RETURNED: N_("Sent back"),
    ApplicationState.DEFERRED: N_("Deferred"),
    ApplicationState.AWARDED: N_("Approved"),
    ApplicationState.REJECTED: N_("Rejected"),
    ApplicationState.WITHDRAWN: N_("Withdrawn"),
}
AWARD_STATES = {
    AwardState.OFFERED: N_("Offered"),
    AwardState.AGREED: N_("Accepted"),
    AwardState.ACTIVE: N_("Being paid out"),
    AwardState.REALISING: N_("Gains coming in"),
    AwardState.CLOSED: N_("Closed"),
}
MEETING_STATES = {
    MeetingState.PLANNED: N_("Planned"),
    MeetingState.OPEN: N_("Open"),
    MeetingState.CLOSED: N_("Closed"),
}
STATES = {"applications": APPLICATION_STATES, "awards": AWARD_STATES, "meetings": MEETING_STATES}
OUTCOMES = {
    Outcome.APPROVE: N_("Approved"),
    Outcome.REJECT: N_("Rejected"),
    Outcome.DEFER: N_("Deferred to a later meeting"),
    Outcome.RETURN: N_("Sent back with questions"),
}
ACTIONS = {
    Action.EXTEND: N_("The loan gets more years"),
    Action.WRITE_OFF: N_("What is outstanding is written off"),
    Action.CONVERT: N_("What is outstanding becomes a grant"),
}
BASES = {"realised": N_("Measured and verified gains"), "planned": N_("The gains planned in the business case")}
