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
    with op.batch_alter_table("applications") as table:
        for name in ("sender_has_date", "sent_is_unsigned"):
            table.drop_constraint(op.f(f"ck_applications_{name}"), type_="check")
        table.drop_column(AT)
        table.drop_column(BY)
