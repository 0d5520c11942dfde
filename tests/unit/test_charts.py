"""Where the lines of a chart run."""

import pytest

from fundbank.kit.charts import Frame, band_chart, bars_and_lines, curve_chart, levels_of

FRAME = Frame(wide=220, high=130, left=20, below=18, above=12, right=0)  # 200 wide and 100 high for the lines


@pytest.mark.parametrize(
    ("lowest", "highest", "expected"),
    [
        (0, 0, [0, 1]),
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (0, 101, [0, 50, 100, 150]),
        (-1, 99, [-50, 0, 50, 100]),
        (-700, -3, [-800, -600, -400, -200, 0]),
        (0, 3_000_000_00, [0, 1_000_000_00, 2_000_000_00, 3_000_000_00]),
    ],
)
def test_the_axis_names_round_values_and_holds_all(lowest: int, highest: int, expected: list[int]) -> None:
    assert levels_of(lowest, highest) == expected


def test_lines_lie_in_the_frame_and_the_first_month_below_nothing_is_marked() -> None:
    chart = band_chart(FRAME, low=[0, 20, -50], middle=[0, 50, 50], high=[0, 50, 100], marks=[(1, "2027")])
    assert chart.levels == [(-50, 112), (0, 78), (50, 45), (100, 12)] and chart.zero == 78
    assert chart.low == [(20, 78), (120, 65), (220, 112)] and chart.middle[-1] == (220, 45) and chart.high[-1] == (220, 12)
    assert chart.marks == [(120, "2027")] and chart.first_below == (220, 112)
    assert chart.band == [*chart.high, *reversed(chart.low)]


def test_nothing_below_nothing_marks_nothing() -> None:
    assert band_chart(FRAME, low=[0], middle=[0], high=[0], marks=[]).first_below is None


def test_a_curve_rises_from_the_corner_and_holds_what_is_marked():
    frame = Frame(120, 100, left=10, below=10, above=10, right=10)
    curve = curve_chart(frame, [(0, 0), (500, 100), (1_000, 150)], marked=(500, 50))
    assert curve.line == [(10, 90), (60, 36), (110, 10)]
    assert curve.marked == (60, 63)
    assert (curve.levels[0], curve.levels[-1]) == ((0, 90), (150, 10))
    assert (curve.marks[0], curve.marks[-1]) == ((0, 10), (1_000, 110))


def test_a_curve_of_nothing_has_axes():
    frame = Frame(120, 100, left=10, below=10)
    assert (curve_chart(frame, []).line, curve_chart(frame, [(0, 0)]).marked) == ([], None)


def test_bars_stand_from_nothing_beside_the_points_of_the_lines():
    frame = Frame(120, 100, left=10, below=10, above=10, right=10)  # 100 wide and 80 high for the lines
    picture = bars_and_lines(
        frame, up=[0, 100], down=[100, 0], low=[-100, -50], middle=[-100, 0], high=[-100, 100], marks=[(0, "0")], crossing=(6, 12)
    )
    assert picture.lines.middle == [(35, 90), (85, 50)] and picture.lines.zero == 50
    assert picture.up == [(73, 10, 12, 40)], "it ends where the point of its year is"
    assert picture.down == [(35, 50, 12, 40)], "it begins there"
    assert picture.crossing == (60, 50), "half-way from the first year to the second"


def test_without_years_after_the_first_nothing_crosses():
    picture = bars_and_lines(FRAME, up=[10], down=[0], low=[10], middle=[10], high=[10], marks=[], crossing=(0, 0))
    assert picture.crossing is None
