"""Keep the files that people attach, in pieces, and which of them each version of an application was handed in with.

Triggers let none of it be changed, deleted or replaced. What is packed already is not packed again: STORAGE EXTERNAL.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "'pdf', 'png', 'jpg', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'txt', 'csv'"
ALONE: Mapping[str, tuple[str, ...]] = {
    "file_contents": ("id", "municipality_id, sha256"),
    "file_pieces": ("content_id, number",),
    "file_scans": ("id", "content_id"),
    "files": ("id",),
    "file_removals": ("id", "file_id"),
    "version_annexes": ("id", "version_id, file_id"),
}
"""The tables, and what is one row's alone."""
POSTGRESQL = (
    "{table}_stay BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION facts_refuse()",
    "{table}_are_not_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION facts_refuse()",
)


def upgrade() -> None:
    _table(
        "file_contents",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        *_points("file_contents", municipality_id="municipalities"),
        sa.CheckConstraint("size > 0", name=op.f("ck_file_contents_size")),
        sa.UniqueConstraint("municipality_id", "sha256", name=op.f("uq_file_contents_municipality_id_sha256")),
    )
    op.create_table(
        "file_pieces",
        *_points("file_pieces", content_id="file_contents"),
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("content_id", "number", name=op.f("pk_file_pieces")),
    )
    _table(
        "file_scans",
        *_points("file_scans", content_id="file_contents"),
        sa.Column("found", sa.String(length=200), nullable=False),
        sa.Column("scanned_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("content_id", name=op.f("uq_file_scans_content_id")),
    )
    _table(
        "files",
        *_points("files", municipality_id="municipalities", content_id="file_contents", added_by_id="users"),
        sa.Column("pool_id", NUMBER, nullable=True),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_files_pool_id_pools")),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_files_kind")),
    )
    _table(
        "file_removals",
        *_points("file_removals", file_id="files", removed_by_id="users"),
        sa.Column("removed_at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("file_id", name=op.f("uq_file_removals_file_id")),
    )
    _table(
        "version_annexes",
        *_points("version_annexes", version_id="application_versions", file_id="files"),
        sa.UniqueConstraint("version_id", "file_id", name=op.f("uq_version_annexes_version_id_file_id")),
    )
    op.create_index(op.f("ix_files_municipality_id"), "files", ["municipality_id"])
    op.create_index(op.f("ix_files_content_id"), "files", ["content_id"])
    op.create_index(op.f("ix_files_subject_type_subject_id_id"), "files", ["subject_type", "subject_id", "id"])
    op.create_index(op.f("ix_version_annexes_file_id"), "version_annexes", ["file_id"])
    is_sqlite = op.get_context().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute("ALTER TABLE file_pieces ALTER COLUMN data SET STORAGE EXTERNAL")
    for table in ALONE:
        for trigger in _of_sqlite(table) if is_sqlite else POSTGRESQL:
            op.execute(f"CREATE TRIGGER {trigger}".format(table=table))


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, sa.Column("id", NUMBER, nullable=False), *parts, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")))


def _points(table: str, **to: str) -> Iterator[Any]:
    """Columns that name rows of other tables."""
    for column, other in to.items():
        yield sa.Column(column, NUMBER, nullable=False)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _of_sqlite(table: str) -> Iterator[str]:
    for what, event in (("changed", "UPDATE"), ("deleted", "DELETE")):
        yield f"{table}_are_never_{what} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, 'facts: no {event} of {table}'); END"
    alike = " OR ".join(f"({' AND '.join(f'{column} = NEW.{column}' for column in key.split(', '))})" for key in ALONE[table])
    yield (
        f"{table}_are_never_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {alike}) "  # noqa: S608
        f"BEGIN SELECT RAISE(ABORT, 'facts: a row of {table} is never replaced'); END"
    )


def downgrade() -> None:
    for table in ("version_annexes", "file_removals", "files", "file_scans", "file_pieces", "file_contents"):
        op.drop_table(table)
