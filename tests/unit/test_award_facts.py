"""What is asked of an award by its facts: one answer for every page, paper, work list and operation."""

from dataclasses import replace
from datetime import date

import pytest

from fundbank.awards.states import State
from fundbank.repayments.facts import AwardFacts, ClaimedLine, Unit, next_step

TODAY = date(2026, 3, 1)
BEFORE, AFTER = date(2026, 2, 28), date(2026, 3, 31)
X, Y = Unit(7, "X"), Unit(8, "Y")
BOTH_VERIFIED = {(2025, 7): True, (2025, 8): True}


def loan(**known) -> AwardFacts:
    """A loan from 2025 to 2027 that both departments share, of which 100.00 is outstanding."""
    usual = {
        "today": TODAY, "state": State.REALISING, "loan_ore": 10_000, "basis": "realised", "first_year": 2025, "years": 3, "units": (X, Y),
        "outstanding_ore": 10_000,
    }  # fmt: skip
    return AwardFacts(**{**usual, **known})


def line(year: int, ore: int, due_on: date = AFTER, unit: Unit = X) -> ClaimedLine:
    return ClaimedLine(year, year, year, unit.id, due_on, ore)


@pytest.mark.parametrize(
    ("facts", "words", "who", "by", "from_", "is_late"),
    [
        (loan(state=State.CLOSED, outstanding_ore=0, reports={(2025, 7): False}), "closed", None, None, None, False),
        (loan(state=State.OFFERED, outstanding_ore=0, reserved_ore=1), "must accept", "a leader of the department", None, None, False),
        (loan(state=State.AGREED, outstanding_ore=0, reserved_ore=1), "first disbursement", "finance", None, None, False),
        (
            loan(state=State.AGREED, outstanding_ore=0, reserved_ore=1, registered_ore=1, registered_on=AFTER),
            "approved or refused", "another person in finance", AFTER, None, False,
        ),
        (
            loan(state=State.AGREED, outstanding_ore=0, reserved_ore=1, registered_ore=1, registered_on=BEFORE),
            "approved or refused", "another person in finance", BEFORE, None, True,
        ),
        (
            loan(state=State.AGREED, outstanding_ore=0, reserved_ore=1, registered_ore=1, approved_on=TODAY),
            "on its day.", "finance", TODAY, None, False,
        ),
        (
            loan(state=State.AGREED, outstanding_ore=0, reserved_ore=2, registered_ore=2, registered_on=AFTER, approved_on=BEFORE),
            "was not made on its day", "finance", BEFORE, None, True,
        ),
        (loan(state=State.AGREED, outstanding_ore=0), "has been released", None, None, None, False),
        (loan(lines=(line(2027, 10_000, BEFORE),)), "forum must decide", None, None, None, False),
        (loan(lines=(line(2027, 10_000),)), "A claim must be paid.", "the departments", AFTER, None, False),
        (loan(lines=(line(2027, 9_999),)), "forum must decide", None, None, None, False),
        (loan(lines=(line(2025, 1, BEFORE),), reports=BOTH_VERIFIED), "overdue", "the departments", BEFORE, None, True),
        (loan(reports={(2025, 7): True, (2025, 8): False}), "verified", "finance", None, None, False),
        (loan(reports={(2025, 7): True}), "must be reported.", "a leader of the department", None, date(2026, 1, 1), False),
        (loan(reports=BOTH_VERIFIED), "must be made.", "finance", None, None, False),
        (loan(lines=(line(2025, 10_000, TODAY),), reports=BOTH_VERIFIED), "A claim must be paid.", "the departments", TODAY, None, False),
        (loan(lines=(line(2025, 0),), reports=BOTH_VERIFIED, reserved_ore=1), "released if", "finance", None, None, False),
        (
            loan(lines=(line(2025, 0),), reports=BOTH_VERIFIED),
            "when the year is over", "a leader of the department", None, date(2027, 1, 1), False,
        ),
        (loan(basis="planned"), "must be made.", "finance", None, None, False),
        (loan(basis="planned", lines=(line(2025, 0), line(2026, 0))), "when the year begins", "finance", None, date(2027, 1, 1), False),
        (loan(outstanding_ore=0), "must close the award.", "the coordinator", None, None, False),
    ],
)  # fmt: skip
def test_the_most_pressing_thing(facts, words, who, by, from_, is_late):
    step = next_step(facts, in_the_room=True)
    assert words in step.what
    assert (step.who, step.by, step.from_, step.is_late, step.is_forum) == (who, by, from_, is_late, "forum" in words)


def test_an_award_whose_rules_ask_for_a_report_is_closed_with_it():
    assert "knowledge-sharing report" in next_step(loan(outstanding_ore=0), in_the_room=True, with_report=True).what


def test_claims_that_follow_the_plan_wait_for_no_report():
    facts = loan(basis="planned")
    assert (facts.claimable_years, facts.years_to_claim, facts.missing_gains) == ([2025], [2025], [])


def test_claims_that_follow_what_is_measured_wait_for_every_departments_verified_gain():
    facts = loan(reports={(2025, 7): True, (2026, 7): True, (2026, 8): True})
    assert facts.claimable_years == facts.years_to_claim == []  # years are claimed in their order
    assert (facts.waiting_years, facts.years_held_up, facts.lacking(2025)) == ([2025, 2027], [2025], (Y,))
    assert facts.missing_gains == [(2025, Y)]


def test_where_everything_outstanding_is_claimed_nothing_more_is_asked_for_and_a_claim_is_still_no_fault():
    realised, planned = loan(lines=(line(2025, 10_000),), reports=BOTH_VERIFIED), loan(basis="planned", lines=(line(2025, 10_000),))
    for facts in (realised, planned):
        assert (facts.room_ore, facts.years_to_claim, facts.years_held_up, facts.missing_gains, facts.coming_year) == (0, [], [], [], None)
    assert planned.claimable_years == [2026]


def test_nothing_is_to_be_paid_of_a_loan_of_which_nothing_is_outstanding():
    facts = loan(outstanding_ore=0, lines=(line(2025, 100, BEFORE),))
    assert (facts.lines_to_pay, facts.overdue_lines, facts.can_be_closed) == ([], [], False)


def test_what_has_been_paid_too_much_leaves_room_and_keeps_the_award_open():
    too_much = ClaimedLine(1, 1, 2025, X.id, AFTER, 0, overpaid_ore=2_500)
    facts = loan(lines=(too_much, line(2026, 3_000)))
    assert (facts.room_ore, facts.unpaid_ore, facts.overpaid_ore) == (9_500, 3_000, 2_500)
    settled = loan(outstanding_ore=0, lines=(too_much,), reports=BOTH_VERIFIED)
    assert not settled.can_be_closed
    assert "set off against a claim to come, or refunded" in next_step(replace(settled, years=1), in_the_room=True).what


@pytest.mark.parametrize(
    ("lines", "may", "must"),
    [
        ((), True, False),
        ((line(2025, 1, BEFORE), line(2026, 0)), True, False),
        ((line(2027, 10_000),), True, False),
        ((line(2027, 10_000, TODAY),), True, False),
        ((line(2027, 10_000, BEFORE),), True, True),
        ((line(2027, 9_999),), True, True),
    ],
)
def test_the_forum_may_settle_at_any_time_and_must_once_the_term_has_ended_and_something_has_fallen_short(lines, may, must):
    facts = loan(lines=lines)
    assert (facts.can_be_settled, facts.asks_for_settlement) == (may, must)


@pytest.mark.parametrize(("state", "left"), [(State.OFFERED, 0), (State.AGREED, 60), (State.REALISING, 60), (State.CLOSED, 0)])
def test_what_can_be_registered_for_payment(state, left):
    facts = loan(state=state, reserved_ore=100, registered_ore=40, registered_on=TODAY)
    assert (facts.left_to_register_ore, facts.can_be_closed) == (left, False)


@pytest.mark.parametrize("days", [{"registered_on": BEFORE}, {"approved_on": BEFORE}, {"registered_on": BEFORE, "approved_on": BEFORE}])
def test_outside_the_room_a_late_payment_looks_like_one_that_waits_for_a_meeting(days):
    """And in the room what waits for a meeting is not late."""
    late = loan(state=State.AGREED, outstanding_ore=0, reserved_ore=1, registered_ore=1, **days)
    of_a_meeting = replace(late, awaits_closing=True)
    outside = next_step(late, in_the_room=False)
    assert outside == next_step(of_a_meeting, in_the_room=False)
    assert (outside.is_late, outside.by) == (False, None)
    inside = next_step(of_a_meeting, in_the_room=True)
    assert (inside.is_late, inside.is_forum) == (False, True) and "becomes known" in inside.what
    assert next_step(late, in_the_room=True).is_late


def test_outside_the_room_a_payment_that_is_not_late_has_its_day():
    for days in ({"registered_on": AFTER}, {"approved_on": AFTER}):
        facts = loan(state=State.AGREED, outstanding_ore=0, reserved_ore=1, registered_ore=1, **days)
        assert next_step(facts, in_the_room=False).by == AFTER
