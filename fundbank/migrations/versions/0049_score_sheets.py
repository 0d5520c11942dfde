"""Keep half-done sheets, why a level was chosen, and when a meeting opened: a first score after it came late."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("scores", sa.Column("reasons", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("scoring_pauses", sa.Column("began_at", UtcDateTime(), nullable=True))
    op.create_table(
        "score_drafts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("application_id", NUMBER, nullable=False),
        sa.Column("member_id", NUMBER, nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("scale_size", NUMBER, nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_score_drafts_application_id_applications")),
        sa.ForeignKeyConstraint(["member_id"], ["users.id"], name=op.f("fk_score_drafts_member_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_drafts")),
        sa.UniqueConstraint("application_id", "member_id", name=op.f("uq_score_drafts_application_id_member_id")),
    )


def downgrade() -> None:
    op.drop_table("score_drafts")
    op.drop_column("scoring_pauses", "began_at")
    op.drop_column("scores", "reasons")
