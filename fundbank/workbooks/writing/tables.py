"""The sheets that are filled in: one for the questions, and one for each kind of rows, with figures that follow from what stands there."""

from collections.abc import Mapping
from typing import Any

from xlsxwriter.worksheet import Worksheet

from fundbank.applications.forms.rows import MOST_ROWS, new_name
from fundbank.kit.language import gettext as _
from fundbank.workbooks.layout import Column, Layout, Row, Table
from fundbank.workbooks.rules import formulas
from fundbank.workbooks.rules.cells import Kind
from fundbank.workbooks.rules.formulas import Calculated
from fundbank.workbooks.sample import example_of
from fundbank.workbooks.signs import CODES, EXAMPLE, HELP, LABELS, QUESTIONS, VALUE
from fundbank.workbooks.writing.book import Book, Place, fit, widths

WIDE = {Kind.TEXT: 32, Kind.CHOICE: 24, Kind.MONEY: 16, Kind.YES_NO: 20}
ASKED, ANSWERED, HELPED = 44, 60, 70  # signs in a line of the columns of questions
ROOM_FOR_TEXT = 3  # lines
ROOM, LEAST_ROWS = 10, 25  # rows that can be written in
CODES_ROW, LABELS_ROW, HELP_ROW, EXAMPLE_ROW, FIRST_ROW = 2, 3, 4, 5, 6  # counted from 0


def write_questions(book: Book, layout: Layout) -> None:
    """The sheet of the questions that are answered once, step by step."""
    sheet = book.sheet(_("Answers"))
    widths(sheet, (ASKED, ANSWERED, HELPED))
    sheet.write_string(0, 1, _("Answers"), book.looks["title"])
    sheet.write_string(CODES_ROW, 0, f"{CODES}{QUESTIONS}")
    sheet.write_string(CODES_ROW, 2, VALUE)
    sheet.set_row(CODES_ROW, None, None, {"hidden": True})
    sheet.write_string(LABELS_ROW, 0, LABELS)
    for column, label in enumerate((_("Question"), _("Answer"), _("Help")), start=1):
        sheet.write_string(LABELS_ROW, column, label, book.looks["label"])
    sheet.freeze_panes(LABELS_ROW + 1, 2)
    row, topic, above = LABELS_ROW + 1, None, ""
    for question in layout.questions:
        if question.topic != topic:
            topic = question.topic
            row = _head(book, sheet, row, _(topic.title), "heading")
        if question.above and question.above != above:
            row = _head(book, sheet, row, question.above, "words")
        above, asked = question.above, question.column
        sheet.write_string(row, 0, question.name)
        sheet.write_string(row, 1, asked.label, book.looks["indented" if above else "words"])
        sheet.write_string(row, 3, asked.help, book.looks["help"])
        said = str(question.value or "") if asked.kind == Kind.TEXT else ""
        fit(sheet, row, [(asked.label, ASKED), (asked.help, HELPED), (said, ANSWERED)], ROOM_FOR_TEXT if asked.kind == Kind.TEXT else 1)
        book.put(sheet, row, 2, asked, question.value)
        book.ask(sheet, row, row, 2, asked)
        book.answers[question.name] = f"'{sheet.get_name()}'!$C${row + 1}"
        row += 1


def _head(book: Book, sheet: Worksheet, row: int, text: str, look: str) -> int:
    """A line that asks nothing itself; the row below it."""
    sheet.write_string(row, 0, HELP)
    sheet.write_string(row, 1, text, book.looks[look])
    fit(sheet, row, [(text, ASKED)])
    return row + 1


def write_table(book: Book, table: Table) -> None:
    """A sheet of rows: those that there are, and as many empty ones as can be written."""
    sheet, calculated = book.sheet(table.title), _calculated(table)
    codes = [*(one.code for one in table.columns), *(one.code for one in calculated)]
    columns = {code: at for at, code in enumerate(codes, start=1)}
    many = max(min(len(table.rows) + ROOM, MOST_ROWS), LEAST_ROWS, len(table.rows))
    place = book.places[table.code] = Place(table.code, sheet.get_name(), columns, FIRST_ROW + 1, FIRST_ROW + many)
    wide = [WIDE.get(one.kind, 12) for one in table.columns]
    widths(sheet, [*wide, *([16] * len(calculated))])
    sheet.write_string(0, 1, table.title, book.looks["title"])
    for at, sign in ((CODES_ROW, f"{CODES}{table.code}"), (LABELS_ROW, LABELS), (HELP_ROW, HELP), (EXAMPLE_ROW, EXAMPLE)):
        sheet.write_string(at, 0, sign)
    sheet.set_row(CODES_ROW, None, None, {"hidden": True})
    for one in table.columns:
        at = columns[one.code]
        sheet.write_string(CODES_ROW, at, one.code)
        sheet.write_string(LABELS_ROW, at, one.label, book.looks["label"])
        sheet.write_string(HELP_ROW, at, one.help, book.looks["help"])
        book.ask(sheet, FIRST_ROW, FIRST_ROW + many - 1, at, one)
    for follows in calculated:
        at = columns[follows.code]
        if follows.title:
            sheet.write_string(LABELS_ROW, at, follows.title, book.looks["label"])
            sheet.write_string(HELP_ROW, at, _("Worked out."), book.looks["help"])
        else:
            sheet.set_column(at, at, None, None, {"hidden": True})
    sheet.write_string(1, 1, _("The line in italics is an example. Write below it."))
    fit(sheet, LABELS_ROW, [*zip((one.label for one in table.columns), wide, strict=True), *((one.title, 16) for one in calculated)], 2)
    fit(sheet, HELP_ROW, zip((one.help for one in table.columns), wide, strict=True))
    sheet.freeze_panes(FIRST_ROW, 2)
    rows = [*table.rows, *(Row(new_name(), {}) for _number in range(many - len(table.rows)))]
    for at, row in enumerate([Row(EXAMPLE, example_of(table)), *rows], start=EXAMPLE_ROW):
        if at > EXAMPLE_ROW:
            sheet.write_string(at, 0, row.name)
        for one in table.columns:
            book.put(sheet, at, columns[one.code], one, _value(row.values, one), is_example=at == EXAMPLE_ROW)
        _calculate(book, sheet, place, at, calculated, row.values)


def _calculate(book: Book, sheet: Worksheet, place: Place, at: int, calculated: list[Calculated], values: Mapping[str, Any]) -> None:
    def cell(code: str) -> str:
        return place.cell(code, at + 1)

    look = (book.examples if at == EXAMPLE_ROW else book.looks)["calculated"]
    for one in calculated:
        sheet.write_formula(at, place.columns[one.code], f"={one.formula(cell)}", look, one.value(values))


def _value(values: Mapping[str, Any], one: Column) -> Any:
    if one.kind != Kind.SHARES:
        return values.get(one.code)
    code, _dash, year = one.code.partition("-")
    shares = values.get(code) or ()
    return shares[int(year) - 1] if int(year) <= len(shares) else None


def _calculated(table: Table) -> list[Calculated]:
    no = _("No")
    if table.code == "costs":
        return formulas.of_costs(_("Amount a year that counts"))
    if table.code == "gains":
        return formulas.of_gains(no)
    if table.code == "own_financing":
        return formulas.of_own()
    if table.code == "gain_areas":
        shares = sum(one.kind == Kind.SHARES for one in table.columns)
        return formulas.of_areas(_("Gain a year: low"), _("Gain a year: typical"), _("Gain a year: high"), no, shares)
    return []
