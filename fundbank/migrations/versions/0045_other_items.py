"""Keep the items of an agenda that are no applications."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "other_items",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("meeting_id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", NUMBER, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('decision', 'follow_up', 'information')", name=op.f("ck_other_items_kind")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_other_items_has_title")),
        sa.CheckConstraint(
            "(outcome = '') = (recorded_at IS NULL) AND (outcome = '') = (recorded_by_id IS NULL)",
            name=op.f("ck_other_items_has_recorder"),
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_other_items_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["users.id"], name=op.f("fk_other_items_recorded_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_items")),
    )
    op.create_index(op.f("ix_other_items_meeting_id"), "other_items", ["meeting_id"])


def downgrade() -> None:
    op.drop_table("other_items")
