"""Working days in Denmark: weekdays that are no public holiday and on which offices and banks are not closed."""

from collections.abc import Container
from datetime import date, timedelta
from functools import cache

import holidays

CLOSING_DAYS = frozenset({(6, 5), (12, 24), (12, 31)})
"""Constitution Day, Christmas Eve and New Year's Eve: no public holidays by law, and closed all the same (month, day)."""


def is_working_day(day: date) -> bool:
    """Is it a weekday, no Danish public holiday and no closing day?"""
    closed = (day.month, day.day) in CLOSING_DAYS or day in _public_holidays(day.year)
    return day.weekday() < 5 and not closed


@cache
def _public_holidays(year: int) -> Container[date]:
    return frozenset(holidays.country_holidays("DK", years=year))


def working_day_from(day: date) -> date:
    """The day itself if it is a working day, otherwise the next one."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
