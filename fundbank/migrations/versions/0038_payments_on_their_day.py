"""Let an approved payment wait for its day: what was approved before was posted at once, and is paid."""

import sqlalchemy as sa
from alembic import op

from fundbank.migrations.checks import add_column, set_check

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

STATES = "state IN ('registered', 'approved', 'paid', 'refused', 'withdrawn')"
WITHDRAWN = "(state = 'withdrawn') = (withdrawn_by_id IS NOT NULL)"
BETWEEN = "transfer_id IS NULL OR state IN ('approved', 'paid')"


def upgrade() -> None:
    add_column("disbursements", "withdrawn_by_id", references="users")
    op.add_column("disbursements", sa.Column("withdrawn_at", sa.DateTime(), nullable=True))
    op.add_column("disbursements", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    set_check("disbursements", "state", STATES)
    set_check("disbursements", "paid_has_transfer", BETWEEN, instead_of="approved_has_transfer")
    op.execute("UPDATE disbursements SET state = 'paid' WHERE state = 'approved'")
    set_check("disbursements", "paid_has_transfer", "(state = 'paid') = (transfer_id IS NOT NULL)")
    set_check("disbursements", "withdrawn_has_person", WITHDRAWN)
    set_check("disbursements", "withdrawal_has_date", "(withdrawn_by_id IS NULL) = (withdrawn_at IS NULL)")
    approved = sa.text("state = 'approved'")
    op.create_index(
        "ix_disbursements_approved", "disbursements", ["pool_id", "pay_on", "id"], sqlite_where=approved, postgresql_where=approved
    )


def downgrade() -> None:
    """What waits for its day is to be approved again, and what was withdrawn is refused."""
    op.drop_index("ix_disbursements_approved", "disbursements")
    op.execute("UPDATE disbursements SET state = 'registered', settled_by_id = NULL, settled_at = NULL WHERE state = 'approved'")
    if op.get_bind().dialect.name == "postgresql":
        for name in ("withdrawn_has_person", "withdrawal_has_date"):
            op.execute(f"ALTER TABLE disbursements DROP CONSTRAINT ck_disbursements_{name}")
    else:  # SQLite has no way to take one out alone: they say what is always so
        set_check("disbursements", "withdrawn_has_person", "1")
        set_check("disbursements", "withdrawal_has_date", "1")
    op.execute("UPDATE disbursements SET state = 'refused' WHERE state = 'withdrawn'")
    set_check("disbursements", "approved_has_transfer", BETWEEN, instead_of="paid_has_transfer")
    op.execute("UPDATE disbursements SET state = 'approved' WHERE state = 'paid'")
    set_check("disbursements", "approved_has_transfer", "(state = 'approved') = (transfer_id IS NOT NULL)")
    set_check("disbursements", "state", "state IN ('registered', 'approved', 'refused')")
    for column in ("reason", "withdrawn_at", "withdrawn_by_id"):
        op.drop_column("disbursements", column)
