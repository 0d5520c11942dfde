"""Let a comment answer whether its department gains what the business case says: yes, no, or another figure in øre a year."""

import sqlalchemy as sa
from alembic import op

from fundbank.migrations.checks import set_check

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("comments", sa.Column("answer", sa.String(10), nullable=True))
    op.add_column("comments", sa.Column("figure_ore", sa.BigInteger(), nullable=True))
    set_check("comments", "answer", "answer IN ('yes', 'no', 'another')")
    set_check("comments", "figure", "(figure_ore IS NOT NULL) = (coalesce(answer, '') = 'another') AND figure_ore >= 0")
    set_check("comments", "text", "text <> '' OR coalesce(answer, '') IN ('yes', 'another')")


def downgrade() -> None:
    for name in ("answer", "figure"):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE comments DROP CONSTRAINT ck_comments_{name}")
        else:  # SQLite has no way to take one out alone: they say what is always so
            set_check("comments", name, "1")
    if op.get_bind().dialect.name == "postgresql":  # a yes without words stays, since comments are never changed
        op.execute("ALTER TABLE comments DROP CONSTRAINT ck_comments_text")
        op.execute("ALTER TABLE comments ADD CONSTRAINT ck_comments_text CHECK (text <> '') NOT VALID")
    else:
        set_check("comments", "text", "text <> '' OR version_number > 0")
    op.drop_column("comments", "figure_ore")
    op.drop_column("comments", "answer")
