"""Keep conditions and follow-ups of awards, with owner and day."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
POINTS = {"pool_id": "pools", "award_id": "awards", "owner_id": "users", "made_by_id": "users", "done_by_id": "users"}


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", NUMBER, nullable=False),
        *(sa.Column(name, NUMBER, nullable=name == "done_by_id") for name in POINTS),
        sa.Column("is_condition", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_follow_ups_has_text")),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL) AND (done_at IS NULL) = (outcome = '')", name=op.f("ck_follow_ups_done_has_outcome")
        ),
        *(sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_follow_ups_{name}_{table}")) for name, table in POINTS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(op.f("ix_follow_ups_award_id"), "follow_ups", ["award_id"])
    op.create_index(op.f("ix_follow_ups_pool_id_due_on"), "follow_ups", ["pool_id", "due_on"])


def downgrade() -> None:
    op.drop_table("follow_ups")
