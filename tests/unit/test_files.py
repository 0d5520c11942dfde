"""Which files are taken: by what stands in them, which must be what their name says."""

from io import BytesIO
from tracemalloc import get_traced_memory, start, stop
from zipfile import ZIP_BZIP2, ZIP_LZMA

import pytest

from fundbank.config import LARGEST_UPLOAD
from fundbank.errors import Code
from fundbank.files.rules import (
    KINDS,
    LARGEST,
    LARGEST_AT_ONCE,
    LARGEST_TOGETHER,
    MEGABYTE,
    MOST_FILES,
    Attached,
    State,
    UnfitFile,
    check_together,
    is_open_to,
    kind_of,
    name_of,
    state_of,
)
from tests.annexes import (
    GOOD,
    PDF,
    a_zip,
    an_office_file,
    an_open_file,
    locked,
    of_many_members,
    swollen,
    with_a_damaged_member,
    with_a_long_list,
    with_a_member_nowhere,
    with_two_lists,
)

MACRO, OTHERWISE, SWELLS, NO_KIND = "has macros", "does not hold what its name says", "unpack to far more", "of a kind that cannot"
WITH_TYPES = {"[Content_Types].xml": "<Types>application/vnd.ms-word.document.macroEnabled.main+xml</Types>", "word/document.xml": ""}
IN_UTF16 = {"[Content_Types].xml": WITH_TYPES["[Content_Types].xml"].encode("utf-16"), "word/document.xml": ""}
BAD = {
    "empty": ("Tilbud.pdf", b"", "is empty"),
    "too large": ("Tilbud.pdf", PDF + bytes(LARGEST), "larger than 20 MB"),
    "no type": ("Tilbud", PDF, NO_KIND),
    "a program": ("spil.exe", b"MZ\x90", NO_KIND),
    "a page": ("side.html", b"<html>", NO_KIND),
    "a picture with scripts": ("tegning.svg", b"<svg/>", NO_KIND),
    "old Word": ("notat.doc", b"\xd0\xcf\x11\xe0", NO_KIND),
    "a zip": ("alt.zip", a_zip({"a": "b"}), NO_KIND),
    "a program called PDF": ("Tilbud.pdf", b"MZ\x90" + PDF, OTHERWISE),
    "a picture called another": ("foto.png", GOOD["foto.jpg"], OTHERWISE),
    "Word called Excel": ("budget.xlsx", an_office_file("docx"), OTHERWISE),
    "a zip called Word": ("notat.docx", a_zip({"a.exe": "MZ"}), OTHERWISE),
    "Word without its document": ("notat.docx", a_zip({"[Content_Types].xml": "x"}), OTHERWISE),
    "Word that says Excel": (
        "notat.docx", a_zip({"[Content_Types].xml": KINDS["xlsx"].mimetype, "word/document.xml": ""}), OTHERWISE
    ),
    "a zip with something before it": ("notat.docx", b"MZ" + an_office_file("docx"), OTHERWISE),
    "a zip with something after it": ("notat.docx", an_office_file("docx") + b"<script>", OTHERWISE),
    "half a zip": ("notat.docx", an_office_file("docx")[:-40], OTHERWISE),
    "the beginning of a zip": ("notat.docx", b"PK\x03\x04", OTHERWISE),
    "OpenDocument of another kind": ("notat.odt", an_open_file("ods"), OTHERWISE),
    "OpenDocument without its kind": ("notat.odt", a_zip({"content.xml": ""}), OTHERWISE),
    "a name with macros": ("notat.docm", an_office_file("docx"), MACRO),
    "a workbook with macros": ("budget.xlsm", an_office_file("xlsx"), MACRO),
    "macros inside": ("notat.docx", an_office_file("docx", word__vbaProject_bin="x").replace(b"vbaProject_bin", b"vbaProject.bin"), MACRO),
    "macros of Excel 4": ("budget.xlsx", an_office_file("xlsx", xl__macrosheets__sheet1="x"), MACRO),
    "macros of LibreOffice": ("notat.odt", an_open_file("odt", **{"Basic/Standard/Module1.xml": "x"}), MACRO),
    "scripts of LibreOffice": ("notat.odt", an_open_file("odt", **{"Scripts/python/x.py": "x"}), MACRO),
    "macros under another name": ("notat.docx", a_zip(WITH_TYPES), MACRO),
    "macros under another name, in UTF-16": ("notat.docx", a_zip(IN_UTF16), MACRO),
    "a bomb": ("notat.docx", swollen(), SWELLS),
    "a bomb of many members": ("notat.docx", of_many_members(), SWELLS),
    "a list that is too long": ("notat.docx", with_a_long_list(), SWELLS),
    "a second list that is too long": ("notat.docx", with_two_lists(), SWELLS),
    "packed as no document is": ("notat.docx", an_office_file("docx", ZIP_LZMA), OTHERWISE),
    "packed as no document is either": ("notat.docx", an_office_file("docx", ZIP_BZIP2), OTHERWISE),
    "a damaged member": ("notat.docx", with_a_damaged_member(), OTHERWISE),
    "a member that is nowhere": ("notat.docx", with_a_member_nowhere(), OTHERWISE),
    "locked": ("notat.docx", locked(), "locked with a password"),
    "text of old Windows": ("priser.csv", "skærm".encode("latin-1"), "not text in UTF-8"),
    "text that ends in half a letter": ("priser.csv", "skæ".encode()[:-1], "not text in UTF-8"),
    "text with NUL": ("referat.txt", b"abc\0def", OTHERWISE),
    "a name that is too long": (f"{'x' * 200}.pdf", PDF, "is too long"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_each_type_is_known_by_its_name_and_by_what_it_holds(name: str) -> None:
    file = BytesIO(GOOD[name])
    assert kind_of(name, file) == {"jpeg": "jpg"}.get(ending := name.rpartition(".")[2].lower(), ending)
    assert file.tell() == 0


def test_there_is_an_example_of_each_type() -> None:
    assert {kind_of(name, BytesIO(content)) for name, content in GOOD.items()} == set(KINDS)


@pytest.mark.parametrize("what", BAD)
def test_what_is_refused_says_why_by_the_files_name(what: str) -> None:
    name, content, why = BAD[what]
    with pytest.raises(UnfitFile) as refused:
        kind_of(name, BytesIO(content))
    said = refused.value.sentence % refused.value.values
    assert why in said and name[:20] in said
    assert (refused.value.code, refused.value.field) == (Code.INCOMPLETE, "files")


@pytest.mark.parametrize("what", ["a bomb", "a bomb of many members", "a list that is too long", "a second list that is too long"])
def test_a_bomb_is_refused_before_anything_is_unpacked(what: str) -> None:
    name, content, _why = BAD[what]
    file = BytesIO(content)
    start()
    try:
        with pytest.raises(UnfitFile):
            kind_of(name, file)
        assert get_traced_memory()[1] < 4 * MEGABYTE
    finally:
        stop()


def test_so_much_may_be_attached_to_one_thing() -> None:
    assert check_together("a.pdf", LARGEST, Attached(MOST_FILES - 1, LARGEST_TOGETHER - LARGEST)) == (MOST_FILES, LARGEST_TOGETHER)
    with pytest.raises(UnfitFile, match="MB together"):
        check_together("a.pdf", LARGEST, Attached(1, LARGEST_TOGETHER - LARGEST + 1))
    with pytest.raises(UnfitFile, match="more than"):
        check_together("a.pdf", 1, Attached(MOST_FILES, MOST_FILES))
    assert LARGEST < LARGEST_AT_ONCE < LARGEST_UPLOAD - MEGABYTE


def test_a_name_is_kept_without_folders_and_without_what_nobody_sees() -> None:
    assert name_of("C:\\fakepath\\Tilbud  på\nskærme.pdf") == "Tilbud på skærme.pdf"
    assert name_of("../../etc/passwd.txt") == "passwd.txt"
    assert name_of("tilbud\u202efdp.exe") == "tilbudfdp.exe"


def test_before_the_scan_a_file_is_read_by_who_attached_it_and_with_a_virus_by_nobody() -> None:
    assert state_of(None, is_scanning=False) == state_of("", is_scanning=True) == State.CLEAN
    assert state_of(None, is_scanning=True) == State.WAITING
    assert state_of("Eicar", is_scanning=True) == state_of("Eicar", is_scanning=False) == State.INFECTED
    assert [is_open_to(state, is_own=own) for state in State for own in (False, True)] == [True, True, False, True, False, False]
