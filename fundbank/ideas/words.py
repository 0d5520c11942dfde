"""What the states of an idea are called."""

from fundbank.errors import N_
from fundbank.ideas.states import State

STATES = {State.IDEA: N_("Idea"), State.APPLIED: N_("Became an application"), State.WITHDRAWN: N_("Withdrawn")}
TONES = {State.IDEA: "info", State.APPLIED: "success", State.WITHDRAWN: ""}
