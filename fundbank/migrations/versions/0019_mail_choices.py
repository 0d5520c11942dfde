"""How people want to be told."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_choices",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("choice", sa.String(length=10), nullable=False),
        sa.CheckConstraint("choice IN ('at_once', 'daily', 'duty')", name=op.f("ck_mail_choices_choice")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_mail_choices_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_mail_choices")),
    )


def downgrade() -> None:
    op.drop_table("mail_choices")
