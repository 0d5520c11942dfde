"""Find what somebody is to follow up, among all that has been followed up."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

OPEN = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_follow_ups_open", "follow_ups", ["owner_id", "due_on"], sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    op.drop_index("ix_follow_ups_open", "follow_ups")
