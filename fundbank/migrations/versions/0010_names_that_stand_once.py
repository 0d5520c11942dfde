"""Let the database refuse a name that stands there already, however it is written, also among the departments at the top.

Where an older database holds such a pair, the younger one gets a number behind its name, and its history says so.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from fundbank.kit.names import name_key
from fundbank.kit.text import KEY_LENGTH, sort_key

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LONGEST = 120
# The columns within whose values a name stands once.
ONCE: dict[str, tuple[str, ...]] = {"municipalities": (), "departments": ("municipality_id", "parent_id"), "pools": ("municipality_id",)}
AT_THE_TOP = sa.text("parent_id IS NULL")


def upgrade() -> None:
    op.add_column("municipalities", sa.Column("sort_key", sa.String(length=KEY_LENGTH), server_default="", nullable=False))
    for name, within in ONCE.items():
        op.add_column(name, sa.Column("name_key", sa.String(length=KEY_LENGTH), server_default="", nullable=False))
        _fill(name, within)
    op.create_index("uq_municipalities_name_key", "municipalities", ["name_key"], unique=True)
    op.create_index("uq_departments_name_key", "departments", ["municipality_id", "parent_id", "name_key"], unique=True)
    op.create_index(
        "uq_departments_top_name_key", "departments", ["municipality_id", "name_key"], unique=True,
        sqlite_where=AT_THE_TOP, postgresql_where=AT_THE_TOP,
    )  # fmt: skip
    op.create_index("uq_pools_name_key", "pools", ["municipality_id", "name_key"], unique=True)


def downgrade() -> None:
    for index, name in (
        ("uq_pools_name_key", "pools"), ("uq_departments_top_name_key", "departments"),
        ("uq_departments_name_key", "departments"), ("uq_municipalities_name_key", "municipalities"),
    ):  # fmt: skip
        op.drop_index(index, table_name=name)
    for name in ONCE:
        op.drop_column(name, "name_key")
    op.drop_column("municipalities", "sort_key")


def _fill(name: str, within: tuple[str, ...]) -> None:
    connection = op.get_bind()
    table = sa.table(name, *map(sa.column, ("id", "name", "sort_key", "name_key", *within)))
    rows = connection.execute(sa.select(table.c.id, table.c.name, *(table.c[column] for column in within)).order_by(table.c.id)).all()
    taken: set[tuple[object, ...]] = set()
    for number, called, *place in rows:
        fresh, count = called, 1
        while (*place, name_key(fresh)) in taken:
            count += 1
            behind = f" ({count})"
            fresh = called[: LONGEST - len(behind)] + behind
        taken.add((*place, name_key(fresh)))
        values = {"name": fresh, "name_key": name_key(fresh), "sort_key": sort_key(fresh)}
        connection.execute(table.update().where(table.c.id == number).values(values))
        if fresh != called:
            _tell(connection, name, number, place[0] if place else number, called, fresh)


def _tell(connection: sa.Connection, subject_type: str, number: int, municipality_id: int, former: str, name: str) -> None:
    lines = sa.table(
        "history_entries", sa.column("at", sa.DateTime()), sa.column("details", sa.JSON()),
        *map(sa.column, ("municipality_id", "pool_id", "subject_type", "subject_id", "event", "reason")),
    )  # fmt: skip
    connection.execute(
        lines.insert().values(
            at=datetime.now(UTC).replace(tzinfo=None), municipality_id=municipality_id, pool_id=number if subject_type == "pools" else None,
            subject_type=subject_type, subject_id=number, event="renamed", reason="", details={"former": former, "name": name},
        )
    )  # fmt: skip
