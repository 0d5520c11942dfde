"""Let roles that could be misused wait for a second person, and keep who confirmed a role (domain.md §11).

Roles that are there work as before. Of links from before nobody knows whether they were shown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind IN ('role', 'administrator', 'email', 'reopening')"
STATES = "state IN ('waiting', 'confirmed', 'refused', 'withdrawn')"


def upgrade() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("municipality_id", WHOLE, nullable=False),
        sa.Column("user_id", WHOLE, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("pool_id", WHOLE, nullable=True),
        sa.Column("role", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_by_id", WHOLE, nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("answered_by_id", WHOLE, nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_confirmations_kind")),
        sa.CheckConstraint(STATES, name=op.f("ck_confirmations_state")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_confirmations_municipality_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_confirmations_user_id")),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_confirmations_pool_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["users.id"], name=op.f("fk_confirmations_asked_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["users.id"], name=op.f("fk_confirmations_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
    )
    op.create_index(op.f("ix_confirmations_user_id"), "confirmations", ["user_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_confirmations_waiting", "confirmations", ["municipality_id", "id"], sqlite_where=waiting, postgresql_where=waiting)
    op.add_column("users", sa.Column("password_was_open", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("sign_in_links", sa.Column("was_shown", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    # In words, since alembic writes no REFERENCES into a column that it adds on SQLite.
    kind = "BIGINT" if op.get_context().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE pool_roles ADD COLUMN confirmed_by_id {kind} CONSTRAINT fk_pool_roles_confirmed_by_id REFERENCES users (id)")


def downgrade() -> None:
    op.drop_column("pool_roles", "confirmed_by_id")
    op.drop_column("sign_in_links", "was_shown")
    op.drop_column("users", "password_was_open")
    op.drop_table("confirmations")
