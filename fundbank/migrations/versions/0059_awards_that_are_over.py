"""Let an application know that the award which came of it is over: nobody is heard on it any more."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

ENDED = sa.text(
    "UPDATE applications SET is_over = true WHERE EXISTS (SELECT 1 FROM awards WHERE awards.application_id = applications.id"
    " AND awards.state IN ('declined', 'cancelled', 'closed'))"
)


def upgrade() -> None:
    op.add_column("applications", sa.Column("is_over", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(ENDED)


def downgrade() -> None:
    op.drop_column("applications", "is_over")
