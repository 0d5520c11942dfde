"""Let a call for needs that was opened by mistake be withdrawn, and a department take back that it has no needs."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime
from fundbank.migrations.checks import set_check

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

SAID = ("id", "call_id", "department_id", "said_by_id", "said_at")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SAME = {True: "id = NEW.id", False: "id = NEW.id OR (call_id = NEW.call_id AND department_id = NEW.department_id)"}
"""By what a new row would take the place of another: where a department says it several times, by its number alone."""
SQLITE = (
    "no_needs_are_never_changed BEFORE UPDATE ON no_needs BEGIN SELECT RAISE(ABORT, 'facts: no UPDATE of no_needs'); END",
    "no_needs_are_never_deleted BEFORE DELETE ON no_needs BEGIN SELECT RAISE(ABORT, 'facts: no DELETE of no_needs'); END",
    """no_needs_are_never_replaced BEFORE INSERT ON no_needs WHEN EXISTS (SELECT 1 FROM no_needs WHERE {same})
        BEGIN SELECT RAISE(ABORT, 'facts: a row of no_needs is never replaced'); END""",
)
POSTGRESQL = (
    "no_needs_stay BEFORE UPDATE OR DELETE ON no_needs FOR EACH ROW EXECUTE FUNCTION facts_refuse()",
    "no_needs_are_not_emptied BEFORE TRUNCATE ON no_needs EXECUTE FUNCTION facts_refuse()",
)


def upgrade() -> None:
    set_check("calls", "state", "state IN ('open', 'closed', 'withdrawn')")
    rows = [{**row, "has_none": True} for row in _rows(SAID)]
    _make_anew(rows, sa.Column("has_none", sa.Boolean(), nullable=False), said_again=True)
    op.create_index(op.f("ix_no_needs_call_id_department_id"), "no_needs", ["call_id", "department_id"])


def downgrade() -> None:
    op.execute("UPDATE calls SET state = 'closed', closed_at = opened_at WHERE state = 'withdrawn'")
    set_check("calls", "state", "state IN ('open', 'closed')")
    last = {(row["call_id"], row["department_id"]): row for row in _rows((*SAID, "has_none"))}
    rows = [{name: row[name] for name in SAID} for row in last.values() if row["has_none"]]
    unique = sa.UniqueConstraint("call_id", "department_id", name=op.f("uq_no_needs_call_id_department_id"))
    _make_anew(rows, unique, said_again=False)


def _rows(names: Iterable[str]) -> list[dict[str, Any]]:
    """What stands there, the earliest first."""
    table = sa.table("no_needs", *(sa.column(name, UtcDateTime() if name == "said_at" else None) for name in names))
    return [dict(row) for row in op.get_bind().execute(sa.select(table).order_by(table.c.id)).mappings()]


def _make_anew(rows: list[dict[str, Any]], *more: Any, said_again: bool) -> None:
    """Make the table anew, to which no other points, with ``more`` in it and these rows, and with its triggers."""
    op.drop_table("no_needs")
    table = op.create_table(
        "no_needs",
        sa.Column("id", NUMBER, nullable=False),
        *_points(call_id="calls", department_id="departments"),
        *(one for one in more if isinstance(one, sa.Column)),
        *_points(said_by_id="users"),
        sa.Column("said_at", UtcDateTime(), nullable=False),
        *(one for one in more if not isinstance(one, sa.Column)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_needs")),
    )
    if rows:
        op.bulk_insert(table, rows)
    is_sqlite = op.get_context().dialect.name == "sqlite"
    if rows and not is_sqlite:
        op.execute("SELECT setval(pg_get_serial_sequence('no_needs', 'id'), max(id)) FROM no_needs")
    for trigger in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(f"CREATE TRIGGER {trigger}".format(same=SAME[said_again]))


def _points(**to: str) -> Iterator[Any]:
    """Columns that name rows of other tables."""
    for column, other in to.items():
        yield sa.Column(column, NUMBER, nullable=False)
        yield sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_no_needs_{column}_{other}"))
