"""A document as PDF: each block is handed to the paper kit, which owns how it looks and how it is tagged."""

from datetime import datetime

from fundbank.kit import language
from fundbank.kit.formats import kroner, millions
from fundbank.kit.language import gettext as _
from fundbank.kit.paper import Paper
from fundbank.reports.blocks import Bar, Block, Bullets, Contents, Curves, Document, Facts, Heading, NewPage, Table, Text, YearBars


def render(document: Document, *, at: datetime) -> bytes:
    """The finished file, made at the moment ``at``; the same document and moment give the same bytes."""
    paper = Paper(
        title=document.title, author=document.sender, language=language.current(), made_at=at, footer=document.footer,
        page_label=_("Page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s"),
    )  # fmt: skip
    paper.heading(document.title)
    for block in document.blocks:
        _set(paper, block)
    return paper.render()


def _set(paper: Paper, block: Block) -> None:
    match block:
        case Heading():
            paper.heading(block.text, block.level, block.key)
        case Contents():
            paper.contents(block.entries)
        case NewPage():
            paper.new_page(is_lying=block.is_lying)
        case Text():
            paper.text(block.text)
        case Bullets():
            paper.bullets(block.items)
        case Facts():
            paper.facts(block.said)
        case Table():
            paper.table(
                block.headers, block.rows, numeric=block.numeric, totals=block.totals, widths=block.shares, caption=block.caption,
                targets=block.targets,
            )  # fmt: skip
        case Curves():
            levels = [millions(value) for value, _y in block.chart(460, 220).levels]
            paper.chart(block.chart(460, 220, left=40, below=34), levels, block.names, block.unit, block.alt)
        case YearBars():
            picture = block.chart(460, 220, left=40, below=34)
            levels = [millions(value) for value, _y in picture.lines.levels]
            paper.bars(picture, levels, block.names, block.unit, block.alt)
        case Bar():
            shown = [(part.name, part.ore, kroner(part.ore)) for part in block.parts]
            if block.whole_ore > 0:
                paper.bar(shown, block.alt)
            if not block.is_tabled:
                return paper.facts([(block.whole_name, kroner(block.whole_ore))])
            rows = [(name, amount) for name, _ore, amount in shown]
            totals = (block.whole_name, kroner(block.whole_ore))
            paper.table((_("Part"), _("Amount")), rows, numeric=(1,), totals=totals, caption=block.caption)
