"""Which workbooks are opened at all: what is broken, swollen, has macros or reaches too far is refused before anything reads its cells."""

import struct
from io import BytesIO
from random import Random
from secrets import token_bytes
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as some
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from fundbank.files.rules import UnfitFile
from fundbank.workbooks.rules.packed import unpack

SHEET = "xl/worksheets/sheet1.xml"
LONG = 7_000_000


def a_workbook() -> bytes:
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Ark & 1")
    sheet.write_string(0, 0, "tekst")
    sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    book.close()
    return out.getvalue()


BOOK = a_workbook()


def with_member(name: str, data: bytes, book: bytes = BOOK) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(book)) as read, ZipFile(out, "w", ZIP_DEFLATED) as written:
        for member in read.namelist():
            if member != name:
                written.writestr(member, read.read(member))
        written.writestr(name, data)
    return out.getvalue()


def with_cell(cell: bytes) -> bytes:
    with ZipFile(BytesIO(BOOK)) as read:
        sheet = read.read(SHEET)
    return with_member(SHEET, sheet.replace(b"</row>", cell + b"</row>", 1))


def refused(book: bytes, name: str = "bog.xlsx") -> str:
    with pytest.raises(UnfitFile) as refusal:
        unpack(name, BytesIO(book))
    return refusal.value.sentence


def test_a_workbook_is_read_with_its_errors_by_the_names_of_sheets() -> None:
    unpacked = unpack("bog.xlsx", BytesIO(BOOK))
    assert unpacked.errors == {"Ark & 1": frozenset({"B2"})}
    assert CalamineWorkbook.from_filelike(unpacked.content).sheet_names == ["Ark & 1"]


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576"><v>1</v></c>', b'<c r="A1048576"><v>1</v></c>', b'<c r="CW1"><v>1</v></c>', b'<c r="A2001"/>',
        b"<c><v>1</v></c>", b"<c/>", b'<x:c r="XFD9"><v>1</v></x:c>',
        b"<c s=\" r='A1'\" r=\"XFD1048576\"><v>1</v></c>",
        b'<c s=">" r="XFD1048576"><v>1</v></c>', b'<c\n\tr = \'XFD9\'><v>1</v></c>', b'<c r="&#65;1"><v>1</v></c>',
        b'<c r="xfd9"><v>1</v></c>',
    ],
)  # fmt: skip
def test_a_cell_far_away_is_refused_before_room_is_made_for_it(cell: bytes) -> None:
    assert "further out" in refused(with_cell(cell))


@pytest.mark.parametrize("cell", [b'<c r="CV2000"><v>1</v></c>', b'<c r="C1" s="1"/>'])
def test_a_cell_where_people_write_is_taken(cell: bytes) -> None:
    unpack("bog.xlsx", BytesIO(with_cell(cell)))


@pytest.mark.parametrize(
    "sheet",
    [
        b"<c " + b"a" * LONG + b">", b"<" * LONG, b'<c r="A1"><f>1</f>' + b" " * LONG, b'<c r="A1"><f ' + b"a" * LONG,
        b'<c r="A1"><f>' * (LONG // 20), b"<" + b"a" * LONG + b":c>", b"<c " + b'a="" ' * (LONG // 6) + b">",
    ],
)  # fmt: skip
@pytest.mark.timeout(20)
def test_no_sheet_takes_long_to_look_through(sheet: bytes) -> None:
    """Each would take minutes where a pattern tries every way there is."""
    book = with_member("xl/media/image.bin", bytes(Random(1).randbytes(90_000)), with_member(SHEET, sheet))  # noqa: S311
    try:
        unpack("bog.xlsx", BytesIO(book))
    except UnfitFile:
        pass


def test_what_unpacks_to_too_much_is_refused() -> None:
    assert "unpack" in refused(with_member("xl/sharedStrings.xml", b"<si>" * 3_000_000))
    assert "larger than" in refused(BOOK + b"0" * 3_000_000)


TEXTS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%s</t></si></sst>'


def test_a_long_text_that_many_cells_share_is_refused_before_it_is_repeated() -> None:
    """Of 300 KB a reader would make 20 GB: 200,000 cells that all say the one text of 100,000 signs."""
    columns = [xl_col_to_name(number).encode() for number in range(100)]
    cells = b"".join(b'<c r="%s%d" t="s"><v>0</v></c>' % (column, row) for row in range(1, 2001) for column in columns)
    book = with_member("docProps/noise", token_bytes(200_000), with_cell(cells))
    assert "unpack" in refused(with_member("xl/sharedStrings.xml", TEXTS % (b"a" * 100_000), book))
    assert "unpack" in refused(with_member("xl/SharedStrings.xml", TEXTS % (b"a" * 100_000), book))
    unpack("bog.xlsx", BytesIO(with_member("xl/sharedStrings.xml", TEXTS % (b"a" * 300), book)))


@pytest.mark.parametrize("texts", [b'<!DOCTYPE sst [<!ENTITY a "aaaa">]>' + TEXTS % b"&a;", TEXTS % b"</si>", b""])
def test_shared_texts_that_are_no_plain_xml_are_refused(texts: bytes) -> None:
    assert "does not hold" in refused(with_member("xl/sharedStrings.xml", texts))


def test_what_says_less_than_it_unpacks_to_is_refused() -> None:
    """The list at the end says 10 bytes for a sheet of a megabyte."""
    name = b"xl/theme/theme1.xml"
    book = bytearray(with_member("xl/sharedStrings.xml", b" " * 1_000_000))
    at = book.rindex(b"xl/sharedStrings.xml") - 46
    assert book[at : at + 4] == b"PK\x01\x02" and name
    struct.pack_into("<L", book, at + 24, 10)
    assert "does not hold what its name says" in refused(bytes(book))


def test_macros_and_other_files_are_refused() -> None:
    assert "macros" in refused(with_member("xl/vbaProject.bin", b"x"))
    assert "macros" in refused(BOOK, "bog.xlsm")
    assert "not an Excel workbook" in refused(b"a;b", "bog.csv")
    assert "does not hold" in refused(b"a;b", "bog.xlsx")
    assert "empty" in refused(b"", "bog.xlsx")


@pytest.mark.parametrize("number", [-1e300, -5, 0, 60, 46_086, 2_958_466, 1e15, 1e300])
def test_a_number_in_a_cell_that_looks_like_a_date_is_a_number(number: float) -> None:
    """The reader has no date for some of them, and one of its own faults for others."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("Ark").write_number(0, 0, number, book.add_format({"num_format": "dd-mm-yyyy"}))
    book.close()
    opened = CalamineWorkbook.from_filelike(unpack("bog.xlsx", out).content)
    assert opened.get_sheet_by_name("Ark").to_python() == [[number]]


@given(some.integers(0, len(BOOK) - 1), some.binary(max_size=20), some.integers(0, 40))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(place: int, put: bytes, cut: int) -> None:
    damaged = BOOK[:place] + put + BOOK[place + cut :]
    try:
        unpack("bog.xlsx", BytesIO(damaged))
    except UnfitFile:
        pass
