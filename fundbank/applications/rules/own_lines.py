"""Which lines of the history are the department's own: they tell of what it writes and has not handed in (domain.md §4)."""

from fundbank.applications.rules.annexes import EVENTS

OWN_LINES = EVENTS | {"sent_to_signature", "recalled_from_signature", "sending_lapsed"}
