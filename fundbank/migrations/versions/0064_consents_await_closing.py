"""Let the money of an award wait, too, while what an open meeting said to its revised business case is not known."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

DECIDED = sa.text(
    "UPDATE awards SET awaits_closing = true WHERE state <> 'taken_back' AND EXISTS (SELECT 1 FROM case_revisions AS revised"
    " WHERE revised.application_id = awards.application_id AND revised.ended_at IS NULL AND revised.state IN ('granted', 'refused'))"
)


def upgrade() -> None:
    op.execute(DECIDED)


def downgrade() -> None:
    """A mark of one that only a consent left ends with its meeting."""
