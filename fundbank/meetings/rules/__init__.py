"""The forum's calendar, and what an approval would mean, as pure arithmetic (domain.md §3, §4, §8). Amounts in whole øre."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

from fundbank.applications.rules.business_case import End, planned_gains
from fundbank.applications.rules.content import Content
from fundbank.awards.rules import LONGEST_TERM_YEARS, Terms
from fundbank.errors import N_, Code, Refusal
from fundbank.kit.money import share_of
from fundbank.kit.working_days import is_working_day
from fundbank.pools.policy import Policy
from fundbank.repayments.rules import claim_lines


class Numbered(Protocol):
    """What the order asks of an application."""

    @property
    def number(self) -> int: ...


class OnAgenda(Protocol):
    """What the order asks of an item."""

    @property
    def application(self) -> Numbered: ...


class DeadlinePassed(Refusal):
    """An ordinary meeting was chosen by hand after its deadline."""

    code = Code.DEADLINE_PASSED
    message = N_("The deadline of this meeting was %(deadline)s. Choose the next meeting.")


class QuorumMissing(Refusal):
    """Fewer scores than the policy's minimum."""

    code = Code.QUORUM_MISSING
    message = N_("%(scores)s of at least %(minimum)s members have scored the application.")


class TooFewPresent(Refusal):
    """Fewer present and free of conflict than the policy's minimum."""

    code = Code.QUORUM_MISSING
    message = N_("%(present)s who may decide are present and free of conflict, and the rules ask for at least %(minimum)s.")


def check_enough(policy: Policy, present: int) -> None:
    """Raise TooFewPresent if fewer are present and free of conflict than the policy's minimum."""
    minimum = policy.minimum_present
    if minimum and present < minimum:
        raise TooFewPresent(present=str(present), minimum=str(minimum))


class OverRequested(Refusal):
    """More than the department asked for."""

    code = Code.OVER_REQUESTED
    message = N_("The forum cannot approve more than the %(limit_ore)s that were applied for.")


class OverFrame(Refusal):
    """More than the budget frame of the area holds."""

    code = Code.OVER_FRAME
    message = N_("The frame %(frame)s has %(limit_ore)s left this year.")


def doubts(day: date, *, closed_months: Collection[int], is_taken: bool) -> list[str]:
    """What somebody may have overlooked who plans a meeting for that day, as sentences; they can plan it all the same (domain.md §4)."""
    found = []
    if day.weekday() >= 5:
        found.append(N_("The day is in a weekend."))
    elif not is_working_day(day):
        found.append(N_("The day is a holiday, or offices are closed."))
    if day.month in closed_months:
        found.append(N_("The forum does not meet in that month."))
    if is_taken:
        found.append(N_("Another meeting is planned for the same day."))
    return found


def closed_months(policy: Policy) -> tuple[int, ...]:
    """The months in which the policy lets the forum not meet."""
    return (7,) if policy.meetings == "monthly_not_july" else ()


def submission_deadline(held_on: date, working_days: int) -> date:
    """The last day on which an application reaches the meeting: ``working_days`` working days before it."""
    day = held_on
    while working_days:
        day -= timedelta(days=1)
        working_days -= is_working_day(day)
    return day


@dataclass(frozen=True)
class Rhythm:
    """A rule for ordinary meetings: a weekday (Monday is 0) of each month's first to fourth week or its last (``LAST``), in ``months``."""

    weekday: int = 3
    week: int = 1
    months: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)


LAST = 5
WEEK = timedelta(weeks=1)


def days_of(rhythm: Rhythm, year: int, first: date) -> list[date]:
    """The days of the year, from ``first`` on, that the rule names (domain.md §3): a proposal.

    A day on which offices are closed moves by a week: on, or back at the end of the month.
    """
    days = (_day_in_month(rhythm, year, month) for month in rhythm.months)
    return [day for day in days if day >= first]


def _day_in_month(rhythm: Rhythm, year: int, month: int) -> date:
    day = date(year, month, 1)
    day += timedelta(days=(rhythm.weekday - day.weekday()) % 7) + WEEK * (rhythm.week - 1)
    while day.month != month:
        day -= WEEK
    step = -WEEK if rhythm.week >= 4 else WEEK
    while not is_working_day(day):
        day += step
    return day


def first_reached(days: Iterable[date], submitted_on: date, working_days: int) -> date | None:
    """The first of the ordinary meetings' days whose deadline a submission met (domain.md §4)."""
    return next((day for day in sorted(days) if submission_deadline(day, working_days) >= submitted_on), None)


Item = TypeVar("Item", bound=OnAgenda)


def in_order(items: Sequence[Item], *, blind: bool) -> Sequence[Item]:
    """An agenda's items in its order; by number for who must not know yet what others scored, since the order follows the ranking (§5)."""
    return sorted(items, key=lambda item: item.application.number) if blind else items


@dataclass(frozen=True)
class ExpectedYear:
    """One calendar year of a loan as it is expected: the cashable gain, what is repaid of it and by which department (by id), and what is
    then outstanding. ``rest_ore`` is the part of what is repaid that the last year adds because the gains fell short.
    """

    year: int
    gain_ore: int
    repaid_ore: int
    outstanding_ore: int
    by_department: Mapping[int, int] = field(default_factory=dict)
    rest_ore: int = 0


def expected_repayments(content: Content, terms: Terms, loan_ore: int, end: End = "typical") -> list[ExpectedYear]:
    """How a loan would be repaid if the gains come as the business case plans them, year by year (domain.md §8).

    ``end`` is the low, typical or high end of the planned gains; where claims follow the plan itself, it makes no difference.
    """
    planned = planned_gains(content, cashable_only=True)
    gained = planned if terms.basis == "planned" else planned_gains(content, cashable_only=True, end=end)
    term = range(1, terms.years + 1)
    weights = [sum(planned.get((year, id_), 0) for year in term) for id_ in terms.department_ids]
    expected, outstanding_ore = [], loan_ore
    for year in term:
        dues = claim_lines(
            gains=[(id_, gained.get((year, id_), 0)) for id_ in terms.department_ids],
            share=terms.share,
            claimable_ore=outstanding_ore,
            last_year_rest=terms.shortfall == "department_pays" and year == terms.years,
            planned_weights=weights,
        )
        repaid_ore = sum(due.due_ore for due in dues)
        outstanding_ore -= repaid_ore
        by_department = {due.department_id: due.due_ore for due in dues}
        gain_ore = sum(due.gain_ore for due in dues)
        rest_ore = sum(due.shortfall_ore for due in dues)
        expected.append(ExpectedYear(terms.first_year + year - 1, gain_ore, repaid_ore, outstanding_ore, by_department, rest_ore))
    return expected


def proposed_terms(
    content: Content, *, loan_ore: int, share: Decimal, shortfall: str, first_year: int, department_id: int, fallback_years: int
) -> Terms:
    """Terms to begin with: the departments that plan cashable gains, for as many years as their share needs to repay the loan.

    If it never does, until the last planned gain; ``fallback_years`` if none is planned.
    """
    planned = planned_gains(content, cashable_only=True)
    departments = list(dict.fromkeys(id_ for _year, id_ in planned)) or [department_id]
    last = min(max((year for year, _id in planned), default=fallback_years), LONGEST_TERM_YEARS)
    years, repaid_ore = max(last, 1), 0
    for year in range(1, last + 1):
        repaid_ore += sum(share_of(share, max(ore, 0)) for (of, _id), ore in planned.items() if of == year)
        if repaid_ore >= loan_ore:
            years = year
            break
    return Terms("realised", share, years, first_year, departments, shortfall)


def terms_by_rules(policy: Policy, content: Content, *, loan_ore: int, first_year: int, department_id: int) -> Terms:
    """The terms that the pool's rules and the case lead to: what a decision begins with, and what a choice is reckoned with."""
    return proposed_terms(
        content,
        loan_ore=loan_ore,
        share=policy.repayment_share,
        shortfall=policy.shortfall,
        first_year=first_year,
        department_id=department_id,
        fallback_years=policy.payback_limit_years,
    )
