"""What a reported gain has as evidence: files of its award."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gain_reports", sa.Column("evidence", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    op.drop_column("gain_reports", "evidence")
