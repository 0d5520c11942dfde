"""Keep the rule by which each pool's forum meets."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pool_rhythms",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("pool_id", NUMBER, nullable=False),
        sa.Column("weekday", NUMBER, nullable=False),
        sa.Column("week", NUMBER, nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("set_by_id", NUMBER, nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 4", name=op.f("ck_pool_rhythms_weekday")),
        sa.CheckConstraint("week BETWEEN 1 AND 5", name=op.f("ck_pool_rhythms_week")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_pool_rhythms_pool_id_pools")),
        sa.ForeignKeyConstraint(["set_by_id"], ["users.id"], name=op.f("fk_pool_rhythms_set_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pool_rhythms")),
        sa.UniqueConstraint("pool_id", name=op.f("uq_pool_rhythms_pool_id")),
    )


def downgrade() -> None:
    op.drop_table("pool_rhythms")
