"""How often and when what failed is tried again, and what stands in for a link that is a secret."""

from datetime import timedelta

SECRET = "secret:"  # noqa: S105  (in a mail's items: the link that stands apart until the mail is sent)

UNUSABLE = "no mail can be sent to"  # begins what is kept of an address that the library does not take

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440))
GIVEN_UP_AFTER = len(PAUSES) + 1  # attempts, over four days: a mail server is back by then


def pause_after(attempts: int) -> timedelta:
    """How long is waited after so many attempts that failed."""
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
