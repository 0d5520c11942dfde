"""Are files as they were attached? Recomputes each one's hash from its pieces, and looks for pieces that are missing or stray."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from sqlalchemy import exists, func, select

from fundbank.errors import N_
from fundbank.extensions import db
from fundbank.files import queries
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


def count() -> int:
    """How many contents there are."""
    return db.session.scalar(select(func.count()).select_from(FileContent)) or 0


def check_files() -> Iterator[Fault]:
    """Everything that is wrong with the files of the database."""
    yield from (Fault(LOST, {"trigger": name}) for name in triggers.missing(TRIGGERS))
    contents = db.session.execute(select(FileContent.id, FileContent.sha256, FileContent.size).order_by(FileContent.id)).all()
    for number, digest, size in contents:
        hashed, found = sha256(), 0
        for piece in queries.pieces_of(number):
            hashed.update(piece)
            found += len(piece)
        if found < size:
            yield Fault(MISSING, {"number": number, "found": found, "size": size})
        elif hashed.hexdigest() != digest:
            yield Fault(CHANGED, {"number": number})
    orphans = select(FileContent.id).where(~exists().where(File.content_id == FileContent.id)).order_by(FileContent.id)
    yield from (Fault(ORPHAN, {"number": number}) for number in db.session.scalars(orphans))
    of = select(func.count()).where(FilePiece.content_id == FileContent.id).correlate(FileContent).scalar_subquery()
    last = select(func.max(FilePiece.number)).where(FilePiece.content_id == FileContent.id).correlate(FileContent).scalar_subquery()
    strays = select(FileContent.id).where(of != last).order_by(FileContent.id)
    lost = select(FilePiece.content_id).where(~exists().where(FileContent.id == FilePiece.content_id)).distinct()
    yield from (Fault(STRAY, {"number": number}) for query in (strays, lost) for number in db.session.scalars(query))
