"""What a loan is expected to pay back if the gains come as they are planned (domain.md §8). Amounts in whole øre."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from fundbank.applications.rules.business_case import ENDS, End
from fundbank.forecast.rules.months import Ends
from fundbank.kit.money import share_of
from fundbank.repayments.rules import claim_lines, day_of_payment

Gains = Mapping[tuple[int, int], int]  # by calendar year and department


@dataclass(frozen=True)
class Owed:
    """What one department has been claimed for one year: what is unpaid of it, or has been paid too much, and by when it is to be paid."""

    year: int
    department_id: int
    due_on: date
    unpaid_ore: int = 0
    overpaid_ore: int = 0


@dataclass(frozen=True)
class Loan:
    """A loan's terms, what is outstanding of it, and the gains that it can expect.

    ``planned`` holds the cashable gains of the business case at each end, ``verified`` those that have been measured. ``records`` says
    of a department which fraction of what it promised has come so far; one that has no record is not in it.
    """

    basis: str
    share: Decimal
    first_year: int
    years: int
    shortfall: str
    due_days: int
    department_ids: Sequence[int]
    planned: Mapping[End, Gains]
    outstanding_ore: int
    owed: Sequence[Owed] = ()
    claimed_years: Collection[int] = ()
    verified: Gains = field(default_factory=dict)
    records: Mapping[int, Fraction] = field(default_factory=dict)

    @property
    def term(self) -> range:
        """The calendar years that are claimed."""
        return range(self.first_year, self.first_year + self.years)

    @property
    def weights(self) -> list[int]:
        """What each department planned over the whole term: it splits what ``department_pays`` adds to the last year."""
        return [sum(max(self.planned["typical"].get((year, id_), 0), 0) for year in self.term) for id_ in self.department_ids]

    def gains(self, year: int, end: End, failing: Fraction = Fraction(0)) -> list[tuple[int, int]]:
        """What each department's gain of a year is taken to be at one end, in øre, by their ids.

        What has been measured is what it is, and a claim that follows the plan follows its typical figure, whatever comes of it. The low
        end is what the case calls low, times the department's record where it has kept less than it promised. The fraction ``failing`` of
        a gain that has not been measured is taken not to come.
        """
        planned = self.planned["typical" if self.basis == "planned" else end]
        records = self.records if end == "low" else {}
        if self.basis == "planned" or not (self.verified or records or failing):
            return [(id_, planned.get((year, id_), 0)) for id_ in self.department_ids]
        found = []
        for id_ in self.department_ids:
            gain_ore = self.verified.get((year, id_))
            if gain_ore is None:
                gain_ore = planned.get((year, id_), 0)
                if id_ in records:
                    gain_ore = share_of(min(records[id_], Fraction(1)), gain_ore)
                if failing:
                    gain_ore -= share_of(failing, gain_ore)
            found.append((id_, gain_ore))
        return found


class Expected(NamedTuple):
    """What one department is expected to owe for a year that has not been claimed: out of which gain, when it is paid, and how much."""

    year: int
    department_id: int
    paid_on: date
    gain: Ends
    paid: Ends


class YearToClaim(NamedTuple):
    """A year of the term that has not been claimed: what will have been paid out by then and not come back, and when it is paid."""

    year: int
    principal_ore: int
    paid_on: date


def years_to_claim(loan: Loan, today: date, payments: Sequence[tuple[date, int]] = ()) -> list[YearToClaim]:
    """The years that have not been claimed, in their order: the same whatever the gains come to.

    ``payments`` say what of the loan is still to be paid out, and when. A year is claimed as soon as the law lets it (when it is over;
    where claims follow the plan, when it begins; not before ``today``).
    """
    found, principal_ore, coming = [], loan.outstanding_ore, sorted(payments, reverse=True)
    for year in loan.term:
        if year not in loan.claimed_years:
            claimed_on = max(date(year if loan.basis == "planned" else year + 1, 1, 1), today)
            while coming and coming[-1][0] <= claimed_on:
                principal_ore += coming.pop()[1]
            found.append(YearToClaim(year, principal_ore, day_of_payment(claimed_on, loan.due_days)))
    return found


def expected_claims(loan: Loan, years: Sequence[YearToClaim], failing: Fraction = Fraction(0)) -> list[Expected]:
    """The claims of these years, in their order, a line for each department.

    A year's cap is the room that there will be: what is outstanding, and paid out by then, less all that is due. What a department has
    paid too much is set off: ``paid`` is what then comes in.
    """
    at_ends = [_paid_at(end, loan, years, failing) for end in ENDS]
    lines = [(year.year, id_, year.paid_on) for year in years for id_ in loan.department_ids]
    return [
        Expected(year, id_, paid_on, Ends(low[0], typical[0], high[0]), Ends(low[1], typical[1], high[1]))
        for (year, id_, paid_on), low, typical, high in zip(lines, *at_ends, strict=True)
    ]


def _paid_at(end: End, loan: Loan, years: Sequence[YearToClaim], failing: Fraction) -> list[tuple[int, int]]:
    """At one end, the gain behind each line and what is paid of it."""
    unpaid_ore, credit = sum(line.unpaid_ore for line in loan.owed), _overpaid(loan.owed)
    due_ore, found = unpaid_ore - sum(credit.values()), []
    for year, principal_ore, _paid_on in years:
        pays_the_rest = loan.shortfall == "department_pays" and year == loan.term[-1]
        dues = claim_lines(
            gains=loan.gains(year, end, failing),
            share=loan.share,
            claimable_ore=principal_ore - due_ore,
            last_year_rest=pays_the_rest,
            planned_weights=loan.weights if pays_the_rest else (),
        )
        for id_, gain_ore, _share_ore, paid_ore, _rest_ore in dues:
            due_ore += paid_ore
            if id_ in credit:
                set_off_ore = min(credit[id_], paid_ore)
                credit[id_] -= set_off_ore
                paid_ore -= set_off_ore
            found.append((gain_ore, paid_ore))
    return found


def _overpaid(owed: Sequence[Owed]) -> dict[int, int]:
    found: dict[int, int] = {}
    for line in owed:
        found[line.department_id] = found.get(line.department_id, 0) + line.overpaid_ore
    return found
