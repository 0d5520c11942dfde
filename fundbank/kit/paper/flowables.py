"""Owns the running blocks of a page: paragraphs, headings, list items and the bar. Tables are in tables.py.

Every block is given its structure element before it is laid out, and shares it with its other half when a page ends
in the middle of it: a paragraph over two pages is one P.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import Color, HexColor, white
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName
from reportlab.platypus import Flowable

from fundbank.kit.paper.fonts import REGULAR, STRONG, width
from fundbank.kit.paper.tags import Element, TaggedCanvas

INK = HexColor("#1a1a1a")
MUTED = HexColor("#454b52")
LINE = HexColor("#c4c9cf")
ACCENT = HexColor("#12395f")


@dataclass(frozen=True)
class Style:
    """How a block of text looks; lengths in points."""

    size: float
    leading: float
    font: str = REGULAR
    colour: Color = INK
    before: float = 0
    after: float = 0


BODY = Style(10.5, 15.5, after=8)
LISTED = Style(10.5, 15.5, after=3)
LEGEND = Style(9.5, 14, after=2)
CAPTION = Style(9.5, 13.5, font=STRONG, before=6, after=4)
CONTENTS = (Style(10.5, 15.5, font=STRONG, before=5, after=1), Style(9.5, 13.5, after=1))
SENDER = Style(10.5, 15, font=STRONG, colour=ACCENT, after=30)
HEADINGS = {
    1: Style(21, 27, font=STRONG, colour=ACCENT, before=4, after=12),
    2: Style(14, 19, font=STRONG, colour=ACCENT, before=15, after=6),
    3: Style(11.5, 16, font=STRONG, before=10, after=4),
}


def draw_lines(canvas: TaggedCanvas, lines: Sequence[str], x: float, top: float, style: Style, right: bool = False) -> None:
    """Write lines downwards from `top`, from `x` on or, for figures, up to it."""
    canvas.setFillColor(style.colour)
    baseline = top - style.leading / 2 - 0.35 * style.size  # half a capital's height: capitals stand in the middle
    text = None
    for line in lines:
        left = x - (width(line.rstrip(), style.font, style.size) if right else 0)
        if text is None:
            text = canvas.beginText(left, baseline)
            text.setFont(style.font, style.size)
        else:
            text.setTextOrigin(left, baseline)
        text.textOut(line)
        baseline -= style.leading
    if text is not None:
        canvas.drawText(text)


class Block(Flowable, ABC):
    """What a page is made of. One that `leads` (a heading) stays with the beginning of what follows it."""

    leads = False

    @abstractmethod
    def least(self) -> float:
        """The height in points of the smallest beginning a page may end with."""


class TextBlock(Block):
    """Lines of one paragraph, one heading or one list item. A page break leaves at least two lines on either side."""

    def __init__(self, element: Element, lines: Sequence[str], style: Style, indent: float = 0) -> None:
        super().__init__()
        self.element, self.lines, self.style, self.indent = element, lines, style, indent
        self.spaceBefore, self.spaceAfter = style.before, style.after

    def least(self) -> float:
        return (2 if len(self.lines) > 3 else len(self.lines)) * self.style.leading

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        return room, len(self.lines) * self.style.leading

    def split(self, _room: float, height: float) -> list[Flowable]:
        fits = min(int(height // self.style.leading), len(self.lines) - 2)
        if fits < 2:
            return []
        rest = TextBlock(self.element, self.lines[fits:], self.style, self.indent)
        return [self._first(self.lines[:fits]), rest]

    def _first(self, lines: Sequence[str]) -> "TextBlock":
        return TextBlock(self.element, lines, self.style, self.indent)

    def draw(self) -> None:
        with self.canv.mark(self.element):
            draw_lines(self.canv, self.lines, self.indent, len(self.lines) * self.style.leading, self.style)


class Lead(TextBlock):
    """A heading or a caption."""

    leads = True


class Anchor(Lead):
    """A heading that the list of contents and the reader's bookmarks lead to."""

    def __init__(self, element: Element, lines: Sequence[str], style: Style, key: str, title: str, level: int) -> None:
        super().__init__(element, lines, style)
        self.key, self.title, self.level = key, title, level

    def _first(self, lines: Sequence[str]) -> TextBlock:
        return Anchor(self.element, lines, self.style, self.key, self.title, self.level)

    def draw(self) -> None:
        self.canv.anchor(self.key, self.title, self.level, len(self.lines) * self.style.leading + 6)
        super().draw()


class ContentsLine(TextBlock):
    """What a place is called, with the number of its page at the right; a click leads there."""

    def __init__(self, element: Element, lines: Sequence[str], style: Style, indent: float, key: str) -> None:
        super().__init__(element, lines, style, indent)
        self.key = key

    def wrap(self, room: float, height: float) -> tuple[float, float]:
        self.room = room
        return super().wrap(room, height)

    def split(self, _room: float, _height: float) -> list[Flowable]:
        return []

    def draw(self) -> None:
        super().draw()
        high = len(self.lines) * self.style.leading
        self.canv.link(self.element, self.key, "".join(self.lines), (self.indent, 0, self.room, high))
        self.canv.number_of(self.element, self.key, self.room, high, self._number)

    def _number(self, canvas: TaggedCanvas, right: float, top: float, page: int) -> None:
        draw_lines(canvas, [str(page)], right, top, self.style, right=True)


class ListItem(TextBlock):
    """A list item: a bullet, or a bar's numbered swatch, and the text beside it."""

    INDENT = 16

    def __init__(self, label: Element, body: Element, lines: Sequence[str], style: Style, swatch: int | None = None) -> None:
        super().__init__(body, lines, style, self.INDENT)
        self.label, self.swatch = label, swatch

    def _first(self, lines: Sequence[str]) -> TextBlock:
        return ListItem(self.label, self.element, lines, self.style, self.swatch)

    def draw(self) -> None:
        top = len(self.lines) * self.style.leading
        with self.canv.mark(self.label):
            if self.swatch is None:
                draw_lines(self.canv, ["•"], 4, top, self.style)
            else:
                _swatch(self.canv, 0, top - self.style.leading / 2 - 5, 11, 10, self.swatch)
        super().draw()


_FILLS = [(HexColor(fill), ink) for fill, ink in (
    ("#12395f", white), ("#b7cde3", INK), ("#56616c", white), ("#e4e7ea", INK), ("#2c6ca8", white), ("#c3c8ce", INK),
)]  # fmt: skip


def _swatch(canvas: TaggedCanvas, x: float, y: float, wide: float, high: float, index: int) -> None:
    """Draw one outlined part with its number, so that the match to the legend never hangs on colour."""
    fill, ink = _FILLS[index % len(_FILLS)]
    canvas.setFillColor(fill)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(0.5)
    canvas.rect(x, y, wide, high, fill=1, stroke=1)
    number = str(index + 1)
    if wide >= width(number, STRONG, 8) + 2:
        canvas.setFillColor(ink)
        canvas.setFont(STRONG, 8)
        canvas.drawCentredString(x + wide / 2, y + high / 2 - 2.8, number)


class Picture(Block):
    """Something drawn over the whole width, as a Figure: so high, and told apart by more than colour."""

    leads = True

    def __init__(self, element: Element, high: float) -> None:
        super().__init__()
        self.element, self.high = element, high
        self.spaceBefore, self.spaceAfter = 6, 8

    @abstractmethod
    def paint(self) -> None:
        """Draw it, upwards from the lower left corner."""

    def least(self) -> float:
        return self.high

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.width, self.height = room, self.high
        return room, self.high

    def draw(self) -> None:
        left, bottom = self.canv.absolutePosition(0, 0)
        box: list[Any] = [left, bottom, left + self.width, bottom + self.high]
        self.element.attributes["A"] = PDFDictionary({"O": PDFName("Layout"), "BBox": PDFArray(box)})
        with self.canv.mark(self.element):
            self.paint()


class Bar(Picture):
    """One horizontal bar in parts. A part that is not nought is at least a point wide."""

    HIGH = 24

    def __init__(self, element: Element, values: Sequence[int]) -> None:
        super().__init__(element, self.HIGH)
        self.values = values

    def paint(self) -> None:
        self.canv.setStrokeColor(ACCENT)
        self.canv.setLineWidth(0.5)
        self.canv.rect(0, 0, self.width, self.HIGH, fill=0, stroke=1)
        slivers = [max(value / (sum(self.values) or 1) * self.width, 1.0) if value else 0 for value in self.values]
        x, scale = 0.0, self.width / (sum(slivers) or 1)
        for index, sliver in enumerate(slivers):
            if sliver:
                _swatch(self.canv, x, 0, sliver * scale, self.HIGH, index)
            x += sliver * scale
