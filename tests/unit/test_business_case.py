"""The figures of a business case (domain.md §6)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fundbank.applications.rules.business_case import (
    AnnualGain,
    ChangedPromise,
    Promise,
    YearRow,
    annual_gain,
    annual_gains,
    arithmetic,
    asks_consent,
    figures,
    loan_payback_months,
    npv_ore,
    payback_months,
    planned_gains,
    promises,
    yearly,
)
from fundbank.applications.rules.content import Content, Cost, GainArea, OwnFinancing, PlannedGain

OWN, OTHERS = 1, 2
RATE = Decimal("0.035")


def establishment(kroner, year=0):
    return Cost(year, "establishment", kroner * 100)


def operation(kroner, year):
    return Cost(year, "operation", kroner * 100)


def gain(year, kroner, department_id=OWN, cashable=True):
    return PlannedGain(year, department_id, kroner * 100, cashable)


def area(*, before=(20, 25, 30), after=(10, 12, 15), phase_in=("1",), years=4, **more):
    values = {"name": "Sager", "department_id": OWN, "cases": 6000, "affected": Decimal("0.80"), "rate_ore": 350_00}
    return GainArea(
        before=tuple(map(Decimal, before)),
        after=tuple(map(Decimal, after)),
        phase_in=tuple(map(Decimal, phase_in)),
        years=years,
        **{**values, **more},
    )


HERNING = Content(
    costs=(establishment(600_000),),
    gains=tuple(gain(year, 200_000, department) for year in (1, 2, 3) for department in (OWN, OTHERS)),
)


# --- Gain areas ---


def test_the_worked_gain_area_gives_its_three_figures():
    assert annual_gain(area()) == 364_000_00
    assert annual_gain(area(), "low") == 140_000_00
    assert annual_gain(area(), "high") == 560_000_00


def test_the_arithmetic_can_be_shown_line_by_line():
    shown = arithmetic(area(phase_in=("0.5", "1"), years=3))
    assert (shown.cases, shown.affected, shown.rate_ore) == (6000, Decimal("0.80"), 350_00)
    assert [(one.before, one.after, one.saved, one.annual_ore) for one in (shown.low, shown.typical, shown.high)] == [
        (20, 15, 5, 140_000_00),
        (25, 12, 13, 364_000_00),
        (30, 10, 20, 560_000_00),
    ]
    assert [(one.year, one.phase_in, one.amount_ore) for one in shown.years] == [
        (1, Decimal("0.5"), 182_000_00),
        (2, Decimal(1), 364_000_00),
        (3, Decimal(1), 364_000_00),
    ]


def test_years_alike_are_shown_as_one_span_and_only_where_they_follow_each_other():
    shown = arithmetic(area(phase_in=("0.5", "1", "1", "0.5"), years=6))
    assert [(one.first, one.last, one.phase_in, one.amount_ore) for one in shown.spans] == [
        (1, 1, Decimal("0.5"), 182_000_00),
        (2, 3, Decimal(1), 364_000_00),
        (4, 6, Decimal("0.5"), 182_000_00),
    ]


def test_the_low_and_the_high_end_are_never_below_0():
    slower = area(before=(10, 10, 10), after=(20, 20, 20))
    assert annual_gain(slower, "low") == annual_gain(slower, "high") == 0
    assert annual_gain(slower) == -280_000_00


def test_an_annual_gain_is_rounded_half_up_to_the_ore():
    odd = {"cases": 1, "affected": Decimal(1), "after": (0, 0, 0)}
    assert annual_gain(area(before=(1, 1, 1), rate_ore=30, **odd)) == 1  # 0.50 øre
    assert annual_gain(area(before=(1, 1, 1), rate_ore=29, **odd)) == 0  # 0.48 øre


def test_a_part_of_a_year_is_rounded_again():
    one_ore = area(before=(1, 1, 1), after=(0, 0, 0), cases=1, affected=Decimal(1), rate_ore=30, phase_in=("0.5", "0.4"))
    assert planned_gains(Content(gain_areas=(one_ore,))) == {(1, OWN): 1, (2, OWN): 0, (3, OWN): 0, (4, OWN): 0}


def test_the_last_phase_in_value_holds_for_the_years_after_it():
    gains = planned_gains(Content(gain_areas=(area(phase_in=("0.25", "0.75"), years=4),)))
    assert gains == {(1, OWN): 91_000_00, (2, OWN): 273_000_00, (3, OWN): 273_000_00, (4, OWN): 273_000_00}


def test_an_area_without_phase_in_counts_in_full():
    assert planned_gains(Content(gain_areas=(area(phase_in=(), years=1),))) == {(1, OWN): 364_000_00}


def test_a_rate_that_is_missing_counts_as_0():
    assert annual_gain(area(rate_ore=None)) == 0


# --- Gains together ---


def test_direct_gains_and_areas_are_summed_per_year_and_department():
    content = Content(
        gains=(gain(2, 10, OTHERS), gain(1, 5), gain(1, 7), PlannedGain(1, OTHERS, None)),
        gain_areas=(area(years=1), area(years=1, department_id=OTHERS, cashable=False)),
    )
    assert list(planned_gains(content).items()) == [
        ((1, OWN), 364_012_00),
        ((1, OTHERS), 364_000_00),
        ((2, OTHERS), 10_00),
    ]
    assert planned_gains(content, cashable_only=True) == {(1, OWN): 364_012_00, (1, OTHERS): 0, (2, OTHERS): 10_00}


def test_planned_gains_can_be_read_at_the_low_and_the_high_end():
    content = Content(gains=(gain(1, 1),), gain_areas=(area(years=1),))
    assert planned_gains(content, end="low") == {(1, OWN): 140_001_00}
    assert planned_gains(content, end="high") == {(1, OWN): 560_001_00}


def test_the_annual_gain_is_a_full_year_with_the_direct_gains_of_the_best_year_cashable_or_not():
    content = Content(
        gains=(gain(1, 1_000), gain(2, 1_000), gain(2, 500, cashable=False), gain(3, 1_499)),
        gain_areas=(area(phase_in=("0.1",)), area(cashable=False, department_id=OTHERS)),
    )
    assert annual_gains(content) == AnnualGain(281_500_00, 729_500_00, 1_121_500_00)
    assert annual_gains(HERNING) == AnnualGain(400_000_00, 400_000_00, 400_000_00)


BOTH = (OWN, OTHERS)


def test_a_lower_promise_asks_consent_per_year_and_department():
    new = HERNING.replace(gains=(gain(1, 200_000), gain(1, 199_999, OTHERS), gain(2, 500_000), gain(2, 200_000, OTHERS)))
    assert asks_consent(HERNING, new, BOTH) == [
        ChangedPromise(1, OTHERS, 200_000_00, 199_999_00),
        ChangedPromise(3, OWN, 200_000_00, 0),
        ChangedPromise(3, OTHERS, 200_000_00, 0),
    ]


def test_a_higher_promise_or_another_way_to_the_same_sum_asks_nothing():
    old = Content(gains=(gain(1, 364_000),))
    assert asks_consent(old, Content(gain_areas=(area(years=2),)), BOTH) == []
    assert asks_consent(HERNING, HERNING, ()) == []


def test_a_higher_promise_of_a_department_that_the_writer_does_not_write_for_asks_consent():
    new = Content(gains=(gain(1, 6), gain(1, 7, OTHERS)))
    old = Content(gains=(gain(1, 5),))
    assert asks_consent(old, new, [OWN]) == [ChangedPromise(1, OTHERS, 0, 7_00)]
    assert asks_consent(old, new, []) == [ChangedPromise(1, OWN, 5_00, 6_00), ChangedPromise(1, OTHERS, 0, 7_00)]


def test_a_gain_that_stops_being_cashable_is_lowered():
    answer = asks_consent(Content(gains=(gain(1, 5),)), Content(gains=(gain(1, 5, cashable=False),)), BOTH)
    assert answer == [ChangedPromise(1, OWN, 5_00, 0)]


def test_only_cashable_gains_are_promises():
    assert asks_consent(Content(gains=(gain(1, 5, cashable=False),)), Content(), ()) == []


def test_the_first_promise_stands_beside_the_case_as_it_is_and_as_it_would_be():
    first, now, new = (Content(gains=(gain(1, kroner),)) for kroner in (5, 4, 3))
    assert promises(first, now, new.replace(gains=(gain(2, 3, OTHERS),))) == [
        Promise(1, OWN, 5_00, 4_00, 0),
        Promise(2, OTHERS, 0, 0, 3_00),
    ]


# --- The years, payback and net present value ---


def test_net_is_gains_less_operation_less_establishment():
    content = Content(
        costs=(establishment(100), operation(5, 1), operation(5, 2), establishment(10, 1)),
        gains=(gain(1, 40), gain(2, 60), gain(2, 20, cashable=False)),
    )
    assert yearly(content) == [
        YearRow(0, 0, 0, 100_00, -100_00, -100_00),
        YearRow(1, 40_00, 5_00, 10_00, 25_00, -75_00),
        YearRow(2, 80_00, 5_00, 0, 75_00, 0),
    ]
    assert yearly(content, cashable_only=True)[2] == YearRow(2, 60_00, 5_00, 0, 55_00, -20_00)


def test_the_cashable_table_has_the_same_years_as_the_whole():
    content = Content(costs=(establishment(1),), gains=(gain(3, 1, cashable=False),))
    assert [row.year for row in yearly(content, cashable_only=True)] == [0, 1, 2, 3]


def test_a_year_that_nobody_can_mean_makes_no_endless_table():
    content = Content(costs=(operation(1, 10**9), operation(1, -1)), gain_areas=(area(years=10**9),))
    assert [row.year for row in yearly(content)] == list(range(51))


def test_an_empty_case_is_one_year_of_nothing():
    assert yearly(Content()) == [YearRow(0, 0, 0, 0, 0, 0)]


def test_hernings_esdh_integration_pays_back_in_18_months():
    assert payback_months(HERNING) == payback_months(HERNING, cashable_only=True) == 18


def test_hernings_net_present_value_is_520654_79():
    assert npv_ore(HERNING, RATE) == 520_654_79


def test_a_page_gets_all_figures_at_once():
    shown = figures(HERNING.replace(own_financing=(OwnFinancing("Fagsystem", 1_000_000_00),)), RATE)
    assert (shown.payback_months, shown.cashable_payback_months, shown.payback_months_with_own_financing) == (
        18,
        18,
        None,
    )
    assert (shown.npv_ore, shown.cashable_npv_ore, len(shown.rows)) == (520_654_79, 520_654_79, 4)


@pytest.mark.parametrize(
    ("costs", "gains", "months"),
    [
        ([establishment(12)], [gain(1, 12)], 12),
        ([establishment(12)], [gain(1, 24)], 6),
        ([establishment(12)], [gain(1, 11), gain(2, 12)], 13),
        ([establishment(100)], [gain(1, 99)], None),
        ([establishment(7)], [gain(1, 12)], 7),
        ([establishment(70)], [gain(1, 119)], 8),  # 7.06 months: rounded up
        ([establishment(10)], [gain(0, 10)], 0),  # year 0 pays for itself
        ([establishment(10)], [gain(3, 10)], 36),  # years without anything in between
        ([establishment(10), operation(6, 1), operation(6, 2)], [gain(1, 12), gain(2, 12)], 20),
        ([establishment(10)], [gain(1, 20), gain(2, -50)], 6),  # the first moment counts
    ],
)
def test_payback_is_linear_within_the_year_and_rounded_up_to_whole_months(costs, gains, months):
    assert payback_months(Content(costs=tuple(costs), gains=tuple(gains))) == months


def test_payback_waits_for_the_first_investment():
    later = Content(costs=(establishment(600, year=1),), gains=(gain(1, 100), gain(2, 400), gain(3, 400)))
    assert payback_months(later) == 27  # −500 after year 1, −100 after year 2, and a quarter of year 3
    assert payback_months(later.replace(gains=())) is None
    assert payback_months(later.replace(gains=(gain(1, 700),))) == 0  # never below 0


def test_a_loan_beside_a_grant_comes_home_without_the_grant():
    costs, gains = (establishment(500_000),), tuple(gain(year, 100_000) for year in range(1, 6))
    mixed = Content(loan_ore=300_000_00, grant_ore=200_000_00, costs=costs, gains=gains)
    assert (loan_payback_months(mixed), payback_months(mixed)) == (36, 60)
    assert loan_payback_months(mixed.replace(loan_ore=500_000_00, grant_ore=0)) == 60
    assert loan_payback_months(mixed.replace(gains=gains[:2])) is None


def test_a_grant_that_reaches_into_a_later_year_does_not_bring_the_loan_home_before_it_is_lent():
    costs = (establishment(100_000), establishment(400_000, year=1))
    content = Content(loan_ore=300_000_00, grant_ore=200_000_00, costs=costs, gains=tuple(gain(year, 100_000) for year in (2, 3, 4)))
    assert loan_payback_months(content) == 48
    assert loan_payback_months(content.replace(loan_ore=100_000_00, grant_ore=500_000_00)) == 0


def test_with_neither_investment_nor_gain_there_is_no_payback():
    assert payback_months(Content()) is None
    assert payback_months(Content(costs=(establishment(0), operation(5, 1)), gains=(gain(1, 0),))) is None


def test_a_gain_that_needs_no_investment_is_paid_back_at_once():
    assert payback_months(Content(gains=(gain(1, 5),))) == 0


def test_own_financing_is_not_counted_but_can_be_shown():
    content = HERNING.replace(own_financing=(OwnFinancing("Fagsystem", 300_000_00), OwnFinancing("Ukendt", None)))
    assert payback_months(content) == 18
    assert payback_months(content, with_own_financing=True) == 27
    assert npv_ore(content, RATE) == 520_654_79


def test_gains_that_are_not_cashable_pay_no_loan_back():
    content = Content(costs=(establishment(12),), gains=(gain(1, 12, cashable=False), gain(2, 12)))
    assert payback_months(content) == 12
    assert payback_months(content, cashable_only=True) == 24
    assert npv_ore(content, Decimal(0)) == 12_00
    assert npv_ore(content, Decimal(0), cashable_only=True) == 0


def test_net_present_value_is_rounded_once():
    content = Content(gains=tuple(PlannedGain(year, OWN, 1) for year in (1, 2, 3)))
    assert npv_ore(content, Decimal("0.1")) == 2  # 0.91 + 0.83 + 0.75 = 2.49; rounded one by one it would be 3


lines = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 10**9)), max_size=8)


@given(lines, lines, lines)
@settings(deadline=None)
def test_payback_is_the_first_month_at_which_the_running_sum_is_not_below_0(invested, running_costs, gained):
    content = Content(
        costs=tuple(
            Cost(year, kind, ore)
            for kind, items in (("establishment", [(0, 1), *invested]), ("operation", running_costs))
            for year, ore in items
        ),
        gains=tuple(PlannedGain(year, OWN, ore) for year, ore in gained),
    )
    rows = yearly(content)

    def standing(month):
        years, rest = divmod(month, 12)
        within = rows[years + 1].net_ore if years + 1 < len(rows) else 0
        return rows[years].running_ore + Fraction(rest, 12) * within

    months = payback_months(content)
    last = 12 * (len(rows) - 1)
    at_month_ends = [month for month in range(last + 1) if standing(month) >= 0]
    if months is None:
        assert not at_month_ends
    elif at_month_ends:
        assert months == at_month_ends[0]
    assert npv_ore(content, Decimal(0)) == rows[-1].running_ore
