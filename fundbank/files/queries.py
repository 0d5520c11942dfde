"""Every SELECT about files. What they hold is read piece by piece."""

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from tempfile import SpooledTemporaryFile

from sqlalchemy import Select, exists, func, select

from fundbank.errors import N_, WrongState
from fundbank.extensions import db
from fundbank.files.models import File, FileContent, FilePiece, FileRemoval, FileScan
from fundbank.files.rules import Attached

IN_MEMORY = 1024 * 1024  # bytes: what is more lies on the disk while it is sent
SHOWN_MOST = 20


class DamagedFile(WrongState):
    """What is stored is not what was attached."""

    message = N_("This file is not as it was attached, so it is not shown. Tell the administrator: “fundbank check” names what is wrong.")


def files_of(subject_type: str, subject_id: int) -> Sequence[File]:
    """What is attached to a thing and has not been taken away, the earliest first."""
    query = _of(subject_type, subject_id).where(~exists().where(FileRemoval.file_id == File.id))
    return db.session.scalars(query.order_by(File.id)).all()


def file_of(subject_type: str, subject_id: int, file_id: int) -> File | None:
    """The file of a thing with this id, taken away or not."""
    return db.session.scalar(_of(subject_type, subject_id).where(File.id == file_id))


def files_by_id(ids: Collection[int]) -> dict[int, File]:
    """These files, taken away or not, the earliest first."""
    return {file.id: file for file in db.session.scalars(select(File).where(File.id.in_(ids)).order_by(File.id))} if ids else {}


def attached_to(subject_type: str, subject_id: int) -> Attached:
    """How much was ever attached to a thing."""
    of = select(func.count(), func.coalesce(func.sum(FileContent.size), 0)).select_from(File)
    of = of.join(FileContent, FileContent.id == File.content_id).where(File.subject_type == subject_type, File.subject_id == subject_id)
    number, size = db.session.execute(of).one()
    return Attached(number, int(size))


def content_of(municipality_id: int, digest: str) -> FileContent | None:
    """What the municipality has of this SHA-256."""
    return db.session.scalar(select(FileContent).where(FileContent.municipality_id == municipality_id, FileContent.sha256 == digest))


def content(content_id: int) -> FileContent | None:
    return db.session.get(FileContent, content_id)


def files_with(content_id: int) -> Sequence[File]:
    """The files that hold this and have not been taken away."""
    query = select(File).where(File.content_id == content_id, ~exists().where(FileRemoval.file_id == File.id))
    return db.session.scalars(query.order_by(File.id)).all()


def unscanned() -> Sequence[tuple[int, int]]:
    """What no scanner has looked at, as ids, each with its municipality's."""
    query = select(FileContent.id, FileContent.municipality_id).where(~exists().where(FileScan.content_id == FileContent.id))
    return [(number, owner) for number, owner in db.session.execute(query.order_by(FileContent.id))]


def infected(municipality_id: int) -> Sequence[File]:
    """The municipality's newest files in which a scanner has found something, taken away or not."""
    query = select(File).join(FileScan, FileScan.content_id == File.content_id)
    query = query.where(File.municipality_id == municipality_id, FileScan.found != "")
    return db.session.scalars(query.order_by(File.id.desc()).limit(SHOWN_MOST)).all()


def pieces_of(content_id: int) -> Iterator[bytes]:
    """What files hold, piece by piece, none read before the one before it has been passed on."""
    number = 1
    query = select(FilePiece.data).where(FilePiece.content_id == content_id)
    while (piece := db.session.scalar(query.where(FilePiece.number == number))) is not None:
        yield piece
        number += 1


def opened(content: FileContent) -> "SpooledTemporaryFile[bytes]":
    """What files hold, to be read from the beginning. Raises DamagedFile where it is not what was attached."""
    file, digest = SpooledTemporaryFile[bytes](max_size=IN_MEMORY), sha256()
    for piece in pieces_of(content.id):
        file.write(piece)
        digest.update(piece)
    if digest.hexdigest() != content.sha256:
        file.close()
        raise DamagedFile()
    file.seek(0)
    return file


def _of(subject_type: str, subject_id: int) -> Select[File]:
    return select(File).where(File.subject_type == subject_type, File.subject_id == subject_id)
