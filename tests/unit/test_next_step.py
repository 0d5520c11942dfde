"""What happens next, who has it, by when: one sentence for every state (domain.md §4)."""

from datetime import date

import pytest

from fundbank.applications.rules import next_step as rules
from fundbank.applications.rules.next_step import Calendar, next_step
from fundbank.applications.states import State

MEETING, DEADLINE = date(2026, 4, 9), date(2026, 3, 24)
CALENDAR = Calendar(next_meeting=MEETING, deadline=DEADLINE)


@pytest.mark.parametrize(
    ("state", "missing", "is_sent", "who", "words"),
    [
        (State.DRAFT, 2, False, rules.DEPARTMENT, "must be finished"),
        (State.DRAFT, 0, False, rules.WRITERS, "must be sent for signature"),
        (State.DRAFT, 0, True, rules.LEADER, "must be signed"),
        (State.DRAFT, 1, True, rules.LEADER, "must be signed"),
        (State.SIGNED, 0, False, rules.WRITERS, "must be submitted"),
        (State.SIGNED, 1, False, rules.DEPARTMENT, "signed again"),
        (State.RETURNED, 0, False, rules.DEPARTMENT, "questions must be answered"),
        (State.RETURNED, 0, True, rules.LEADER, "must be signed"),
    ],
)
def test_what_the_department_has_is_due_at_the_meetings_deadline(state, missing, is_sent, who, words):
    step = next_step(state, missing=missing, is_sent=is_sent, calendar=CALENDAR)
    assert (step.who, step.by) == (who, DEADLINE)
    assert words in step.what
    assert next_step(state, missing=missing).by is None


def test_screening_is_due_so_many_days_after_the_newest_submission():
    step = next_step(State.SUBMITTED, submitted_on=date(2026, 3, 2), screening_days=7, calendar=CALENDAR)
    assert (step.who, step.by) == (rules.SCREENERS, date(2026, 3, 9))
    assert next_step(State.SUBMITTED, submitted_on=date(2026, 3, 2), screening_days=0).by == date(2026, 3, 2)
    assert next_step(State.SUBMITTED, submitted_on=date(2026, 3, 2)).by is None


def test_the_forum_has_it_until_the_meeting():
    ready, deferred = (next_step(state, calendar=CALENDAR) for state in (State.READY, State.DEFERRED))
    assert ready.is_forum and deferred.is_forum
    assert ready.by == deferred.by == MEETING
    assert ready.what != deferred.what


@pytest.mark.parametrize("state", [State.READY, State.DEFERRED])
def test_the_agenda_goes_before_the_calendar(state):
    on_agenda = next_step(state, calendar=Calendar(on_agenda_of=date(2026, 3, 5), next_meeting=MEETING))
    assert (on_agenda.is_forum, on_agenda.by) == (True, date(2026, 3, 5))
    assert "on the agenda" in on_agenda.what


@pytest.mark.parametrize("state", [State.READY, State.DEFERRED])
def test_without_a_meeting_the_coordinator_has_it(state):
    step = next_step(state)
    assert (step.who, step.by, step.is_forum) == (rules.COORDINATOR, None, False)


def test_what_is_handed_in_knows_the_meeting_that_it_reaches_and_the_one_it_came_too_late_for():
    calendar = Calendar(next_meeting=MEETING, deadline=DEADLINE, passed_over=date(2026, 3, 5))
    submitted, ready = (next_step(state, calendar=calendar) for state in (State.SUBMITTED, State.READY))
    assert (submitted.reaches, submitted.passed_over) == (MEETING, date(2026, 3, 5))
    assert (ready.by, ready.passed_over) == (MEETING, date(2026, 3, 5))


@pytest.mark.parametrize("state", [State.REJECTED, State.WITHDRAWN])
def test_nobody_has_what_is_over(state):
    step = next_step(state, calendar=CALENDAR)
    assert (step.who, step.by, step.is_forum) == (None, None, False)
    assert "Nothing more happens" in step.what


def test_every_state_has_its_sentence():
    assert all(next_step(state).what for state in State if state != State.AWARDED), "whose award has it"
