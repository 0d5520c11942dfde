"""What is known of one award on one day, and every question that is asked of it (domain.md §4, §7, §8).

"Can this year be claimed?", "is a gain missing?", "does the loan ask for a decision?", "what happens next?": each is answered here and
nowhere else. Operations refuse by these answers; pages, papers and lists of work show them. ``queries`` reads the facts, and its SQL
only narrows down to awards that may be worth asking. Amounts in whole øre.

What can be done and what is asked for are two things: a year that lies ahead can be claimed where claims follow the plan, but nobody is
told to; the forum may settle a loan at any time, and is asked to once its term has ended and something of it has fallen short.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from fundbank.applications.rules.next_step import NextStep
from fundbank.awards.rules import can_be_closed, left_to_register_ore
from fundbank.awards.states import PAID_OUT, State
from fundbank.awards.words import WHO
from fundbank.errors import N_
from fundbank.repayments.rules import is_overdue


@dataclass(frozen=True)
class Unit:
    """A department that the award concerns; ``path`` leads to it from the top of the tree."""

    id: int
    name: str = ""
    path: str = ""


@dataclass(frozen=True)
class ClaimedLine:
    """What one department owes for one year: how much of it is unpaid, or has been paid too much, and until when it may be paid."""

    id: int
    claim_id: int
    year: int
    department_id: int
    due_on: date
    unpaid_ore: int
    overpaid_ore: int = 0


@dataclass(frozen=True)
class AwardFacts:
    """An award's state, terms and money on the day ``today``, with its claims, the reports that count, and the payments that wait.

    ``units`` share their gains with the pool, in the order of the terms. ``reports`` tells by year and department whether the gain has been
    verified, ``corrections`` of which a correction waits. ``registered_ore`` is registered for payment and not posted: ``registered_on`` is
    the earliest day of what waits for a second person, ``approved_on`` of what is approved and waits for its day. Who is ``bound`` decided
    the award, signed its application or accepted it. While it ``awaits_closing`` what the forum has decided on it is not known, and waits.
    """

    today: date
    state: str
    id: int = 0
    pool_id: int = 0
    title: str = ""
    department: Unit = Unit(0)
    bound: frozenset[int] = frozenset()
    loan_ore: int = 0  # as awarded
    basis: str | None = None
    first_year: int | None = None
    years: int | None = None
    units: tuple[Unit, ...] = ()
    reserved_ore: int = 0
    outstanding_ore: int = 0
    registered_ore: int = 0
    registered_on: date | None = None
    approved_on: date | None = None
    lines: tuple[ClaimedLine, ...] = ()
    reports: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    corrections: frozenset[tuple[int, int]] = frozenset()
    awaits_closing: bool = False

    @property
    def is_paid_out(self) -> bool:
        """Has something been paid out, and is the award not closed? Only then are gains, claims and repayments asked for."""
        return self.state in PAID_OUT

    @property
    def follows_reports(self) -> bool:
        """Do claims wait for reported gains? Those of basis ``planned`` follow the business case, and no report is awaited (§8)."""
        return self.basis == "realised"

    # What can be paid out, and whether the award can be closed (§4, §7).

    @property
    def left_to_register_ore(self) -> int:
        """What can still be registered for payment."""
        return left_to_register_ore(self.state, reserved_ore=self.reserved_ore, registered_ore=self.registered_ore)

    @property
    def can_be_closed(self) -> bool:
        """Is nothing reserved or outstanding of an award that has been paid out, and each claim paid to the øre?"""
        is_paid = not self.unpaid_ore and not self.overpaid_ore
        return is_paid and can_be_closed(self.state, reserved_ore=self.reserved_ore, outstanding_ore=self.outstanding_ore)

    # What is claimed, and what can be (§8).

    @property
    def unpaid_ore(self) -> int:
        """What is claimed and not paid."""
        return sum(line.unpaid_ore for line in self.lines)

    @property
    def overpaid_ore(self) -> int:
        """What has been paid too much: it is set off against claims to come, or refunded."""
        return sum(line.overpaid_ore for line in self.lines)

    @property
    def room_ore(self) -> int:
        """The principal less all that is due (``rules.room``): the cap of the next claim."""
        return max(self.outstanding_ore - self.unpaid_ore + self.overpaid_ore, 0)

    @property
    def term(self) -> range:
        """The calendar years that can be claimed once the loan is paid out; none of a grant."""
        if not self.is_paid_out or self.first_year is None or self.years is None:
            return range(0)
        return range(self.first_year, self.first_year + self.years)

    @cached_property
    def claimed_years(self) -> frozenset[int]:
        """The years that have been claimed."""
        return frozenset(line.year for line in self.lines)

    @property
    def is_term_claimed(self) -> bool:
        """Has the last year of the term been claimed?"""
        return bool(self.term) and self.term[-1] in self.claimed_years

    def lacking(self, year: int) -> tuple[Unit, ...]:
        """The departments whose verified gain a claim of the year waits for."""
        return tuple(unit for unit in self.units if not self.reports.get((year, unit.id))) if self.follows_reports else ()

    def has_come(self, year: int) -> bool:
        """Is it time to claim the year: is it over, or where claims follow the plan, has it begun?"""
        return year < self.today.year if self.follows_reports else year <= self.today.year

    @property
    def next_year(self) -> int | None:
        """The year that is claimed next: the earliest that has not been claimed."""
        return next((year for year in self.term if year not in self.claimed_years), None)

    @property
    def claimable_years(self) -> list[int]:
        """The year whose claim can be made, if it is so: years are claimed in their order."""
        year = self.next_year
        return [year] if year is not None and self.has_come(year) and not self.lacking(year) else []

    @property
    def waiting_years(self) -> list[int]:
        """The years that are not claimed, and can't be before their gains are verified."""
        return [year for year in self.term if year not in self.claimed_years and self.lacking(year)]

    @property
    def years_to_claim(self) -> list[int]:
        """The years whose claim is asked for: it can be made, and something is left to claim."""
        return self.claimable_years if self.room_ore else []

    @property
    def years_held_up(self) -> list[int]:
        """The years that are over and should be claimed, but for gains that are not verified."""
        return [year for year in self.waiting_years if year < self.today.year] if self.room_ore else []

    # Which gains are awaited (§8).

    @property
    def missing_gains(self) -> list[tuple[int, Unit]]:
        """The years that are over without a department's report, while something is left to claim."""
        over = [year for year in self.term if year < self.today.year]
        return [(year, unit) for year in over for unit in self._unreported(year)] if self.room_ore else []

    def _unreported(self, year: int) -> list[Unit]:
        return [unit for unit in self.lacking(year) if (year, unit.id) not in self.reports]

    @property
    def coming_year(self) -> int | None:
        """The next year whose gain is reported when it is over, or whose plan is claimed when it begins, if something is left to claim."""
        if not self.room_ore:
            return None
        ahead = [year for year in self.term if year >= self.today.year and year not in self.claimed_years]
        if self.follows_reports:
            return next((year for year in ahead if self._unreported(year)), None)
        return next((year for year in ahead if year > self.today.year), None)

    @property
    def has_unverified(self) -> bool:
        """Does a reported gain wait for finance?"""
        return self.is_paid_out and (bool(self.corrections) or not all(self.reports.values()))

    # What is to be paid, and what asks the forum for a decision (§8).

    @property
    def lines_to_pay(self) -> list[ClaimedLine]:
        """What departments are to pay: as long as something is outstanding, whatever has been claimed and not paid."""
        return [line for line in self.lines if line.unpaid_ore > 0] if self.is_paid_out and self.outstanding_ore else []

    @property
    def overdue_lines(self) -> list[ClaimedLine]:
        """What of it should have been paid."""
        return [line for line in self.lines_to_pay if is_overdue(line.due_on, line.unpaid_ore, self.today)]

    @property
    def can_be_settled(self) -> bool:
        """May the forum decide on the loan, in whole or in part? At any time while something is outstanding."""
        return self.outstanding_ore > 0

    @property
    def asks_for_settlement(self) -> bool:
        """Must it? The term has ended with something that no claim covers, or that was claimed and is overdue.

        What has just been claimed and is not due yet has not fallen short.
        """
        return self.can_be_settled and self.is_term_claimed and (self.room_ore > 0 or bool(self.overdue_lines))


def next_step(facts: AwardFacts, *, in_the_room: bool, with_report: bool = False) -> NextStep:
    """The one thing that an award waits for, the most pressing first: what, who, by when (domain.md §4).

    ``in_the_room``: as it is told to who may know what an open meeting has decided. ``with_report``: the award's rules require a
    knowledge-sharing report to close it.
    """
    return next(_steps(facts, in_the_room, with_report))


def _steps(at: AwardFacts, in_the_room: bool, with_report: bool) -> Iterator[NextStep]:
    if at.state == State.CLOSED:
        yield NextStep(N_("The award is closed. Nothing more is asked."))
    if at.state == State.DECLINED:
        yield NextStep(N_("The offer was declined, and its money is available to others. Nothing more is asked."))
    if at.state == State.CANCELLED:
        yield NextStep(N_("The award was given up before anything was paid. Nothing more is asked."))
    if at.state == State.DECIDED:
        yield NextStep(N_("The meeting that decided it is closed; then the departments learn of it."), is_forum=True)
    if at.state == State.TAKEN_BACK:
        yield NextStep(N_("The decision was taken back before its meeting was closed. Nothing more is asked."))
    if at.state == State.OFFERED:
        yield NextStep(N_("The department must accept the award and its terms."), WHO["leader"])
    if at.asks_for_settlement:
        yield NextStep(N_("The forum must decide what happens to the rest of the loan."), is_forum=True)
    if at.overdue_lines:
        due_on = min(line.due_on for line in at.overdue_lines)
        yield NextStep(N_("A claim is overdue and must be paid."), WHO["departments"], by=due_on, is_late=True)
    yield from _of_payments(at) if in_the_room else _of_payments_outside(at)
    if at.state == State.AGREED and at.left_to_register_ore:
        yield NextStep(N_("Finance must register the first disbursement."), WHO["finance"])
    if at.has_unverified:
        yield NextStep(N_("A reported gain must be verified."), WHO["finance"])
    if at.missing_gains:
        year = at.missing_gains[0][0]
        yield NextStep(N_("The gain of %(year)s must be reported."), WHO["leader"], from_=date(year + 1, 1, 1), year=year)
    if at.years_to_claim:
        yield NextStep(N_("The claim for %(year)s must be made."), WHO["finance"], year=at.years_to_claim[0])
    if at.lines_to_pay:
        yield NextStep(N_("A claim must be paid."), WHO["departments"], by=min(line.due_on for line in at.lines_to_pay))
    if at.overpaid_ore:
        yield NextStep(N_("What has been paid too much must be set off against a claim to come, or refunded."), WHO["finance"])
    if at.left_to_register_ore:
        yield NextStep(N_("The rest must be paid out, or released if it is not needed."), WHO["finance"])
    if (coming := at.coming_year) is not None and at.follows_reports:
        over = date(coming + 1, 1, 1)
        yield NextStep(N_("The gain of %(year)s must be reported when the year is over."), WHO["leader"], from_=over, year=coming)
    if coming is not None:
        yield NextStep(
            N_("The claim for %(year)s must be made when the year begins."), WHO["finance"], from_=date(coming, 1, 1), year=coming
        )
    if at.can_be_closed:
        with_words = N_("The coordinator must close the award with the knowledge-sharing report.")
        yield NextStep(with_words if with_report else N_("The coordinator must close the award."), WHO["coordinator"])
    yield NextStep(N_("Everything that was reserved has been released. Nothing more is paid out."))


def _of_payments(at: AwardFacts) -> Iterator[NextStep]:
    """What payments wait for; while the award waits for the meeting they are not late."""
    if at.awaits_closing:
        yield NextStep(N_("What the forum has decided on the award becomes known. Until then nothing of it is paid out."), is_forum=True)
    if at.approved_on is not None and at.approved_on < at.today:
        yield NextStep(N_("An approved payment was not made on its day: it must be posted or withdrawn."), WHO["finance"],
                       by=at.approved_on, is_late=True)  # fmt: skip
    if at.registered_on is not None:
        late = at.today > at.registered_on
        yield NextStep(
            N_("A registered disbursement must be approved or refused."), WHO["other_finance"], by=at.registered_on, is_late=late
        )
    if at.approved_on is not None:
        yield NextStep(N_("An approved payment is paid out on its day."), WHO["finance"], by=at.approved_on)


def _of_payments_outside(at: AwardFacts) -> Iterator[NextStep]:
    """The same for whoever is outside the room. A payment that waits for a meeting looks like any other, so no payment looks late."""
    if at.registered_on is not None:
        by = at.registered_on if at.registered_on >= at.today else None
        yield NextStep(N_("A registered disbursement must be approved or refused."), WHO["other_finance"], by=by)
    if at.approved_on is not None and at.approved_on < at.today:
        yield NextStep(N_("An approved payment is paid out."), WHO["finance"])
    if at.approved_on is not None:
        yield NextStep(N_("An approved payment is paid out on its day."), WHO["finance"], by=at.approved_on)
