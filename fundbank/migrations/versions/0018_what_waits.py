"""Find what waits by indexes that hold nothing else, so that what is over and done with costs nobody any time."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_awards_open", "awards", ["pool_id", "id", "state"], "state <> 'closed'"),
    ("ix_accounts_not_empty", "accounts", ["award_id", "kind"], "balance_ore > 0"),
    ("ix_transfers_reversing", "transfers", ["pool_id", "reverses_id"], "reverses_id IS NOT NULL"),
    ("ix_disbursements_waiting", "disbursements", ["pool_id", "pay_on", "id"], "state = 'registered'"),
    ("ix_gain_reports_unverified", "gain_reports", ["pool_id", "id"], "ended_at IS NULL AND verified_at IS NULL"),
    ("ix_application_versions_consented", "application_versions", ["meeting_id"], "meeting_id IS NOT NULL"),
    (
        "ix_applications_decidable",
        "applications",
        ["pool_id", "submitted_at", "id", "department_id", "state", "requested_loan_ore", "requested_grant_ore"],
        "state IN ('deferred', 'ready')",
    ),
    ("ix_applications_unfinished", "applications", ["pool_id", "id"], "state IN ('draft', 'returned')"),
    ("ix_interests_user_id", "interests", ["user_id"], None),
)


def upgrade() -> None:
    op.create_index("ix_applications_pool_id_department_id_state_id", "applications", ["pool_id", "department_id", "state", "id"])
    for name, table, columns, where in INDEXES:
        condition = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name, table, _columns, _where in reversed(INDEXES):
        op.drop_index(name, table_name=table)
    op.drop_index("ix_applications_pool_id_department_id_state_id", table_name="applications")
