"""Revised business cases that wait for the forum's consent."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "case_revisions",
        sa.Column("id", ID, nullable=False),
        sa.Column("application_id", ID, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("put_by_id", ID, nullable=False),
        sa.Column("put_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("recused_ids", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'granted', 'refused', 'replaced')", name=op.f("ck_case_revisions_state")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_case_revisions_has_reason")),
        sa.CheckConstraint(
            "state NOT IN ('granted', 'refused') OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_case_revisions_has_decider"),
        ),
        sa.CheckConstraint("state <> 'replaced' OR ended_at IS NOT NULL", name=op.f("ck_case_revisions_replaced_is_over")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_case_revisions_application_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_case_revisions_meeting_id")),
        sa.ForeignKeyConstraint(["put_by_id"], ["users.id"], name=op.f("fk_case_revisions_put_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name=op.f("fk_case_revisions_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_revisions")),
    )
    op.create_index("uq_case_revisions_open", "case_revisions", ["application_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_case_revisions_meeting_id", "case_revisions", ["meeting_id"])


def downgrade() -> None:
    op.drop_table("case_revisions")
