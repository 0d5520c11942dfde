"""Keep with each one-time token a digest of what was sent: the same again does nothing, something else is shown again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answered_requests", sa.Column("content", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("answered_requests", "content")
