"""What the states of an idea and of a call are called."""

from fundbank.errors import N_
from fundbank.ideas.states import CallState, State

STATES = {State.IDEA: N_("Idea"), State.APPLIED: N_("Became an application"), State.WITHDRAWN: N_("Withdrawn")}
TONES = {State.IDEA: "info", State.APPLIED: "success", State.WITHDRAWN: ""}

CALL_STATES = {CallState.OPEN: N_("Open"), CallState.CLOSED: N_("Closed"), CallState.WITHDRAWN: N_("Withdrawn")}
CALL_TONES = {CallState.OPEN: "info", CallState.CLOSED: "", CallState.WITHDRAWN: ""}

LATE = {"sent": N_("Sent after closing"), "changed": N_("Changed after closing")}

IMPORTANCES = {
    5: N_("5: most important"),
    4: N_("4"),
    3: N_("3"),
    2: N_("2"),
    1: N_("1: least important"),
}
