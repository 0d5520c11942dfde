"""Owns `Paper`: what a caller may put on paper, in which order, and the page it is put on.

Calls are checked at once and only remembered; `render` lays them out. So one `Paper` can be rendered twice, and gives
the same bytes both times: no clock but the moment given, no random identifier, no state from the first rendering.
"""

import io
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reportlab import rl_config
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate

from fundbank.kit.charts import BarsAndLines, Chart
from fundbank.kit.paper import blocks
from fundbank.kit.paper.flowables import LINE, MUTED, SENDER, Block, Style, draw_lines
from fundbank.kit.paper.fonts import REGULAR, register, width
from fundbank.kit.paper.lines import clean, wrap
from fundbank.kit.paper.tags import Element, TaggedCanvas

_LEFT = 25 * mm
_TOP = 24 * mm
_BOTTOM = 27 * mm
rl_config.useA85 = 0  # pages are compressed; written out in letters they would be a quarter larger, and slower

_UPRIGHT, _LYING = "upright", "lying"
_SMALL = Style(8.5, 11.5, colour=MUTED)


@dataclass(frozen=True)
class _Turn:
    """A new page begins here."""

    is_lying: bool


class Paper:
    """A document in A4. All text given to it is plain text, and is shown as it is written.

    `page_label` is filled with `page` and `pages`; `author` is the sender, who heads the first page; `made_at` is the day that the file
    itself names as its own.
    """

    def __init__(
        self, title: str, author: str, language: str, made_at: datetime, footer: str = "", page_label: str = "%(page)s / %(pages)s"
    ) -> None:
        register()
        self.title, self.author, self.language, self.made_at = clean(title), clean(author), language, made_at
        self._page_label = page_label
        self._room = A4[0] - 2 * _LEFT
        label_room = width(self._label(1000, 1000), REGULAR, _SMALL.size)
        self._footer = wrap(clean(footer), REGULAR, _SMALL.size, self._room - label_room - 12)
        self._blocks: list[Callable[[Element, float], Iterator[Block]] | _Turn] = []
        self._keys: set[str] = set()
        if self.author:
            self._blocks.append(partial(blocks.paragraph, self.author, SENDER))

    def heading(self, text: str, level: int = 1, key: str = "") -> None:
        """Set a heading, which never stands alone at the foot of a page. One with a `key` is a bookmark, and can be led to.

        Raises ValueError for another level than 1, 2 or 3, and for a bookmark that stands above the others, or below none.
        """
        if level not in (1, 2, 3):
            raise ValueError(f"A heading's level is 1, 2 or 3, not {level!r}")
        if key and (level == 1 or (level == 3 and not self._keys)):
            raise ValueError(f"No bookmark at a heading of level {level}: {key!r}")
        self._keys |= {key} if key else set()
        self._blocks.append(partial(blocks.heading, clean(text), level, key))

    def contents(self, entries: Sequence[tuple[str, str, int]]) -> None:
        """Set a list of contents: the key of a heading, what it is called, and its level. The numbers of the pages come by themselves."""
        self._blocks.append(partial(blocks.contents, [(key, clean(text), level - 2) for key, text, level in entries]))

    def new_page(self, *, is_lying: bool = False) -> None:
        """Go on on a new page, which stands or lies."""
        self._blocks.append(_Turn(is_lying))

    def text(self, text: str) -> None:
        """Set plain text: a blank line makes a new paragraph, a new line a new line."""
        self._blocks.append(partial(blocks.text, text))

    def bullets(self, items: Sequence[str]) -> None:
        """Set a list with one bullet an item."""
        self._blocks.append(partial(blocks.bullets, [clean(item) for item in items]))

    def facts(self, facts: Sequence[tuple[str, object]]) -> None:
        """Set names beside their values; each name heads its row."""
        self._blocks.append(partial(blocks.facts, [(clean(name), clean(value)) for name, value in facts]))

    def table(
        self,
        headers: Sequence[str],
        rows: Sequence[Sequence[object]],
        numeric: Collection[int] = (),
        totals: Sequence[object] | None = None,
        widths: Sequence[float] | None = None,
        caption: str | None = None,
        targets: Sequence[str | None] | None = None,
    ) -> None:
        """Set a table; `numeric` columns (from 0) are right-aligned, `widths` are shares of the page, `targets` the keys of the headings
        that the rows lead to.

        Raises ValueError where a row, the totals or the widths do not match the headers, or a width is not positive.
        """
        if not headers:
            raise ValueError("A table needs headers")
        for line in [*rows, *([totals] if totals is not None else []), *([widths] if widths is not None else [])]:
            if len(line) != len(headers):
                raise ValueError(f"{len(line)} cells under {len(headers)} headers: {line!r}")
        if widths is not None and min(widths) <= 0:
            raise ValueError(f"Every column needs some width: {widths!r}")
        sheet = blocks.Sheet(
            headers=[clean(header) for header in headers],
            rows=[[clean(cell) for cell in row] for row in rows],
            totals=[clean(cell) for cell in totals] if totals is not None else None,
            numeric=frozenset(numeric),
            shares=list(widths) if widths is not None else None,
            caption=clean(caption),
            targets=targets or [None] * len(rows),
        )
        self._blocks.append(partial(blocks.table, sheet))

    def bar(self, parts: Sequence[tuple[str, int, str]], alt: str) -> None:
        """Set one bar in parts (label, value, value as text) over its legend; `alt` says it in words.

        Raises ValueError where a value is below nought: a part of a whole cannot be.
        """
        if any(value < 0 for _, value, _ in parts):
            raise ValueError(f"A bar's parts cannot be below nought: {parts!r}")
        legend = [(clean(label), value, clean(shown)) for label, value, shown in parts]
        self._blocks.append(partial(blocks.bar, legend, clean(alt)))

    def chart(self, chart: Chart, levels: Sequence[str], names: Sequence[str], unit: str, alt: str) -> None:
        """Set three lines and the band between them; `levels` are the words of the axis, `names` those of the lines, low, middle, high."""
        words = [clean(word) for word in levels]
        legend = [clean(name) for name in names]
        self._blocks.append(partial(blocks.chart, chart, words, legend, clean(unit), clean(alt)))

    def bars(self, chart: BarsAndLines, levels: Sequence[str], names: Sequence[str], unit: str, alt: str) -> None:
        """Set bars with three lines over them; `names` are those of what rises, what falls, the lines (low, middle, high), the crossing."""
        words, legend = ([clean(word) for word in said] for said in (levels, names))
        self._blocks.append(partial(blocks.bars, chart, words, legend, clean(unit), clean(alt)))

    def render(self) -> bytes:
        """The PDF file. The same calls give the same bytes."""
        root = Element("Document")
        out = io.BytesIO()
        template = BaseDocTemplate(
            out, title=self.title, author=self.author, subject=self.title, creator="fundbank", lang=self.language,
            pagesize=A4, initialFontName=REGULAR, invariant=1, pageCompression=1, displayDocTitle=True,
        )  # fmt: skip
        template.addPageTemplates([self._page(_UPRIGHT, A4), self._page(_LYING, landscape(A4))])
        canvas = partial(TaggedCanvas, root=root, furniture=self._furnish, made_at=self.made_at)
        template.build(self._story(root) or [CondPageBreak(0)], canvasmaker=canvas)
        return out.getvalue()

    def _page(self, name: str, size: tuple[float, float]) -> PageTemplate:
        wide, high = size
        bottom = _BOTTOM + (len(self._footer) - 1) * _SMALL.leading
        frame = Frame(_LEFT, bottom, wide - 2 * _LEFT, high - _TOP - bottom, 0, 0, 0, 0)
        return PageTemplate(name, [frame], pagesize=size)

    def _story(self, root: Element) -> list[Flowable]:
        """What was asked for, laid out; headings stay with what follows them on their page."""
        story: list[Flowable] = []
        run: list[Block] = []
        room = self._room
        for build in self._blocks:
            if isinstance(build, _Turn):
                story += blocks.keep_leads(run)
                story += [NextPageTemplate(_LYING if build.is_lying else _UPRIGHT), PageBreak()]
                run, room = [], (A4[1] if build.is_lying else A4[0]) - 2 * _LEFT
            else:
                run += build(root, room)
        return story + blocks.keep_leads(run)

    def _label(self, page: int, pages: int) -> str:
        return clean(self._page_label % {"page": page, "pages": pages})

    def _furnish(self, canvas: TaggedCanvas, page: int, pages: int) -> None:
        """Draw the footer and page number and, from page two, what the page belongs to."""
        top = _BOTTOM - 12 + (len(self._footer) - 1) * _SMALL.leading
        wide, high = canvas.size
        room = wide - 2 * _LEFT
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        canvas.line(_LEFT, top + 4, _LEFT + room, top + 4)
        draw_lines(canvas, self._footer, _LEFT, top, _SMALL)
        draw_lines(canvas, [self._label(page, pages)], _LEFT + room, top, _SMALL, right=True)
        if page > 1:
            running = " · ".join(part for part in (self.author, self.title) if part)
            draw_lines(canvas, wrap(running, REGULAR, _SMALL.size, room)[:1], _LEFT, high - 12 * mm, _SMALL)
