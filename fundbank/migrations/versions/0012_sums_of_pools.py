"""Serve what a pool's page adds up from indexes that hold no more than it needs, and the page of awards in its order."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

HELD, REPAID = sa.text("balance_ore > 0"), sa.text("event = 'repayment'")


def upgrade() -> None:
    op.create_index("ix_accounts_held", "accounts", ["pool_id", "kind", "balance_ore"], sqlite_where=HELD, postgresql_where=HELD)
    op.create_index("ix_transfers_repaid", "transfers", ["pool_id", "amount_ore"], sqlite_where=REPAID, postgresql_where=REPAID)
    op.create_index("ix_awards_promised", "awards", ["pool_id", "state", "loan_ore", "grant_ore"])
    op.create_index(op.f("ix_awards_pool_id_id"), "awards", ["pool_id", "id"])
    op.create_index(op.f("ix_awards_pool_id_decided_at"), "awards", ["pool_id", "decided_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_awards_pool_id_decided_at"), table_name="awards")
    op.drop_index(op.f("ix_awards_pool_id_id"), table_name="awards")
    op.drop_index("ix_awards_promised", table_name="awards")
    op.drop_index("ix_transfers_repaid", table_name="transfers")
    op.drop_index("ix_accounts_held", table_name="accounts")
