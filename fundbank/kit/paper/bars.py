"""Owns the picture of bars that rise and fall, with three lines over them: told apart by fill and stroke, as in black and white."""

from collections.abc import Sequence

from reportlab.lib.colors import HexColor, white

from fundbank.kit.charts import BarsAndLines
from fundbank.kit.paper.curves import BAND, LEGEND, SIZE, STROKES, Curves
from fundbank.kit.paper.flowables import ACCENT, INK
from fundbank.kit.paper.fonts import REGULAR, width
from fundbank.kit.paper.tags import Element

_RISING = HexColor("#a9c3d8")
_HATCH = 4
_SWATCH = 14


class Bars(Curves):
    """Bars from zero, the lines over them, where the middle one crosses zero, and below what each is called.

    ``names`` are those of what rises, of what falls, of the lines (low, middle, high), and of the crossing; a line without one isn't drawn.
    """

    def __init__(self, element: Element, chart: BarsAndLines, levels: Sequence[str], names: Sequence[str], unit: str) -> None:
        super().__init__(element, chart.lines, levels, names[2:5], unit, legends=2)
        self.bars, self.called = chart, names

    def paint(self) -> None:
        self.axes()
        if all(self.names):
            self.canv.setFillColor(BAND)
            self.trace(self.chart.band, filled=True)
        self.stroke([], 0.6)
        self.canv.setStrokeColor(INK)
        for x, y, wide, high in self.bars.up:
            self._bar(x, self.high - y - high, wide, high)
        for x, y, wide, high in self.bars.down:
            self._bar(x, self.high - y - high, wide, high, falls=True)
        self.canv.setStrokeColor(ACCENT)
        for points, name, (dashes, thick) in zip((self.chart.low, self.chart.middle, self.chart.high), self.names, STROKES, strict=True):
            if name:
                self.stroke(dashes, thick)
                self.trace(points)
        if self.bars.crossing:
            self._ring(self.bars.crossing[0], self.high - self.bars.crossing[1])
        self.legend()

    def _bar(self, x: float, y: float, wide: float, high: float, *, falls: bool = False) -> None:
        self.canv.setFillColor(white if falls else _RISING)
        self.canv.rect(x, y, wide, high, fill=1)
        for up in range(0, int(high), _HATCH) if falls else ():
            self.canv.line(x, y + up, x + wide, min(y + up + _HATCH, y + high))

    def _ring(self, x: float, y: float) -> None:
        self.stroke([], 1.8)
        self.canv.setFillColor(white)
        self.canv.circle(x, y, 3.5, fill=1)

    def legend(self) -> None:
        up, down, *_lines, crossing = self.called
        x, y = 0.0, LEGEND + 2.0
        for name, falls in ((up, False), (down, True)):
            self.canv.setStrokeColor(INK)
            self.stroke([], 0.6)
            self._bar(x, y - 1, _SWATCH, 8, falls=falls)
            x = self._word(name, x + _SWATCH + 5, y)
        self.canv.setStrokeColor(ACCENT)
        if self.bars.crossing:
            self._ring(x + 5, y + 3)
            self._word(crossing, x + 14, y)
        super().legend()

    def _word(self, name: str, x: float, y: float) -> float:
        self.canv.setFillColor(INK)
        self.canv.drawString(x, y, name)
        return x + width(name, REGULAR, SIZE) + 18
