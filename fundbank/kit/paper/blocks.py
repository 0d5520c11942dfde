"""Owns the step from what a caller asked for to tagged flowables: a function for each kind of block.

Each is called with the element to hang its own under and the width of the page in points. All texts are clean.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.platypus import CondPageBreak, Flowable

from fundbank.kit.charts import BarsAndLines, Chart
from fundbank.kit.paper.bars import Bars
from fundbank.kit.paper.columns import GAP, SIZES, Measure
from fundbank.kit.paper.curves import Curves
from fundbank.kit.paper.flowables import (
    BODY,
    CAPTION,
    CONTENTS,
    HEADINGS,
    LEGEND,
    LISTED,
    Anchor,
    Bar,
    Block,
    ContentsLine,
    Lead,
    ListItem,
    Style,
    TextBlock,
)
from fundbank.kit.paper.fonts import REGULAR, STRONG, width
from fundbank.kit.paper.lines import paragraphs, wrap
from fundbank.kit.paper.tables import Grid, LaidRow, Table
from fundbank.kit.paper.tags import Element, figure, header_cell

_PAGE_NUMBER = 40  # points kept free for it
_NAMES = 0.4  # the widest share of the page that the names of facts may take


@dataclass(frozen=True)
class Sheet:
    """A table as asked for; `shares` are the columns' widths in proportion to each other, `targets` the keys that the rows lead to."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    totals: Sequence[str] | None
    numeric: frozenset[int]
    shares: Sequence[float] | None
    caption: str
    targets: Sequence[str | None]


def keep_leads(blocks: Sequence[Block]) -> list[Flowable]:
    """Put a possible page break before each heading, so that none stands alone at the foot of a page."""
    story: list[Flowable] = []
    needed = 0.0
    for block in reversed(blocks):
        needed = block.least() + block.spaceBefore + (block.spaceAfter + needed if block.leads else 0)
        story.append(block)
        if block.leads:
            story.append(CondPageBreak(needed))
    return story[::-1]


def paragraph(text: str, style: Style, root: Element, room: float) -> Iterator[Block]:
    """One block of text."""
    yield TextBlock(Element("P", root), wrap(text, style.font, style.size, room), style)


def text(text: str, root: Element, room: float) -> Iterator[Block]:
    """A P for every paragraph."""
    for part in paragraphs(text):
        yield from paragraph(part, BODY, root, room)


def heading(text: str, level: int, key: str, root: Element, room: float) -> Iterator[Block]:
    """A heading: H1 to H3; one with a key can be led to."""
    style = HEADINGS[level]
    element, lines = Element(f"H{level}", root), wrap(text, style.font, style.size, room)
    yield Anchor(element, lines, style, key, text, level - 2) if key else Lead(element, lines, style)


def contents(entries: Sequence[tuple[str, str, int]], root: Element, room: float) -> Iterator[Block]:
    """A TOC: each entry's key, what it is called, and its level, 0 for the highest."""
    if not entries:
        return
    element = Element("TOC", root)
    for key, text, level in entries:
        style, indent = CONTENTS[level], 14.0 * level
        link = Element("Link", Element("Reference", Element("TOCI", element)))
        yield ContentsLine(link, wrap(text, style.font, style.size, room - indent - _PAGE_NUMBER), style, indent, key)


def bullets(items: Sequence[str], root: Element, room: float) -> Iterator[Block]:
    """An L of items."""
    if not items:
        return
    element = Element("L", root)
    listed = [_list_item(element, item, LISTED, room) for item in items]
    listed[-1].spaceAfter = BODY.after
    yield from listed


def _list_item(parent: Element, text: str, style: Style, room: float, swatch: int | None = None) -> Block:
    item = Element("LI", parent)
    label, body = Element("Lbl", item), Element("LBody", item)
    return ListItem(label, body, wrap(text, style.font, style.size, room - ListItem.INDENT), style, swatch)


def facts(facts: Sequence[tuple[str, str]], root: Element, room: float) -> Iterator[Block]:
    """A table without headers whose first column heads the rows."""
    if not facts:
        return
    size = SIZES[0]
    names = min(max(width(name, REGULAR, size) for name, _ in facts) + GAP, room * _NAMES)
    grid = Grid([names, room - names - GAP], size, frozenset())
    element = Element("Table", root)
    rows: list[LaidRow] = []
    for pair in facts:
        line = Element("TR", element)
        rows += grid.rows(pair, [header_cell(line, "Row"), Element("TD", line)])
    yield Table.whole(grid, [], rows)


def table(sheet: Sheet, root: Element, room: float) -> Iterator[Block]:
    """A table, after its caption."""
    element = Element("Table", root)
    if sheet.caption:
        lines = wrap(sheet.caption, CAPTION.font, CAPTION.size, room)
        yield Lead(Element("Caption", element), lines, CAPTION)
    grid = _grid(sheet, room)
    top = Element("TR", element)
    head = list(grid.rows(sheet.headers, [header_cell(top, "Column") for _ in sheet.headers], strong=True))
    rows: list[LaidRow] = []
    for cells, target in zip(sheet.rows, sheet.targets, strict=True):
        line = Element("TR", element)
        elements = [Element("TD", line) for _ in cells]
        if target:
            elements[0] = Element("Link", elements[0])
        rows += grid.rows(cells, elements, target=target)
    if sheet.totals is not None:
        line = Element("TR", element)
        first = header_cell(line, "Row") if sheet.totals[0] else Element("TD", line)
        rows += grid.rows(sheet.totals, [first, *(Element("TD", line) for _ in sheet.totals[1:])], strong=True)
    if len(head) > 1:  # more than a dozen lines: repeated, they would leave no room for rows
        head, rows = [], [*head, *rows]
    yield Table.whole(grid, head, rows)


def _grid(sheet: Sheet, room: float) -> Grid:
    measure = Measure(len(sheet.headers), sheet.numeric)
    measure.add(sheet.headers, STRONG, whole_figures=False)
    for cells in sheet.rows:
        measure.add(cells)
    if sheet.totals is not None:
        measure.add(sheet.totals, STRONG)
    size, widths = measure.fit(room)
    if sheet.shares:
        inner = room - GAP * (len(widths) - 1)
        widths = [inner * share / sum(sheet.shares) for share in sheet.shares]
    return Grid(widths, size, sheet.numeric)


def bar(parts: Sequence[tuple[str, int, str]], alt: str, root: Element, room: float) -> Iterator[Block]:
    """A Figure and, as a list of text, its legend."""
    if not parts:
        return
    yield Bar(figure(root, alt), [value for _, value, _ in parts])
    legend = Element("L", root)
    listed = [_list_item(legend, f"{label}: {shown}", LEGEND, room, swatch=index) for index, (label, _, shown) in enumerate(parts)]
    listed[-1].spaceAfter = 2 * BODY.after
    yield from listed


def chart(chart: Chart, levels: Sequence[str], names: Sequence[str], unit: str, alt: str, root: Element, room: float) -> Iterator[Block]:
    """A Figure of three lines, with the words of its axes and a legend of strokes in it."""
    yield Curves(figure(root, alt), chart, levels, names, unit)


def bars(
    chart: BarsAndLines, levels: Sequence[str], names: Sequence[str], unit: str, alt: str, root: Element, room: float
) -> Iterator[Block]:  # fmt: skip
    """A Figure of bars with lines over them, with the words of its axes and a legend in it."""
    yield Bars(figure(root, alt), chart, levels, names, unit)
