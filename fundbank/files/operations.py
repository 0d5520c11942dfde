"""Every write about files: keep one, say that one has been taken away, and note what the virus scanner said.

Whether a person may is asked by whoever calls, who also holds the thing that the file belongs to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from itertools import islice
from typing import Any, BinaryIO

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.files import queries, server
from fundbank.files.models import PIECE, File, FileContent, FilePiece, FileRemoval, FileScan
from fundbank.files.rules import check_together, kind_of, name_of, pieces_of, size_of
from fundbank.history.steps import Subject, record
from fundbank.kit.clock import local_date
from fundbank.outbox.operations import ask_for

AT_ONCE = 8  # pieces in a statement


@dataclass
class Thing:
    """What a file belongs to, as the history names it."""

    __tablename__: str
    id: int
    municipality_id: int
    pool_id: int | None


def attach_file(*, actor_id: int, at: datetime, subject: Subject, name: str, file: BinaryIO, purpose: str, words: str = "") -> File:
    """Keep a file that belongs to ``subject``, which the caller holds. Where there is a virus scanner it is asked after the commit.

    Raises UnfitFile.
    """
    name = name_of(name)
    kind, size = kind_of(name, file), size_of(file)
    check_together(name, size, queries.bytes_of(subject.__tablename__, subject.id))
    content = _kept(subject.municipality_id, file, size)
    attached = File(
        municipality_id=subject.municipality_id, pool_id=getattr(subject, "pool_id", None), subject_type=subject.__tablename__,
        subject_id=subject.id, content=content, name=name, kind=kind, purpose=purpose, words=words, added_by_id=actor_id, added_at=at,
    )  # fmt: skip
    db.session.add(attached)
    db.session.flush()
    record(subject, "file_attached", actor_id=actor_id, at=at, file_id=attached.id, sha256=content.sha256, size=content.size)
    if content.scan is None and server.is_set():
        _ask_to_scan(content.id, content.municipality_id, at)
    return attached


def take_file_away(*, actor_id: int, at: datetime, subject: Subject, file: File) -> None:
    """Say that a file belongs to ``subject`` no more. What it holds stays. Raises WrongState for one that has been taken away already."""
    if file.removal is not None:
        raise WrongState()
    db.session.add(FileRemoval(file_id=file.id, removed_by_id=actor_id, removed_at=at))
    db.session.flush()
    db.session.refresh(file)
    record(subject, "file_taken_away", actor_id=actor_id, at=at, file_id=file.id)


def ask_for_scans(*, at: datetime) -> None:
    """Let the virus scanner be asked about what nobody has scanned: it was not there, or did not answer for days."""
    for content_id, owner in queries.unscanned() if server.is_set() else ():
        _ask_to_scan(content_id, owner, at)


def scan_content(*, at: datetime, content_id: int) -> str | None:
    """Ask the virus scanner, holding nothing: the first step of a job. None where there is nothing to ask any more. Raises NotScanned."""
    scanner, content = server.setting(), queries.content(content_id)
    if scanner is None or content is None or content.scan is not None:
        return None
    return server.scan(scanner, queries.pieces_of(content_id))


def note_scan(found: str | None, *, at: datetime, content_id: int) -> None:
    """Note what the virus scanner said, and tell of what it found: the second step of a job."""
    content = queries.content(content_id)
    if found is None or content is None or content.scan is not None:
        return
    db.session.add(FileScan(content_id=content_id, found=found, scanned_at=at))
    db.session.flush()
    db.session.refresh(content)
    for file in queries.files_with(content_id) if found else ():
        thing = Thing(file.subject_type, file.subject_id, file.municipality_id, file.pool_id)
        record(thing, "file_infected", actor_id=None, at=at, file_id=file.id, user_id=file.added_by_id, found=found)


def _kept(municipality_id: int, file: BinaryIO, size: int) -> FileContent:
    """The row of what the file holds: the one that is there, or a new one with its pieces.

    Who attaches the same at the same instant waits for the first, and finds it.
    """
    digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any binary file will do
    content = queries.content_of(municipality_id, digest)
    if content is not None:
        return content
    fresh = FileContent(municipality_id=municipality_id, sha256=digest, size=size)
    try:
        with db.session.begin_nested():
            db.session.add(fresh)
    except IntegrityError:
        content = queries.content_of(municipality_id, digest)
        if content is None:
            raise
        return content
    rows = _rows(fresh.id, file)
    while some := list(islice(rows, AT_ONCE)):
        db.session.execute(insert(FilePiece), some)
    return fresh


def _rows(content_id: int, file: BinaryIO) -> Iterator[dict[str, Any]]:
    for number, piece in enumerate(pieces_of(file, PIECE), start=1):
        yield {"content_id": content_id, "number": number, "data": piece}


def _ask_to_scan(content_id: int, municipality_id: int, at: datetime) -> None:
    """Once a day at most: what failed for days lies in the outbox, and is asked for again the day after."""
    ask_for("scan", f"scan:{content_id}:{local_date(at)}", run_at=at, municipality_id=municipality_id, content_id=content_id)
