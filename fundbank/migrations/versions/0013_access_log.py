"""The access log: who signed in, failed to, was refused, and took which file away."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("more", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('signed_in', 'sign_in_failed', 'signed_out', 'refused', 'exported', 'downloaded', 'more')",
            name=op.f("ck_access_lines_kind"),
        ),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_access_lines_municipality_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_lines_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_lines")),
    )
    op.create_index(op.f("ix_access_lines_municipality_id_id"), "access_lines", ["municipality_id", "id"], unique=False)
    op.create_index(op.f("ix_access_lines_municipality_id_kind_id"), "access_lines", ["municipality_id", "kind", "id"], unique=False)
    op.create_index(op.f("ix_access_lines_user_id_id"), "access_lines", ["user_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("access_lines")
