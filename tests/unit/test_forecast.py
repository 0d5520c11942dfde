"""The pool's coming months, worked out by hand (domain.md §8: Herning's story) and by other code."""

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from fundbank.applications.rules.business_case import ENDS
from fundbank.forecast.rules import (
    Assumptions,
    Cause,
    Commitment,
    Ends,
    Flow,
    Loan,
    Owed,
    expected_claims,
    first_days,
    flows_of,
    forecast,
    payments_of,
    yearly_funding,
    years_to_claim,
)
from fundbank.kit.working_days import working_day_from

OWN, OTHERS = 1, 2
MARCH = date(2024, 3, 15)
KRONER = 100
Payments = Sequence[tuple[date, int]]


def gains(ore: int, years: range = range(2025, 2028)) -> dict[tuple[int, int], int]:
    return {(year, id_): ore for year in years for id_ in (OWN, OTHERS)}


def a_loan(**changes: Any) -> Loan:
    """Herning's: 600,000 paid out, half of 200,000 a year from each side for three years; low 150,000, high 250,000."""
    planned = {end: gains(kroner * KRONER) for end, kroner in zip(ENDS, (150_000, 200_000, 250_000), strict=True)}
    values: dict[str, Any] = {
        "basis": "realised", "share": Decimal("0.50"), "first_year": 2025, "years": 3, "shortfall": "forum_decides", "due_days": 30,
        "department_ids": [OWN, OTHERS], "planned": planned, "outstanding_ore": 600_000 * KRONER,
    }  # fmt: skip
    return Loan(**{**values, **changes})


def paid(loan: Loan, end: str, today: date = MARCH, payments: Payments = (), **assumed: Any) -> list[tuple[int, int, int]]:
    claims = expected_claims(loan, years_to_claim(loan, today, payments), **assumed)
    return [(claim.year, claim.department_id, getattr(claim.paid, end) // KRONER) for claim in claims]


def test_hernings_loan_comes_back_in_three_years_and_what_is_low_leaves_some_of_it() -> None:
    years = (2025, 2026, 2027)
    assert paid(a_loan(), "typical") == [(year, id_, 100_000) for year in years for id_ in (OWN, OTHERS)]
    assert paid(a_loan(), "low") == [(year, id_, 75_000) for year in years for id_ in (OWN, OTHERS)]
    high = [(2025, OWN, 125_000), (2025, OTHERS, 125_000), (2026, OWN, 125_000), (2026, OTHERS, 125_000)]
    assert paid(a_loan(), "high") == [*high, (2027, OWN, 50_000), (2027, OTHERS, 50_000)], "never more than the principal"


def test_the_three_lines_of_hernings_story() -> None:
    """3,000,000 came in, 600,000 of it is reserved; it is paid in March 2024, and each claim 30 days after its year is over."""
    commitment = Commitment(
        1, 600_000 * KRONER, (("loan", date(2024, 3, 20), 600_000 * KRONER),), None, 600_000 * KRONER, a_loan(outstanding_ore=0)
    )
    found = forecast(
        today=MARCH, available_ore=2_400_000 * KRONER, reserved_ore=600_000 * KRONER, flows=flows_of(commitment, MARCH, Assumptions())
    )
    first, *_, last = found.months
    assert (found.available_ore, first.reserved_ore, first.paid_ore) == (2_400_000 * KRONER, 0, 600_000 * KRONER)
    assert len(found.months) == 60 and last.first == date(2029, 2, 1)
    ends = {month.first: month.available for month in found.months}
    before, after = ends[date(2026, 1, 1)], ends[date(2026, 2, 1)]  # 31 January 2026 is a Saturday
    assert before == Ends(2_400_000 * KRONER, 2_400_000 * KRONER, 2_400_000 * KRONER)
    assert after == Ends(2_550_000 * KRONER, 2_600_000 * KRONER, 2_650_000 * KRONER)
    assert ends[date(2027, 2, 1)] == Ends(2_700_000 * KRONER, 2_800_000 * KRONER, 2_900_000 * KRONER)
    assert ends[date(2028, 1, 1)] == Ends(2_850_000 * KRONER, 3_000_000 * KRONER, 3_000_000 * KRONER)
    assert last.available == ends[date(2028, 1, 1)] and found.first_below_0("low") is None


def test_what_is_paid_out_after_a_claim_has_no_part_in_its_room() -> None:
    loan, payments = a_loan(outstanding_ore=100_000 * KRONER), [(date(2026, 6, 1), 500_000 * KRONER)]
    assert paid(loan, "typical", payments=payments)[:4] == [
        (2025, OWN, 50_000),
        (2025, OTHERS, 50_000),
        (2026, OWN, 100_000),
        (2026, OTHERS, 100_000),
    ]


def test_a_plan_is_claimed_as_it_was_agreed_from_the_first_day_of_its_year() -> None:
    loan = a_loan(basis="planned", records={OWN: Fraction(1, 2)})
    assert {end: paid(loan, end, failing=Fraction(1, 5)) for end in ENDS} == dict.fromkeys(ENDS, paid(a_loan(), "typical"))
    assert [year.paid_on for year in years_to_claim(loan, MARCH)] == [date(2025, 1, 31), date(2026, 2, 2), date(2027, 2, 1)]


def test_who_pays_what_falls_short_pays_it_with_the_last_year() -> None:
    assert paid(a_loan(shortfall="department_pays"), "low")[-2:] == [(2027, OWN, 150_000), (2027, OTHERS, 150_000)]


def test_a_department_that_has_kept_half_of_what_it_promised_is_taken_at_its_record_and_never_at_more_than_its_word() -> None:
    loan = a_loan(records={OWN: Fraction(1, 2), OTHERS: Fraction(3)})
    assert paid(loan, "low")[:2] == [(2025, OWN, 37_500), (2025, OTHERS, 75_000)]
    assert paid(loan, "typical") == paid(a_loan(), "typical")


def test_what_has_been_measured_is_what_it_is() -> None:
    loan = a_loan(verified={(2025, OWN): 80_000 * KRONER}, records={OWN: Fraction(1, 10)})
    for end in ENDS:
        assert paid(loan, end, failing=Fraction(1))[:2] == [(2025, OWN, 40_000), (2025, OTHERS, 0)]


def test_what_was_paid_too_much_is_set_off_before_anything_comes_in() -> None:
    """The corrected example of domain.md §8: of 100,000 the year 2025 holds A 15,000 and B 20,000; A has paid 25,000 too much."""
    owed = [Owed(2025, OWN, date(2026, 2, 1), overpaid_ore=25_000 * KRONER)]
    planned = {end: {(2026, OWN): 60_000 * KRONER, (2026, OTHERS): 60_000 * KRONER} for end in ENDS}
    loan = a_loan(planned=planned, years=2, outstanding_ore=40_000 * KRONER, owed=owed, claimed_years={2025})
    assert paid(loan, "typical", date(2027, 1, 4)) == [(2026, OWN, 5_000), (2026, OTHERS, 30_000)]


def test_what_is_claimed_and_unpaid_comes_in_on_its_day_and_what_is_late_this_month() -> None:
    owed = [Owed(2025, OWN, date(2026, 2, 2), 100_000 * KRONER), Owed(2025, OTHERS, date(2026, 5, 1), 60_000 * KRONER)]
    commitment = Commitment(1, 0, loan=a_loan(owed=owed, claimed_years={2025}, outstanding_ore=160_000 * KRONER))
    today = date(2026, 3, 3)
    found = forecast(today=today, available_ore=0, reserved_ore=0, flows=flows_of(commitment, today, Assumptions()))
    unpaid = [month.added(Cause.UNPAID).low // KRONER for month in found.months]
    assert unpaid == [100_000, 0, 60_000, *[0] * 57]
    assert found.months[-1].available.high == 160_000 * KRONER, "no claim to come has room"


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ({2024: 600}, 600),
        ({2023: 600}, 600),
        ({2024: 100, 2025: 500}, 100),
    ],
)
def test_what_is_reserved_and_not_registered_is_spread_over_the_case(plan: dict[int, int], expected: int) -> None:
    commitment = Commitment(1, 6_000, plan=plan, loan_left_ore=1_200)
    found = payments_of(commitment, MARCH)
    of_month: dict[tuple[int, int], int] = {}
    for _part, day, ore, spread in found:
        assert spread
        of_month[day.year, day.month] = of_month.get((day.year, day.month), 0) + ore
    assert sum(of_month.values()) == 6_000 and sum(ore for part, _day, ore, _spread in found if part == "loan") == 1_200
    assert {month: ore for month, ore in of_month.items() if month[0] == 2024} == {(2024, month): expected for month in range(3, 13)}


def test_nothing_is_spread_that_is_registered_already() -> None:
    commitment = Commitment(1, 1000, (("loan", date(2024, 1, 1), 300), ("grant", date(2024, 9, 1), 700)), {2024: 1}, 300)
    assert payments_of(commitment, MARCH) == [("loan", MARCH, 300, False), ("grant", date(2024, 9, 1), 700, False)]


def test_assumptions_change_what_is_expected_and_nothing_else() -> None:
    owed = [Owed(2024, OWN, date(2024, 5, 1), 1_000)]
    commitment = Commitment(7, 0, loan=a_loan(owed=owed))
    as_it_is = flows_of(commitment, MARCH, Assumptions())
    assert {flow.cause for flow in as_it_is} == {Cause.UNPAID, Cause.CLAIM}
    assert flows_of(commitment, MARCH, Assumptions(as_grants={7})) == []
    fewer = flows_of(commitment, MARCH, Assumptions(failing=Fraction(1, 5)))
    assert [flow.adds.typical for flow in fewer[1:]] == [80_000 * KRONER] * 6


def test_money_of_the_years_to_come_is_an_assumption() -> None:
    flows = yearly_funding(500, MARCH)
    assert [flow.on for flow in flows] == [date(year, 1, 1) for year in range(2025, 2030)] and all(flow.is_assumed for flow in flows)
    assert yearly_funding(None, MARCH) == yearly_funding(0, MARCH) == []


def test_the_first_month_below_nothing_is_named() -> None:
    flows = [Flow(date(2024, 6, 30), Cause.FUNDING, Ends(-200, -100, 0)), Flow(date(2024, 8, 1), Cause.FUNDING, Ends(0, -1, 0))]
    found = forecast(today=MARCH, available_ore=100, reserved_ore=0, flows=flows)
    below = {end: month.first if (month := found.first_below_0(end)) else None for end in ENDS}
    assert below == {"low": date(2024, 6, 1), "typical": date(2024, 8, 1), "high": None}


def test_months_follow_each_other_over_the_year() -> None:
    assert list(first_days(date(2024, 11, 30), 3)) == [date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1)]


def test_other_code_comes_to_the_same() -> None:
    """Day by day, without a month, a flow or a line: the sum of what comes in until a month's end is what the forecast says."""
    chance = random.Random(20240315)  # noqa: S311
    for _case in range(200):
        loan = a_loan(
            basis=chance.choice(["realised", "planned"]),
            share=Decimal(chance.randint(1, 100)) / 100,
            first_year=chance.randint(2022, 2026),
            years=chance.randint(1, 6),
            shortfall=chance.choice(["forum_decides", "department_pays"]),
            due_days=chance.randint(0, 90),
            outstanding_ore=chance.randint(0, 90_000_000),
            planned=dict.fromkeys(ENDS, gains(chance.randint(-5, 40_000_001), range(2022, 2033))),
        )
        found = forecast(today=MARCH, available_ore=5, reserved_ore=0, flows=flows_of(Commitment(1, 0, loan=loan), MARCH, Assumptions()))
        for month in found.months[:: chance.randint(1, 12)]:
            until = date(month.first.year + month.first.month // 12, month.first.month % 12 + 1, 1)
            assert month.available.typical == 5 + came_in(loan, until)


def came_in(loan: Loan, until: date) -> int:
    left, total = loan.outstanding_ore, 0
    for year in range(loan.first_year, loan.first_year + loan.years):
        begins = max(date(year + (loan.basis == "realised"), 1, 1), MARCH)
        whole = [max(loan.planned["typical"].get((year, id_), 0), 0) * loan.share for id_ in loan.department_ids]
        asked = min(sum(int(one + Decimal("0.5")) for one in whole), left)
        if loan.shortfall == "department_pays" and year == loan.first_year + loan.years - 1:
            asked = left
        left -= asked
        if max(working_day_from(date.fromordinal(begins.toordinal() + loan.due_days)), MARCH) < until:
            total += asked
    return total
