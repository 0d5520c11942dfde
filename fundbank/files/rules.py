"""Which files are taken: by what stands in them, which must be what their name says. Nothing is unpacked to find out.

Only what is named here is known. A library that guesses takes any zip file for a document of Word (docs/decisions/0040).
"""

import codecs
import re
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from pathlib import PurePosixPath
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from fundbank.errors import N_, Incomplete
from fundbank.kit.text import one_line

MEGABYTE = 1024 * 1024
# Bytes of one file, of those that are sent at once, and of all that are attached to a thing.
LARGEST, LARGEST_AT_ONCE, LARGEST_TOGETHER = 20 * MEGABYTE, 50 * MEGABYTE, 100 * MEGABYTE
MOST_FILES = 100  # of a thing
NAME_LENGTH, WORDS_LENGTH = 200, 200
READ_AT_ONCE = MEGABYTE

MEMBERS_MOST, LIST_MOST = 5_000, MEGABYTE  # of a zip file: its members, and the bytes of the list of them at its end
UNPACKED_MOST, TIMES_MOST = 300 * MEGABYTE, 100  # bytes, and times the size of the file itself
TYPES_MOST = MEGABYTE  # bytes of [Content_Types].xml, the one member that is read
END = struct.Struct("<4s4H2LH")  # zip's last record
LOCATOR, LOCATOR_SIZE = b"PK\x06\x07", 20  # what stands before it where a longer list, which it does not measure, is read in its place
PACKINGS = {ZIP_STORED, ZIP_DEFLATED}  # as documents are packed; unpacking others can take any memory
DAMAGE = (BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OverflowError, OSError)
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


class Kind(NamedTuple):
    """A type: what a browser calls it, the bytes that it begins with, and, of a zip file, what must be in it."""

    mimetype: str
    head: bytes = b""
    member: str = ""


ZIP = b"PK\x03\x04"
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
KINDS: Mapping[str, Kind] = {
    "pdf": Kind("application/pdf", b"%PDF-"),
    "png": Kind("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": Kind("image/jpeg", b"\xff\xd8\xff"),
    "docx": Kind(OFFICE + "wordprocessingml.document", ZIP, "word/document.xml"),
    "xlsx": Kind(OFFICE + "spreadsheetml.sheet", ZIP, "xl/workbook.xml"),
    "pptx": Kind(OFFICE + "presentationml.presentation", ZIP, "ppt/presentation.xml"),
    "odt": Kind(OPEN + "text", ZIP, "content.xml"),
    "ods": Kind(OPEN + "spreadsheet", ZIP, "content.xml"),
    "txt": Kind("text/plain"),
    "csv": Kind("text/csv"),
}
"""By the end of a file's name. Those without a head are texts in UTF-8."""
SAME = {"jpeg": "jpg"}
WITH_MACROS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam"})

# What a macro lies in: of Word, Excel and PowerPoint, of Excel 4, and of LibreOffice.
MACROS = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("xl/macrosheets/", "basic/", "scripts/")
MACRO_TYPES = (b"macroenabled", b"vbaproject")


class Attached(NamedTuple):
    """What was ever attached to a thing, taken away since or not: how many files, and how many bytes."""

    files: int = 0
    size: int = 0


class State(StrEnum):
    """What is known of a file's being harmless."""

    CLEAN = "clean"
    WAITING = "waiting"
    INFECTED = "infected"


class UnfitFile(Incomplete):
    """A file that is not taken; the sentence names it, and stands at the field that files are chosen in."""

    def __init__(self, sentence: str, **values: str | int) -> None:
        super().__init__(sentence, field="files", **values)


NOT_OF_A_KIND = N_("“%(name)s” is of a kind that cannot be attached. Use PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or text.")
EMPTY = N_("“%(name)s” is empty.")
TOO_LARGE = N_("“%(name)s” is larger than %(most)s MB.")
TOO_MUCH = N_("With “%(name)s” the files would come to more than %(most)s MB together. Those that were taken away count: they are kept.")
TOO_MANY = N_("With “%(name)s” there would be more than %(most)s files. Those that were taken away count: they are kept.")
LONG_NAME = N_("The name of “%(name)s” is too long: give the file a name of at most %(most)s characters.")
OTHERWISE = N_("“%(name)s” does not hold what its name says, or is damaged. Open it, save it anew, and try again.")
MACRO = N_("“%(name)s” has macros. Save it without them, or as PDF, and try again.")
SWELLS = N_("“%(name)s” would unpack to far more than a document holds, so it is not opened.")
LOCKED = N_("“%(name)s” is locked with a password. Save it without one, and try again.")
NOT_UTF8 = N_("“%(name)s” is not text in UTF-8. Save it as “CSV UTF-8” or as text in UTF-8, and try again.")


def name_of(said: str) -> str:
    """A file's name as it is kept: without the folders that some browsers put before it, and without what nobody sees."""
    return one_line(said.replace("\\", "/").rpartition("/")[2])


def size_of(file: BinaryIO) -> int:
    """Bytes; the file is left at its beginning."""
    size = file.seek(0, 2)
    file.seek(0)
    return size


def kind_of(name: str, file: BinaryIO) -> str:
    """The type of a file by its name and by what it holds, which must agree; it is left at its beginning.

    Raises UnfitFile for what is empty, too large, of no type that is taken, damaged, locked, swollen, or has macros.
    """
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    code, size = SAME.get(ending, ending), size_of(file)
    if len(name) > NAME_LENGTH:
        raise UnfitFile(LONG_NAME, name=f"{name[:40]}…", most=NAME_LENGTH)
    if ending in WITH_MACROS:
        raise UnfitFile(MACRO, name=name)
    if code not in KINDS:
        raise UnfitFile(NOT_OF_A_KIND, name=name)
    if not size:
        raise UnfitFile(EMPTY, name=name)
    if size > LARGEST:
        raise UnfitFile(TOO_LARGE, name=name, most=LARGEST // MEGABYTE)
    kind = KINDS[code]
    if not kind.head:
        _check_text(name, file)
    elif file.read(len(kind.head)) != kind.head:
        raise UnfitFile(OTHERWISE, name=name)
    elif kind.head == ZIP:
        _check_zip(name, kind, file, size)
    file.seek(0)
    return code


def check_together(name: str, size: int, others: Attached) -> Attached:
    """Raise UnfitFile if a file of ``size`` bytes and the ``others`` are more than may be attached to one thing; else what there is then.

    What is taken away stays stored: it makes no room.
    """
    together = Attached(others.files + 1, others.size + size)
    if together.files > MOST_FILES:
        raise UnfitFile(TOO_MANY, name=name, most=MOST_FILES)
    if together.size > LARGEST_TOGETHER:
        raise UnfitFile(TOO_MUCH, name=name, most=LARGEST_TOGETHER // MEGABYTE)
    return together


def state_of(found: str | None, *, is_scanning: bool) -> State:
    """What is known of a file: ``found`` is what the scanner said ("": nothing), None if it has said nothing yet."""
    if found:
        return State.INFECTED
    return State.WAITING if found is None and is_scanning else State.CLEAN


def is_open_to(state: State, *, is_own: bool) -> bool:
    """May it be read, by whoever may know of it? Before the scan by the person who attached it alone; with a virus by nobody."""
    return state == State.CLEAN or (state == State.WAITING and is_own)


def pieces_of(file: BinaryIO, size: int) -> Iterator[bytes]:
    """A file in pieces of ``size`` bytes, from its beginning."""
    file.seek(0)
    while piece := file.read(size):
        yield piece


def _check_text(name: str, file: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for piece in pieces_of(file, READ_AT_ONCE):
            if NO_TEXT.search(decoder.decode(piece)):
                raise UnfitFile(OTHERWISE, name=name)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise UnfitFile(NOT_UTF8, name=name) from error


def _check_zip(name: str, kind: Kind, file: BinaryIO, size: int) -> None:
    """Look at the list at the end of a zip file, and at what it says about the members; the list itself is measured first."""
    if size < END.size:
        raise UnfitFile(OTHERWISE, name=name)
    file.seek(-END.size, 2)
    mark, _disk, _start, _here, members, listed, _at, comment = END.unpack(file.read())
    if mark != b"PK\x05\x06" or comment:
        raise UnfitFile(OTHERWISE, name=name)
    if members > MEMBERS_MOST or listed > LIST_MOST:
        raise UnfitFile(SWELLS, name=name)
    file.seek(-min(size, END.size + LOCATOR_SIZE), 2)
    if file.read(len(LOCATOR)) == LOCATOR:
        raise UnfitFile(SWELLS, name=name)
    try:
        with ZipFile(file) as archive:
            _check_members(name, kind, archive, size)
    except DAMAGE as error:
        raise UnfitFile(OTHERWISE, name=name) from error


def _check_members(name: str, kind: Kind, archive: ZipFile, size: int) -> None:
    listed = archive.infolist()
    unpacked, packed = sum(one.file_size for one in listed), sum(one.compress_size for one in listed)
    if unpacked > min(UNPACKED_MOST, TIMES_MOST * size) or packed > size:
        raise UnfitFile(SWELLS, name=name)
    if any(one.flag_bits & 1 for one in listed):
        raise UnfitFile(LOCKED, name=name)
    if any(one.compress_type not in PACKINGS for one in listed):
        raise UnfitFile(OTHERWISE, name=name)
    members = {one.filename for one in listed}
    small = [member.lower() for member in members]
    if any(one.rpartition("/")[2] in MACROS or one.startswith(MACRO_FOLDERS) for one in small):
        raise UnfitFile(MACRO, name=name)
    if kind.member not in members or not _says_so(name, kind, archive, members):
        raise UnfitFile(OTHERWISE, name=name)


def _says_so(name: str, kind: Kind, archive: ZipFile, members: Collection[str]) -> bool:
    """Does the document itself say that it is of this kind? Raises UnfitFile if it says that it has macros."""
    if kind.mimetype.startswith(OPEN):
        return "mimetype" in members and _beginning(archive, "mimetype").strip() == kind.mimetype.encode()
    if "[Content_Types].xml" not in members:
        return False
    types = _beginning(archive, "[Content_Types].xml").replace(b"\0", b"").lower()  # in UTF-16 each other byte is one
    if any(word in types for word in MACRO_TYPES):
        raise UnfitFile(MACRO, name=name)
    return kind.mimetype.encode() in types


def _beginning(archive: ZipFile, member: str) -> bytes:
    with archive.open(member) as opened:
        return opened.read(TYPES_MOST)
