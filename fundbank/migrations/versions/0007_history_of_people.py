"""Let each line of the history say whose municipality it belongs to: what is done with people and departments has a page too."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEX = "ix_history_entries_municipality_id_subject_type_id"
OWNERS = (
    "UPDATE history_entries SET municipality_id = subject_id WHERE subject_type = 'municipalities'",
    "UPDATE history_entries SET municipality_id = (SELECT municipality_id FROM departments WHERE id = subject_id)"
    " WHERE subject_type = 'departments'",
    "UPDATE history_entries SET municipality_id = (SELECT municipality_id FROM users WHERE id = subject_id) WHERE subject_type = 'users'",
    "UPDATE history_entries SET municipality_id = (SELECT municipality_id FROM pools WHERE id = pool_id) WHERE pool_id IS NOT NULL",
)


def upgrade() -> None:
    op.add_column("history_entries", sa.Column("municipality_id", sa.Integer(), nullable=True))
    for owner in OWNERS:
        op.execute(owner)
    with op.batch_alter_table("history_entries") as table:
        table.alter_column("municipality_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(op.f("fk_history_entries_municipality_id"), "municipalities", ["municipality_id"], ["id"])
    op.create_index(op.f(INDEX), "history_entries", ["municipality_id", "subject_type", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f(INDEX), table_name="history_entries")
    with op.batch_alter_table("history_entries") as table:
        table.drop_constraint(op.f("fk_history_entries_municipality_id"), type_="foreignkey")
        table.drop_column("municipality_id")
