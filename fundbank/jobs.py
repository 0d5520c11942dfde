"""Which job is done how, and what each day begins with: what the worker (outbox.worker) is given by whoever starts it."""

from datetime import datetime, timedelta

from fundbank.awards.operations import pay_what_is_due
from fundbank.awards.queries import payments_due
from fundbank.files.operations import ask_for_scans, note_scan, scan_content
from fundbank.ideas.operations.calls import close_after_its_day
from fundbank.ideas.queries.calls import calls_to_close
from fundbank.kit import once
from fundbank.kit.clock import beginning, local_date
from fundbank.meetings.operations.revisions import carry_out_after_its_day
from fundbank.meetings.queries.revisions import meetings_to_carry_out
from fundbank.notices.operations import tell_decision, write_day_mail
from fundbank.notices.reminders import letters_of, write_letters
from fundbank.outbox.operations import ask_for, forget_old
from fundbank.outbox.worker import Handler, InTwoSteps
from fundbank.people.operations import forget_links
from fundbank.pools.queries import every_pool

REMINDED_AFTER = timedelta(hours=6)  # nobody is reminded in the night


def begin_day(*, at: datetime) -> None:
    """Ask for the day's work. Days that nobody worked on are not made up for: what is due is due today too."""
    today = local_date(at)
    ask_for("clean", f"clean:{today}", run_at=at)
    ask_for_scans(at=at)
    for meeting_id, owner in meetings_to_carry_out(today):
        ask_for("meeting", f"meeting:{meeting_id}:{today}", run_at=at, municipality_id=owner, meeting_id=meeting_id)
    for payment_id, owner in payments_due(today):
        ask_for("pay", f"pay:{payment_id}:{today}", run_at=at, municipality_id=owner, disbursement_id=payment_id)
    for call_id, owner in calls_to_close(today):
        ask_for("call", f"call:{call_id}:{today}", run_at=at, municipality_id=owner, call_id=call_id)
    for pool in every_pool():
        early = beginning(today) + REMINDED_AFTER
        ask_for("remind", f"remind:{pool.id}:{today}", run_at=early, municipality_id=pool.municipality_id, pool_id=pool.id, on=f"{today}")


def clean(*, at: datetime) -> None:
    """Drop what is old and of no use: forms' answered tokens, used links, jobs that are done, and mail of last year."""
    once.forget(at=at)
    forget_links(at=at)
    forget_old(at=at)


HANDLERS: dict[str, Handler] = {
    "clean": clean,
    "meeting": carry_out_after_its_day,
    "pay": pay_what_is_due,
    "call": close_after_its_day,
    "remind": InTwoSteps(letters_of, write_letters),
    "decision": tell_decision,
    "day_mail": write_day_mail,
    "scan": InTwoSteps(scan_content, note_scan),
}
