"""The advisers' six checks (domain.md §3), what comes of each, and when their answer is due."""

from datetime import date, timedelta
from enum import StrEnum

from fundbank.errors import N_

ADVICE_LENGTH = 2_000
"""As many characters has what is asked, and each thing that is said, at most."""
USUAL_DAYS = 7
"""So many days have the advisers where the rules give no time of their own (domain.md §3: within a week)."""


class Found(StrEnum):
    """What an adviser found of one check."""

    IN_ORDER = "in_order"
    NOT_IN_ORDER = "not_in_order"
    NOT_RELEVANT = "not_relevant"


FOUND = {Found.IN_ORDER: N_("In order"), Found.NOT_IN_ORDER: N_("Not in order"), Found.NOT_RELEVANT: N_("Not relevant here")}
TONES = {Found.IN_ORDER: "success", Found.NOT_IN_ORDER: "error", Found.NOT_RELEVANT: ""}


def due_on(asked_on: date, screening_days: int | None) -> date:
    """The last day for advice: the rules' time for the experts, or a week."""
    return asked_on + timedelta(days=USUAL_DAYS if screening_days is None else screening_days)
