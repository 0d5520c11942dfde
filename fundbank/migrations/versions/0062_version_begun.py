"""Keep which version of the application a half-done sheet was begun on."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEWEST_THEN = """
    UPDATE score_drafts SET version_number = COALESCE((
        SELECT max(number) FROM application_versions
        WHERE application_versions.application_id = score_drafts.application_id AND application_versions.made_at <= score_drafts.saved_at
    ), 1)
"""


def upgrade() -> None:
    op.add_column("score_drafts", sa.Column("version_number", NUMBER, server_default="1", nullable=False))
    op.execute(NEWEST_THEN)


def downgrade() -> None:
    op.drop_column("score_drafts", "version_number")
