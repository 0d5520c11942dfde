"""A workbook that is being written: its sheets, how cells look, and where things stand, so that formulas can name them.

Every text is written as a text: nothing that somebody wrote becomes a formula, a number or a link.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from fundbank.applications.rules.content import Content
from fundbank.kit.language import gettext as _
from fundbank.pools.policy import Policy
from fundbank.workbooks.layout import Column
from fundbank.workbooks.rules.cells import Kind
from fundbank.workbooks.rules.formulas import kroner
from fundbank.workbooks.signs import TOLD

AS_WRITTEN = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
GREY, PALE = "#595959", "#F2F2F2"
WRITTEN_IN = {"valign": "top", "border": 1, "border_color": "#BFBFBF"}
MONEY, MONEY_OR_NOTHING, PER_CENT = "#,##0.00", "#,##0.00;-#,##0.00;", "0.0%"
LINE, MOST_LINES = 15, 25
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

LOOKS: Mapping[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "font_size": 12},
    "words": {"text_wrap": True, "valign": "top"},
    "label": {"bold": True, "text_wrap": True, "valign": "top", "bg_color": PALE, "bottom": 1},
    "help": {"text_wrap": True, "valign": "top", "font_color": GREY, "font_size": 9},
    "text": {"text_wrap": True, "num_format": "@", "quote_prefix": True} | WRITTEN_IN,
    "choice": {"text_wrap": True} | WRITTEN_IN,
    "money": {"num_format": MONEY} | WRITTEN_IN,
    "share": {"num_format": PER_CENT} | WRITTEN_IN,
    "number": WRITTEN_IN,
    "calculated": {"num_format": MONEY_OR_NOTHING, "valign": "top", "bg_color": PALE},
    "sum": {"num_format": MONEY, "valign": "top", "bg_color": PALE, "align": "right"},
    "count": {"num_format": "0", "valign": "top", "bg_color": PALE, "align": "right"},
    "year": {"num_format": "0", "valign": "top", "bg_color": PALE, "align": "left"},
    "indented": {"text_wrap": True, "valign": "top", "align": "left", "indent": 2},
}
EXAMPLE = {"italic": True, "font_color": GREY}
LOOK_OF = {
    Kind.TEXT: "text", Kind.MONEY: "money", Kind.WHOLE: "number", Kind.DECIMAL: "number", Kind.SHARE: "share", Kind.SHARES: "share",
    Kind.CHOICE: "choice", Kind.YES_NO: "choice",
}  # fmt: skip


@dataclass
class Place:
    """Where a table stands: its code, its sheet, and the columns by code; rows are counted from 1."""

    code: str
    sheet: str
    columns: Mapping[str, int]
    first: int
    last: int
    named: dict[str, str] = field(default_factory=dict)
    """The columns that formulas have named, by their names."""

    def all(self, code: str) -> str:
        """The whole column, by a name that formulas can read: ``costs_from``."""
        name = f"{self.code}_{code}".replace("-", "_")
        if name not in self.named:
            letters = xl_col_to_name(self.columns[code], col_abs=True)
            self.named[name] = f"='{self.sheet}'!{letters}${self.first}:{letters}${self.last}"
        return name

    def cell(self, code: str, row: int) -> str:
        """One cell, as formulas of its own sheet name it."""
        return f"{xl_col_to_name(self.columns[code])}{row}"


class Book:
    """The workbook, the pool's rules and the case that it is about."""

    def __init__(self, policy: Policy, content: Content) -> None:
        self.policy, self.content = policy, content
        self._bytes = io.BytesIO()
        self.workbook = Workbook(self._bytes, AS_WRITTEN)
        self.looks = {name: self.workbook.add_format(look) for name, look in LOOKS.items()}
        self.examples = {name: self.workbook.add_format(look | EXAMPLE) for name, look in LOOKS.items()}
        self.places: dict[str, Place] = {}
        self.answers: dict[str, str] = {}
        self.lists: dict[tuple[str, ...], str] = {}
        self._called: set[str] = {TOLD.casefold()}

    def sheet(self, title: str) -> Worksheet:
        """A new sheet at the end, called by its title as far as Excel lets it."""
        name = self.called(title)
        sheet: Worksheet = self.workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def called(self, title: str) -> str:
        """A name for a sheet that none has yet."""
        name = title.translate(FORBIDDEN).strip()[:31]
        while name.casefold() in self._called:
            name = f"{name[:29]} 2"
        self._called.add(name.casefold())
        return name

    def done(self) -> bytes:
        """The file."""
        for place in self.places.values():
            for name, cells in place.named.items():
                self.workbook.define_name(name, cells)
        self.workbook.close()
        return self._bytes.getvalue()

    def put(self, sheet: Worksheet, row: int, column: int, asked: Column, value: Any, *, is_example: bool = False) -> None:
        """Write what a field says into a cell; rows and columns are counted from 0."""
        look = (self.examples if is_example else self.looks)[LOOK_OF[asked.kind]]
        if value is None or value == "":
            sheet.write_blank(row, column, None, look)
        elif asked.kind == Kind.YES_NO:
            sheet.write_string(row, column, _("Yes") if value else _("No"), look)
        elif asked.kind == Kind.CHOICE:
            sheet.write_string(row, column, dict(asked.choices).get(str(value), str(value)), look)
        elif asked.kind == Kind.MONEY:
            sheet.write_number(row, column, kroner(value), look)
        elif asked.kind == Kind.TEXT:
            sheet.write_string(row, column, str(value), look)
        else:
            sheet.write_number(row, column, value, look)

    def ask(self, sheet: Worksheet, first: int, last: int, column: int, asked: Column) -> None:
        """Let cells offer what may stand in them, and say so of what does not fit; it can be written all the same."""
        rule: dict[str, Any]
        if asked.kind in (Kind.CHOICE, Kind.YES_NO):
            rule = {"validate": "list", "source": self._list(tuple(word for _value, word in asked.choices))}
        elif asked.kind == Kind.WHOLE:
            rule = {"validate": "integer", "criteria": ">=", "value": 0, "error_message": _("Write a whole number.")}
        elif asked.kind == Kind.TEXT:
            return
        else:
            rule = {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": _("Write a number, 0 or more.")}
        said = {"error_type": "warning", "error_title": asked.label[:32], "ignore_blank": True}
        sheet.data_validation(first, column, last, column, {**said, **rule})

    def answer(self, name: str) -> str:
        """The amount that answers a question, as formulas name it; 0 for one that is not asked."""
        return f"ROUND(N({self.answers[name]}),2)" if name in self.answers else "0"

    def _list(self, words: tuple[str, ...]) -> str:
        return f"={self.lists.setdefault(words, f'choices_{len(self.lists) + 1}')}"


def widths(sheet: Worksheet, columns: Sequence[int], look: Any = None) -> None:
    """Set how wide columns are, from the second on; the first holds names and is hidden."""
    sheet.set_column(0, 0, None, None, {"hidden": True})
    for number, width in enumerate(columns, start=1):
        sheet.set_column(number, number, width, look)


def fit(sheet: Worksheet, row: int, texts: Iterable[tuple[str, int]], least: int = 1) -> None:
    """Make a row as high as its texts need, each in a column of so many signs; not every program does so by itself."""
    lines = max([least, *(sum(ceil(max(len(line), 1) / width) for line in text.split("\n")) for text, width in texts)])
    sheet.set_row(row, LINE * min(lines, MOST_LINES))
