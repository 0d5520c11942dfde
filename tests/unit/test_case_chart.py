"""The picture of a business case: the worked example of domain.md §6, and when there is nothing to draw."""

from decimal import Decimal

from fundbank.applications.rules.case_chart import case_chart
from fundbank.applications.rules.content import Content, Cost, PlannedGain
from tests.unit.test_completeness import AREA

COST = Cost(0, "establishment", 600_000_00)
CASE = Content(costs=(COST,), gains=tuple(PlannedGain(year, 1, 400_000_00) for year in (1, 2, 3)))


def test_the_running_sum_crosses_zero_where_the_payback_is():
    chart = case_chart(CASE)
    assert chart is not None and chart.payback_months == 18 and not chart.has_ends
    assert [row.running_ore for row in chart.typical] == [-600_000_00, -200_000_00, 200_000_00, 600_000_00]
    points, (x, y) = chart.wide.lines.middle, chart.wide.crossing
    assert y == chart.wide.lines.zero
    assert abs(x - (points[1][0] + points[2][0]) // 2) <= 1, "half-way from the end of year 1 to that of year 2"


def test_low_and_high_gains_are_the_ends_of_the_band():
    chart = case_chart(Content(costs=(COST,), gain_areas=(AREA,)))
    assert chart is not None and chart.has_ends
    assert [rows[-1].running_ore for rows in (chart.low, chart.typical, chart.high)] == [
        -600_000_00 + 4 * gain for gain in (140_000_00, 364_000_00, 560_000_00)
    ]


def test_a_case_that_never_pays_back_marks_no_point():
    chart = case_chart(CASE.replace(costs=(Cost(0, "establishment", 9_000_000_00),)))
    assert chart is not None and (chart.payback_months, chart.wide.crossing, chart.narrow.crossing) == (None, None, None)


def test_without_costs_or_gains_there_is_no_picture():
    assert case_chart(Content()) is None
    assert case_chart(CASE.replace(costs=())) is None
    assert case_chart(CASE.replace(gains=())) is None
    assert case_chart(CASE.replace(gains=(PlannedGain(0, 1, 400_000_00),))) is None, "year 0 alone is no way"


def test_a_long_case_names_few_of_its_years():
    chart = case_chart(Content(costs=(COST,), gain_areas=(AREA.__class__(**{**vars(AREA), "years": 50, "affected": Decimal("0.1")}),)))
    assert chart is not None
    assert [word for _x, word in chart.narrow.lines.marks] == ["0", "6", "12", "18", "24", "30", "36", "42", "48"]
