"""Let the departments that gain by an application read it, and say what they think: both stay as they were written.

Who gains by what was handed in before is read out of its versions.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 1_000
TABLES = ("gainers", "comments")
ALIKE = {"gainers": " OR (version_id = NEW.version_id AND department_id = NEW.department_id)", "comments": ""}
SQLITE = {
    "{table}_are_never_changed": "BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'applications: no UPDATE of {table}'); END",
    "{table}_are_never_deleted": "BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'applications: no DELETE of {table}'); END",
    "{table}_are_never_replaced": """BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id{alike})
        BEGIN SELECT RAISE(ABORT, 'applications: a row of {table} is never replaced'); END""",
}
POSTGRESQL = {
    "{table}_stay": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION applications_refuse()",
    "{table}_are_not_emptied": "BEFORE TRUNCATE ON {table} EXECUTE FUNCTION applications_refuse()",
}
REFUSE = """
    CREATE FUNCTION applications_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'applications: no % of %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END $$
"""
# Whoever's transaction it is called in, it finds what is in the schema that it was made in (record 0019).
PIN = """
    DO $$ BEGIN
        EXECUTE format('ALTER FUNCTION applications_refuse() SET search_path = %I, pg_temp', current_schema());
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "gainers",
        sa.Column("id", NUMBER, nullable=False),
        *_points("gainers", application_id="applications", version_id="application_versions", department_id="departments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gainers")),
        sa.UniqueConstraint("version_id", "department_id", name=op.f("uq_gainers_version_id_department_id")),
    )
    op.create_index(op.f("ix_gainers_application_id_department_id"), "gainers", ["application_id", "department_id"])
    op.create_index(op.f("ix_gainers_department_id_application_id"), "gainers", ["department_id", "application_id"])
    op.create_table(
        "comments",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("version_number", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        *_points("comments", application_id="applications", department_id="departments", author_id="users"),
        sa.CheckConstraint("text <> ''", name=op.f("ck_comments_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index(op.f("ix_comments_application_id"), "comments", ["application_id"])
    _fill()
    is_sqlite = op.get_context().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(REFUSE)
        op.execute(PIN)
    for table in TABLES:
        for name, what in (SQLITE if is_sqlite else POSTGRESQL).items():
            op.execute(f"CREATE TRIGGER {name} {what}".format(table=table, alike=ALIKE[table]))


def _points(table: str, **to: str) -> Iterator[Any]:
    """Columns that name rows of other tables."""
    for column, other in to.items():
        yield sa.Column(column, NUMBER, nullable=False)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _fill() -> None:
    """The rule as it was when this was written: fundbank/applications/rules/gainers.py."""
    connection = op.get_bind()
    gainers = sa.table("gainers", *map(sa.column, ("application_id", "version_id", "department_id")))
    versions = sa.table("application_versions", sa.column("id"), sa.column("application_id"), sa.column("content", sa.JSON()))
    applications = sa.table("applications", sa.column("id"), sa.column("department_id"))
    query = sa.select(versions.c.id, versions.c.application_id, versions.c.content, applications.c.department_id)
    query = query.join(applications, applications.c.id == versions.c.application_id).order_by(versions.c.id)
    last = 0
    while part := connection.execute(query.where(versions.c.id > last).limit(AT_ONCE)).all():
        last = part[-1].id
        rows = [
            {"application_id": row.application_id, "version_id": row.id, "department_id": id_}
            for row in part
            for id_ in sorted(_named(row.content) - {row.department_id})
        ]
        if rows:
            op.bulk_insert(gainers, rows)


def _named(content: dict[str, Any]) -> set[int]:
    return {row["department_id"] for name in ("gains", "gain_areas") for row in content.get(name, ())}


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP FUNCTION applications_refuse()")
