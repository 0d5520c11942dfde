"""What an annex is, in codes and their words; and which lines of the history tell of annexes."""

from fundbank.errors import N_

PURPOSES = {
    "offer": N_("Quote"),
    "drawing": N_("Drawing"),
    "minutes": N_("Minutes"),
    "other": N_("Something else"),
}
"""In the order in which they are offered."""

EVENTS = frozenset({"file_attached", "file_taken_away", "file_infected"})
"""What a department attaches is its own until it is handed in: so are these lines (domain.md §4)."""
