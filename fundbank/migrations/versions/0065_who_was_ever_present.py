"""Keep who was said to be present at a meeting and then was not: they have had a hand in what it recommends."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendances", sa.Column("gone_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM attendances WHERE gone_at IS NOT NULL")
    op.drop_column("attendances", "gone_at")
