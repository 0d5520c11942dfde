"""A consensus belongs to the version that it was agreed on: the newest that had been submitted by then."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AGREED_ON = """
UPDATE consensus SET version_number = COALESCE(
  (SELECT max(number) FROM application_versions
   WHERE application_versions.application_id = consensus.application_id AND occasion = 'submission' AND made_at <= consensus.set_at),
  (SELECT min(number) FROM application_versions WHERE application_versions.application_id = consensus.application_id))
"""


def upgrade() -> None:
    op.add_column("consensus", sa.Column("version_number", WHOLE, nullable=True))
    op.execute(AGREED_ON)
    with op.batch_alter_table("consensus") as table:
        table.alter_column("version_number", existing_type=WHOLE, nullable=False)


def downgrade() -> None:
    op.drop_column("consensus", "version_number")
