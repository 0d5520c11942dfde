"""Keep what is asked about an application, and what its department answers: both stay as they were written.

What returned an application before stands in its history, and asks for no answer.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("questions", "question_answers")
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
        "questions",
        sa.Column("id", NUMBER, nullable=False),
        *_points("questions", application_id="applications"),
        sa.Column("version_number", NUMBER, nullable=False),
        *_points("questions", asker_id="users"),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_questions_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_table(
        "question_answers",
        sa.Column("id", NUMBER, nullable=False),
        *_points("question_answers", question_id="questions", author_id="users", department_id="departments"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_question_answers_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answers")),
    )
    op.create_index(op.f("ix_questions_application_id"), "questions", ["application_id"])
    op.create_index(op.f("ix_questions_asker_id"), "questions", ["asker_id"])
    op.create_index(op.f("ix_question_answers_question_id"), "question_answers", ["question_id"])
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
