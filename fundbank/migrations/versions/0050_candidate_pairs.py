"""Keep what the coordinator says of two applications on an agenda: not both, or the first only if the second."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "candidate_pairs"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("meeting_id", NUMBER, nullable=False),
        sa.Column("tie", sa.String(length=8), nullable=False),
        sa.Column("application_id", NUMBER, nullable=False),
        sa.Column("other_id", NUMBER, nullable=False),
        sa.Column("set_by_id", NUMBER, nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("tie IN ('not_both', 'only_if')", name=op.f("ck_candidate_pairs_tie")),
        sa.CheckConstraint("application_id <> other_id", name=op.f("ck_candidate_pairs_two")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_candidate_pairs_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_candidate_pairs_application_id_applications")),
        sa.ForeignKeyConstraint(["other_id"], ["applications.id"], name=op.f("fk_candidate_pairs_other_id_applications")),
        sa.ForeignKeyConstraint(["set_by_id"], ["users.id"], name=op.f("fk_candidate_pairs_set_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_pairs")),
        sa.UniqueConstraint(
            "meeting_id", "tie", "application_id", "other_id", name=op.f("uq_candidate_pairs_meeting_id_tie_application_id_other_id")
        ),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
