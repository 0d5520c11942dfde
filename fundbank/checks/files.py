"""Files, what they hold, that they were taken away, and what each version was handed in with, held against the history."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from fundbank.applications.models import Application, ApplicationVersion, VersionAnnex
from fundbank.checks.records import HISTORY, about, line, number, word
from fundbank.checks.same import DIFFERS, LACKS, Same
from fundbank.files.models import File, FileContent, FileRemoval
from fundbank.history.models import HistoryEntry
from fundbank.kit.seals.checks import Fault


def _attached() -> Same:
    of = line()
    held = select(FileContent.id).where(FileContent.sha256 == word(of, "sha256"), FileContent.municipality_id == of.municipality_id)
    return Same(
        File,
        of,
        and_(of.event == "file_attached", number(of, "file_id") == File.id),
        {
            "municipality_id": of.municipality_id,
            "pool_id": of.pool_id,
            "subject_type": of.subject_type,
            "subject_id": of.subject_id,
            "content_id": held.scalar_subquery(),
            "added_by_id": of.actor_id,
            "added_at": of.at,
        },
        HISTORY,
        ("id",),
        rest=of.event == "file_attached",
    )


def _contents() -> Same:
    """What several files hold is told by the first of their lines."""
    of, entry = line(), aliased(HistoryEntry)
    first = select(func.min(entry.id)).where(entry.event == "file_attached").group_by(entry.municipality_id, word(entry, "sha256"))
    by = and_(of.event == "file_attached", word(of, "sha256") == FileContent.sha256, of.municipality_id == FileContent.municipality_id)
    return Same(FileContent, of, by, {"size": number(of, "size")}, HISTORY, ("sha256", "municipality_id"), rest=of.id.in_(first))


def _removals() -> Same:
    of = line()
    by = and_(of.event == "file_taken_away", number(of, "file_id") == FileRemoval.file_id)
    columns = {"removed_by_id": of.actor_id, "removed_at": of.at}
    return Same(FileRemoval, of, by, columns, HISTORY, ("file_id",), rest=of.event == "file_taken_away")


HELD = (_attached(), _contents(), _removals())


def differences(connection: Connection) -> Iterator[Fault]:
    """Each version has the annexes that it was handed in with."""
    of, annexes = aliased(HistoryEntry), defaultdict[int, dict[int, int]](dict)
    for annex in connection.execute(select(VersionAnnex.id, VersionAnnex.version_id, VersionAnnex.file_id)):
        annexes[annex.version_id][annex.file_id] = annex.id
    by = and_(
        about(of, Application.__tablename__, ApplicationVersion.application_id, "submitted", "revised"), of.at == ApplicationVersion.made_at
    )
    for version in connection.execute(select(ApplicationVersion.id, of.id.label("line"), of.details).join(of, by)):
        said, known = set(version.details.get("annexes", ())), annexes[version.id]
        values = {"table": VersionAnnex.__tablename__, "other": HISTORY, "row": version.line, "columns": "version_id, file_id"}
        yield from (Fault(DIFFERS, values | {"key": known[one]}) for one in sorted(set(known) - said))
        yield from (Fault(LACKS, values) for _one in said - set(known))
