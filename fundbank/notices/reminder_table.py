"""What waits is reminded of when, and who is: as a table that is read at a glance."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from fundbank.errors import N_
from fundbank.notices import audiences
from fundbank.notices.rules import step_after, step_before, step_before_end, step_before_meeting, step_until, step_waiting
from fundbank.notices.table import ADVICE, APPLICATION, APPROVAL, AWARD, CALL
from fundbank.notices.waiting import Due, Waiting
from fundbank.people.models import User
from fundbank.pools.rights import Right


class Reminder(NamedTuple):
    """Of what waits (``find``) whom the day tells: who holds ``right`` and whom it is for, at the steps that ``step`` counts."""

    find: Callable[[Waiting], Iterable[Due]]
    right: Right
    is_for: Callable[[User, Due], bool]
    step: Callable[[date, date], int | None]
    page: str
    subject: str
    sentence: str


# fmt: off
REMINDERS = (
    Reminder(Waiting.lines_to_pay, Right.DEPARTMENT_LEAD, audiences.is_of_leader, step_before, "repayments.show",
             N_("Soon to be paid: %(title)s"),
             N_("A claim of %(amount)s for “%(title)s” is to be paid by %(day)s.")),
    Reminder(Waiting.overdue_lines, Right.DEPARTMENT_LEAD, audiences.is_of_leader, step_after, "repayments.show",
             N_("Overdue: %(title)s"),
             N_("A claim of %(amount)s for “%(title)s” should have been paid by %(day)s.")),
    Reminder(Waiting.overdue_lines, Right.MONEY_MOVE, audiences.is_of_all, step_after, "repayments.show",
             N_("Overdue at the pool: %(title)s"),
             N_("A claim of %(amount)s for “%(title)s” should have been paid by %(day)s, and has not been.")),
    Reminder(Waiting.late_payments, Right.MONEY_MOVE, audiences.is_of_all, step_after, AWARD,
             N_("Not paid on its day: %(title)s"),
             N_("A payment of %(amount)s for “%(title)s” should have been paid out on %(day)s, and has not been.")),
    Reminder(Waiting.missing_gains, Right.DEPARTMENT_LEAD, audiences.is_of_leader, step_after, AWARD,
             N_("Gain not reported: %(title)s"),
             N_("%(department)s has not reported what it gained by “%(title)s” in %(year)s. The claim waits for it.")),
    Reminder(Waiting.unverified_gains, Right.GAIN_VERIFY, audiences.is_of_all, step_waiting, AWARD,
             N_("Still to verify: %(title)s"),
             N_("What %(department)s gained by “%(title)s” in %(year)s was reported on %(day)s and still waits to be verified.")),
    Reminder(Waiting.missing_scores, Right.APPLICATION_SCORE, audiences.is_not_in_line, step_before_meeting, "scoring.sheet",
             N_("Score before %(day)s: %(title)s"),
             N_("“%(title)s” is on the agenda of the meeting on %(day)s, and your score is missing.")),
    Reminder(Waiting.recommendations, Right.DECISION_APPROVE, audiences.is_of_all, step_waiting, APPROVAL,
             N_("Still to decide: %(title)s"),
             N_("What the forum recommends has waited for a decider since %(day)s, also on “%(title)s”. Nothing is known before "
                "each matter has been approved, or not.")),
    Reminder(Waiting.without_decider, Right.ROLE_GIVE, audiences.is_of_all, step_waiting, "pools.roles",
             N_("Still nobody can decide: %(title)s"),
             N_("What the forum recommends has waited since %(day)s, also on “%(title)s”, and nobody with the role of decider may "
                "decide it: give the role to somebody who has taken no part.")),
    Reminder(Waiting.unanswered, Right.DEPARTMENT_LEAD, audiences.is_of_leader, step_before_end, APPLICATION,
             N_("Answer by %(day)s: %(title)s"),
             N_("The application “%(title)s” was returned and has not been answered. After %(day)s the coordinator may end it.")),
    Reminder(Waiting.follow_ups, Right.POOL_READ, audiences.is_owner, step_until, AWARD,
             N_("To follow up by %(day)s: %(title)s"),
             N_("You are to follow up on “%(title)s” by %(day)s. The award's page says what to do.")),
    Reminder(Waiting.follow_ups_of_nobody, Right.AWARD_FOLLOW_UP, audiences.is_of_all, step_until, AWARD,
             N_("Nobody follows up by %(day)s: %(title)s"),
             N_("Something is to be followed up of “%(title)s” by %(day)s, and whoever was to see to it can no longer do so. Name somebody "
                "else on the award's page.")),
    Reminder(Waiting.advice, Right.APPLICATION_SCREEN, audiences.is_of_all, step_until, ADVICE,
             N_("To advise by %(day)s: %(title)s"),
             N_("%(department)s has asked for advice on “%(title)s” by %(day)s, and nobody has answered.")),
    Reminder(Waiting.calls, Right.APPLICATION_WRITE, audiences.is_of_unit, step_before_meeting, CALL,
             N_("Answer by %(day)s: %(title)s"),
             N_("%(department)s has not answered the call for needs “%(title)s”. The deadline is %(day)s.")),
    Reminder(Waiting.half_done_needs, Right.APPLICATION_WRITE, audiences.is_of_unit_or_written, step_before_meeting, CALL,
             N_("Send by %(day)s: %(title)s"),
             N_("%(department)s has written a need for the call “%(title)s” and has not sent it. The deadline is %(day)s.")),
    Reminder(Waiting.offers, Right.DEPARTMENT_LEAD, audiences.is_of_leader, step_until, AWARD,
             N_("To accept by %(day)s: %(title)s"),
             N_(
                 "The award of %(amount)s to “%(title)s” is waiting for a leader of %(department)s to accept it. The last day is "
                 "%(day)s; after that the coordinator can decline the offer."
             )),
)
# fmt: on
"""What is reminded of, of several on one thing the first. Each is somebody's duty, so it is told whatever they have chosen."""
