"""Keep what the forum said of a revised business case that the department has replaced since."""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

SAID = """
    UPDATE case_revisions SET state = :state WHERE is_replaced AND EXISTS (
        SELECT 1 FROM history_entries AS said WHERE said.subject_type = 'meetings' AND said.subject_id = case_revisions.meeting_id
        AND said.event = :event AND said.at = case_revisions.decided_at AND said.reason = case_revisions.decision_reason
    )
"""


def upgrade() -> None:
    op.add_column("case_revisions", sa.Column("is_replaced", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(sa.text("UPDATE case_revisions SET is_replaced = true WHERE state = 'replaced'"))
    for state in ("granted", "refused"):
        op.execute(sa.text(SAID).bindparams(state=state, event=f"consent_{state}"))


def downgrade() -> None:
    op.execute(sa.text("UPDATE case_revisions SET state = 'replaced' WHERE is_replaced"))
    op.drop_column("case_revisions", "is_replaced")
