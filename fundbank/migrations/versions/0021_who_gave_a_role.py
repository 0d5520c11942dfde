"""Keep beside a role who gave it: nobody is the second pair of eyes for an account that they made fit for it."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FILLING = """
    UPDATE pool_roles SET given_by_id = (
        SELECT history_entries.actor_id FROM history_entries
        WHERE history_entries.subject_type = 'pools' AND history_entries.subject_id = pool_roles.pool_id
        AND history_entries.event = 'role_given' AND history_entries.details ->> 'role' = pool_roles.role
        AND CAST(history_entries.details ->> 'user_id' AS INTEGER) = pool_roles.user_id
        ORDER BY history_entries.id DESC LIMIT 1
    )
"""


def upgrade() -> None:
    # In words, since alembic writes no REFERENCES into a column that it adds on SQLite.
    kind = "BIGINT" if op.get_context().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE pool_roles ADD COLUMN given_by_id {kind} CONSTRAINT fk_pool_roles_given_by_id_users REFERENCES users (id)")
    op.execute(FILLING)


def downgrade() -> None:
    op.drop_column("pool_roles", "given_by_id")
