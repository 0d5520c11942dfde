"""Let the money of an award wait while what an open meeting has decided on it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

STANDING = sa.text(
    "UPDATE awards SET awaits_closing = true WHERE EXISTS (SELECT 1 FROM pending_decisions AS said WHERE said.award_id = awards.id"
    " AND said.state = 'standing' AND said.outcome IN ('extend', 'write_off', 'convert', 'cancel'))"
)


def upgrade() -> None:
    op.add_column("awards", sa.Column("awaits_closing", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(STANDING)


def downgrade() -> None:
    op.drop_column("awards", "awaits_closing")
