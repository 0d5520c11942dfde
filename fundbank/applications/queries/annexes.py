"""The annexes of an application: what the department works with, and what each version was handed in with."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import select

from fundbank.applications.models import Application, ApplicationVersion, VersionAnnex
from fundbank.extensions import db
from fundbank.files import queries as files
from fundbank.files.models import File

APPLICATIONS = Application.__tablename__


def annexes_of(application: Application) -> Sequence[File]:
    """What is attached now: the department's own until it is handed in."""
    return files.files_of(APPLICATIONS, application.id)


def annexes_of_versions(ids: Collection[int]) -> dict[int, list[File]]:
    """What each of these versions was handed in with, taken away since or not; by the version's id."""
    query = select(VersionAnnex.version_id, VersionAnnex.file_id).where(VersionAnnex.version_id.in_(ids)).order_by(VersionAnnex.file_id)
    pairs = db.session.execute(query).all() if ids else []
    known = files.files_by_id({file_id for _version, file_id in pairs})
    found = defaultdict[int, list[File]](list)
    for version_id, file_id in pairs:
        found[version_id].append(known[file_id])
    return found


def annexes_handed_in(application: Application) -> Sequence[File]:
    """What the newest version was handed in with."""
    return annexes_of_versions([application.versions[-1].id])[application.versions[-1].id] if application.versions else []


def annex_of(application: Application, file_id: int) -> File | None:
    """A file that was ever attached to the application."""
    return files.file_of(APPLICATIONS, application.id, file_id)


def was_handed_in(application: Application, file: File) -> bool:
    """Does any version have it?"""
    query = select(VersionAnnex.id).join(ApplicationVersion, ApplicationVersion.id == VersionAnnex.version_id)
    query = query.where(ApplicationVersion.application_id == application.id, VersionAnnex.file_id == file.id)
    return db.session.scalar(query.limit(1)) is not None
