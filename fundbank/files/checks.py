"""Are files as they were attached? Recomputes each one's hash from its pieces, and looks for pieces that are missing or stray."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from sqlalchemy import exists, func, select
from sqlalchemy.engine import Connection

from fundbank.errors import N_
from fundbank.files.models import File, FileContent, FilePiece
from fundbank.kit import triggers
from fundbank.kit.seals.checks import Fault

TABLES = ("file_contents", "file_pieces", "file_removals", "file_scans", "files")
TRIGGERS: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset(f"{table}_are_never_{what}" for table in TABLES for what in ("changed", "deleted", "replaced")),
    "postgresql": frozenset(f"{table}_{what}" for table in TABLES for what in ("stay", "are_not_emptied (once a statement)")),
}
LOST = N_("The database has lost the trigger %(trigger)s, which guards the files.")
CHANGED = N_("The content %(number)s of files is not as it was attached: its hash does not match.")
MISSING = N_("The content %(number)s of files lacks pieces: there are %(found)s of %(size)s bytes.")
ORPHAN = N_("The content %(number)s belongs to no file.")
STRAY = N_("Pieces of files are there that belong to nothing: of content %(number)s.")
PIECES_AT_ONCE = 8


def count(connection: Connection) -> int:
    """How many contents there are."""
    return connection.scalar(select(func.count()).select_from(FileContent)) or 0


def check_guards() -> Iterator[Fault]:
    """The triggers that keep files as they are, and that are not there."""
    yield from (Fault(LOST, {"trigger": name}) for name in triggers.missing(TRIGGERS))


def check_files(connection: Connection) -> Iterator[Fault]:
    """Everything that is wrong with what files hold."""
    contents = connection.execute(select(FileContent.id, FileContent.sha256, FileContent.size).order_by(FileContent.id)).all()
    for number, digest, size in contents:
        hashed, found, expected = sha256(), 0, 1
        for place, data in _pieces(connection, number):
            if place == expected:
                hashed.update(data)
                found, expected = found + len(data), expected + 1
        if found < size:
            yield Fault(MISSING, {"number": number, "found": found, "size": size})
        elif hashed.hexdigest() != digest:
            yield Fault(CHANGED, {"number": number})
    yield from _stray(connection)


def _pieces(connection: Connection, number: int) -> Iterator[tuple[int, bytes]]:
    query = select(FilePiece.number, FilePiece.data).where(FilePiece.content_id == number).order_by(FilePiece.number)
    rows = connection.execute(query, execution_options={"yield_per": PIECES_AT_ONCE, "stream_results": True})
    yield from ((place, data) for place, data in rows)


def _stray(connection: Connection) -> Iterator[Fault]:
    orphans = select(FileContent.id).where(~exists().where(File.content_id == FileContent.id)).order_by(FileContent.id)
    yield from (Fault(ORPHAN, {"number": number}) for number in connection.scalars(orphans))
    gaps = select(FilePiece.content_id).group_by(FilePiece.content_id).having(func.count() != func.max(FilePiece.number))
    lost = select(FilePiece.content_id).where(~exists().where(FileContent.id == FilePiece.content_id)).distinct()
    yield from (Fault(STRAY, {"number": number}) for query in (gaps, lost) for number in connection.scalars(query))
