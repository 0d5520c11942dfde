"""Keep who has sent an application to its leader's signature, and when: a draft goes there when a writer sends it."""

import sqlalchemy as sa
from alembic import op

from fundbank.migrations.checks import add_column, set_check

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

BY, AT, SENT = "sent_to_signature_by_id", "sent_to_signature_at", "sent_to_signature_at IS NOT NULL"


def upgrade() -> None:
    add_column("applications", BY, references="users")
    op.add_column("applications", sa.Column(AT, sa.DateTime(), nullable=True))
    set_check("applications", "sender_has_date", f"({BY} IS NULL) = ({AT} IS NULL)")
    set_check("applications", "sent_is_unsigned", f"{AT} IS NULL OR state IN ('draft', 'returned')")
    condition = sa.text(SENT)
    op.create_index("ix_applications_sent", "applications", ["pool_id", "id"], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_index("ix_applications_sent", table_name="applications")
    for name in ("sender_has_date", "sent_is_unsigned"):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"ALTER TABLE applications DROP CONSTRAINT ck_applications_{name}")
        else:  # SQLite has no way to take one out alone: they say what is always so
            set_check("applications", name, "1")
    op.drop_column("applications", AT)
    op.drop_column("applications", BY)
