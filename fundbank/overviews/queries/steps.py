"""What happens next with applications and awards, for many in as many questions as for one.

An application on its way follows its own rule. Once it is awarded its award says what it waits for: there is one answer, on every page.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fundbank.applications.models import Application
from fundbank.applications.permissions import can_see_writing
from fundbank.applications.rules.next_step import Calendar, NextStep
from fundbank.applications.rules.next_step import next_step as step_of_application
from fundbank.applications.states import HANDED_IN, ON_THE_WAY
from fundbank.awards.models import Award
from fundbank.awards.permissions import knows_the_room
from fundbank.awards.states import OVER, State
from fundbank.gains import rules as gain_rules
from fundbank.gains.models import GainReport
from fundbank.meetings.queries.agenda import coming_up
from fundbank.meetings.queries.calendar import ordinary_days
from fundbank.meetings.rules import first_reached, submission_deadline
from fundbank.people.models import User
from fundbank.repayments.facts import AwardFacts
from fundbank.repayments.facts import next_step as step_of_award
from fundbank.repayments.queries.facts import facts_of


@dataclass(frozen=True)
class Subject:
    """An application with what its next step follows from: its award, what lacks for submission, the day of the newest submission."""

    application: Application
    award: Award | None = None
    missing: int = 0
    submitted_on: date | None = None


def next_steps(subjects: Sequence[Subject], today: date, reader: User) -> dict[int, NextStep]:
    """The next step of each, by application, as the reader is told."""
    of_awards = award_steps([subject.award for subject in subjects if subject.award], today, reader)
    calendars = _calendars([subject for subject in subjects if subject.application.state in ON_THE_WAY], today)
    return {
        subject.application.id: of_awards[subject.award.id] if subject.award else _on_its_own(subject, calendars, today, reader)
        for subject in subjects
    }


def _on_its_own(subject: Subject, calendars: dict[int, Calendar], today: date, reader: User) -> NextStep:
    step = step_of_application(
        subject.application.state,
        missing=subject.missing,
        is_sent=subject.application.is_sent and can_see_writing(reader, subject.application),
        submitted_on=subject.submitted_on,
        screening_days=subject.application.pool.policy.screening_days,
        calendar=calendars.get(subject.application.id),
    )
    return replace(step, is_late=step.by is not None and step.by < today)


def _calendars(subjects: Collection[Subject], today: date) -> dict[int, Calendar]:
    """For each the meeting that it is on or reaches, and the meeting whose deadline it came too late for."""
    if not subjects:
        return {}
    days = ordinary_days({subject.application.pool_id for subject in subjects}, today)
    agenda = coming_up([subject.application.id for subject in subjects], today)
    return {
        subject.application.id: _calendar(
            subject,
            days[subject.application.pool_id],
            agenda[subject.application.id].held_on if subject.application.id in agenda else None,
            today,
        )
        for subject in subjects
    }


def _calendar(subject: Subject, days: Sequence[date], on_agenda_of: date | None, today: date) -> Calendar:
    working_days = subject.application.pool.policy.submission_working_days
    handed_in_on = subject.submitted_on if subject.application.state in HANDED_IN else None
    reached = first_reached(days, handed_in_on or today, working_days)
    missed = min(days, default=None) if handed_in_on and on_agenda_of is None else None
    return Calendar(
        on_agenda_of=on_agenda_of,
        next_meeting=reached,
        deadline=submission_deadline(reached, working_days) if reached else None,
        passed_over=missed if missed and reached and missed < reached else None,
    )


def award_steps(awards: Collection[Award], today: date, reader: User) -> dict[int, NextStep]:
    """What each award waits for, by award."""
    found = facts_of(awards, today)
    return {award.id: award_step(award, found[award.id], reader) for award in awards}


def award_step(award: Award, facts: AwardFacts, reader: User) -> NextStep:
    """What an award waits for, as the reader is told; an offer waits for its departments until the last day that they have."""
    in_the_room, with_report = knows_the_room(reader, award.application.pool), award.policy.knowledge_report == "required"
    step = step_of_award(facts, in_the_room=in_the_room, with_report=with_report)
    return replace(step, by=award.accept_by, is_late=facts.today > award.accept_by) if award.state == State.OFFERED else step


def gains_of(award: Award, reported: Iterable[GainReport], facts: AwardFacts) -> list[gain_rules.Followed[GainReport]]:
    """The award's gains by year and department; of a grant those that its case promised, or promises now."""
    first_year = award.year_1
    promised = gain_rules.planned_by_calendar_year(award.application.promised, first_year)
    planned = gain_rules.planned_by_calendar_year(award.application.content, first_year)
    if award.loan_ore:
        years: Any = range(first_year, (award.last_year or first_year) + 1)
        units = [participant.department_id for participant in award.participants]
        promised, planned = ({key: ore for key, ore in said.items() if key[1] in units} for said in (promised, planned))
    else:
        years = sorted({year for year, _unit in (*promised, *planned)})
        units = list(dict.fromkeys(unit for _year, unit in (*promised, *planned)))
    reports = {(report.year, report.department_id): report for report in reported}
    return gain_rules.follow(
        years=years, department_ids=units, promised=promised, planned=planned, reports=reports,
        missing={(year, unit.id) for year, unit in facts.missing_gains}, this_year=facts.today.year, is_closed=award.state in OVER,
    )  # fmt: skip
