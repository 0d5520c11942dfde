"""The archive: one zip file, whose every byte is under a hash.

A member for each table, then ``manifest.json``, then zip's own list of contents. The manifest has the SHA-256 of each member as it lies in
the file, header and all; the file's last line, which is zip's comment, says where the manifest begins and has the SHA-256 of all from there
on. So an archive is either whole, or it is known which part of it is not; and ``unzip`` and ``less`` read it without this program.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from io import BufferedReader
from json import loads
from pathlib import Path
from tempfile import mkstemp
from typing import Any, BinaryIO, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict

from fundbank.backup import Unusable
from fundbank.backup.rows import Rows
from fundbank.paths import sync_folder

FORMAT = 1
MANIFEST = "manifest.json"
_LAST_LINE = re.compile(rb"fundbank (\d{15}) ([0-9a-f]{64})\Z")
_LAST_LENGTH = len("fundbank ") + 15 + 1 + 64
_CHUNK = 1024 * 1024


class Damaged(Unusable):
    """A part of the archive is not as it was written."""

    def __init__(self, file: Path, member: str) -> None:
        super().__init__(f"{file} is damaged, or no backup of fundbank: {member} is not as it was written. Nothing has been changed.")
        self.member = member


class Head(BaseModel):
    """Where the ledger of a pool ends; without a pool, the seals of a municipality (kit.seals)."""

    model_config = ConfigDict(frozen=True)

    pool_id: int
    municipality: str
    pool: str
    number: int
    hash: str


class Member(BaseModel):
    """A table's rows in the archive."""

    table: str
    columns: list[tuple[str, str]]
    order: list[str]
    rows: int
    sha256: str  # of the lines
    start: int
    end: int
    sha256_in_file: str

    @property
    def name(self) -> str:
        return name_of(self.table)

    @property
    def shape(self) -> Rows:
        return Rows(self.table, tuple(self.columns), tuple(self.order))


class Manifest(BaseModel):
    """What an archive holds, and of what."""

    format: int
    program: str
    made_at: datetime
    revision: str
    municipality: str | None
    heads: list[Head]
    members: list[Member]


def name_of(table: str) -> str:
    """The member that holds a table's rows."""
    return f"tables/{table}.jsonl"


class _Hashed:
    """Passes on to a file what is written, and hashes it. It cannot be wound back, so that zip writes each byte once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = sha256()
        self.length = 0

    def write(self, data: bytes) -> int:
        self._file.write(data)
        self._hash.update(data)
        self.length += len(data)
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        self._file.close()

    def taken(self) -> str:
        """The hash of all since the last time."""
        digest, self._hash = self._hash.hexdigest(), sha256()
        return digest


class Writer:
    """Writes an archive into a file, member after member: ``with Writer(file, at) as writer:``."""

    def __init__(self, file: BinaryIO, at: datetime) -> None:
        self._file, self._at = file, at
        self._out = _Hashed(file)
        self._zip = ZipFile(self._out, "w", ZIP_DEFLATED)
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        with suppress(OSError, ValueError):  # after trouble nobody keeps the file, whole or not
            self._zip.close()

    def table(self, shape: Rows, lines: Iterator[bytes]) -> None:
        """Write a table's rows."""
        start, rows, digest = self._out.length, 0, sha256()
        with self._zip.open(self._info(name_of(shape.table)), "w", force_zip64=True) as member:
            for line in lines:
                member.write(line)
                digest.update(line)
                rows += 1
        self.members.append(
            Member(
                table=shape.table, columns=list(shape.columns), order=list(shape.order), rows=rows, sha256=digest.hexdigest(), start=start,
                end=self._out.length, sha256_in_file=self._out.taken(),
            )
        )  # fmt: skip

    def finish(self, **about: Any) -> Manifest:
        """Write the manifest, and the last line that holds for it."""
        manifest = Manifest(format=FORMAT, made_at=self._at, members=self.members, **about)
        start = self._out.length
        self._zip.writestr(self._info(MANIFEST), manifest.model_dump_json(indent=1))
        self._zip.comment = f"fundbank {start:015} ".encode() + b"0" * 64
        self._zip.close()
        self._file.seek(start)
        digest = sha256(self._file.read()[:-64]).hexdigest()
        self._file.seek(-64, os.SEEK_END)
        self._file.write(digest.encode())
        return manifest

    def _info(self, name: str) -> ZipInfo:
        info = ZipInfo(name, self._at.astimezone(UTC).timetuple()[:6])
        info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
        return info


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file for its owner alone that stands under its name once it is whole, and safe on the disk; else nothing is left of it."""
    if path.exists():
        raise Unusable(f"{path} is there already. Name a new file: a backup replaces no other.")
    handle, beside = mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise
    sync_folder(path.parent)


class Archive:
    """An archive that was read through from end to end, and is whole. Raises Damaged, naming the member, or Unusable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            start = self._checked_end(file)
            self.manifest = self._manifest()
            self._check_members(file, start)

    def lines(self, member: Member) -> Iterator[bytes]:
        """A table's rows."""
        with ZipFile(self.path) as archive, archive.open(member.name) as packed:
            yield from BufferedReader(packed, _CHUNK)  # type: ignore[type-var]  # a stream of bytes, if not a raw one

    def _checked_end(self, file: BinaryIO) -> int:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _LAST_LENGTH, 0))
        last = _LAST_LINE.match(file.read())
        if last is None or int(last[1]) > size:
            raise Damaged(self.path, MANIFEST)
        start = int(last[1])
        if _hash_of(file, start, size - 64) != last[2].decode():
            raise Damaged(self.path, MANIFEST)
        return start

    def _manifest(self) -> Manifest:
        with ZipFile(self.path) as archive:
            said = archive.read(MANIFEST)
        written = loads(said)
        if written["format"] > FORMAT:
            raise Unusable(f"{self.path} was written by a newer fundbank ({written['program']}). Install that version first.")
        return Manifest.model_validate(written)

    def _check_members(self, file: BinaryIO, end: int) -> None:
        for member in self.manifest.members:
            if _hash_of(file, member.start, member.end) != member.sha256_in_file:
                raise Damaged(self.path, member.name)


def _hash_of(file: BinaryIO, start: int, end: int) -> str:
    file.seek(start)
    digest, left = sha256(), end - start
    while left > 0 and (read := file.read(min(left, _CHUNK))):
        digest.update(read)
        left -= len(read)
    return digest.hexdigest()
