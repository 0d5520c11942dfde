"""Keep what departments think of before they apply."""

import sqlalchemy as sa
from alembic import op

from fundbank.kit.columns import UtcDateTime

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
POINTS = {
    "pool_id": "pools",
    "department_id": "departments",
    "made_by_id": "users",
    "ended_by_id": "users",
    "application_id": "applications",
}
LATER = ("ended_by_id", "application_id")


def upgrade() -> None:
    op.create_table(
        "ideas",
        sa.Column("id", NUMBER, nullable=False),
        *(sa.Column(name, NUMBER, nullable=name in LATER) for name in POINTS),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.CheckConstraint("state IN ('idea', 'applied', 'withdrawn')", name=op.f("ck_ideas_state")),
        sa.CheckConstraint("(state = 'applied') = (application_id IS NOT NULL)", name=op.f("ck_ideas_applied_has_application")),
        sa.CheckConstraint("(state = 'idea') = (ended_by_id IS NULL)", name=op.f("ck_ideas_ended_by_somebody")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_ideas_has_title")),
        *(sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_ideas_{name}_{table}")) for name, table in POINTS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ideas")),
        sa.UniqueConstraint("application_id", name=op.f("uq_ideas_application_id")),
    )
    op.create_index(op.f("ix_ideas_pool_id_id"), "ideas", ["pool_id", "id"])
    op.create_index(op.f("ix_ideas_pool_id_department_id_id"), "ideas", ["pool_id", "department_id", "id"])


def downgrade() -> None:
    op.drop_table("ideas")
