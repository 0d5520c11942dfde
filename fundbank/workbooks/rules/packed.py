"""Which workbooks are opened: those that fit, that unpack to what they say, and whose sheets end where people write. Pure.

A reader of spreadsheets makes room for every cell up to the last one, so that one cell far away would take all the memory there is. So
where cells stand is looked at first, and what is read is what was looked at: a copy of the parts that are needed, unpacked here.
"""

import io
import re
from html import unescape
from typing import BinaryIO, NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_STORED, ZipFile

from fundbank.errors import N_
from fundbank.files.rules import DAMAGE, MEGABYTE, OTHERWISE, SWELLS, TOO_LARGE, UnfitFile, kind_of, size_of

LARGEST, UNPACKED_MOST = MEGABYTE, 8 * MEGABYTE
LAST_ROW, LAST_COLUMN = 2_000, 100
SHARED_MOST = 64 * MEGABYTE  # signs: a text that many cells share stands in the file once, and is read as often as they are
LONGEST_TAG = 1_000  # signs; looking through longer ones takes the square of their length, and no spreadsheet writes them
# Without the looks of cells: a number that looks like a date is a number, and one that is no date is no fault of the reader.
NEEDED = re.compile(r"(?!xl/styles)(?:\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/)?[^/]+\.(?:xml|rels)|xl/worksheets/[^/]+\.xml)")
TAG_OF_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c(?=[\s/>])([^<>]*?)(/?)>")
ATTRIBUTE_OF_CELL = re.compile(rb"""([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
ADDRESS = re.compile(rb"([A-Z]{1,3})([1-9]\d{0,6})")
UNWORKED = re.compile(
    rb"\s*+<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*+</(?:\w+:)?f>)\s*+(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*+</(?:\w+:)?c>"
)
SHARED = "sharedstrings.xml"
TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\s([^<>]*)>")
ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

NO_WORKBOOK = N_("“%(name)s” is not an Excel workbook. Save it as .xlsx, and try again.")
FAR_AWAY = N_("“%(name)s” has cells further out than row %(rows)s or column %(columns)s. Delete them, and try again.")


class Unpacked(NamedTuple):
    """A workbook that may be read; and by sheet the addresses of cells that hold an error, and of formulas without a result."""

    content: BinaryIO
    errors: dict[str, frozenset[str]]
    unworked: dict[str, frozenset[str]]


class Looked(NamedTuple):
    """What a part says of its cells: which hold an error, which formulas have no result, and how many say a text that they share."""

    errors: frozenset[str]
    unworked: frozenset[str]
    sharing: int


def unpack(name: str, file: BinaryIO) -> Unpacked:
    """Look at a file that somebody sent under this name. Raises UnfitFile."""
    if size_of(file) > LARGEST:
        raise UnfitFile(TOO_LARGE, name=name, most=LARGEST // MEGABYTE)
    if kind_of(name, file) != "xlsx":
        raise UnfitFile(NO_WORKBOOK, name=name)
    members = _members(name, file)
    looked = {path: _looked_over(name, data) for path, data in members.items()}
    longest = max((_longest_text(name, data) for path, data in members.items() if path.lower().endswith(SHARED)), default=0)
    if longest * sum(one.sharing for one in looked.values()) > SHARED_MOST:
        raise UnfitFile(SWELLS, name=name)
    errors, unworked = {}, {}
    for path, sheet in _names(members).items():
        errors[sheet], unworked[sheet] = looked[path][:2] if path in looked else (frozenset(), frozenset())
    return Unpacked(_packed(members), errors, unworked)


def _members(name: str, file: BinaryIO) -> dict[str, bytes]:
    """The parts that are read, which unpack to no more than they say."""
    members: dict[str, bytes] = {}
    room = UNPACKED_MOST
    try:
        with ZipFile(file) as archive:
            for one in archive.infolist():
                if NEEDED.fullmatch(one.filename):
                    if one.file_size > room or one.filename in members:
                        raise UnfitFile(SWELLS, name=name)
                    with archive.open(one) as opened:
                        members[one.filename] = opened.read(one.file_size + 1)
                    room -= len(members[one.filename])
    except DAMAGE as error:
        raise UnfitFile(OTHERWISE, name=name) from error
    return members


def _packed(members: dict[str, bytes]) -> BinaryIO:
    copy = io.BytesIO()
    with ZipFile(copy, "w", ZIP_STORED) as archive:
        for path, data in members.items():
            archive.writestr(path, data)
    copy.seek(0)
    return copy


def _names(members: dict[str, bytes]) -> dict[str, str]:
    """What each sheet is called, by the path of its part."""
    targets = {one.get("Id"): one.get("Target", "") for one in _tags(members, "xl/_rels/workbook.xml.rels", "Relationship")}
    sheets = {}
    for one in _tags(members, "xl/workbook.xml", "sheet"):
        target = targets.get(one.get("r:id"), "")
        sheets[target.removeprefix("/") if target.startswith("/") else f"xl/{target}"] = unescape(one.get("name", ""))
    return sheets


def _tags(members: dict[str, bytes], path: str, called: str) -> list[dict[str, str]]:
    text = members.get(path, b"").decode("utf-8", "replace")
    return [
        {key: one or other for key, one, other in ATTRIBUTE.findall(said)}
        for tag, said in TAG.findall(text)
        if tag == called and len(said) <= LONGEST_TAG
    ]


def _longest_text(name: str, part: bytes) -> int:
    """How many signs the longest text has that cells share. Raises UnfitFile for what is no plain XML."""
    longest = length = 0

    def read(text: str) -> None:
        nonlocal length
        length += len(text)

    def ended(tag: str) -> None:
        nonlocal longest, length
        if tag.rpartition(":")[2] == "si":
            longest, length = max(longest, length), 0

    def refuse(*_declared: object) -> None:
        raise UnfitFile(OTHERWISE, name=name)

    parser = ParserCreate()
    parser.CharacterDataHandler, parser.EndElementHandler, parser.StartDoctypeDeclHandler = read, ended, refuse
    try:
        parser.Parse(part, True)
    except ExpatError as error:
        raise UnfitFile(OTHERWISE, name=name) from error
    return longest


def _looked_over(name: str, sheet: bytes) -> Looked:
    """Looks at the tags of cells. Raises UnfitFile for cells that are far away."""
    errors, unworked, sharing = set(), set(), 0
    for tag in TAG_OF_CELL.finditer(sheet):
        if len(tag[1]) > LONGEST_TAG:
            raise UnfitFile(OTHERWISE, name=name)
        said: dict[bytes, bytes] = {}
        for key, one, other in ATTRIBUTE_OF_CELL.findall(tag[1]):
            said.setdefault(key, one or other)
            sharing += key == b"t" and (one or other) == b"s"
        address = ADDRESS.fullmatch(said.get(b"r", b""))  # a cell that does not say where it stands could stand anywhere
        if address is None or int(address[2]) > LAST_ROW or _column(address[1]) > LAST_COLUMN:
            raise UnfitFile(FAR_AWAY, name=name, rows=LAST_ROW, columns="CV")
        if said.get(b"t") == b"e":
            errors.add(address[0].decode())
        elif not tag[2] and said.get(b"t") != b"str" and UNWORKED.match(sheet, tag.end()):
            unworked.add(address[0].decode())
    return Looked(frozenset(errors), frozenset(unworked), sharing)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
