"""What an award waits for next: the most pressing thing, who has it, and by when."""

from datetime import date

import pytest

from fundbank.awards.rules import Standing, next_step
from fundbank.awards.states import State

TODAY = date(2026, 3, 1)
BEFORE, AFTER = date(2026, 2, 28), date(2026, 3, 31)


@pytest.mark.parametrize(
    ("standing", "who", "words", "by", "from_", "is_late"),
    [
        (Standing(State.CLOSED), None, "closed", None, None, False),
        (Standing(State.OFFERED, reserved_ore=1), "leader", "accepts", None, None, False),
        (Standing(State.AGREED, reserved_ore=1), "finance", "first disbursement", None, None, False),
        (Standing(State.AGREED, reserved_ore=1, waiting_on=AFTER), "other_finance", "approved or refused", AFTER, None, False),
        (Standing(State.AGREED, reserved_ore=1, waiting_on=BEFORE), "other_finance", "approved or refused", BEFORE, None, True),
        (Standing(State.REALISING, outstanding_ore=1, settlement_asked=True, unpaid_on=BEFORE), "forum", "decides", None, None, False),
        (Standing(State.REALISING, outstanding_ore=1, unpaid_on=BEFORE, unverified=True), "departments", "overdue", BEFORE, None, True),
        (Standing(State.REALISING, outstanding_ore=1, unpaid_on=TODAY), "departments", "is paid", TODAY, None, False),
        (Standing(State.REALISING, outstanding_ore=1, unverified=True, claim_year=2025), "finance", "verified", None, None, False),
        (Standing(State.ACTIVE, outstanding_ore=1, missing_year=2025), "leader", "is reported", None, date(2026, 1, 1), False),
        (Standing(State.REALISING, outstanding_ore=1, claim_year=2025), "finance", "is made", None, None, False),
        (Standing(State.ACTIVE, reserved_ore=1, outstanding_ore=1), "finance", "released", None, None, False),
        (Standing(State.ACTIVE, outstanding_ore=1, coming_year=2026), "leader", "when the year is over", None, date(2027, 1, 1), False),
        (Standing(State.REALISING), "coordinator", "closes the award.", None, None, False),
        (Standing(State.ACTIVE, report_due=True), "coordinator", "report", None, None, False),
    ],
)
def test_the_most_pressing_thing(standing, who, words, by, from_, is_late):
    step = next_step(standing, TODAY)
    assert words in step.sentence
    assert (step.who, step.by, step.from_, step.is_late) == (who, by, from_, is_late)
