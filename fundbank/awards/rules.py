"""The terms of a loan, as the forum decides them (domain.md §8), and what an award waits for next (domain.md §4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fundbank.awards.states import State
from fundbank.errors import N_, Incomplete

BASES = ("realised", "planned")
SHORTFALLS = ("forum_decides", "department_pays")
LONGEST_TERM_YEARS = 40


@dataclass(frozen=True)
class Terms:
    """Basis, share of the gains (0 < share ≤ 1), number of years, first calendar year, participating departments, shortfall rule."""

    basis: str
    share: Decimal
    years: int
    first_year: int
    department_ids: Sequence[int]
    shortfall: str

    def check(self) -> None:
        """Raise Incomplete, at its field, for terms that no loan can have."""
        if self.basis not in BASES:
            raise Incomplete(N_("Choose whether claims follow realised or planned gains."), field="basis")
        if not 0 < self.share <= 1:
            raise Incomplete(N_("The share must be above 0 % and at most 100 %."), field="share")
        if not 1 <= self.years <= LONGEST_TERM_YEARS:
            raise Incomplete(N_("The number of years must be between 1 and 40."), field="years")
        if not 2000 <= self.first_year <= 2199:
            raise Incomplete(N_("Write the first year of gains with four digits."), field="first_year")
        if not self.department_ids or len(set(self.department_ids)) != len(self.department_ids):
            raise Incomplete(N_("Choose the departments that share their gains with the pool, each once."), field="departments")
        if self.shortfall not in SHORTFALLS:
            raise Incomplete(N_("Choose what happens if the gains fall short."), field="shortfall")


@dataclass(frozen=True)
class Standing:
    """Where an award stands: its state, its money in øre, and what its gains and claims lack."""

    state: str
    reserved_ore: int = 0
    outstanding_ore: int = 0
    waiting_on: date | None = None  # the earliest day on which a registered disbursement is to be paid
    report_due: bool = False  # a knowledge-sharing report is needed to close
    settlement_asked: bool = False
    unpaid_on: date | None = None  # the earliest due date with something unpaid
    unverified: bool = False
    missing_year: int | None = None  # the earliest year that is over and lacks a report
    claim_year: int | None = None  # the earliest year whose claim can be made
    coming_year: int | None = None  # the next year of the term


@dataclass(frozen=True)
class Next:
    """What happens next: a sentence with its values, who has it, and the day (``by`` it, or not before it: ``from_``)."""

    sentence: str
    who: str | None = None
    by: date | None = None
    from_: date | None = None
    year: int | None = None
    is_late: bool = False


def next_step(standing: Standing, today: date) -> Next:
    """Tells the one thing that an award waits for, the most pressing first (domain.md §4: what, who, by when)."""
    return next(step for step in _steps(standing, today) if step is not None)


def _steps(at: Standing, today: date) -> Iterator[Next | None]:
    yield Next(N_("The award is closed. Nothing more is asked."), None) if at.state == State.CLOSED else None
    yield Next(N_("The department accepts the award and its terms."), "leader") if at.state == State.OFFERED else None
    yield Next(N_("The forum decides what happens with the rest of the loan."), "forum") if at.settlement_asked else None
    if at.unpaid_on is not None and today > at.unpaid_on:
        yield Next(N_("A claim is overdue and must be paid."), "departments", by=at.unpaid_on, is_late=True)
    if at.waiting_on is not None:
        late = today > at.waiting_on
        yield Next(N_("A registered disbursement is approved or refused."), "other_finance", by=at.waiting_on, is_late=late)
    yield Next(N_("Finance registers the first disbursement."), "finance") if at.state == State.AGREED else None
    yield Next(N_("A reported gain is verified."), "finance") if at.unverified else None
    if at.missing_year is not None:
        over = date(at.missing_year + 1, 1, 1)
        yield Next(N_("The gain of %(year)s is reported."), "leader", from_=over, year=at.missing_year)
    yield Next(N_("The claim for %(year)s is made."), "finance", year=at.claim_year) if at.claim_year is not None else None
    yield Next(N_("A claim is paid."), "departments", by=at.unpaid_on) if at.unpaid_on is not None else None
    yield Next(N_("The rest is paid out, or released if it is not needed."), "finance") if at.reserved_ore else None
    if at.outstanding_ore and at.coming_year is not None:
        over = date(at.coming_year + 1, 1, 1)
        yield Next(N_("The gain of %(year)s is reported when the year is over."), "leader", from_=over, year=at.coming_year)
    if at.outstanding_ore:
        yield Next(N_("What is outstanding is claimed or settled."), "finance")
    with_report = N_("The coordinator closes the award with the knowledge-sharing report.")
    yield Next(with_report if at.report_due else N_("The coordinator closes the award."), "coordinator")
