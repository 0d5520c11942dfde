"""Let somebody take part again who was kept out of an item, or stepped back, by mistake; and keep who said so, and why."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "interest_turns"
SQLITE = (
    "interest_turns_are_never_changed BEFORE UPDATE ON interest_turns BEGIN SELECT RAISE(ABORT, 'facts: no UPDATE of interest_turns'); END",
    "interest_turns_are_never_deleted BEFORE DELETE ON interest_turns BEGIN SELECT RAISE(ABORT, 'facts: no DELETE of interest_turns'); END",
    """interest_turns_are_never_replaced BEFORE INSERT ON interest_turns WHEN EXISTS (SELECT 1 FROM interest_turns WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'facts: a row of interest_turns is never replaced'); END""",
)
POSTGRESQL = (
    "interest_turns_stay BEFORE UPDATE OR DELETE ON interest_turns FOR EACH ROW EXECUTE FUNCTION facts_refuse()",
    "interest_turns_are_not_emptied BEFORE TRUNCATE ON interest_turns EXECUTE FUNCTION facts_refuse()",
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("interest_id", NUMBER, nullable=False),
        sa.Column("is_out", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason <> '' OR is_out", name=op.f("ck_interest_turns_let_in_has_reason")),
        sa.ForeignKeyConstraint(["interest_id"], ["interests.id"], name=op.f("fk_interest_turns_interest_id_interests")),
        sa.ForeignKeyConstraint(["made_by_id"], ["users.id"], name=op.f("fk_interest_turns_made_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest_turns")),
    )
    op.create_index(op.f("ix_interest_turns_interest_id"), TABLE, ["interest_id"])
    for trigger in SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(f"CREATE TRIGGER {trigger}")


def downgrade() -> None:
    op.drop_table(TABLE)
