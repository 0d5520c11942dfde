"""What has become of a mail, as message ids."""

from fundbank.errors import N_
from fundbank.outbox.states import State

STATES = {
    State.WAITING: N_("Waits to be sent"),
    State.SENT: N_("Sent"),
    State.FAILED: N_("Could not be sent"),
    State.HELD: N_("Would have been sent"),
    State.WITHDRAWN: N_("Not sent: a newer one says it"),
    State.FOR_THE_DAY: N_("Waits for the day's mail"),
    State.GATHERED: N_("Sent in the day's mail"),
}

TONES = {State.SENT: "success", State.FAILED: "error", State.WAITING: "info", State.FOR_THE_DAY: "info"}

WORK = {
    "clean": N_("Cleaning up what is old"),
    "remind": N_("The day's reminders"),
    "decision": N_("Telling of a decision"),
    "day_mail": N_("Somebody's mail of the day"),
}
"""Kinds of jobs."""
