"""The forum's calendar, as pure arithmetic (domain.md §3, §4)."""

from datetime import date, timedelta

import holidays

from fundbank.errors import N_, Refusal


class DeadlinePassed(Refusal):
    """An ordinary meeting was chosen by hand after its deadline."""

    code = "deadline_passed"
    message = N_("The deadline of this meeting was %(deadline)s. Choose the next meeting.")


class QuorumMissing(Refusal):
    """Fewer scores than the policy's minimum."""

    code = "quorum_missing"
    message = N_("%(scores)s of at least %(minimum)s members have scored the application.")


class OverRequested(Refusal):
    """More than the department asked for."""

    code = "over_requested"
    message = N_("The forum cannot approve more than the %(limit_ore)s that were applied for.")


class OverFrame(Refusal):
    """More than the budget frame of the area holds."""

    code = "over_frame"
    message = N_("The frame %(frame)s has %(limit_ore)s left this year.")


def is_working_day(day: date) -> bool:
    """Is it a weekday, and no Danish public holiday?"""
    return day.weekday() < 5 and day not in holidays.country_holidays("DK", years=day.year)


def submission_deadline(held_on: date, working_days: int) -> date:
    """The last day on which an application reaches the meeting: ``working_days`` working days before it."""
    day = held_on
    while working_days:
        day -= timedelta(days=1)
        working_days -= is_working_day(day)
    return day


def expected_meeting_days(year: int, first: date) -> list[date]:
    """A proposal for monthly meetings, never in July: the first Thursday of each month that is a working day, from ``first`` on."""
    days = []
    for month in (month for month in range(1, 13) if month != 7):
        day = date(year, month, 1)
        while day.weekday() != 3 or not is_working_day(day):
            day += timedelta(days=1)
        if day >= first:
            days.append(day)
    return days
