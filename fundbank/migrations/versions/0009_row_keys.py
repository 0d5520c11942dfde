"""Give each cost, planned gain and gain area of an application a key, and let each gain report point to the rows that it measures.

A row that is plainly the same in the next version of its application (by year, department, kind or name, in order) keeps its key there.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROWS = {
    "costs": ("c", ("year", "kind", "text")),
    "gains": ("g", ("year", "department_id", "text")),
    "gain_areas": ("a", ("name", "department_id")),
}

APPLICATIONS = sa.table("applications", sa.column("id"), sa.column("content", sa.JSON))
VERSIONS = sa.table(
    "application_versions",
    *(sa.column(name) for name in ("id", "application_id", "number")),
    sa.column("made_at", sa.DateTime),
    sa.column("content", sa.JSON),
)
AWARDS = sa.table("awards", *(sa.column(name) for name in ("id", "application_id", "first_year")), sa.column("decided_at", sa.DateTime))
REPORTS = sa.table(
    "gain_reports",
    *(sa.column(name) for name in ("id", "award_id", "department_id", "year")),
    sa.column("reported_at", sa.DateTime),
    sa.column("planned_keys", sa.JSON),
)
AT_ONCE = 500


def upgrade() -> None:
    op.add_column("gain_reports", sa.Column("planned_keys", sa.JSON(), server_default="[]", nullable=False))
    connection = op.get_bind()
    for application_id, said_now, versions in _applications(connection):
        before: Mapping[str, Any] = {}
        for version_id, said in versions:
            before = _keyed(said, before)
            connection.execute(VERSIONS.update().where(VERSIONS.c.id == version_id).values(content=before))
        connection.execute(APPLICATIONS.update().where(APPLICATIONS.c.id == application_id).values(content=_keyed(said_now, before)))
    _point_reports(connection)


def downgrade() -> None:
    op.drop_column("gain_reports", "planned_keys")
    connection = op.get_bind()
    for application_id, said_now, versions in _applications(connection):
        connection.execute(APPLICATIONS.update().where(APPLICATIONS.c.id == application_id).values(content=_bare(said_now)))
        for version_id, said in versions:
            connection.execute(VERSIONS.update().where(VERSIONS.c.id == version_id).values(content=_bare(said)))


def _applications(connection: sa.Connection) -> Iterator[tuple[int, dict[str, Any], list[tuple[int, dict[str, Any]]]]]:
    """Each application: its id, what it says now, and (id, what it said) of its versions in order; some hundred are read at once."""
    latest = 0
    while rows := connection.execute(
        sa.select(APPLICATIONS.c.id, APPLICATIONS.c.content).where(APPLICATIONS.c.id > latest).order_by(APPLICATIONS.c.id).limit(AT_ONCE)
    ).all():
        latest = rows[-1].id
        found: dict[int, list[tuple[int, dict[str, Any]]]] = {row.id: [] for row in rows}
        wanted = sa.select(VERSIONS).where(VERSIONS.c.application_id.between(rows[0].id, latest)).order_by(VERSIONS.c.number)
        for version in connection.execute(wanted):
            found[version.application_id].append((version.id, version.content))
        yield from ((row.id, row.content, found[row.id]) for row in rows)


def _keyed(said: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Give each row the key of the row before that it plainly is, or a new one."""
    made = before.get("keys_made", 0)
    keyed = dict(said)
    for name, (letter, same) in ROWS.items():
        waiting: dict[tuple[Any, ...], list[str]] = {}
        for row in before.get(name, ()):
            waiting.setdefault(tuple(row.get(part) for part in same), []).append(row["key"])
        rows = []
        for row in said.get(name, ()):
            if left := waiting.get(tuple(row.get(part) for part in same)):
                key = left.pop(0)
            else:
                made += 1
                key = f"{letter}{made}"
            rows.append({**row, "key": key})
        keyed[name] = rows
    return keyed | {"keys_made": made}


def _bare(said: Mapping[str, Any]) -> dict[str, Any]:
    rows = {name: [{part: value for part, value in row.items() if part != "key"} for row in said.get(name, ())] for name in ROWS}
    return {name: value for name, value in (dict(said) | rows).items() if name != "keys_made"}


def _point_reports(connection: sa.Connection) -> None:
    """A report points to what the newest version then planned for its department and year."""
    awards = AWARDS.join(REPORTS, REPORTS.c.award_id == AWARDS.c.id)
    columns = (REPORTS.c.id, REPORTS.c.department_id, REPORTS.c.year, REPORTS.c.reported_at)
    query = sa.select(*columns, AWARDS.c.application_id, AWARDS.c.first_year, AWARDS.c.decided_at).select_from(awards)
    for report in connection.execute(query.order_by(REPORTS.c.id)).all():
        wanted = sa.select(VERSIONS.c.content).where(VERSIONS.c.application_id == report.application_id)
        then = wanted.where(VERSIONS.c.made_at <= report.reported_at).order_by(VERSIONS.c.number.desc()).limit(1)
        said = connection.scalar(then) or {}
        year = report.year - (report.first_year or report.decided_at.year + 1) + 1
        keys = _planned(said, year, report.department_id)
        connection.execute(REPORTS.update().where(REPORTS.c.id == report.id).values(planned_keys=keys))


def _planned(said: Mapping[str, Any], year: int, department_id: int) -> Sequence[str]:
    gains = [row["key"] for row in said.get("gains", ()) if (row["year"], row["department_id"]) == (year, department_id)]
    areas = [row for row in said.get("gain_areas", ()) if row["department_id"] == department_id]
    return gains + [row["key"] for row in areas if 1 <= year <= row["years"]]
