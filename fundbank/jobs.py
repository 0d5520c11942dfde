"""Which job is done how, and what each day begins with: what the worker (outbox.worker) is given by whoever starts it."""

from datetime import datetime

from fundbank.kit import once
from fundbank.kit.clock import local_date
from fundbank.outbox.operations import ask_for, forget_old
from fundbank.people.operations import forget_links


def begin_day(*, at: datetime) -> None:
    """Ask for the day's work. Days that nobody worked on are not made up for: what is due is due today too."""
    ask_for("clean", f"clean:{local_date(at)}", run_at=at)


def clean(*, at: datetime) -> None:
    """Drop what is old and of no use: forms' answered tokens, used links, jobs that are done, and mail of last year."""
    once.forget(at=at)
    forget_links(at=at)
    forget_old(at=at)


HANDLERS = {"clean": clean}
