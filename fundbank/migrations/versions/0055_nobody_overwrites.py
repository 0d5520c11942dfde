"""Count the changes of an item of an agenda, so that nobody overwrites what another recorded; take no score after a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("other_items", sa.Column("revision", NUMBER, server_default="1", nullable=False))
    op.add_column("scoring_pauses", sa.Column("is_decided", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("scoring_pauses", "is_decided")
    op.drop_column("other_items", "revision")
