"""What each department owes for a year (domain.md §8)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundbank.repayments.rules import Due, claim_lines, is_overdue

HALF = Decimal("0.50")
OWN, OTHERS = 1, 2
gains_by_department = st.lists(st.integers(min_value=-(10**9), max_value=10**11), min_size=1, max_size=8)
shares = st.integers(min_value=1, max_value=10_000).map(lambda n: Decimal(n) / 10_000)


def dues(lines):
    return [line.due_ore for line in lines]


def test_hernings_esdh_loan_is_repaid_in_three_years():
    outstanding, left = 600_000_00, []
    for _year in range(3):
        lines = claim_lines(gains=[(OWN, 200_000_00), (OTHERS, 200_000_00)], share=HALF, claimable_ore=outstanding)
        assert dues(lines) == [100_000_00, 100_000_00]
        outstanding -= sum(dues(lines))
        left.append(outstanding)
    assert left == [400_000_00, 200_000_00, 0]


def test_the_cap_splits_what_is_left_by_what_each_department_owes():
    lines = claim_lines(gains=[(OWN, 333_333_33), (OTHERS, 200_000_00)], share=HALF, claimable_ore=250_000_00)
    assert lines == [
        Due(OWN, gain_ore=333_333_33, share_due_ore=166_666_67, due_ore=156_250_00, shortfall_ore=0),
        Due(OTHERS, gain_ore=200_000_00, share_due_ore=100_000_00, due_ore=93_750_00, shortfall_ore=0),
    ]


def test_a_negative_gain_counts_as_0_and_takes_nothing_from_the_others():
    lines = claim_lines(gains=[(OWN, -500_00), (OTHERS, 200_00)], share=HALF, claimable_ore=1_000_00)
    assert dues(lines) == [0, 100_00]
    assert lines[0].gain_ore == -500_00


def test_half_an_ore_is_rounded_up_for_each_department():
    assert dues(claim_lines(gains=[(OWN, 1), (OTHERS, 1)], share=HALF, claimable_ore=100)) == [1, 1]


def test_nothing_is_owed_once_the_loan_is_repaid():
    assert dues(claim_lines(gains=[(OWN, 200_00), (OTHERS, 0)], share=HALF, claimable_ore=0)) == [0, 0]


def test_in_the_last_year_the_departments_pay_the_rest_by_their_planned_gains():
    lines = claim_lines(
        gains=[(OWN, 100_00), (OTHERS, 0)],
        share=HALF,
        claimable_ore=350_00,
        last_year_rest=True,
        planned_weights=[200_00, 100_00],
    )
    assert lines == [
        Due(OWN, gain_ore=100_00, share_due_ore=50_00, due_ore=250_00, shortfall_ore=200_00),
        Due(OTHERS, gain_ore=0, share_due_ore=0, due_ore=100_00, shortfall_ore=100_00),
    ]


@pytest.mark.parametrize("planned", [(), (0, 0)])
def test_in_the_last_year_the_rest_is_split_equally_if_no_gain_was_planned(planned):
    lines = claim_lines(gains=[(OWN, 0), (OTHERS, 0)], share=HALF, claimable_ore=3, last_year_rest=True, planned_weights=planned)
    assert dues(lines) == [2, 1]


def test_the_last_year_adds_nothing_when_the_gains_cover_the_loan():
    lines = claim_lines(gains=[(OWN, 900_00)], share=HALF, claimable_ore=300_00, last_year_rest=True, planned_weights=[1])
    assert (lines[0].due_ore, lines[0].shortfall_ore) == (300_00, 0)


def test_a_claim_on_no_department_is_empty():
    assert claim_lines(gains=[], share=HALF, claimable_ore=100, last_year_rest=True) == []


@given(gains_by_department, shares, st.integers(min_value=0, max_value=10**11), st.booleans(), st.data())
@settings(deadline=None)
def test_dues_never_exceed_what_can_be_claimed(gains, share, claimable, last_year, data):
    weights = data.draw(st.lists(st.integers(0, 10**11), min_size=len(gains), max_size=len(gains)))
    lines = claim_lines(
        gains=list(enumerate(gains)),
        share=share,
        claimable_ore=claimable,
        last_year_rest=last_year,
        planned_weights=weights,
    )
    assert [line.department_id for line in lines] == list(range(len(gains)))
    assert all(0 <= line.shortfall_ore <= line.due_ore for line in lines)
    assert sum(dues(lines)) <= claimable
    if last_year:
        assert sum(dues(lines)) == claimable
    else:
        assert sum(dues(lines)) == min(claimable, sum(line.share_due_ore for line in lines))


def test_a_claim_is_overdue_from_the_day_after_its_due_date():
    due_on = date(2026, 2, 20)
    assert not is_overdue(due_on, 1, date(2026, 2, 20))
    assert is_overdue(due_on, 1, date(2026, 2, 21))
    assert not is_overdue(due_on, 0, date(2026, 12, 31))
