"""Keep what is asked of an application that has the words looked for in an index of its own: those out of sight are not read."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_applications_looked_up", "applications", ["id", "pool_id", "department_id", "state", "submitted_at"])


def downgrade() -> None:
    op.drop_index("ix_applications_looked_up", table_name="applications")
