"""The law of claims as arithmetic over values: room, credits, corrections, set-offs, and what a reversed repayment takes back."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundbank.kit.working_days import is_working_day, working_day_from
from fundbank.repayments.rules import (
    Line,
    SetOff,
    credits,
    day_of_payment,
    is_put_off,
    made_again,
    overpaid_ore,
    principal_ore,
    room_ore,
    set_offs,
    taken_back,
    unpaid_ore,
    with_dues,
)

A, B = 7, 8
HALF = Decimal("0.5")


def dues(lines: list[Line]) -> list[int]:
    return [line.due_ore for line in lines]


def test_a_corrected_gain_makes_its_years_claim_again_with_the_room_and_what_the_year_holds_as_cap() -> None:
    """domain.md §8, worked, corrected."""
    lines = [Line(1, 2025, A, 40_000_00, 40_000_00), Line(2, 2025, B, 20_000_00, 20_000_00)]
    again = made_again(lines, outstanding_ore=40_000_00, year=2025, gains=[(A, 30_000_00), (B, 40_000_00)], share=HALF)
    assert (again.cap_ore, [due.due_ore for due in again.dues]) == (100_000_00, [15_000_00, 20_000_00])
    lines = with_dues(lines, again)
    assert (overpaid_ore(lines), room_ore(40_000_00, lines), set_offs(lines)) == (25_000_00, 65_000_00, [])
    lines += [Line(3, 2026, A, 30_000_00), Line(4, 2026, B, 30_000_00)]
    assert set_offs(lines) == [SetOff(1, 3, 25_000_00)]


def test_when_the_principal_falls_what_is_due_beyond_it_is_credited_by_what_is_unpaid() -> None:
    """domain.md §8, worked, credited."""
    lines = [Line(1, 2025, A, 60_000_00), Line(2, 2025, B, 20_000_00)]
    assert credits(lines, room_ore(100_000_00, lines)) == []
    assert [(credit.line_id, credit.ore) for credit in credits(lines, room_ore(40_000_00, lines))] == [(1, 30_000_00), (2, 10_000_00)]


@pytest.mark.parametrize(
    "paid_ore, due_ore, today, is_new",
    [
        (0, 150, date(2026, 3, 2), True),
        (0, 150, date(2026, 3, 3), False),
        (100, 150, date(2026, 3, 3), True),
        (0, 90, date(2026, 3, 2), False),
    ],
    ids=["raised before its day", "raised when it was overdue", "raised when it was paid", "lowered"],
)
def test_what_a_correction_raises_has_a_new_day_unless_it_is_overdue(paid_ore: int, due_ore: int, today: date, is_new: bool) -> None:
    assert is_put_off(Line(1, 2025, A, 100, paid_ore, date(2026, 3, 2)), due_ore, today) is is_new


def test_the_latest_claimed_year_is_credited_first_and_what_is_paid_stays() -> None:
    lines = [Line(1, 2025, A, 100, 40), Line(2, 2026, A, 50, 20), Line(3, 2026, B, 10, 10)]
    assert [(credit.line_id, credit.ore) for credit in credits(lines, -45)] == [(2, 30), (1, 15)]


def test_an_overpaid_line_of_another_department_pays_nothing_here() -> None:
    assert set_offs([Line(1, 2025, A, 10, 30), Line(2, 2026, B, 30)]) == []
    three = [Line(1, 2025, A, 0, 5), Line(2, 2026, A, 10, 25), Line(3, 2027, A, 8), Line(4, 2028, A, 40)]
    assert set_offs(three) == [SetOff(1, 3, 5), SetOff(2, 3, 3), SetOff(2, 4, 12)]


def test_a_reversed_repayment_is_taken_from_its_own_line_then_from_the_latest_year() -> None:
    lines = [Line(1, 2025, A, 0, 10), Line(2, 2026, A, 30, 30), Line(3, 2027, A, 30, 5), Line(4, 2027, B, 30, 30)]
    assert taken_back(lines, 1, 40) == [(1, 10), (3, 5), (2, 25)]
    assert taken_back(lines, 1, 50) == [(1, 10), (3, 5), (2, 30)], "what was refunded is not there"


LINES = st.lists(st.tuples(st.integers(2025, 2029), st.sampled_from([A, B]), st.integers(0, 10_000), st.integers(0, 10_000)), max_size=8)


@given(LINES, st.integers(0, 50_000))
def test_credits_bring_what_is_due_down_to_the_principal_and_set_offs_move_money_alone(rows: list[tuple[int, int, int, int]], left: int):
    lines = [Line(number, *row) for number, row in enumerate(rows)]
    given_ = {credit.line_id: credit.ore for credit in credits(lines, room_ore(left, lines))}
    lines = [Line(line.id, line.year, line.department_id, line.due_ore - given_.get(line.id, 0), line.paid_ore) for line in lines]
    assert sum(dues(lines)) <= max(principal_ore(left, lines), sum(min(line.due_ore, line.paid_ore) for line in lines))
    assert unpaid_ore(lines) <= left + overpaid_ore(lines)
    paid = {line.id: line.paid_ore for line in lines}
    for moved in set_offs(lines):
        paid[moved.from_id] -= moved.ore
        paid[moved.to_id] += moved.ore
    after = [Line(line.id, line.year, line.department_id, line.due_ore, paid[line.id]) for line in lines]
    assert sum(paid.values()) == sum(line.paid_ore for line in lines)
    assert unpaid_ore(after) - overpaid_ore(after) == unpaid_ore(lines) - overpaid_ore(lines)
    assert all(min(ore, 0) == 0 for ore in paid.values())
    assert not any(one.overpaid_ore and other.unpaid_ore and one.department_id == other.department_id for one in after for other in after)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        (date(2026, 3, 5), date(2026, 3, 5)),
        (date(2026, 3, 7), date(2026, 3, 9)),  # a Saturday
        (date(2026, 4, 2), date(2026, 4, 7)),  # Maundy Thursday
        (date(2026, 6, 5), date(2026, 6, 8)),  # Constitution Day, then a weekend
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2026, 12, 31), date(2027, 1, 4)),
    ],
)
def test_a_day_of_payment_is_a_working_day(day: date, moved: date) -> None:
    assert working_day_from(day) == moved and is_working_day(moved)
    assert day_of_payment(date.fromordinal(day.toordinal() - 30), 30) == moved
