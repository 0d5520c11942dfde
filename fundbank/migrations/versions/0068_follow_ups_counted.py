"""Count the changes of a follow-up, so that nobody overwrites another's."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("follow_ups", sa.Column("revision", NUMBER, server_default="1", nullable=False))


def downgrade() -> None:
    op.drop_column("follow_ups", "revision")
