"""Keep why a reversal, a refund or a movement of money was refused."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLES = ("reversals", "refunds", "movements")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("refusal", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "refusal")
