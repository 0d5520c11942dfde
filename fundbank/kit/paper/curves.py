"""Owns the chart of three lines: told apart by their strokes, so that it reads in black and white."""

from collections.abc import Sequence

from reportlab.lib.colors import HexColor

from fundbank.kit.charts import Chart
from fundbank.kit.paper.flowables import ACCENT, INK, LINE, MUTED, Picture
from fundbank.kit.paper.fonts import REGULAR, width
from fundbank.kit.paper.tags import Element

BAND = HexColor("#e8f0f6")
SIZE = 8.5
LEGEND = 18
STROKES: tuple[tuple[list[int], float], ...] = (([5, 3], 1.2), ([], 1.8), ([1, 2], 1.2))  # low, middle, high: dashes and thickness


class Curves(Picture):
    """Three lines in points, with the band between them, the words of the axes, and below them what each is called."""

    def __init__(self, element: Element, chart: Chart, levels: Sequence[str], names: Sequence[str], unit: str, legends: int = 1) -> None:
        """``legends`` is how many lines are kept free below the picture."""
        super().__init__(element, chart.frame.high + legends * LEGEND)
        self.below = legends * LEGEND
        self.chart, self.levels, self.names, self.unit = chart, levels, names, unit

    def paint(self) -> None:
        self.axes()
        self.canv.setFillColor(BAND)
        self.trace(self.chart.band, filled=True)
        self.canv.setStrokeColor(ACCENT)
        for points, (dashes, thick) in zip((self.chart.low, self.chart.middle, self.chart.high), STROKES, strict=True):
            self.stroke(dashes, thick)
            self.trace(points)
        self.stroke([], 0.5)
        if self.chart.first_below:
            x, y = self.chart.first_below
            self.canv.circle(x, self.high - y, 4)
        self.legend()

    def axes(self) -> None:
        frame = self.chart.frame
        self.canv.setFont(REGULAR, SIZE)
        self.stroke([], 0.4)
        for (_value, y), word in zip(self.chart.levels, self.levels, strict=True):
            self.canv.setStrokeColor(INK if y == self.chart.zero else LINE)
            self.canv.line(frame.left, self.high - y, frame.wide - frame.right, self.high - y)
            self.canv.setFillColor(MUTED)
            self.canv.drawRightString(frame.left - 5, self.high - y - 3, word)
        for x, word in self.chart.marks:
            self.canv.setStrokeColor(LINE)
            self.canv.line(x, self.high - frame.above, x, self.high - frame.high + frame.below - 3)
            self.canv.drawCentredString(x, self.high - frame.high + frame.below - 13, word)
        self.canv.drawString(0, self.below + 2, self.unit)

    def legend(self) -> None:
        self.canv.setFillColor(INK)
        x = 0.0
        for name, (dashes, thick) in zip(self.names, STROKES, strict=True):
            if not name:
                continue
            self.stroke(dashes, thick)
            self.canv.line(x, 5, x + 24, 5)
            self.canv.drawString(x + 29, 2, name)
            x += 29 + width(name, REGULAR, SIZE) + 18

    def stroke(self, dashes: list[int], thick: float) -> None:
        self.canv.setDash(dashes)
        self.canv.setLineWidth(thick)

    def trace(self, points: Sequence[tuple[int, int]], *, filled: bool = False) -> None:
        path = self.canv.beginPath()
        for place, (x, y) in enumerate(points):
            (path.lineTo if place else path.moveTo)(x, self.high - y)
        self.canv.drawPath(path, stroke=not filled, fill=filled)
