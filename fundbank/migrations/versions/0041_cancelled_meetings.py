"""Let a meeting be cancelled while it is planned, with the reason."""

import sqlalchemy as sa
from alembic import op

from fundbank.migrations.checks import set_check

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

REASON = "cancelled_has_reason"


def upgrade() -> None:
    op.add_column("meetings", sa.Column("cancelled_because", sa.Text(), server_default="", nullable=False))
    set_check("meetings", "state", "state IN ('planned', 'open', 'closed', 'cancelled')")
    set_check("meetings", REASON, "(state = 'cancelled') = (cancelled_because <> '')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE meetings DROP CONSTRAINT ck_meetings_{REASON}")
    else:  # SQLite has no way to take one out alone: it says what is always so
        set_check("meetings", REASON, "1")
    set_check("meetings", "state", "state IN ('planned', 'open', 'closed')")
    op.drop_column("meetings", "cancelled_because")
