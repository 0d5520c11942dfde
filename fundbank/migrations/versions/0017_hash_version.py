"""Say beside each transfer's hash how it was made, so that the way can be changed one day. What is there was made in the first way.

A column that is added plainly leaves the ledger's triggers alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "transfers", sa.Column("hash_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), server_default="1", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("transfers", "hash_version")
