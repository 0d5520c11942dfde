"""Serve the list of a pool's applications, newest first, from an index: a page of it no longer sorts all there are."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_applications_pool_id_id"), "applications", ["pool_id", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_applications_pool_id_id"), table_name="applications")
