"""Let no row of a fact be put in the place of another on SQLite, by whichever of its keys; and keep who left the room at each decision.

What was settled or given up before keeps nobody: who had a conflict of interest then, no record tells.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

BY_NUMBER: Mapping[str, Sequence[str]] = {
    "application_versions": ("application_id, number",),
    "claim_lines": ("claim_id, department_id",),
    "claims": ("award_id, year",),
    "decisions": ("meeting_id, application_id", "award_id"),
    "interests": ("application_id, user_id",),
    "participants": ("award_id, department_id",),
    "policy_versions": ("pool_id, number",),
}
"""Tables that 0039 guards by their row's number, with what else is one row's alone."""


def upgrade() -> None:
    op.add_column("settlements", sa.Column("recused_ids", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("awards", sa.Column("given_up_recused_ids", sa.JSON(), server_default="[]", nullable=False))
    if op.get_context().dialect.name == "sqlite":
        for table, keys in BY_NUMBER.items():
            op.execute(f"DROP TRIGGER {table}_are_never_replaced")
            op.execute(_never_replaced(table, ["id", *keys]))
        op.execute(_never_replaced("seals", ["municipality_id, number"]))


def _never_replaced(table: str, keys: Sequence[str]) -> str:
    alike = " OR ".join(f"({' AND '.join(f'{column} = NEW.{column}' for column in key.split(', '))})" for key in keys)
    return (
        f"CREATE TRIGGER {table}_are_never_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {alike}) "  # noqa: S608
        f"BEGIN SELECT RAISE(ABORT, 'facts: a row of {table} is never replaced'); END"
    )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER seals_are_never_replaced")
        for table in BY_NUMBER:
            op.execute(f"DROP TRIGGER {table}_are_never_replaced")
            op.execute(_never_replaced(table, ["id"]))
    op.drop_column("awards", "given_up_recused_ids")
    op.drop_column("settlements", "recused_ids")
