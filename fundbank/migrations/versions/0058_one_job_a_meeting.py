"""Carry out what each meeting decided in a job of its own: one that asks for all of them, and waits, is asked for no more."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM jobs WHERE kind = 'consents'")


def downgrade() -> None:
    """The day's work asks for it anew."""
    op.execute("DELETE FROM jobs WHERE kind = 'meeting'")
