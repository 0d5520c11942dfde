"""What has become of a mail, as message ids."""

import re

from fundbank.errors import N_
from fundbank.outbox.rules import UNUSABLE
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
    "meeting": N_("Letting the decisions of a meeting of %(what)s be known"),
    "pay": N_("Posting an approved payment to “%(what)s”"),
    "call": N_("Closing the call for needs “%(what)s”"),
    "remind": N_("The day's reminders in %(what)s"),
    "decision": N_("Telling of the decision about “%(what)s”"),
    "day_mail": N_("The day's mail to %(what)s"),
    "scan": N_("Asking the virus scanner about “%(what)s”"),
}
"""Kinds of jobs, with what each is about."""

_SERVER_SAYS = re.compile(r"[45]\d\d ")


def what_failed(error: str) -> str:
    """What is said to people of a mail's fault, as a message id. Only what the mail server itself has said is repeated."""
    if _SERVER_SAYS.match(error):
        return N_("The mail server said: %(said)s")
    return N_("No mail can be sent to this address.") if error.startswith(UNUSABLE) else N_("The mail server could not be used.")
