"""Time at the edge. Only the web edge, the command line and the replay ask for it; operations are told."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TIMEZONE = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def local_date(at: datetime) -> date:
    """The calendar day in Denmark at the moment ``at``."""
    return at.astimezone(TIMEZONE).date()


def beginning(day: date, *, days: int = 0) -> datetime:
    """The first moment in Denmark of the day that comes ``days`` after ``day``, in UTC."""
    return datetime.combine(day + timedelta(days=days), time(), TIMEZONE).astimezone(UTC)


def noon(day: date) -> datetime:
    """Noon in Denmark on ``day``, in UTC: the moment at which a replayed event happens."""
    return datetime.combine(day, time(12), TIMEZONE).astimezone(UTC)
