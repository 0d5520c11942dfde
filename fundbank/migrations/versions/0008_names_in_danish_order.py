"""Keep beside each name where it stands in a Danish list.

The key is worked out from the name (kit.text); the name stays as it was written.
"""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.text import KEY_LENGTH, sort_key

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAMED = ("departments", "pools", "users")


def upgrade() -> None:
    connection = op.get_bind()
    for name in NAMED:
        op.add_column(name, sa.Column("sort_key", sa.String(length=KEY_LENGTH), server_default="", nullable=False))
        table = sa.table(name, *map(sa.column, ("id", "name", "sort_key")))
        for number, called in connection.execute(sa.select(table.c.id, table.c.name)).all():
            connection.execute(table.update().where(table.c.id == number).values(sort_key=sort_key(called)))
    op.create_index(op.f("ix_users_municipality_id_sort_key_id"), "users", ["municipality_id", "sort_key", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_users_municipality_id_sort_key_id"), table_name="users")
    for name in NAMED:
        op.drop_column(name, "sort_key")
