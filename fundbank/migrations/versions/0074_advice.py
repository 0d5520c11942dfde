"""Keep what help departments ask of the pool's advisers while they write, and what these advise: both stay as they were written."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("advice_requests", "advice")
SQLITE = {
    "{table}_are_never_changed": "BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'facts: no UPDATE of {table}'); END",
    "{table}_are_never_deleted": "BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'facts: no DELETE of {table}'); END",
    "{table}_are_never_replaced": """BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'facts: a row of {table} is never replaced'); END""",
}
POSTGRESQL = {
    "{table}_stay": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION facts_refuse()",
    "{table}_are_not_emptied": "BEFORE TRUNCATE ON {table} EXECUTE FUNCTION facts_refuse()",
}


def upgrade() -> None:
    op.create_table(
        "advice_requests",
        sa.Column("id", NUMBER, nullable=False),
        *_points("advice_requests", application_id="applications", pool_id="pools"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        *_points("advice_requests", asked_by_id="users"),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_advice_requests_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice_requests")),
    )
    op.create_table(
        "advice",
        sa.Column("id", NUMBER, nullable=False),
        *_points("advice", request_id="advice_requests", adviser_id="users"),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("comments", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advice")),
    )
    op.create_index(op.f("ix_advice_requests_application_id"), "advice_requests", ["application_id"])
    op.create_index(op.f("ix_advice_requests_pool_id"), "advice_requests", ["pool_id"])
    op.create_index(op.f("ix_advice_request_id"), "advice", ["request_id"])
    is_sqlite = op.get_context().dialect.name == "sqlite"
    for table in TABLES:
        for name, what in (SQLITE if is_sqlite else POSTGRESQL).items():
            op.execute(f"CREATE TRIGGER {name} {what}".format(table=table))


def _points(table: str, **to: str) -> Iterator[Any]:
    """Columns that name rows of other tables."""
    for column, other in to.items():
        yield sa.Column(column, NUMBER, nullable=False)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
