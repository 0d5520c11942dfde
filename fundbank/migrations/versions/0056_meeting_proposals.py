"""Keep the proposals that are put before a meeting, and which of them a decision goes against."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime
from fundbank.migrations.checks import add_column, set_check

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE = "meeting_proposals"
SQLITE = (
    """meeting_proposals_are_never_changed BEFORE UPDATE ON meeting_proposals
        BEGIN SELECT RAISE(ABORT, 'facts: no UPDATE of meeting_proposals'); END""",
    """meeting_proposals_are_never_deleted BEFORE DELETE ON meeting_proposals
        BEGIN SELECT RAISE(ABORT, 'facts: no DELETE of meeting_proposals'); END""",
    """meeting_proposals_are_never_replaced BEFORE INSERT ON meeting_proposals
        WHEN EXISTS (SELECT 1 FROM meeting_proposals WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'facts: a row of meeting_proposals is never replaced'); END""",
)
POSTGRESQL = (
    "meeting_proposals_stay BEFORE UPDATE OR DELETE ON meeting_proposals FOR EACH ROW EXECUTE FUNCTION facts_refuse()",
    "meeting_proposals_are_not_emptied BEFORE TRUNCATE ON meeting_proposals EXECUTE FUNCTION facts_refuse()",
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("meeting_id", NUMBER, nullable=False),
        sa.Column("given", sa.JSON(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("put_by_id", NUMBER, nullable=False),
        sa.Column("put_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_proposals_meeting_id_meetings")),
        sa.ForeignKeyConstraint(["put_by_id"], ["users.id"], name=op.f("fk_meeting_proposals_put_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_proposals")),
    )
    op.create_index(op.f("ix_meeting_proposals_meeting_id"), TABLE, ["meeting_id"])
    for trigger in SQLITE if op.get_context().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(f"CREATE TRIGGER {trigger}")
    add_column("pending_decisions", "overrides_id", references=TABLE)
    set_check("pending_decisions", "override_has_reason", "overrides_id IS NULL OR reason <> ''")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE pending_decisions DROP CONSTRAINT ck_pending_decisions_override_has_reason")
    else:  # SQLite has no way to take one out alone: it says what is always so
        set_check("pending_decisions", "override_has_reason", "1")
    op.drop_column("pending_decisions", "overrides_id")
    op.drop_table(TABLE)
