"""Find the movement that a posting carried out."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_movements_transfer_id"), "movements", ["transfer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_movements_transfer_id"), table_name="movements")
