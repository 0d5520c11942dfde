"""Keep the yearly calls for development needs, and what departments answer."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("calls", "needs", "no_needs", "let_in")
FACTS = {
    "no_needs": "id = NEW.id OR (call_id = NEW.call_id AND department_id = NEW.department_id)",
    "let_in": "id = NEW.id",
}
"""By what a new row would take the place of another."""
SQLITE = {
    "{table}_are_never_changed": "BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'facts: no UPDATE of {table}'); END",
    "{table}_are_never_deleted": "BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, 'facts: no DELETE of {table}'); END",
    "{table}_are_never_replaced": """BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
        BEGIN SELECT RAISE(ABORT, 'facts: a row of {table} is never replaced'); END""",
}
POSTGRESQL = {
    "{table}_stay": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION facts_refuse()",
    "{table}_are_not_emptied": "BEFORE TRUNCATE ON {table} EXECUTE FUNCTION facts_refuse()",
}


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", NUMBER, nullable=False),
        *_points("calls", pool_id="pools"),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        *_points("calls", opened_by_id="users"),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        *_points("calls", nullable=True, closed_by_id="users"),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_calls_state")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_calls_closed_at_a_moment")),
        sa.CheckConstraint("closed_by_id IS NULL OR state = 'closed'", name=op.f("ck_calls_closed_by_somebody")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_calls_has_title")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_table(
        "needs",
        sa.Column("id", NUMBER, nullable=False),
        *_points("needs", idea_id="ideas", call_id="calls"),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("development_ore", sa.BigInteger(), nullable=True),
        sa.Column("operation_ore", sa.BigInteger(), nullable=True),
        sa.Column("importance", NUMBER, nullable=True),
        *_points("needs", nullable=True, sent_by_id="users"),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(sent_at IS NULL) = (sent_by_id IS NULL)", name=op.f("ck_needs_sent_by_somebody")),
        sa.CheckConstraint("importance BETWEEN 1 AND 5", name=op.f("ck_needs_importance")),
        sa.CheckConstraint("development_ore >= 0 AND operation_ore >= 0", name=op.f("ck_needs_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_needs")),
        sa.UniqueConstraint("idea_id", name=op.f("uq_needs_idea_id")),
    )
    op.create_table(
        "no_needs",
        sa.Column("id", NUMBER, nullable=False),
        *_points("no_needs", call_id="calls", department_id="departments", said_by_id="users"),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_needs")),
        sa.UniqueConstraint("call_id", "department_id", name=op.f("uq_no_needs_call_id_department_id")),
    )
    op.create_table(
        "let_in",
        sa.Column("id", NUMBER, nullable=False),
        *_points("let_in", call_id="calls", department_id="departments"),
        sa.Column("until", sa.Date(), nullable=False),
        *_points("let_in", let_in_by_id="users"),
        sa.Column("let_in_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_let_in")),
    )
    op.create_index(op.f("ix_calls_pool_id_id"), "calls", ["pool_id", "id"])
    op.create_index(op.f("ix_needs_call_id"), "needs", ["call_id"])
    op.create_index(op.f("ix_let_in_call_id_department_id"), "let_in", ["call_id", "department_id"])
    is_sqlite = op.get_context().dialect.name == "sqlite"
    for table, same in FACTS.items():
        for name, what in (SQLITE if is_sqlite else POSTGRESQL).items():
            op.execute(f"CREATE TRIGGER {name} {what}".format(table=table, same=same))


def _points(table: str, nullable: bool = False, **to: str) -> Iterator[Any]:
    """Columns that name rows of other tables."""
    for column, other in to.items():
        yield sa.Column(column, NUMBER, nullable=nullable)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
