"""Files as people attach them, the smallest of each type; and a few that nobody should take."""

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from fundbank.applications.models import Application, VersionAnnex
from fundbank.extensions import db
from fundbank.files.models import File
from fundbank.files.operations import Sent, attach_files
from fundbank.files.rules import KINDS
from fundbank.gains.models import GainReport

TYPES = '<Types><Override PartName="/x" ContentType="{type}.main+xml"/></Types>'
PDF = b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def a_zip(members: dict[str, bytes | str], compression: int = ZIP_DEFLATED) -> bytes:
    """A zip file of these members."""
    made = BytesIO()
    with ZipFile(made, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def an_office_file(kind: str, compression: int = ZIP_DEFLATED, **more: bytes | str) -> bytes:
    """A document of Word, Excel or PowerPoint; ``more`` are members beside, ``a__b`` for a/b."""
    known = KINDS[kind]
    members = {"[Content_Types].xml": TYPES.format(type=known.mimetype), known.member: "<document/>"}
    return a_zip(members | {name.replace("__", "/"): content for name, content in more.items()}, compression)


def an_open_file(kind: str, mimetype: str | None = None, **more: bytes | str) -> bytes:
    """A document of LibreOffice."""
    return a_zip({"mimetype": mimetype or KINDS[kind].mimetype, "content.xml": "<office/>"} | more)


def swollen(kind: str = "docx") -> bytes:
    """A document that unpacks to some 400 times its size."""
    return an_office_file(kind, media=b"\0" * 40_000_000)


def of_many_members() -> bytes:
    return a_zip({f"word/{number}.xml": "" for number in range(6_000)}, ZIP_STORED)


def with_a_long_list(kind: str = "docx") -> bytes:
    """A document whose list of members says that it is longer than any is."""
    made = an_office_file(kind)
    return made[:-10] + struct.pack("<L", 2 * 1024 * 1024) + made[-6:]


def with_two_lists() -> bytes:
    """A document whose last record tells of a short list, while one of ZIP64 before it leads to a list that is too long."""
    made = of_many_members()
    members, length, at = struct.unpack("<H2L", made[-12:-2])
    longer = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, members, members, length, at)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at + length, 1)
    return made[:-22] + longer + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, 200, at, 0)


def with_a_damaged_member() -> bytes:
    """A document whose member that is read is no longer packed as anything is."""
    made = bytearray(an_office_file("docx"))
    place = made.find(b"[Content_Types].xml") + len("[Content_Types].xml")
    made[place : place + 20] = b"\xff" * 20
    return bytes(made)


def with_a_member_nowhere() -> bytes:
    """A document whose member that is read is said to begin beyond what any file can hold."""
    made = an_office_file("docx")
    start, more = made.find(b"PK\x01\x02"), struct.pack("<2HQ", 1, 8, 2**64 - 1)
    end = start + 46 + len("[Content_Types].xml")
    member = made[start : start + 30] + struct.pack("<H", len(more)) + made[start + 32 : start + 42] + b"\xff" * 4 + made[start + 46 : end]
    (length,) = struct.unpack("<L", made[-10:-6])
    return made[:start] + member + more + made[end:-10] + struct.pack("<L", length + len(more)) + made[-6:]


def locked() -> bytes:
    """A document whose members say that they are encrypted."""
    made = bytearray(an_office_file("docx"))
    place = made.find(b"PK\x01\x02")
    while place >= 0:
        made[place + 8] |= 1
        place = made.find(b"PK\x01\x02", place + 4)
    return bytes(made)


def handed_in_with(application: Application, name: str = "Tilbud.pdf") -> File:
    """A file with which an application's newest version was handed in, wherever it is on its way."""
    sent = [Sent(name, BytesIO(PDF))]
    who, when = application.created_by_id, application.changed_at
    (file,) = attach_files(actor_id=who, at=when, subject=application, sent=sent, purpose="offer")
    db.session.add(VersionAnnex(version_id=application.versions[-1].id, file_id=file.id))
    db.session.flush()
    return file


def reported_with(report: GainReport, name: str = "Måling.pdf") -> File:
    """Evidence of a gain, wherever its award is on its way."""
    sent = [Sent(name, BytesIO(PDF))]
    (file,) = attach_files(actor_id=report.reported_by_id, at=report.reported_at, subject=report.award, sent=sent, purpose="evidence")
    report.evidence = [*report.evidence, file.id]
    db.session.flush()
    return file


GOOD: dict[str, bytes] = {
    "Tilbud.pdf": PDF,
    "tegning.PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "foto.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "foto.jpeg": b"\xff\xd8\xff\xe1\0\x10Exif",
    "notat.docx": an_office_file("docx"),
    "budget.xlsx": an_office_file("xlsx"),
    "oplæg.pptx": an_office_file("pptx"),
    "notat.odt": an_open_file("odt"),
    "budget.ods": an_open_file("ods"),
    "referat.txt": "Mødet blev holdt på Ærø.\r\n".encode(),
    "priser.csv": "\ufeffvare;pris\nskærm;1.250,00\n".encode(),
}
"""One of each type, by a name."""
