"""The one line that an applicant sees at all times: what happens next, who has it, by when (domain.md §4). Pure: days and counts go in."""

from dataclasses import dataclass
from datetime import date, timedelta

from fundbank.applications.states import SIGNABLE, State
from fundbank.errors import N_

DEPARTMENT = N_("The department")
LEADER = N_("A leader of the department")
WRITERS = N_("The applicant or a leader")
SCREENERS = N_("The coordinator or an adviser")
COORDINATOR = N_("The coordinator")


@dataclass(frozen=True)
class NextStep:
    """``what`` and ``who`` are message ids; without ``who`` the forum's own name is meant, and nobody if it is over.

    ``by`` is the deadline, or the forum's meeting; ``from_`` the day before which nothing can be done. What has been handed in also
    knows the meeting that it ``reaches``, and the one that has ``passed`` it ``over``.
    """

    what: str
    who: str | None = None
    by: date | None = None
    from_: date | None = None
    year: int | None = None
    is_forum: bool = False
    is_late: bool = False
    reaches: date | None = None
    passed_over: date | None = None


@dataclass(frozen=True)
class Calendar:
    """The days that matter: the agenda's meeting if the application is on one, else the next that it still reaches, with its deadline.

    ``passed_over`` is a nearer meeting whose deadline the submission came too late for.
    """

    on_agenda_of: date | None = None
    next_meeting: date | None = None
    deadline: date | None = None
    passed_over: date | None = None


OVER = {
    State.REJECTED: NextStep(N_("The forum has rejected the application. Nothing more happens.")),
    State.WITHDRAWN: NextStep(N_("The application has been withdrawn. Nothing more happens.")),
}


def next_step(
    state: str,
    *,
    missing: int = 0,
    is_sent: bool = False,
    submitted_on: date | None = None,
    screening_days: int | None = None,
    calendar: Calendar | None = None,
) -> NextStep:
    """The next step of an application in ``state``.

    ``missing`` counts what still lacks for submission, ``is_sent``: has a writer sent it to signature? ``submitted_on`` is the day of the
    newest submission, ``screening_days`` the policy's calendar days for it. A draft is due at the deadline of the next meeting. What is
    awarded waits for what its award waits for.
    """
    days = calendar or Calendar()
    if is_sent and state in SIGNABLE:
        return NextStep(N_("The application must be signed."), LEADER, days.deadline)
    if state == State.DRAFT:
        what = N_("The application must be finished.") if missing else N_("The application must be sent for signature.")
        return NextStep(what, DEPARTMENT if missing else WRITERS, days.deadline)
    if state == State.SIGNED:
        if missing:
            return NextStep(N_("What is missing must be filled in, and the application signed again."), DEPARTMENT, days.deadline)
        return NextStep(N_("The application must be submitted."), WRITERS, days.deadline)
    if state == State.RETURNED:
        return NextStep(
            N_("The questions must be answered in the application, which must then be signed and submitted again."),
            DEPARTMENT,
            days.deadline,
        )
    if state == State.SUBMITTED:
        by = submitted_on + timedelta(days=screening_days) if submitted_on and screening_days is not None else None
        return NextStep(
            N_("The application must be screened."),
            SCREENERS,
            by,
            reaches=days.on_agenda_of or days.next_meeting,
            passed_over=days.passed_over,
        )
    if state in (State.READY, State.DEFERRED):
        return _before_the_forum(state, days)
    return OVER[State(state)]


def _before_the_forum(state: str, days: Calendar) -> NextStep:
    if days.on_agenda_of:
        return NextStep(N_("The forum decides. The application is on the agenda."), by=days.on_agenda_of, is_forum=True)
    if days.next_meeting is None:
        return NextStep(N_("A meeting must be planned, and the application put on its agenda."), COORDINATOR)
    if state == State.DEFERRED:
        return NextStep(N_("The forum takes the application up again."), by=days.next_meeting, is_forum=True, passed_over=days.passed_over)
    what = N_("The members are to score the application, and the forum is to decide.")
    return NextStep(what, by=days.next_meeting, is_forum=True, passed_over=days.passed_over)
