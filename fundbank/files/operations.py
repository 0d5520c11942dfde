"""Every write about files: keep some, say that one has been taken away, and note what the virus scanner said.

Whether a person may is asked by whoever calls, who also holds the thing that the file belongs to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from itertools import islice
from operator import attrgetter
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from fundbank.errors import WrongState
from fundbank.extensions import db
from fundbank.files import queries, server
from fundbank.files.models import PIECE, File, FileContent, FilePiece, FileRemoval, FileScan
from fundbank.files.rules import Attached, check_together, kind_of, name_of, pieces_of, size_of
from fundbank.history.steps import Subject, record
from fundbank.kit.clock import local_date
from fundbank.outbox.operations import ask_for

AT_ONCE = 8  # pieces in a statement


class Sent(NamedTuple):
    """A file as it was sent: what it is called, and what it holds."""

    name: str
    file: BinaryIO


class Looked(NamedTuple):
    """A file that is taken: its name as it is kept, its type, its bytes, its SHA-256, and what it holds."""

    name: str
    kind: str
    size: int
    digest: str
    file: BinaryIO


@dataclass
class Thing:
    """What a file belongs to, as the history names it."""

    __tablename__: str
    id: int
    municipality_id: int
    pool_id: int | None


def attach_files(*, actor_id: int, at: datetime, subject: Subject, sent: Sequence[Sent], purpose: str, words: str = "") -> list[File]:
    """Keep files that belong to ``subject``, which the caller holds: all of them, or none. Raises UnfitFile.

    Where there is a virus scanner it is asked after the commit.
    """
    looked = _looked_at(sent, queries.attached_to(subject.__tablename__, subject.id))
    contents = _all_kept(subject.municipality_id, looked)
    attached = []
    for one in looked:
        content = contents[one.digest]
        file = File(
            municipality_id=subject.municipality_id, pool_id=getattr(subject, "pool_id", None), subject_type=subject.__tablename__,
            subject_id=subject.id, content=content, name=one.name, kind=one.kind, purpose=purpose, words=words, added_by_id=actor_id,
            added_at=at,
        )  # fmt: skip
        db.session.add(file)
        db.session.flush()
        record(subject, "file_attached", actor_id=actor_id, at=at, file_id=file.id, sha256=content.sha256, size=content.size)
        if content.scan is None and server.is_set():
            _ask_to_scan(content.id, content.municipality_id, at)
        attached.append(file)
    return attached


def take_file_away(*, actor_id: int, at: datetime, subject: Subject, file: File) -> None:
    """Say that a file belongs to ``subject``, which the caller holds, no more. What it holds stays.

    Raises WrongState for one that has been taken away already, also while the subject was waited for.
    """
    db.session.refresh(file)
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


def _looked_at(sent: Sequence[Sent], others: Attached) -> list[Looked]:
    looked = []
    for name, file in sent:
        name = name_of(name)
        kind, size = kind_of(name, file), size_of(file)
        others = check_together(name, size, others)
        digest = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any binary file will do
        looked.append(Looked(name, kind, size, digest, file))
    return looked


def _all_kept(municipality_id: int, looked: Sequence[Looked]) -> dict[str, FileContent]:
    """The rows of what the files hold, by hash, kept in that order: who attaches the same at the same instant waits for the first, and
    nobody for somebody who waits for them.
    """
    return {one.digest: _kept(municipality_id, one) for one in sorted(looked, key=attrgetter("digest"))}


def _kept(municipality_id: int, one: Looked) -> FileContent:
    """The row of what the file holds: the one that is there, or a new one with its pieces."""
    content = queries.content_of(municipality_id, one.digest)
    if content is not None:
        return content
    fresh = FileContent(municipality_id=municipality_id, sha256=one.digest, size=one.size)
    try:
        with db.session.begin_nested():
            db.session.add(fresh)
    except IntegrityError:
        content = queries.content_of(municipality_id, one.digest)
        if content is None:
            raise
        return content
    rows = _rows(fresh.id, one.file)
    while some := list(islice(rows, AT_ONCE)):
        db.session.execute(insert(FilePiece), some)
    return fresh


def _rows(content_id: int, file: BinaryIO) -> Iterator[dict[str, Any]]:
    for number, piece in enumerate(pieces_of(file, PIECE), start=1):
        yield {"content_id": content_id, "number": number, "data": piece}


def _ask_to_scan(content_id: int, municipality_id: int, at: datetime) -> None:
    """Once a day at most: what failed for days lies in the outbox, and is asked for again the day after."""
    ask_for("scan", f"scan:{content_id}:{local_date(at)}", run_at=at, municipality_id=municipality_id, content_id=content_id)
