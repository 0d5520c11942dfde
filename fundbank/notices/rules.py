"""How people want to be told, and when what waits is reminded of."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from fundbank.kit.clock import TIMEZONE, local_date


class Choice(StrEnum):
    """What a person has chosen; at once, before they have."""

    AT_ONCE = "at_once"
    DAILY = "daily"  # everything in one mail a day
    DUTY = "duty"  # at once, and only what is addressed to them by duty


DAY_MAIL_AT = time(7)
SOON = timedelta(days=7)


def is_told(choice: str, is_duty: bool) -> bool:
    """Is somebody with this choice told at all?"""
    return is_duty or choice != Choice.DUTY


def next_day_mail(at: datetime) -> datetime:
    """When the next mail of the day leaves: at seven in the morning on Denmark's clocks."""
    today = datetime.combine(local_date(at), DAY_MAIL_AT, TIMEZONE)
    return today if at < today else datetime.combine(local_date(at) + timedelta(days=1), DAY_MAIL_AT, TIMEZONE)


def step_before(due_on: date, today: date) -> int | None:
    """The reminder of something that is due within a week: there is one."""
    return 0 if today <= due_on <= today + SOON else None


def step_before_end(last: date, today: date) -> int | None:
    """The announcement of an end: within two weeks before it, once."""
    return 0 if today <= last <= today + 2 * SOON else None


def step_before_meeting(held_on: date, today: date) -> int | None:
    """The reminders before a meeting: a week before, and on the day before."""
    return 1 if today <= held_on <= today + timedelta(days=1) else step_before(held_on, today)


def step_until(last_day: date, today: date) -> int | None:
    """The reminders of what has a last day and can still be done afterwards: a week before, the day before, and as of what is late."""
    late = step_after(last_day, today)
    return step_before_meeting(last_day, today) if late is None else 1 + late


def step_waiting(since: date, today: date) -> int | None:
    """Which reminder something has come to that people were told of when it began to wait: after a week, two, a month and so on."""
    return step_after(since + SOON - timedelta(days=1), today)


def step_after(due_on: date, today: date) -> int | None:
    """Which reminder something overdue has come to: the day after, a week after, a month after, then each month."""
    late = (today - due_on).days
    if late < 1:
        return None
    return 1 if late < 8 else 2 if late < 30 else 2 + late // 30
