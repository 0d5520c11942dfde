"""Owns tables: rows of wrapped cells under a header that is repeated on every page.

A table over fifty pages is one Table in the structure tree. Its header stands there once; the repeats are artifacts.
Rows are laid out once and a part of a table is a range of them, so the time is proportional to the number of rows.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from reportlab.platypus import Flowable

from fundbank.kit.paper.columns import GAP
from fundbank.kit.paper.flowables import INK, LINE, MUTED, Block, Style, draw_lines
from fundbank.kit.paper.fonts import REGULAR, STRONG
from fundbank.kit.paper.lines import wrap
from fundbank.kit.paper.tags import Element, TaggedCanvas

_PAD = 3.2  # points above and below the text of a row
_PIECE = 12  # lines; a higher row is laid out in pieces, so that it can go on over the page


@dataclass(frozen=True)
class LaidRow:
    """One row, or a piece of a high one. The pieces share their cells' elements; only the last is ruled off.

    The first cell of a row with a `target` is a Link to the place with that key.
    """

    cells: Sequence[Sequence[str]]
    elements: Sequence[Element]
    strong: bool
    ruled: bool
    height: float
    target: str | None = None


class Grid:
    """What all rows of one table share: where its columns stand and how its text looks."""

    def __init__(self, widths: Sequence[float], size: float, numeric: frozenset[int]) -> None:
        self.widths, self.numeric = widths, numeric
        self.lefts = [left for left in accumulate((wide + GAP for wide in widths), initial=0.0)][:-1]
        self.style = Style(size, size * 1.4)
        self.head = Style(size, size * 1.4, font=STRONG, colour=MUTED)
        self.strong = Style(size, size * 1.4, font=STRONG)

    def rows(self, texts: Sequence[str], elements: Sequence[Element], strong: bool = False, target: str | None = None) -> Iterator[LaidRow]:
        """Lay out one row: a `LaidRow`, or several where it is high."""
        font = STRONG if strong else REGULAR
        cells = [wrap(text, font, self.style.size, wide + 0.01) for text, wide in zip(texts, self.widths, strict=True)]
        lines = max(len(cell) for cell in cells)
        for start in range(0, lines, _PIECE):
            piece = [cell[start : start + _PIECE] for cell in cells]
            last = start + _PIECE >= lines
            height = max(len(cell) for cell in piece) * self.style.leading + _PAD * ((not start) + last)
            yield LaidRow(piece, elements, strong, last, height, target)

    def draw(self, canvas: TaggedCanvas, row: LaidRow, top: float, style: Style, tagged: bool = True) -> None:
        """Draw one row's text below `top`; `tagged=False` where the caller has made it an artifact."""
        for column, (lines, element) in enumerate(zip(row.cells, row.elements, strict=True)):
            if not any(lines):
                continue
            right = column in self.numeric
            x = self.lefts[column] + (self.widths[column] if right else 0)
            if tagged:
                with canvas.mark(element):
                    draw_lines(canvas, lines, x, top, style, right)
                if row.target and column == 0:
                    box = (self.lefts[0], top - len(lines) * style.leading, self.lefts[0] + self.widths[0], top)
                    canvas.link(element, row.target, "".join(lines), box)
            else:
                draw_lines(canvas, lines, x, top, style, right)


class Table(Block):
    """Rows `start` to `stop` of a table. `head` is drawn above every part, tagged only above the first."""

    def __init__(self, grid: Grid, head: Sequence[LaidRow], rows: Sequence[LaidRow], ends: Sequence[float], start: int, stop: int):
        super().__init__()
        self.grid, self.head, self.rows, self.ends, self.start, self.stop = grid, head, rows, ends, start, stop
        self.continues = start > 0 and not rows[start - 1].ruled
        self.top = self.ends[0] + (_PAD if self.continues else 0)  # what stands above the rows
        self.spaceBefore, self.spaceAfter = 4, 14

    @classmethod
    def whole(cls, grid: Grid, head: Sequence[LaidRow], rows: Sequence[LaidRow]) -> "Table":
        """The table undivided. `ends` holds how far down each row begins, the header included."""
        ends = list(accumulate((row.height for row in rows), initial=sum(row.height for row in head)))
        return cls(grid, head, rows, ends, 0, len(rows))

    def least(self) -> float:
        rows = self.stop - self.start
        return self.ends[self.start + (1 if rows > 2 else rows)] - self.ends[self.start] + self.top

    def wrap(self, room: float, _height: float) -> tuple[float, float]:
        self.height = self.ends[self.stop] - self.ends[self.start] + self.top
        return room, self.height

    def split(self, _room: float, height: float) -> list[Flowable]:
        """Part the table where the page ends, so that the last row (a total?) never stands alone."""
        middle = bisect_right(self.ends, self.ends[self.start] - self.top + height) - 1
        middle = min(middle, self.stop - 2)
        if middle <= self.start:
            return []
        return [self._part(self.start, middle), self._part(middle, self.stop)]

    def _part(self, start: int, stop: int) -> "Table":
        return Table(self.grid, self.head, self.rows, self.ends, start, stop)

    def draw(self) -> None:
        canvas, top = self.canv, self.height
        rules: list[tuple[float, bool]] = []
        for row in self.head:
            if self.start == 0:
                self.grid.draw(canvas, row, top - _PAD, self.grid.head)
            else:
                with canvas.artifact():
                    self.grid.draw(canvas, row, top - _PAD, self.grid.head, tagged=False)
            top -= row.height
            rules.append((top, True))
        top = self.height - self.top
        for index in range(self.start, self.stop):
            row = self.rows[index]
            begins = index == 0 or self.rows[index - 1].ruled
            if row.strong and begins:
                rules.append((top, True))
            style = self.grid.strong if row.strong else self.grid.style
            self.grid.draw(canvas, row, top - (_PAD if begins else 0), style)
            top -= row.height
            if row.ruled:
                rules.append((top, False))
        with canvas.artifact():
            self._rule(canvas, rules)

    def _rule(self, canvas: TaggedCanvas, rules: Sequence[tuple[float, bool]]) -> None:
        right = self.grid.lefts[-1] + self.grid.widths[-1]
        for y, heavy in sorted(rules, key=lambda rule: rule[1]):
            canvas.setStrokeColor(INK if heavy else LINE)
            canvas.setLineWidth(0.8 if heavy else 0.4)
            canvas.line(0, y, right, y)
