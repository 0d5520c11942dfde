"""What can become of a mail, as plain data."""

from enum import StrEnum


class State(StrEnum):
    WAITING = "waiting"  # to be sent
    SENT = "sent"
    FAILED = "failed"  # tried for days, or refused for good
    HELD = "held"  # no mail server was set when it was written: it is read in the outbox, and never sent
    WITHDRAWN = "withdrawn"  # a newer one says it
    FOR_THE_DAY = "for_day"  # waits for the day's mail
    GATHERED = "gathered"  # stands in the day's mail


UNSENT = (State.WAITING, State.FAILED, State.FOR_THE_DAY)
