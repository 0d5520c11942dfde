"""A workbook, written: what is asked, what stands there already, and what it comes to."""

from collections.abc import Mapping

from xlsxwriter.utility import xl_range_abs

from fundbank.applications.rules.content import Content
from fundbank.kit.language import current
from fundbank.kit.language import gettext as _
from fundbank.pools.policy import Policy
from fundbank.workbooks.layout import Layout
from fundbank.workbooks.signs import LISTS_COLUMN, MARKS_COLUMN, TOLD
from fundbank.workbooks.writing.book import Book, fit
from fundbank.workbooks.writing.results import rule_names, write_results
from fundbank.workbooks.writing.tables import write_questions, write_table


def workbook(layout: Layout, content: Content, policy: Policy, *, title: str, source: str, told: Mapping[str, str]) -> bytes:
    """Write a workbook of Excel in the language that is being written. ``told`` is what it says of itself when it is read again."""
    book = Book(policy, content)
    _write_guide(book, title, source)
    write_questions(book, layout)
    for table in layout.tables:
        write_table(book, table)
    write_results(book)
    _write_told(book, layout, {**told, "language": current()})
    return book.done()


def _write_guide(book: Book, title: str, source: str) -> None:
    sheet, names = book.sheet(_("Read first")), rule_names()
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, title, book.looks["title"])
    sheet.write_string(1, 0, source, book.looks["help"])
    lines = [
        _("Fill in the sheets, save the workbook as .xlsx, and upload it in the application. Nothing becomes part of the application "
          "until you have seen it there and saved it."),
        _("Amounts may be written as numbers or as 1.250,50, and are rounded to the øre. "
          "Shares are written in per cent."),
        _("Cells that are worked out are grey. They follow what you write, and are not read back."),
        _(
            "You may calculate in cells and sheets of your own. Do not touch the hidden rows, columns and sheets: the program finds "
            "its way by them."
        ),
        _("Cells with the pool's rules have names, which your own formulas can use: %(names)s.",
          names=", ".join(names.values() if book.policy.offers_loans else [names["rate"]])),
        _("No CPR numbers: a cell that holds one is not read."),
    ]  # fmt: skip
    for row, line in enumerate(lines, start=3):
        sheet.write_string(row, 0, line, book.looks["words"])
        fit(sheet, row, [(line, 90)])


def _write_told(book: Book, layout: Layout, told: Mapping[str, str]) -> None:
    sheet = book.workbook.add_worksheet(TOLD)
    sheet.very_hidden()
    for at, pairs in ((0, told), (MARKS_COLUMN, layout.marks)):
        for row, (name, value) in enumerate(pairs.items()):
            sheet.write_string(row, at, name)
            sheet.write_string(row, at + 1, value)
    for column, (words, name) in enumerate(book.lists.items(), start=LISTS_COLUMN):
        for row, word in enumerate(words):
            sheet.write_string(row, column, word)
        book.workbook.define_name(name, f"={TOLD}!{xl_range_abs(0, column, max(len(words), 1) - 1, column)}")
