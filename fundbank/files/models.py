"""Files as facts: each row stays as it was written. What a file holds is kept once in a municipality, in pieces, under its SHA-256."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fundbank.extensions import Base
from fundbank.files.rules import KINDS, NAME_LENGTH, WORDS_LENGTH
from fundbank.kit.columns import UtcDateTime

PIECE = 256 * 1024  # bytes in a row


class FileContent(Base):
    """What files hold, whoever has attached it and to whatever: once in a municipality."""

    __tablename__ = "file_contents"
    __table_args__ = (UniqueConstraint("municipality_id", "sha256"), CheckConstraint("size > 0", name="size"))

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(doc="bytes")

    scan: Mapped["FileScan | None"] = relationship(lazy="joined", viewonly=True)


class FilePiece(Base):
    """A part of what a file holds: PIECE bytes, the last one what is left."""

    __tablename__ = "file_pieces"

    content_id: Mapped[int] = mapped_column(ForeignKey("file_contents.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="1, 2, 3 …")
    data: Mapped[bytes] = mapped_column(LargeBinary)


class FileScan(Base):
    """What the virus scanner said."""

    __tablename__ = "file_scans"

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("file_contents.id"), unique=True)
    found: Mapped[str] = mapped_column(String(200), doc="the name of what it found; empty: nothing")
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)


class File(Base):
    """What somebody has attached to a thing (a table's name and an id). ``purpose`` is a code of that thing's package."""

    __tablename__ = "files"
    __table_args__ = (
        Index(None, "subject_type", "subject_id", "id"),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipalities.id"), index=True)
    pool_id: Mapped[int | None] = mapped_column(ForeignKey("pools.id"))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    content_id: Mapped[int] = mapped_column(ForeignKey("file_contents.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kind: Mapped[str] = mapped_column(String(5))
    purpose: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(WORDS_LENGTH), doc="what it is, in a few words")
    added_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    content: Mapped[FileContent] = relationship(lazy="joined")
    removal: Mapped["FileRemoval | None"] = relationship(lazy="joined", viewonly=True)


class FileRemoval(Base):
    """That a file has been taken away. It is read no more, but where it was handed in."""

    __tablename__ = "file_removals"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), unique=True)
    removed_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    removed_at: Mapped[datetime] = mapped_column(UtcDateTime)
