"""The forum's days by a rule (domain.md §3): a weekday of a week of the month, moved off holidays and closing days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fundbank.kit.working_days import is_working_day
from fundbank.meetings.rules import LAST, Rhythm, days_of

EVERY_MONTH = tuple(range(1, 13))
rhythms = st.builds(Rhythm, weekday=st.integers(0, 4), week=st.integers(1, LAST), months=st.just(EVERY_MONTH))


def test_the_usual_rule_is_the_first_thursday_and_not_in_july():
    days = days_of(Rhythm(), 2026, date(2026, 1, 1))
    assert days[0] == date(2026, 1, 8)  # the first is New Year's Day
    assert [day.month for day in days] == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert date(2026, 4, 9) in days  # the second is Maundy Thursday


@pytest.mark.parametrize(
    ("rhythm", "month", "day"),
    [
        (Rhythm(3, 2), 3, date(2026, 3, 12)),
        (Rhythm(3, 2), 5, date(2026, 5, 21)),  # the 14th is Ascension Day
        (Rhythm(0, 4), 5, date(2026, 5, 18)),  # the 25th is Whit Monday: back, not into June
        (Rhythm(3, LAST), 12, date(2026, 12, 17)),  # the 31st and the 24th are closed
        (Rhythm(3, LAST), 4, date(2026, 4, 30)),
        (Rhythm(4, 1), 6, date(2026, 6, 12)),  # the 5th is Constitution Day
    ],
)
def test_a_day_that_cannot_be_moves_by_a_week(rhythm, month, day):
    assert [one for one in days_of(rhythm, 2026, date(2026, 1, 1)) if one.month == month] == [day]


def test_days_that_have_passed_are_left_out():
    assert days_of(Rhythm(), 2026, date(2026, 11, 6)) == [date(2026, 12, 3)]


@given(rhythms, st.integers(2020, 2060))
def test_every_month_has_its_day_and_it_is_a_working_day_of_the_rule(rhythm, year):
    days = days_of(rhythm, year, date(year, 1, 1))
    assert [day.month for day in days] == list(EVERY_MONTH)
    assert all(is_working_day(day) and day.weekday() == rhythm.weekday for day in days)
