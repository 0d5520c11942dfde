"""Let a chair keep somebody out of an item: who found the conflict of interest, and why."""

import sqlalchemy as sa
from alembic import op

from fundbank.migrations.checks import add_column, set_check

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

REASON = "found_has_reason"


def upgrade() -> None:
    add_column("interests", "found_by_id", references="users")
    op.add_column("interests", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    set_check("interests", REASON, "(found_by_id IS NULL) = (reason = '')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE interests DROP CONSTRAINT ck_interests_{REASON}")
    else:  # SQLite has no way to take one out alone: it says what is always so
        set_check("interests", REASON, "1")
    op.drop_column("interests", "reason")
    op.drop_column("interests", "found_by_id")
