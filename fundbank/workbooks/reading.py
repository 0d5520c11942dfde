"""A workbook that comes back: what it says of itself, and what stands in it, by the names of the fields (applications.rules.typing).

What a cell says is a text as it would be typed; whether it fits is said by the form. Only what no form can be asked is told here: a choice
that is none, an error, a row too many.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum
from xlsxwriter.utility import xl_rowcol_to_cell

from fundbank.applications.forms.rows import MOST_ROWS
from fundbank.applications.rules.row_names import NAME
from fundbank.applications.rules.typing import row_of
from fundbank.errors import N_
from fundbank.files.rules import OTHERWISE, UnfitFile
from fundbank.kit.language import gettext as _
from fundbank.workbooks.filled import Fault, Filled, Said
from fundbank.workbooks.layout import Column, Layout, Table
from fundbank.workbooks.rules.cells import LONGEST, Cell, Kind, number_as_typed, said_in, shares_as_typed, shown_in
from fundbank.workbooks.rules.packed import Unpacked
from fundbank.workbooks.signs import CODES, EXAMPLE, HELP, LABELS, MARKS_COLUMN, QUESTIONS, TOLD, VALUE

Grid = Sequence[Sequence[Any]]
MOST_SHEETS = 40
TOKEN = re.compile("[0-9a-f]{8}", re.ASCII)
MOST_SHARE = 1_000  # beyond it is no share, and stays as it is written
NO_TEMPLATE = N_("“%(name)s” is not made from a template of this program. Download the template, fill it in, and upload that.")
MANY_SHEETS = N_("“%(name)s” has more than %(most)s sheets. Delete those that are not from the template, and try again.")
NOT_A_CHOICE = N_("This is not one of the possibilities.")
NOT_YES_OR_NO = N_("Write Yes or No.")
AN_ERROR = N_("The formula in this cell gives an error.")
UNWORKED = N_("The formula in this cell has not been worked out. Open the workbook, save it, and upload it again.")
TOO_LONG = N_("There is more text in this cell than fits in a cell.")
NOT_ASKED = N_("This application does not ask for this.")
TWICE = N_("This sheet asks for the same as another one that comes before it. It was not read.")
A_GAP = N_("A year is missing before this one.")


class Line(NamedTuple):
    """A row of a sheet: where it stands, its name or sign, and what its cells say by the codes of their columns."""

    at: int
    name: str
    cells: Mapping[str, tuple[int, Any]]


def opened(name: str, unpacked: Unpacked) -> CalamineWorkbook:
    """The workbook. Raises UnfitFile for what is none."""
    try:
        return CalamineWorkbook.from_filelike(unpacked.content)
    except CalamineError as error:
        raise UnfitFile(OTHERWISE, name=name) from error


class Reader:
    """Reads one workbook, that was sent under a name."""

    def __init__(self, name: str, unpacked: Unpacked) -> None:
        self.name, self.unpacked = name, unpacked
        self.book = opened(name, unpacked)
        if len(self.book.sheet_names) > MOST_SHEETS:
            raise UnfitFile(MANY_SHEETS, name=name, most=MOST_SHEETS)
        hidden = self._grid(TOLD) if TOLD in self.book.sheet_names else []
        self.told, self.marks = dict(_pairs(hidden, 0)), dict(_pairs(hidden, MARKS_COLUMN))
        self.written = {row for name in self.marks if (row := row_of(name))}
        if "format" not in self.told or not TOKEN.fullmatch(self.told.get("token", "")):
            raise UnfitFile(NO_TEMPLATE, name=name)

    def filled(self, layout: Layout) -> Filled:
        """What stands in it, as ``layout`` asks; that must be in the language of the workbook. Raises UnfitFile."""
        found = Filled(self.told, self.marks)
        tables, read = {table.code: table for table in layout.tables}, set[str | None]()
        sheets = [one.name for one in self.book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        for sheet in sheets:
            if sheet == TOLD:
                continue
            grid = self._grid(sheet)
            code, lines = _lines(grid, self.told["token"])
            if code is not None and code in read:
                found.faults.append(Fault(Cell(sheet, _address(0, 0), ""), TWICE))
                continue
            read.add(code)
            if code == QUESTIONS:
                self._read_questions(found, sheet, lines, layout)
            elif code in tables:
                self._read_rows(found, sheet, lines, tables[code])
            elif code is not None and (line := next(filter(_is_written, lines), None)):
                found.faults.append(Fault(Cell(sheet, _address(line.at, 1), ""), NOT_ASKED))
        for name in found.unread:
            found.said.pop(name, None)
        return found

    def _grid(self, sheet: str) -> Grid:
        try:
            grid: Grid = self.book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except CalamineError as error:
            raise UnfitFile(OTHERWISE, name=self.name) from error
        return grid

    def _read_questions(self, found: Filled, sheet: str, lines: Sequence[Line], layout: Layout) -> None:
        asked = {question.name: question for question in layout.questions}
        ticks: dict[str, list[str]] = {}
        for line in lines:
            question, place = asked.get(line.name), line.cells.get(VALUE)
            if question is None or place is None:
                if place is not None and line.name and place[1] != "":
                    found.faults.append(Fault(Cell(sheet, _address(line.at, place[0]), shown_in(place[1])), NOT_ASKED))
                continue
            said = self._said(found, question.field, sheet, line.at, place, question.column)
            name, _colon, value = question.name.partition(":")
            if said is None or (place[1] == "" and line.name not in self.marks and name not in self.marks):
                continue  # a template that leaves a question open says nothing of it
            if value:
                ticks.setdefault(name, []).extend([value] if said.text else [])
                found.said[name] = Said(" ".join(ticks[name]), said.cell)
            else:
                found.said[name] = said

    def _read_rows(self, found: Filled, sheet: str, lines: Sequence[Line], table: Table) -> None:
        found.tables.add(table.code)
        standing, others = {f"{table.code}-{row.name}" for row in table.rows}, 0
        for line in lines:
            row = f"{table.code}-{line.name}"
            if not _is_row(line, table) or row in found.rows:
                continue
            others += row not in standing
            if row not in standing and others > MOST_ROWS:
                sentence = _("There can be %(most)s rows, and no more can be saved. Remove one first.", most=MOST_ROWS)
                found.faults.append(Fault(Cell(sheet, _address(line.at, 1), ""), sentence))
                break
            found.rows.add(row)
            self._read_row(found, sheet, line, table, row, is_new=row not in self.written)
        found.put_back(table.code)

    def _read_row(self, found: Filled, sheet: str, line: Line, table: Table, row: str, *, is_new: bool) -> None:
        shares: dict[str, list[tuple[Column, Said, Any]]] = {}
        for column in table.columns:
            if column.code not in line.cells:
                continue
            at, value = line.cells[column.code]
            code = column.code.partition("-")[0]
            said = self._said(found, f"{row}-{code}", sheet, line.at, (at, value), column)
            if said is None:
                continue
            if column.kind == Kind.SHARES:
                shares.setdefault(code, []).append((column, said, value))
            else:
                found.said[f"{row}-{code}"] = Said(column.blank, said.cell) if is_new and value == "" else said
        for code, parts in shares.items():
            if (together := _together(found, f"{row}-{code}", parts, is_new=is_new)) is not None:
                found.said[f"{row}-{code}"] = together

    def _said(self, found: Filled, name: str, sheet: str, at: int, place: tuple[int, Any], column: Column) -> Said | None:
        """What a cell says of the field of that name; None, with a sentence, where that cannot be told."""
        address, value = _address(at, place[0]), place[1]
        text, wrong = None, NOT_YES_OR_NO if column.kind == Kind.YES_NO else NOT_A_CHOICE
        if address in self.unpacked.errors.get(sheet, ()):
            wrong = AN_ERROR
        elif address in self.unpacked.unworked.get(sheet, ()):
            wrong = UNWORKED
        elif isinstance(value, str) and len(value) > LONGEST:
            wrong = TOO_LONG
        else:
            text = _typed(value, column)
        cell = Cell(sheet, address, shown_in(value))
        if text is not None:
            return Said(text, cell)
        found.unread.add(name)
        found.faults.append(Fault(cell, wrong))
        return None


def _typed(value: Any, column: Column) -> str | None:
    """What stands in a cell as it would be typed in the field; None where it is none of the choices."""
    text = said_in(value).strip()
    if text == "":
        return ""
    if column.kind == Kind.YES_NO and isinstance(value, bool):
        return "y" if value else ""
    if column.kind == Kind.YES_NO and text.casefold() == "x":
        return "y"
    if column.kind in (Kind.CHOICE, Kind.YES_NO):
        return column.value_of(text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_as_typed(value, column.kind, column.show)
    return column.clean(text) if column.kind == Kind.TEXT else text


def _together(found: Filled, name: str, parts: Sequence[tuple[Column, Said, Any]], *, is_new: bool) -> Said | None:
    """The shares of several years as one text: all of them numbers, or as they are written."""
    first, last = parts[0], max((at for at, part in enumerate(parts) if part[1].text), default=0)
    parts = parts[: last + 1]
    if last == 0 and first[1].text == "":
        return Said(first[0].blank if is_new else "", first[1].cell)
    gap = next((one for _column, one, _value in parts if one.text == ""), None)
    if gap is not None:
        found.unread.add(name)
        found.faults.append(Fault(gap.cell, A_GAP))
        return None
    values = [value for _column, _one, value in parts]
    if all(isinstance(value, float | int) and 0 <= value < MOST_SHARE for value in values):
        return Said(shares_as_typed(values, first[0].show), first[1].cell)
    return Said("; ".join(one.text for _column, one, _value in parts), first[1].cell)


def _lines(grid: Grid, token: str) -> tuple[str | None, list[Line]]:
    """What a sheet asks, by its hidden sign, and its rows below that."""
    head = next((at for at, row in enumerate(grid) if row and str(row[0]).startswith(CODES)), None)
    if head is None:
        return None, []
    columns = {str(code): at for at, code in enumerate(grid[head]) if at and code != ""}
    return str(grid[head][0]).removeprefix(CODES), list(_rows(grid, head, columns, token))


def _rows(grid: Grid, head: int, columns: Mapping[str, int], token: str) -> Iterator[Line]:
    used: set[str] = set()
    for at, row in enumerate(grid[head + 1 :], start=head + 1):
        name = said_in(row[0]).strip()
        if name in (LABELS, HELP, EXAMPLE):
            continue
        is_question = VALUE in columns
        if not is_question and (not NAME.fullmatch(name) or name in used):
            name = f"x{token[:8]}{at}"[:16]  # a row that was put in, or copied: the same each time that the file is read
        used.add(name)
        yield Line(at, name, {code: (column, row[column]) for code, column in columns.items()})


def _is_row(line: Line, table: Table) -> bool:
    """Does anything stand in the row beyond what a new one has anyway?"""
    for column in table.columns:
        value = line.cells.get(column.code, (0, ""))[1]
        if column.kind != Kind.YES_NO and value != "" and said_in(value).strip() and _typed(value, column) != column.blank:
            return True
    return False


def _is_written(line: Line) -> bool:
    return any(value != "" for _at, value in line.cells.values())


def _pairs(grid: Grid, column: int) -> Iterator[tuple[str, str]]:
    for row in grid:
        if len(row) > column + 1 and row[column] != "":
            yield str(row[column]), str(row[column + 1])


def _address(row: int, column: int) -> str:
    return str(xl_rowcol_to_cell(row, column))
