"""Let two people set the first day of a pool that moves in with a past."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("pools", sa.Column("first_day", sa.Date(), nullable=True))
    op.create_table(
        "first_days",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("pool_id", WHOLE, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by_id", WHOLE, nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_by_id", WHOLE, nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'confirmed', 'refused', 'withdrawn')", name=op.f("ck_first_days_state")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_first_days_reason")),
        sa.CheckConstraint("(state = 'waiting') = (answered_by_id IS NULL)", name=op.f("ck_first_days_answered_has_person")),
        sa.CheckConstraint("answered_by_id <> asked_by_id OR state = 'withdrawn'", name=op.f("ck_first_days_four_eyes")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_first_days_pool_id_pools")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_first_days_asked_by_id_users")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_first_days_answered_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_days")),
    )
    op.create_index(op.f("ix_first_days_pool_id"), "first_days", ["pool_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("uq_first_days_waiting", "first_days", ["pool_id"], unique=True, sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_table("first_days")
    op.drop_column("pools", "first_day")
