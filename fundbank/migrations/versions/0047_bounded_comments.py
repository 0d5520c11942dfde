"""Let no comment be longer than its form lets one be."""

from alembic import op

from fundbank.migrations.checks import set_check

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    set_check("comments", "length", "length(text) <= 2000")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE comments DROP CONSTRAINT ck_comments_length")
    else:  # SQLite has no way to take one out alone: it says what is always so
        set_check("comments", "length", "1")
